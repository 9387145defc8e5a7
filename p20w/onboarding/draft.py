"""A contract to be completed by a person, drafted from a sample file.

Here: its columns, and what a person should know of them. Not here: what columns are (`profile`, `identifiers`, `keys`),
the terms around them (`terms`), how a draft is written down (`write`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from p20w.contracts import DATE_FORMATS
from p20w.contracts.open_places import MARK
from p20w.onboarding.identifiers import Finding, find, is_measure, names_organization, numbers_organization, words
from p20w.onboarding.keys import candidate_keys
from p20w.onboarding.profile import LEAST_RECORDS, Profile, profile
from p20w.onboarding.sample import Sample
from p20w.onboarding.terms import Inline, contract_of, fill

_CEDS = {
    "ssn": "001572",
    "first_name": "000115",
    "middle_name": "000184",
    "last_or_surname": "000172",
    "previous_last_name": "001513",
    "generation_code_or_suffix": "000121",
    "birthdate": "000033",
    "sex": "000255",
    "address_street": "000269",
    "address_city": "000040",
    "address_state": "000267",
    "address_postal_code": "000214",
}
_ADDRESS = ("address_street", "address_city", "address_state", "address_postal_code")
_PERIOD_WORDS = re.compile(r"\b(year|quarter|term|semester|month|period|collection|snapshot|fiscal)\b")


@dataclass(frozen=True)
class Draft:
    """A contract with marked places, and what a person should know about it."""

    contract: Mapping[str, Any]
    identifying: Mapping[str, Finding]  # by name of column
    keys: Sequence[tuple[str, ...]]  # by name of column, the first one taken


def draft(feed: str, sample: Sample, order: int) -> Draft:
    """Draft the contract of a feed.

    Args:
        feed: its name.
        sample: of one delivery.
        order: an `intakeOrder` that no feed has.
    """
    headers, values = sample.form.headers, sample.values
    findings = find(values, headers)
    profiles = {
        name: profile(
            values[name],
            header,
            coded=not (name in findings and findings[name].is_restricted),
            zero_filled=sample.form.layout.kind == "fixed",
        )
        for name, header in zip(values.columns, headers, strict=True)
    }
    findings = {**_free_text(headers, profiles, findings), **findings}
    findings = {name: findings[name] for name in values.columns if name in findings}
    names = _names(headers, {place: findings.get(name) for place, name in enumerate(values.columns)})
    keys = candidate_keys(
        values, [c for c in values.columns if _keyable(c, headers, values.columns, profiles, findings)]
    )
    columns = [
        _column(names[place], header, profiles[name], findings.get(name), sample, place, keys[:1])
        for place, (name, header) in enumerate(zip(values.columns, headers, strict=True))
    ]
    by_field = dict(zip(values.columns, names, strict=True))
    constants = [names[p] for p, n in enumerate(values.columns) if profiles[n].constant and _is_of_period(headers[p])]
    people = any(f.identifies and f.identifies not in _ADDRESS for f in findings.values())
    contract = contract_of(feed, sample, columns, constants, order, people=people)
    return Draft(
        contract,
        {by_field[name]: finding for name, finding in findings.items()},
        [tuple(by_field[column] for column in key) for key in keys],
    )


def _free_text(
    headers: Sequence[str], profiles: Mapping[str, Profile], findings: Mapping[str, Finding]
) -> dict[str, Finding]:
    """Text that is neither known nor plainly a code: it may hold names."""
    return {
        name: Finding(None, "it is text that can hold names")
        for header, (name, item) in zip(headers, profiles.items(), strict=True)
        if item.free_text and item.blank < 1 and name not in findings and not names_organization(header)
    }


def _keyable(
    name: str,
    headers: Sequence[str],
    columns: Sequence[str],
    profiles: Mapping[str, Profile],
    findings: Mapping[str, Finding],
) -> bool:
    """Whether a column can stand in a key: ids, codes and days can; names, addresses and amounts cannot."""
    finding = findings.get(name)
    if finding:
        return finding.identifies in ("source_id", "ssn") or finding.has_own_values
    item, header = profiles[name], headers[list(columns).index(name)]
    is_amount = item.logical_type == "number" or (item.logical_type != "date" and is_measure(header))
    is_words = item.free_text and not numbers_organization(header)
    return not is_amount and not is_words


def _is_of_period(header: str) -> bool:
    return bool(_PERIOD_WORDS.search(words(header)))


def _names(headers: Sequence[str], findings: Mapping[int, Finding | None]) -> list[str]:
    """Names in snake case, each once; identifying columns have the name of what they hold."""
    names: list[str] = []
    for place, header in enumerate(headers):
        finding = findings[place]
        what = finding.identifies if finding and finding.identifies != "source_id" else None
        name = what or "_".join(words(header.replace("/", " ").replace("@", " ")).split())[:56]
        if not re.match(r"[a-z]", name):
            name = f"column_{name or place + 1}"
        number = 2
        first = name
        while name in names:
            name, number = f"{first}_{number}", number + 1
        names.append(name)
    return names


def _column(
    name: str,
    header: str,
    seen: Profile,
    finding: Finding | None,
    sample: Sample,
    place: int,
    keys: Sequence[tuple[str, ...]],
) -> dict[str, Any]:
    """One column of the contract."""
    key = keys[0] if keys else ()
    in_key = f"c{place}" in key
    restricted = finding is not None and finding.is_restricted
    item: dict[str, Any] = {"name": name, "physicalName": header, **_type(seen, finding)}
    if options := _options(seen, finding, fixed=sample.form.layout.kind == "fixed"):
        item["logicalTypeOptions"] = Inline(options)
    is_id = finding is not None and finding.identifies == "source_id"
    item["required"] = (in_key or seen.blank == 0) and (is_id or not restricted)
    if in_key:
        item |= {"primaryKey": True, "primaryKeyPosition": key.index(f"c{place}") + 1}
    item["classification"] = "restricted" if restricted else "confidential"
    item["description"] = f"{MARK} what the column says, for an analyst. {_seen(seen, finding, sample)}"
    if seen.codes:
        item["enum"] = [Inline(value=code, label=f"{MARK} what the code means") for code in seen.codes]
    item["customProperties"] = _custom(finding, sample.form.positions[place])
    return item


def _type(seen: Profile, finding: Finding | None) -> dict[str, Any]:
    """Type and physical type; who somebody is, is text but for the birth date."""
    identifies = finding.identifies if finding else None
    if identifies == "birthdate" and seen.logical_type != "date":
        return {"logicalType": "date", "physicalType": fill(f"how days are written: {', '.join(DATE_FORMATS)}")}
    if identifies == "is_ssn_verified" and seen.logical_type != "boolean":
        return {"logicalType": "boolean", "physicalType": fill("how no and yes are written, such as 0/1")}
    if identifies not in (None, "birthdate", "is_ssn_verified"):
        return {"logicalType": "string"}
    return {"logicalType": seen.logical_type} | ({"physicalType": seen.physical_type} if seen.physical_type else {})


def _options(seen: Profile, finding: Finding | None, *, fixed: bool) -> dict[str, Any]:
    identifies = finding.identifies if finding else None
    if identifies and identifies != "source_id":
        free = not (fixed or seen.codes or identifies in ("ssn", "birthdate", "is_ssn_verified"))
        return {"maxLength": max(seen.max_length or 0, 75)} if free else {}
    options: dict[str, Any] = {}
    if seen.digits and identifies:
        options = {"maxLength": seen.digits}
    elif seen.digits:
        largest = 10**seen.digits - 1
        options = {"minimum": -largest if seen.is_negative else 0, "maximum": largest}
        if seen.digits > 9:
            options["format"] = "i64"
    if seen.pattern:
        options["pattern"] = seen.pattern
    elif seen.max_length:
        options["maxLength"] = seen.max_length
    return options


def _seen(seen: Profile, finding: Finding | None, sample: Sample) -> str:
    """What the sample shows of a column, without its values."""
    blank = "never blank" if seen.blank == 0 else f"blank in {seen.blank:.1%}"
    parts = [f"Seen: {blank} of {sample.values.height:,} records"]
    if seen.rare:
        parts.append(
            f"{seen.rare} more values that fewer than {LEAST_RECORDS} records have are not listed: complete the codes "
            "from the agency's list"
        )
    if finding and finding.is_restricted:
        kept = "it goes to the vault" if finding.identifies else "it is read and left out (kept: false)"
        parts.append(f"restricted because {finding.why}, so {kept}; change that only if it is nobody's")
    elif seen.digits or seen.logical_type == "number":
        parts.append("limits are what its digits allow: put in those that make sense")
    return "; ".join(parts) + "."


def _custom(finding: Finding | None, position: tuple[int, int] | None) -> list[Inline]:
    terms: list[Inline] = []
    if position:
        terms.append(Inline(property="position", value=f"{position[0]}-{sum(position) - 1}"))
    identifies = finding.identifies if finding else None
    known = _CEDS.get(identifies or "")
    why = "the CEDS global id of the element, six digits in quotes, for analysts; if it has none, delete this line"
    terms.append(Inline(property="ceds", value=known or fill(why)))
    if identifies:
        terms.append(Inline(property="identifies", value=identifies))
    elif finding:
        terms.append(Inline(property="kept", value=False))
    return terms
