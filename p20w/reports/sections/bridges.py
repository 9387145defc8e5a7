"""Groups whose wages can be found less often than those of others: a notice for the first page.

Here: which groups, by how much. Not here: how figures are corrected for it (`dbt/macros/selection.sql`), links between
all feeds by group (`p20w.reports.linkage.reach`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from p20w.reports.blocks import Notice
from p20w.reports.headlines import Row
from p20w.reports.linkage.words import group_name
from p20w.reports.sections.leavers import GROUPS
from p20w.reports.sections.outcomes import LeaverOutcome, newest
from p20w.reports.state import State

WATCHED = ("sex", "race_ethnicity", "locale_class")
FEWEST, LESS, SURE = 100, 0.1, 2.0
"""Groups of so many people whose share is so much lower than that of all, by so many standard errors, are named."""


@dataclass(frozen=True)
class Bridged(Row):
    """How many of one group of high-school leavers have a record through which their wages could be found."""

    mart = "high_school_leaver_outcomes"
    headline = "bridged"

    leaver_cohort: str
    leaver_type: str
    dimension: str
    dimension_value: str
    persons: int
    persons_bridged: int


def notices(state: State) -> list[Notice]:
    """One notice with the groups of the newest pool of high-school leavers, the widest gap first; none, no notice."""
    pool = newest([item for item in state.headlines.of(LeaverOutcome) if item.years_since_leaving == 1])
    rows = [item for item in state.headlines.of(Bridged) if item.leaver_cohort == pool]
    everybody = [item for item in rows if item.dimension == "all"]
    persons, bridged = _sums(everybody)
    if not persons:
        return []
    usual, found = bridged / persons, list[tuple[float, str]]()
    for name, items in _groups(rows, everybody).items():
        size, reached = _sums(items)
        share = state.mask.share_of(reached, size)
        gap = usual - reached / size if size else 0.0
        if size >= FEWEST and gap >= LESS and gap >= SURE * sqrt(usual * (1 - usual) / size):
            found.append((gap, f"{name} ({share.share})"))
    if not found:
        return []
    named = ", ".join(text for _, text in sorted(found, reverse=True)[:4])
    return [
        Notice(
            "warn",
            "Some groups can be found in wage records less often than others",
            f"{named}; of all who left high school {state.mask.share_of(bridged, persons).share} can be found. Figures "
            "of work are corrected for it as far as people alike are alike; read the bounds of these groups.",
            "#answers",
        )
    ]


def _groups(rows: Iterable[Bridged], everybody: Iterable[Bridged]) -> dict[str, list[Bridged]]:
    groups: dict[str, list[Bridged]] = {}
    for item in everybody:
        groups.setdefault(GROUPS.get(item.leaver_type, item.leaver_type), []).append(item)
    for item in rows:
        if item.dimension in WATCHED and item.dimension_value.lower() not in ("unknown", "notselected", "not selected"):
            groups.setdefault(group_name(item.dimension_value), []).append(item)
    return groups


def _sums(items: Iterable[Bridged]) -> tuple[int, int]:
    known = list(items)
    return sum(item.persons for item in known), sum(item.persons_bridged for item in known)
