"""What the headline figures share: cohorts taken together, and cells that hold small groups back.

Here: pooling and formatting. Not here: which figures are shown (leavers, career, college_work).

Cohorts are taken together by the calendar, so that two pages show the same cohorts together or none in common: with a
window that moves or grows, the cohort that came or went would be the difference between two pages.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from p20w.reports import charts
from p20w.reports.blocks import Cell
from p20w.reports.headlines import CohortOutcome
from p20w.reports.masking import LEFT_OUT, NO_SHARE, Mask, Share
from p20w.reports.sections.corrected import NOT_HELD, AtWork, at_work
from p20w.warehouse.pools import COHORTS

IN_COLLEGE, AT_WORK = "in college", "at work"


@dataclass(frozen=True)
class Pool:
    """One group over several cohorts, so many years after leaving. Wages are those of the newest cohort."""

    name: str
    cohorts: str
    years: int
    size: str
    at_work: AtWork
    in_college: Share
    unseen: Cell
    wages: str


def cohorts_of(outcomes: Sequence[CohortOutcome]) -> list[str]:
    """Cohorts of the newest pool whose outcome is complete, oldest first; one with every outcome held is preferred."""
    mature = [item for item in outcomes if item.is_mature]
    whole = {item.leaver_cohort for item in mature if None not in (item.persons_employed, item.persons_enrolled)}
    some = {item.leaver_cohort for item in mature if (item.persons_employed, item.persons_enrolled) != (None, None)}
    return _newest(whole) or _newest(some)


def _newest(cohorts: Iterable[str]) -> list[str]:
    pools: dict[int, list[str]] = {}
    for cohort in sorted(cohorts):
        pools.setdefault(int(cohort[:4]) // COHORTS, []).append(cohort)
    return next((pool for _, pool in sorted(pools.items(), reverse=True) if len(pool) == COHORTS), [])


def pool(
    name: str, outcomes: Sequence[CohortOutcome], cohorts: Sequence[str], mask: Mask, size: str | None = None
) -> Pool | None:
    """One group's rows of these cohorts as one; None when it has none. Nobody is in two cohorts.

    Args:
        name: what the group is called.
        outcomes: its rows, of any cohorts.
        cohorts: those taken together.
        mask: what is too small to show.
        size: words for the number of people, where it was rounded together with others (`sizes`).
    """
    rows = sorted((item for item in outcomes if item.leaver_cohort in cohorts), key=lambda item: item.leaver_cohort)
    if not rows:
        return None
    persons, newest = sum(item.persons for item in rows), rows[-1]
    employed, enrolled = _sum(item.persons_employed for item in rows), _sum(item.persons_enrolled for item in rows)
    return Pool(
        name,
        f"{cohorts[0]} to {cohorts[-1]}",
        newest.years_since_leaving,
        size or mask.people(persons),
        at_work(mask, rows),
        split(mask, enrolled, persons),
        unseen(mask, persons, _sum(item.persons_not_observable for item in rows), employed, enrolled),
        wages(
            mask,
            newest.median_annual_wages_reweighted_usd or newest.median_annual_wages_usd,
            newest.persons_employed,
            newest.outcome_year,
        ),
    )


def _sum(counts: Iterable[int | None]) -> int | None:
    known = list(counts)
    return None if None in known else sum(count or 0 for count in known)


def split(mask: Mask, part: int | None, whole: int) -> Share:
    """A part of a group, or that its feed is not held."""
    return mask.share_of(part, whole) if part is not None else Share(NOT_HELD, None, NOT_HELD, mask.people(whole))


def unseen(mask: Mask, whole: int, part: int | None, *others: int | None) -> Cell:
    """Share that could not be seen; held back when it would tell a small number who were seen but not found."""
    if part is None:
        return Cell(NOT_HELD, "calm")
    gives_away = any(mask.is_small(whole - part - other) for other in others if other is not None)
    share = mask.share_of(part, whole, also_small=gives_away)
    return Cell(share.share, None if share.value is None or share.value < 0.25 else "warn")


def wages(mask: Mask, amount: Decimal | None, earners: int | None, dollars_of: str = "") -> str:
    """A median in words, rounded to $100 and only for enough earners, with the year whose dollars these are."""
    if earners is None:
        return NOT_HELD
    if amount is None:
        return NO_SHARE
    if earners < mask.floor:
        return LEFT_OUT
    return f"${int((amount + 50) // 100 * 100):,}{f' ({dollars_of} dollars)' if dollars_of else ''}"


def is_shown(item: Pool) -> bool:
    """Whether anything can be said of a group beyond that it is too small."""
    return {item.at_work.seen.share, item.in_college.share} - {LEFT_OUT, NOT_HELD} != set()


def bars(pools: Sequence[tuple[str, Pool]]) -> list[dict[str, object]]:
    """Bars of work and college for groups named as on the chart; where only bounds are told, the range they leave."""
    return [
        {"group": group, "series": name, **charts.bar(share.value, share.between), "label": _label(name, text)}
        for group, item in pools
        for name, share, text in (
            (IN_COLLEGE, item.in_college, item.in_college.share),
            (AT_WORK, item.at_work.corrected, item.at_work.said.partition(" (")[0]),
        )
        if share.share != NOT_HELD
    ]


def _label(name: str, text: str) -> str:
    share, opens, bounds = text.partition(" (")
    return f"{name}: too few to show" if share == LEFT_OUT else f"{share} {name}{opens}{bounds}"


def said(item: Pool) -> str:
    """A group's two shares in a sentence."""
    parts = [
        _label(name, text)
        for name, text in ((IN_COLLEGE, item.in_college.share), (AT_WORK, item.at_work.said))
        if text not in (NOT_HELD, LEFT_OUT)
    ]
    return " and ".join(parts) or "too few people to show"
