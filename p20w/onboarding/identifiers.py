"""Which columns of a file say who somebody is, or may: by their header, and by the shape of their values.

Here: the words of headers and the shapes. A doubt makes a column restricted; a person lifts that. Not here: types,
lengths and codes (`profile`), what a contract says of it (`draft`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from p20w.contracts.model import Identifies

MOSTLY = 0.8
"""Share of a column's values that makes their shape."""
OWN_VALUE = 0.9
"""Share of records with a value of their own from which a column is taken for an id."""
FEW = 20
"""Values of which an id cannot be told from chance."""
_YEARS_OF_BIRTHS = 15
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

_ORGANIZATION = re.compile(
    r"\b(employers?|empr|school|schools|college|colleges|institution|campus|district|lea|sea|organization|company|"
    r"business|agency|provider|program|course|federal ein|ein|fein|naics|ipeds|nces|opeid?|ui account|sein\w*|unit)\b"
)
_PERSON = re.compile(
    r"\b(students?|pupils?|learners?|persons?|people|participants?|clients?|patients?|members?|workers?|employees?|"
    r"staff|teachers?|claimants?|recipients?|individuals?|child|children|applicants?|holders?|licensees?|apprentices?|appr|"
    r"candidates?|cases?|family|household|my|your)\b"
)
_GLUED = re.compile(r"(?<=[a-z])(number|identifier)\b")
_NUMBERED = re.compile(r"\b(id|ids|identifier|identification|number|num|nbr|no|key|uid)\b")
_BY_HEADER: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("is_ssn_verified", re.compile(r"(ssn|social ?security).*verif|verif.*(ssn|social ?security)")),
    ("ssn", re.compile(r"\bssn|ssn\b|social ?security|\bsoc ?sec|\b(sin|itin)\b")),
    ("previous_last_name", re.compile(r"\b(previous|former|maiden|prior|birth).*(name|surname)|maiden")),
    ("private", re.compile(r"\b(mothers?|fathers?|parents?|guardians?|spouses?|emergency|contact|alias)\b")),
    ("first_name", re.compile(r"\b(first|given|fore).?name|\bfname\b|\bname (first|given)\b|\bfirst$|\bnick ?name")),
    ("middle_name", re.compile(r"\bmiddle|\bmname\b|\bmi\b")),
    ("last_or_surname", re.compile(r"\b(last|family) ?name|surname|\blname\b|\bname (last|family)\b|\blast$")),
    ("generation_code_or_suffix", re.compile(r"suffix|\bgeneration\b")),
    ("birthdate", re.compile(r"birth ?(date|day)|date ?of ?birth|\bdob\b|\bbirth (dt|day)\b|^birth$")),
    ("sex", re.compile(r"\b(sex|gender)( (code|type|identity|cd|at birth))?$")),
    ("private", re.compile(r"\bbirth")),
    ("address_postal_code", re.compile(r"\bzip|postal|\bpostcode")),
    ("address_street", re.compile(r"street|\baddr(ess)?( ?(line)?( [1-9])?)?$|\baddress line\b")),
    ("address_city", re.compile(r"\b(city|town|municipality)\b")),
    ("private", re.compile(r"\baddr|\b(e ?mail|telephone|phone|fax|mobile|passport|photo|latitude|longitude|ip)\b")),
    ("private", re.compile(r"\b(full ?name|name|names)$|\b(comments?|remarks?|notes?|memo)\b")),
    ("source_id", re.compile(r"unique identifier|\b(license|licence|certificate|permit|claim) (number|num|no|id)\b")),
)
_STATE = re.compile(r"\bstate\b")
_MEASURE = re.compile(
    r"\b(wages?|amount|amt|salary|earnings?|pay|hours?|weeks?|days?|total|credits?|count|score|gpa|rate|"
    r"tuition|income|cost|balance|employment|usd|dollars?|percent|pct|year|quarter)\b"
)
_SHAPES: tuple[tuple[str, str, str], ...] = (  # what, why, the whole of a value
    ("ssn", "values are written like SSNs", r"[0-9]{3}-[0-9]{2}-[0-9]{4}"),
    ("private", "values are written like e-mail addresses", r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    ("private", "values are written like telephone numbers", r"(\+?1[-. ])?\(?[0-9]{3}\)?[-. ]+[0-9]{3}[-. ][0-9]{4}"),
    ("address_postal_code", "values are written like ZIP+4 codes", r"[0-9]{5}-[0-9]{4}"),
    ("address_street", "values are written like streets with their numbers", r"[0-9]+\w? +([NSEW]\.? +)?[A-Za-z].*"),
)
_NINE_DIGITS = r"(00[1-9]|0[1-9][0-9]|[1-57-8][0-9]{2}|6[0-57-9][0-9]|66[0-57-9])(0[1-9]|[1-9][0-9])[0-9]{4}"


@dataclass(frozen=True)
class Finding:
    """What a column may identify, and why; `identifies` is none where it is personal and of no use for linkage."""

    identifies: Identifies | None
    why: str
    has_own_values: bool = False  # nearly every record has a value of its own: an id, if not the one for linkage

    @property
    def is_restricted(self) -> bool:
        """Whether the contract keeps the column from everybody; sex alone is an attribute, too."""
        return self.identifies not in ("sex", "is_ssn_verified")


def words(header: str) -> str:
    """The words of a header in small letters, such as `first name` of FirstName, FIRST_NAME or Name/FirstName.

    `number` and `identifier` are words of their own behind others: `appr number` of apprnumber.
    """
    said = " ".join(_WORD.findall(header.rpartition("/")[2].replace("'", ""))).lower()
    return _GLUED.sub(r" \1", said)


def names_organization(header: str) -> bool:
    """Whether a header speaks of an organization or a course, and of no person."""
    said = words(header)
    return bool(_ORGANIZATION.search(said)) and not _PERSON.search(said)


def numbers_organization(header: str) -> bool:
    """Whether a header speaks of the id or number of an organization or a course."""
    return names_organization(header) and bool(_NUMBERED.search(words(header)))


def is_measure(header: str) -> bool:
    """Whether a header names an amount, a count or a time: numbers that are nobody's id."""
    return bool(_MEASURE.search(words(header)))


def find(values: pl.DataFrame, headers: Sequence[str]) -> Mapping[str, Finding]:
    """The columns that identify a person or may, with the reason; of each kind one, further ones as personal.

    Args:
        values: as text, trimmed, blank as null; one column a header.
        headers: by position.
    """
    found: dict[str, Finding] = {}
    for name, header in zip(values.columns, headers, strict=True):
        if finding := _by_header(header) or _by_shape(values[name].drop_nulls(), header):
            found[name] = finding
    if any(finding.identifies == "address_street" for finding in found.values()):
        for name, header in zip(values.columns, headers, strict=True):
            if name not in found and _STATE.search(words(header)):
                found[name] = Finding("address_state", "stands beside a street")
    return _once_each(found)


def _once_each(found: Mapping[str, Finding]) -> dict[str, Finding]:
    taken: set[str] = set()
    once: dict[str, Finding] = {}
    for name, finding in found.items():
        if finding.identifies in taken:
            why = f"{finding.why}; another column is {finding.identifies} already"
            finding = replace(finding, identifies=None, why=why)
        elif finding.identifies:
            taken.add(finding.identifies)
        once[name] = finding
    return once


def _by_header(header: str) -> Finding | None:
    said = words(header)
    of_person = _PERSON.search(said)
    if names_organization(header):
        return None
    for what, pattern in _BY_HEADER:
        if pattern.search(said):
            return _finding(what, f"its header says {what.replace('_', ' ')}" if what != "private" else "its header")
    if of_person and _NUMBERED.search(said):
        return _finding("source_id", "its header says that it is somebody's id")
    return None


def _by_shape(values: pl.Series, header: str) -> Finding | None:
    if not len(values):
        return None
    for what, why, pattern in _SHAPES:
        if _share(values, pattern) >= MOSTLY:
            return _finding(what, why)
    if names_organization(header) or is_measure(header):
        return None
    own = values.n_unique() / len(values)
    if own >= OWN_VALUE / 2 and _share(values, _NINE_DIGITS) >= MOSTLY:
        return _finding("ssn", "values are nine digits as SSNs are")
    if _spans_births(values):
        return _finding("birthdate", "its days span many years, as birth dates do")
    if (
        len(values) >= FEW
        and own >= OWN_VALUE
        and _share(values, r"\S*[0-9]\S*") >= MOSTLY
        and _share(values, ".{5,}") > 0.5
    ):
        return Finding("source_id", "nearly every record has a value of its own", has_own_values=True)
    return None


def _spans_births(values: pl.Series) -> bool:
    years = values.str.extract(r"^(?:([0-9]{4})-?[0-9]{2}-?[0-9]{2})$").fill_null(
        values.str.extract(r"^[0-9]{1,2}/[0-9]{1,2}/([0-9]{4})$")
    )
    read = years.drop_nulls().cast(pl.Int32)
    read = read.filter((read > 1900) & (read < 2100))
    if len(read) < max(FEW, MOSTLY * len(values)):
        return False
    early, late = read.quantile(0.05), read.quantile(0.95)
    return early is not None and late is not None and bool(late - early > _YEARS_OF_BIRTHS)


def _share(values: pl.Series, pattern: str) -> float:
    return float(values.str.contains(f"^(?:{pattern})$").mean() or 0)  # pyright: ignore[reportArgumentType]


def _finding(what: str, why: str) -> Finding:
    return Finding(None if what == "private" else what, why)  # pyright: ignore[reportArgumentType]
