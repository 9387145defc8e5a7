"""What the marts say of people whose wages could not be found, once more: straight from the drops, without SQL.

Written from docs/analysts/selection.md and the models' yml. Exact: decimals throughout, rounded once at the end.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from pathlib import Path
from typing import Any

from tests.integration.warehouse.plain_intake import Drop, has_ssn, read

Row = dict[str, Any]
Known = tuple[Hashable, ...]
Z = Decimal("1.959964")
TERMS = {"fall": 7, "spring": 1, "summer": 7}


@dataclass(frozen=True)
class Member:
    """One person of a group: what was seen of them, and for how many they stand."""

    is_bridged: bool
    weight: Decimal | None
    outcomes: Mapping[str, bool]
    wage: Decimal | None
    """In dollars of one year."""


def bridges(drops: Iterable[Drop], contracts: Path) -> dict[int, date]:
    """Since when each true person has a license or college record with a usable SSN."""
    since: dict[int, date] = {}
    for drop in drops:
        if drop.feed not in ("ps_enrollment", "dmv_license"):
            continue
        lines = read(drop, contracts)
        begins = _begins(drop)
        for person in lines.filter(has_ssn(lines))["true_person"].unique().to_list():
            since[person] = min(begins, since.get(person, begins))
    return since


def _begins(drop: Drop) -> date:
    if drop.feed == "dmv_license":
        return date.fromisoformat(drop.period)
    return date(int(drop.period[:4]), TERMS[drop.period[5:]], 1)


def weights(known: Mapping[Hashable, Known], bridged: set[Hashable]) -> dict[Hashable, Decimal | None]:
    """Persons for each bridged one among those alike, the last thing known given up until enough are bridged."""
    found: dict[Hashable, Decimal | None] = dict.fromkeys(known)
    waiting = set(known)
    length = len(next(iter(known.values()), ()))
    for size in range(length, 0, -1):
        cells: dict[Known, list[Hashable]] = defaultdict(list)
        for person, what in known.items():
            cells[what[:size]].append(person)
        for people in cells.values():
            seen = len(bridged.intersection(people))
            if seen >= 20 and seen * 5 >= len(people):
                weight = half_up(Decimal(len(people)) / seen, "0.0001")
                found |= dict.fromkeys(waiting.intersection(people), weight)
                waiting.difference_update(people)
    return found


def ratio(years: Mapping[int, Sequence[tuple[Member, bool, Decimal | None]]], outcome: str) -> dict[int, Decimal]:
    """How often leavers without a bridge have an outcome, as a share of the bridged like them, by year since leaving.

    Args:
        years: of each year, every leaver with whether they were bridged at leaving and their weight among those.
        outcome: its name in `Member.outcomes`.
    """
    compared: dict[int, tuple[int, Decimal, Decimal]] = {}
    for year, leavers in years.items():
        told = [item for item in leavers if item[0].weight is not None and item[2] is not None]
        unbridged = sum(not member.is_bridged for member, _, _ in told)
        early = [(member, weight) for member, is_early, weight in told if is_early and weight is not None]
        by_early = _share((weight, member.outcomes[outcome]) for member, weight in early)
        alike = _share(
            (member.weight - 1, member.outcomes[outcome])
            for member, _, _ in told
            if member.is_bridged and member.weight
        )
        if by_early is not None and alike is not None:
            bridged = sum(member.is_bridged and member.outcomes[outcome] for member, _, _ in told)
            compared[year] = (unbridged, len(told) * by_early - bridged, unbridged * alike)
        else:
            compared[year] = (0, Decimal(0), Decimal(0))  # tells nothing
    return {year: _of_years(compared, year) for year in compared}


def _of_years(compared: Mapping[int, tuple[int, Decimal, Decimal]], year: int) -> Decimal:
    """A year's own ratio where it has 500 without a bridge; else that of the years around it, where they have 100."""
    around = [compared[other] for other in compared if abs(other - year) <= 2]
    for told, enough in (([compared[year]], 500), (around, 100)):
        missing, alike = sum(item[1] for item in told), sum(item[2] for item in told)
        if sum(item[0] for item in told) >= enough and alike:
            return half_up(max(missing, Decimal(0)) / alike, "0.0001")
    return Decimal(1)


