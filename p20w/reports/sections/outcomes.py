"""What the headline figures share: cohorts taken together, and cells that hold small groups back.

Here: pooling and formatting. Not here: which figures are shown (leavers, career, college_work).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from p20w.reports.blocks import Cell
from p20w.reports.headlines import ClusterOutcome, LeaverOutcome
from p20w.reports.masking import FLOOR, LEFT_OUT, NO_SHARE, Share, is_small, people, share_of

IN_COLLEGE, AT_WORK = "in college", "at work"
COHORTS = 5
"""Cohorts taken together, so that a small state has groups large enough to show, and one odd year does not lead."""
NOT_HELD = "not on file"

Outcome = LeaverOutcome | ClusterOutcome


@dataclass(frozen=True)
class Pool:
    """One group over several cohorts, so many years after leaving. Wages are those of the newest cohort."""

    name: str
    cohorts: str
    years: int
    persons: int
    employed: int | None
    enrolled: int | None
    unseen: int | None
    wages: Decimal | None
    earners: int | None

    @property
    def at_work(self) -> Share:
        """Share with wages."""
        return split(self.employed, self.persons)

    @property
    def in_college(self) -> Share:
        """Share enrolled."""
        return split(self.enrolled, self.persons)


def cohorts_of(outcomes: Sequence[Outcome]) -> list[str]:
    """The newest cohorts whose outcome is complete, oldest first; those with every outcome held go before others."""
    mature = [item for item in outcomes if item.is_mature]
    whole = {item.leaver_cohort for item in mature if None not in (item.persons_employed, item.persons_enrolled)}
    some = {item.leaver_cohort for item in mature if (item.persons_employed, item.persons_enrolled) != (None, None)}
    return sorted(whole or some)[-COHORTS:]


def pool(name: str, outcomes: Sequence[Outcome], cohorts: Sequence[str]) -> Pool | None:
    """One group's rows of these cohorts as one; None when it has none. Nobody is in two cohorts."""
    rows = sorted((item for item in outcomes if item.leaver_cohort in cohorts), key=lambda item: item.leaver_cohort)
    if not rows:
        return None
    newest = rows[-1]
    return Pool(
        name,
        cohorts[0] if len(cohorts) == 1 else f"{cohorts[0]} to {cohorts[-1]}",
        newest.years_since_leaving,
        sum(item.persons for item in rows),
        _sum([item.persons_employed for item in rows]),
        _sum([item.persons_enrolled for item in rows]),
        _sum([item.persons_not_observable for item in rows]),
        newest.median_annual_wages_usd,
        newest.persons_employed,
    )


def _sum(counts: Sequence[int | None]) -> int | None:
    return None if None in counts else sum(count or 0 for count in counts)


def split(part: int | None, whole: int) -> Share:
    """A part of a group, or that its feed is not held."""
    return share_of(part, whole) if part is not None else Share(NOT_HELD, people(whole), NOT_HELD, None)


def unseen(whole: int, part: int | None, *others: int | None) -> Cell:
    """Share that could not be seen; held back when it would tell a small number who were seen but not found."""
    if part is None:
        return Cell(NOT_HELD, "calm")
    gives_away = any(is_small(whole - part - other) for other in others if other is not None)
    share = share_of(part, whole, also_small=gives_away)
    return Cell(share.share, None if share.value is None or share.value < 0.25 else "warn")


def wages(amount: Decimal | None, earners: int | None) -> str:
    """A median in words, rounded to $100 and only for enough earners."""
    if earners is None:
        return NOT_HELD
    if amount is None:
        return NO_SHARE
    return LEFT_OUT if earners < FLOOR else f"${int((amount + 50) // 100 * 100):,}"


def is_shown(item: Pool) -> bool:
    """Whether anything can be said of a group beyond that it is too small."""
    return {item.at_work.share, item.in_college.share} - {LEFT_OUT, NOT_HELD} != set()


def bars(pools: Sequence[tuple[str, Pool]]) -> list[dict[str, object]]:
    """Bars of work and college for groups named as on the chart; a hidden share has words and no length."""
    return [
        {"group": group, "series": name, "value": share.value or 0, "label": _label(name, share)}
        for group, item in pools
        for name, share in ((IN_COLLEGE, item.in_college), (AT_WORK, item.at_work))
        if share.share != NOT_HELD
    ]


def _label(name: str, share: Share) -> str:
    if share.value is not None:
        return f"{share.value:.0%} {name}"
    return f"{name}: too few to show" if share.share == LEFT_OUT else f"{share.share} {name}"


def said(item: Pool) -> str:
    """A group's two shares in a sentence."""
    parts = [
        f"{share.share} {name}"
        for name, share in ((IN_COLLEGE, item.in_college), (AT_WORK, item.at_work))
        if share.share not in (NOT_HELD, LEFT_OUT)
    ]
    return " and ".join(parts) or "too few people to show"
