"""Shares at work as they are quoted: corrected for people whose wages could not be found, with bounds and reason.

Here: rows of a mart to words. Not here: the correction itself (`dbt/macros/selection.sql`), what is too small
(`p20w.reports.masking`).
"""

from dataclasses import dataclass, replace

from p20w.reports.headlines import Outcome
from p20w.reports.masking import LEFT_OUT, NO_SHARE, Mask, Share, percent

NOT_HELD, NOT_CORRECTED = "not on file", "not corrected"
REWEIGHTED = "reweighted"


@dataclass(frozen=True)
class AtWork:
    """One group's share at work in its forms, ready to print."""

    seen: Share
    """Those found at work, of all: never too high."""
    corrected: Share
    """The share to quote; where there is none, the range that the bounds leave."""
    interval: str = NO_SHARE
    """95 % interval of the corrected share, which allows for chance alone; without one, why there is none."""
    bounds: str = NO_SHARE
    """If none, and if all, of those whose wages could not be found were at work: no assumption at all."""

    @property
    def said(self) -> str:
        """The share in a sentence, with its bounds; without a corrected one, the bounds."""
        if self.corrected.value is not None:
            return f"{self.corrected.share} (bounds {self.bounds})"
        return self.bounds if self.corrected.share == NOT_CORRECTED else self.corrected.share


def at_work(mask: Mask, row: Outcome) -> AtWork:
    """The forms of one group."""
    if row.persons_employed is None:
        nothing = Share(NOT_HELD, None, NOT_HELD, mask.people(row.persons))
        return AtWork(nothing, nothing)
    seen = mask.share_of(row.persons_employed, row.persons)
    if seen.share == LEFT_OUT:
        return AtWork(seen, seen)
    most = round(float(row.share_employed_upper_bound or 1) * row.persons)
    is_narrow = most - row.persons_employed < mask.floor
    bounds, between = _bounds(seen, mask.share_of(most, row.persons), is_narrow=is_narrow)
    if row.reweighting != REWEIGHTED:
        return AtWork(seen, Share(NOT_CORRECTED, None, between=between), row.reweighting, bounds)
    corrected = mask.share_of(round(float(row.share_employed_reweighted or 0) * row.persons), row.persons)
    if seen.is_hidden or corrected.is_hidden:
        return AtWork(seen, corrected, bounds=bounds)
    step = mask.step(row.persons)
    ends = (row.share_employed_reweighted_low, row.share_employed_reweighted_high)
    interval = " to ".join(percent(round(float(end or 0) / step) * step, step) for end in ends)
    return AtWork(seen, replace(corrected, between=between), interval, bounds)


def _bounds(seen: Share, highest: Share, is_narrow: bool) -> tuple[str, tuple[float, float]]:
    """Words for both bounds, and their place on a chart; narrow if few could not be found."""
    low = seen.value if seen.value is not None else (seen.between or (0.0, 1.0))[0]
    high = highest.value if highest.value is not None else (highest.between or (0.0, 1.0))[1]
    if seen.value is not None and is_narrow:
        return f"{seen.share} or little more", (low, low)
    if seen.value is not None and highest.value is not None:
        return f"{seen.share} to {highest.share}", (low, high)
    if seen.value is not None:
        return f"{seen.share} or more", (low, high)
    return (seen.share if highest.value is None else f"up to {highest.share}"), (low, high)
