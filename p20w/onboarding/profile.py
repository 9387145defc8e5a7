"""What the values of one column are: type, length, form, codes, blanks.

Here: pure functions of text. A code is told only where the column is plainly one of codes and as many records have it
as a cell of a table needs; no other value leaves this module, least and greatest included. Not here: who is identified
(`identifiers`), the contract (`draft`).
"""

import re
from dataclasses import dataclass

import polars as pl

from p20w.contracts import DATE_FORMATS
from p20w.contracts.model import LogicalType
from p20w.onboarding.identifiers import is_measure, words

NEARLY_ALL = 0.98
"""Share of values that makes a type; the rest are mistakes of the sample."""
LEAST_RECORDS = 10
"""Records that a code needs to be told, as in a cell of a table: a rarer one may be somebody's."""
MOST_CODES = 40
_ENOUGH = 50
_LONGEST_CODE = 30
_MOST_UNNAMED, _LONGEST_UNNAMED = 10, 5  # of codes under a header that says nothing of codes
_CODED = re.compile(
    r"\b(code|type|status|level|sex|gender|race|ethnicity|grade|term|flag|indicator|category|class|kind|method|reason|"
    r"residency|designator|standing|sector|ownership|cluster|diploma|award|option|format|segment|program|required)\b"
)
_TRUTHS = (("0", "1"), ("N", "Y"), ("n", "y"), ("F", "T"), ("No", "Yes"), ("NO", "YES"), ("false", "true"))
_LENGTHS = (1, 2, 3, 5, 10, 15, 20, 30, 50, 75, 100, 150, 255, 1000)
_DAYS = {"yyyy-mm-dd": r"\d{4}-\d{2}-\d{2}", "mm/dd/yyyy": r"\d{2}/\d{2}/\d{4}", "yyyymmdd": r"(19|20)\d{6}"}
_I32_DIGITS = 9


@dataclass(frozen=True)
class Profile:
    """A column as it was seen. `rare` codes are those that too few records have to be told."""

    logical_type: LogicalType
    blank: float  # share of records
    physical_type: str | None = None
    pattern: str | None = None
    max_length: int | None = None
    digits: int | None = None
    is_negative: bool = False
    codes: tuple[str, ...] = ()
    rare: int = 0
    constant: bool = False
    free_text: bool = False


def profile(values: pl.Series, header: str, *, coded: bool, zero_filled: bool) -> Profile:
    """Profile one column.

    Args:
        values: as text, trimmed, blank as null.
        header: of the column.
        coded: whether codes may be told; never of a restricted column.
        zero_filled: whether numbers are filled with zeros, as in a file of fixed width.
    """
    given = values.drop_nulls()
    blank = values.null_count() / max(len(values), 1)
    if not len(given):
        return Profile("string", 1.0, max_length=_LENGTHS[-1])
    constant = given.n_unique() == 1 and len(given) > 1
    for physical, pattern in _DAYS.items():
        if _share(given, pattern) >= NEARLY_ALL and _are_days(given, DATE_FORMATS[physical]):
            return Profile("date", blank, physical, constant=constant)
    if coded and (truths := _truths(given)):
        return Profile("boolean", blank, truths)
    named_code = bool(_CODED.search(words(header)))
    number = _number(given, header, blank, zero_filled=zero_filled)
    if coded and (number is None or named_code):
        codes, rare = _codes(given, header)
        if codes:
            return Profile("string", blank, codes=codes, rare=rare, constant=constant)
    return number or _text(given, blank, constant=constant, free=not named_code and _has_words(given))


def _share(values: pl.Series, pattern: str) -> float:
    return float(values.str.contains(f"^(?:{pattern})$").mean() or 0)  # pyright: ignore[reportArgumentType]


def _are_days(values: pl.Series, pattern: str) -> bool:
    return values.str.to_date(pattern, strict=False).null_count() <= (1 - NEARLY_ALL) * len(values)


