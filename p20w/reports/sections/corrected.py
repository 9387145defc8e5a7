"""Shares at work as they are quoted: corrected for people whose wages could not be found, with bounds and reason.

Here: rows of a mart to words. Not here: the correction itself (`dbt/macros/selection.sql`), what is too small
(`p20w.reports.masking`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt

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
        """The share in a sentence, with its bounds."""
        if self.corrected.value is not None:
            return f"{self.corrected.share} (bounds {self.bounds})"
        return self.seen.share if self.bounds in (NO_SHARE, LEFT_OUT) else self.bounds


def at_work(mask: Mask, rows: Sequence[Outcome]) -> AtWork:
    """The forms of one group over its rows; nobody is in two of them.

    Corrected shares are averaged by persons, and their intervals as those of independent samples.
    """
    persons = sum(row.persons for row in rows)
    if not rows or any(row.persons_employed is None for row in rows):
        nothing = Share(NOT_HELD, None, NOT_HELD, mask.people(persons))
        return AtWork(nothing, nothing)
    seen = mask.share_of(sum(row.persons_employed or 0 for row in rows), persons)
    if seen.share == LEFT_OUT:
        return AtWork(seen, seen)
    least = sum(row.persons_employed or 0 for row in rows)
    most = sum(round(float(row.share_employed_upper_bound or 1) * row.persons) for row in rows)
    bounds, between = _bounds(seen, mask.share_of(most, persons), is_narrow=most - least < mask.floor)
    if reasons := sorted({row.reweighting for row in rows} - {REWEIGHTED}):
        return AtWork(seen, Share(NOT_CORRECTED, None, between=between), reasons[0], bounds)
    share, low, high = _averaged(rows, persons)
    corrected = mask.share_of(round(share * persons), persons)
    if seen.is_hidden or corrected.is_hidden:
        return AtWork(seen, corrected, bounds=bounds)
    corrected = replace(corrected, between=between)
    step = mask.step(persons)
    return AtWork(
        seen, corrected, " to ".join(percent(round(edge / step) * step, step) for edge in (low, high)), bounds
    )


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


def _averaged(rows: Sequence[Outcome], persons: int) -> tuple[float, float, float]:
    """Corrected share and the ends of its interval over several rows."""
    share, down, up = 0.0, 0.0, 0.0
    for row in rows:
        found, low, high = (
            float(edge or 0)
            for edge in (
                row.share_employed_reweighted,
                row.share_employed_reweighted_low,
                row.share_employed_reweighted_high,
            )
        )
        share += row.persons * found
        down += (row.persons * (found - low)) ** 2
        up += (row.persons * (high - found)) ** 2
    share /= persons
    return share, max(0.0, share - sqrt(down) / persons), min(1.0, share + sqrt(up) / persons)
