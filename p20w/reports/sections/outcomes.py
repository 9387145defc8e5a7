"""What the headline figures share: which pool of cohorts is told, rows of it, and cells that hold small groups back.

Here: the choice and the formatting. Not here: pooling (`dbt/macros/periods.sql`), which figures are shown (leavers,
career, college_work).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from p20w.reports import charts
from p20w.reports.blocks import Cell
from p20w.reports.headlines import PoolOutcome
from p20w.reports.masking import LEFT_OUT, NO_SHARE, Mask, Share
from p20w.reports.sections.corrected import NOT_HELD, AtWork, at_work

IN_COLLEGE, AT_WORK = "in college", "at work"


@dataclass(frozen=True)
class LeaverOutcome(PoolOutcome):
    """Those who left in one way."""

    mart = "high_school_leaver_outcomes"
    headline = "leavers"

    leaver_type: str


@dataclass(frozen=True)
class ClusterOutcome(PoolOutcome):
    """Those who took career and technical education alike, in one career cluster or in all."""

    mart = "cte_program_outcomes"
    headline = "clusters"

    cte_group: str
    career_cluster: str
    career_cluster_title: str


@dataclass(frozen=True)
class Pool:
    """One group over the cohorts of a pool, so many years after leaving. Wages are in dollars of the year `dollars`."""

    name: str
    cohorts: str
    years: int
    size: str
    at_work: AtWork
    in_college: Share
    unseen: Cell
    wages: str
    dollars: int


def newest(outcomes: Sequence[PoolOutcome]) -> str:
    """The newest pool whose outcome is complete, one with every outcome held if there is any; else an empty text."""
    mature = [item for item in outcomes if item.is_mature]
    whole = {item.leaver_cohort for item in mature if None not in (item.persons_employed, item.persons_enrolled)}
    some = {item.leaver_cohort for item in mature if (item.persons_employed, item.persons_enrolled) != (None, None)}
    return max(whole or some, default="")


def pool(name: str, item: PoolOutcome, mask: Mask, size: str | None = None) -> Pool:
    """One group's row in words.

    Args:
        name: what the group is called.
        item: its row.
        mask: what is too small to show.
        size: words for the number of people, where it was rounded together with others (`sizes`).
    """
    median = item.median_annual_wages_reweighted_real_usd or item.median_annual_wages_real_usd
    return Pool(
        name,
        item.leaver_cohort,
        item.years_since_leaving,
        size or mask.people(item.persons),
        at_work(mask, item),
        split(mask, item.persons_enrolled, item.persons),
        unseen(mask, item.persons, item.persons_not_observable, item.persons_employed, item.persons_enrolled),
        wages(mask, item.persons_employed, median, item.median_annual_wages_usd),
        item.price_base_year,
    )


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


def wages(mask: Mask, earners: int | None, amount: Decimal | None, as_paid: Decimal | None = None) -> str:
    """A median in words, rounded to $100 and only for enough earners; without one, as it was paid, and that is said."""
    if earners is None:
        return NOT_HELD
    told = amount or as_paid
    if told is None:
        return NO_SHARE
    if earners < mask.floor:
        return LEFT_OUT
    return f"${int((told + 50) // 100 * 100):,}{'' if amount else ' as paid'}"


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