def _truths(values: pl.Series) -> str | None:
    seen = set(values.unique().to_list())
    return next(("/".join(pair) for pair in _TRUTHS if seen == set(pair)), None)


def _number(values: pl.Series, header: str, blank: float, *, zero_filled: bool) -> Profile | None:
    """The profile of a number, if the column holds numbers and no codes written in digits."""
    zeros_count = is_measure(header) and zero_filled
    whole = r"-?[0-9]{1,18}" if zeros_count else r"-?(0|[1-9][0-9]{0,17})"
    named_code = re.search(
        r"\b(id|identifier|code|number|num|nbr|no|zip|cip|fips|phone|state|county|ein)\b", words(header)
    )
    if named_code and not is_measure(header):
        return None
    negative = bool(values.str.starts_with("-").any())
    constant = values.n_unique() == 1 and len(values) > 1
    if _share(values, whole) >= NEARLY_ALL:
        digits = _longest(values.str.strip_prefix("-"))
        return Profile("integer", blank, digits=digits, is_negative=negative, constant=constant)
    if _share(values, r"-?[0-9]{1,15}(\.[0-9]{1,6})?") >= NEARLY_ALL and values.str.contains(".", literal=True).any():
        scale = _longest(values.str.extract(r"\.([0-9]+)$").drop_nulls())
        before = _longest(values.str.extract(r"^-?([0-9]+)").drop_nulls())
        return Profile("number", blank, f"decimal({before + scale},{scale})", is_negative=negative, constant=constant)
    return None


def _codes(values: pl.Series, header: str) -> tuple[tuple[str, ...], int]:
    """Codes that may be told, and how many others there are; none where the column is not plainly one of codes."""
    counts = values.value_counts()
    coded = bool(_CODED.search(words(header)))
    most, longest = (MOST_CODES, _LONGEST_CODE) if coded else (_MOST_UNNAMED, _LONGEST_UNNAMED)
    if counts.height > min(most, len(values) // 10) or len(values) < _ENOUGH or _longest(values) > longest:
        return (), 0
    often = counts.filter(pl.col("count") >= LEAST_RECORDS)
    codes = tuple(sorted(often[values.name].to_list()))
    if not coded and any(re.search(r"[^\W\d_]{4}|^[0-9]{2}", code) for code in codes):
        return (), 0  # under a header that says nothing of codes words may be names, and digits numbers of something
    return codes, counts.height - len(codes)


def _has_words(values: pl.Series) -> bool:
    return float(values.str.contains(r"[^\W\d_]{3}").mean() or 0) > 1 - NEARLY_ALL  # pyright: ignore[reportArgumentType]


def _text(values: pl.Series, blank: float, *, constant: bool, free: bool) -> Profile:
    lengths = values.str.len_chars()
    low, high = int(lengths.min() or 0), _longest(values)  # pyright: ignore[reportArgumentType]
    for letters, pattern in (("[0-9]", r"[0-9]+"), ("[A-Z]", r"[A-Z]+"), ("[A-Z0-9]", r"[A-Z0-9]+")):
        if high <= 30 and _share(values, pattern) >= NEARLY_ALL:
            return Profile(
                "string", blank, pattern=f"{letters}{{{low}}}" if low == high else f"{letters}{{1,{high}}}",
                constant=constant, free_text=free,
            )  # fmt: skip
    longest = next((length for length in _LENGTHS if length >= high), high)
    return Profile("string", blank, max_length=longest, constant=constant, free_text=free)


def _longest(values: pl.Series) -> int:
    """Characters of the longest value among nearly all: a slip of a few records is none of the column's form."""
    lengths = values.str.len_chars().sort()
    if not len(lengths):
        return 0
    place = min(int(len(lengths) * NEARLY_ALL), len(lengths) - 1)
    return int(lengths[place] if lengths[-1] > 2 * lengths[place] else lengths[-1])
