"""Consumer prices of the state's world, month by month.

Here: the published yearly averages as a path of months, and how other areas differ from the nation. Not here: the file
of an agency (`feeds.price_index`).
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from p20w.simulator.geography import read_seed
from p20w.simulator.randomness import Floats

NEVER_COLLECTED = frozenset({(2025, 10)})
"""Months (year, month) without prices: the Bureau of Labor Statistics published none for October 2025."""
_LAST = 2060  # prices go on rising as in the last year that was published
_ROUNDS = 40


@dataclass(frozen=True)
class PriceSeries:
    """One series: its id, its level beside the nation's (our own assumption), and whether odd months are left out."""

    series_id: str
    level: float
    every_other_month: bool = False

    def has(self, month: int) -> bool:
        """Whether the month (1 to 12) is priced."""
        return not self.every_other_month or month % 2 == 0


SERIES = (
    PriceSeries("CUUR0000SA0", 1.0),  # U.S. city average
    PriceSeries("CUUR0400SA0", 1.06),  # the West
    PriceSeries("CUURS49ZSA0", 1.11, every_other_month=True),  # the state's large city; no such area exists
)


def price(series: PriceSeries, year: int, month: int) -> float:
    """The index of a month, 1982-84 = 100, three decimals as published.

    Raises:
        ValueError: the month lies before the first year of `ref_price_index`.
    """
    first, path = _path()
    if not 0 <= year - first < len(path):
        raise ValueError(f"no prices are known of {year}")
    return round(float(path[year - first, month - 1]) * series.level, 3)


@cache
def _path() -> tuple[int, Floats]:
    """First year, and the nation's index by year and month; the months of a year average to the published figure."""
    rows = read_seed("ref_price_index")
    known = [float(row["cpi_u"]) for row in rows]
    first = int(rows[0]["year"])
    growth = known[-1] / known[-2]
    ahead = _LAST - first + 1 - len(known)
    yearly = np.array(known + [known[-1] * growth**number for number in range(1, ahead + 1)])
    months = np.arange(len(yearly) * 12)
    middles = np.arange(len(yearly)) * 12 + 5.5
    knots = yearly.copy()
    for _ in range(_ROUNDS):  # a straight line from July to July misses the yearly average a little: move its ends
        knots += yearly - np.interp(months, middles, knots).reshape(-1, 12).mean(axis=1)
    return first, np.interp(months, middles, knots).reshape(-1, 12)