def columns(
    members: Sequence[Member],
    ratios: Mapping[str, Decimal],
    held: Mapping[str, bool],
    pay: str,
    has_prices: bool,
    is_known: bool = True,
) -> Row:
    """The corrected figures of a group, by the marts' column names.

    Args:
        members: everybody in the group.
        ratios: of each outcome, what `ratio` says of the year; 1 where nothing is to be said.
        held: of each outcome, whether what it reads is on file; the first is that of any wages.
        pay: which wages the median is of, as in the column's name.
        has_prices: whether all wages can be told in dollars of one year.
        is_known: whether it is known who belongs to the group.
    """
    with localcontext() as context:
        context.prec = 40
        bridged = [member for member in members if member.is_bridged]
        effective = _effective([member.weight for member in bridged])
        has_outsiders = any(member.weight is None for member in members)
        has_wages = next(iter(held.values()))
        verdict = "reweighted"
        if not has_wages:
            verdict = "not on file"
        elif effective < 10:
            verdict = "too few can be seen"
        elif has_outsiders or len(bridged) * 5 < len(members):
            verdict = "too many cannot be seen"
        row: Row = {"persons_bridged": len(bridged) if is_known else None}
        for outcome, factor in ratios.items():
            is_told = held[outcome] and verdict == "reweighted"
            row |= _outcome(members, outcome, factor, held[outcome], is_told, effective)
        median, low, high = _median([member for member in bridged if member.wage is not None])
        for name, value in (("", median), ("_low", low), ("_high", high)):
            row[f"median_{pay}_reweighted{name}_real_usd"] = value if verdict == "reweighted" and has_prices else None
        row["effective_persons"] = half_up(effective, "0.1") if has_wages and effective else None
        row["reweighting"] = verdict
        return row


def _outcome(
    members: Sequence[Member], outcome: str, factor: Decimal, is_held: bool, is_told: bool, effective: Decimal
) -> Row:
    bridged = [member for member in members if member.is_bridged]
    seen = sum(member.outcomes[outcome] for member in bridged)
    others = len(members) - len(bridged)
    seen_otherwise = sum(member.outcomes[outcome] for member in members if not member.is_bridged)
    row: Row = dict.fromkeys(f"share_{outcome}_{name}" for name in ("reweighted", "reweighted_low", "reweighted_high"))
    if is_told:
        stand = _share((member.weight - 1, member.outcomes[outcome]) for member in bridged if member.weight)
        alike = stand if stand is not None else Decimal(seen) / len(bridged)
        share = (seen + max(Decimal(seen_otherwise), others * min(Decimal(1), factor * alike))) / len(members)
        half = (share * (1 - share) / effective + Z**2 / (4 * effective**2)).sqrt() * Z
        for name, sign in (("low", -1), ("high", 1)):
            bound = (share + Z**2 / (2 * effective) + sign * half) / (1 + Z**2 / effective)
            row[f"share_{outcome}_reweighted_{name}"] = half_up(bound, "0.0001")
        row[f"share_{outcome}_reweighted"] = half_up(share, "0.0001")
    parts = {
        "bridged": (seen, len(bridged)),
        "upper_bound": (seen + others, len(members)),
    }
    for name, (part, whole) in parts.items():
        row[f"share_{outcome}_{name}"] = half_up(Decimal(part) / whole, "0.0001") if is_held and whole else None
    return row


def _share(weighed: Iterable[tuple[Decimal, bool]]) -> Decimal | None:
    pairs = list(weighed)
    whole = sum((weight for weight, _ in pairs), Decimal(0))
    return sum((weight for weight, has in pairs if has), Decimal(0)) / whole if whole else None


def _effective(found: Sequence[Decimal | None]) -> Decimal:
    """Kish: how many persons of equal weight tell as much."""
    known = [weight for weight in found if weight is not None]
    return sum(known) ** 2 / sum((weight**2 for weight in known), Decimal(0)) if known else Decimal(0)


def _median(paid: Sequence[Member]) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Weighted median and its interval after Woodruff; nothing below ten effective persons."""
    ordered = sorted((member.wage or Decimal(0), member.weight or Decimal(0)) for member in paid)
    effective = _effective([member.weight for member in paid])
    if effective < 10:
        return None, None, None
    whole, up_to = sum(weight for _, weight in ordered), Decimal(0)
    steps = [(wage, up_to := up_to + weight) for wage, weight in ordered]
    half = Z / 2 / effective.sqrt()
    middle = next(wage for wage, reached in steps if reached >= whole / 2)
    after = next(wage for wage, reached in steps if reached > whole / 2)
    low, high = (
        next((half_up(wage, "0.01") for wage, reached in steps if reached >= whole * (Decimal("0.5") + edge)), None)
        for edge in (-half, half)
    )
    return half_up((middle + after) / 2, "0.01"), low, high


def half_up(value: Decimal, places: str) -> Decimal:
    """Rounded as the database rounds."""
    return value.quantize(Decimal(places), ROUND_HALF_UP)
