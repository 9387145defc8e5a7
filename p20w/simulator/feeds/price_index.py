"""`price_index`: consumer prices of a quarter, in the columns of the Bureau of Labor Statistics.

Here: lines with the bureau's blanks around ids and values; files that come before the quarter's last month, or with a
value that is corrected later. Not here: prices (`prices`).
"""

from collections.abc import Iterator
from typing import Literal

import polars as pl

from p20w.simulator.calendar import label_of, last_day, year_and_quarter
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed
from p20w.simulator.prices import NEVER_COLLECTED, SERIES, PriceSeries, price
from p20w.simulator.randomness import keyed_uniform
from p20w.simulator.world import World

NAME = "price_index"
FirstMonth = Literal["right", "wrong", "corrected"]
_MISPRINT = 1.004


def due(world: World, quarter: int) -> Iterator[Due]:
    """Every quarter; a second time where the first file came too early, or held a wrong value."""
    rates, label, end = world.profile.public_figures, label_of(quarter), last_day(quarter)
    draw = float(keyed_uniform(world.seed, "prices come", quarter))
    if draw < rates.prices_early:
        yield Due(label, end + 8, lambda: content(quarter, months=2))
        yield Due(label, end + 60, lambda: content(quarter), submission=2)
    elif draw < rates.prices_early + rates.prices_corrected:
        yield Due(label, end + 16, lambda: content(quarter, first_month="wrong"))
        yield Due(label, end + 60, lambda: content(quarter, first_month="corrected"), submission=2)
    else:
        yield Due(label, end + 16, lambda: content(quarter))


def content(quarter: int, months: int = 3, first_month: FirstMonth = "right") -> Content:
    """One line a series and month; in the last quarter also the average of the year.

    Args:
        quarter: the quarter's number.
        months: how many of its months are published by then.
        first_month: whether the nation's first month is right, to be corrected later, or corrected.
    """
    year, number = year_and_quarter(quarter)
    lines: list[tuple[str, str, str, str]] = []
    for series in SERIES:
        for month in range(number * 3 - 2, number * 3 - 2 + months):
            if series.has(month):
                is_first = series is SERIES[0] and month == number * 3 - 2
                value = _value(series, year, month, first_month if is_first else "right")
                lines.append((series.series_id, f"M{month:02d}", *value))
        if number == 4 and months == 3:
            lines.append((series.series_id, "M13", _right(_average(series, year)), ""))
    frame = pl.DataFrame(
        {
            "series_id": [f"{line[0]:<17}" for line in lines],
            "year": [year] * len(lines),
            "period": [line[1] for line in lines],
            "value": [line[2] for line in lines],
            "footnote_codes": pl.Series([line[3] or None for line in lines], dtype=pl.String),
        }
    )
    return Content(frame, None, len(lines))


def _value(series: PriceSeries, year: int, month: int, how: FirstMonth) -> tuple[str, str]:
    """The value as the bureau writes it, and its footnotes."""
    if (year, month) in NEVER_COLLECTED:
        return f"{'-':>12}", "X"
    misprint = _MISPRINT if how == "wrong" else 1.0
    return _right(price(series, year, month) * misprint), "C" if how == "corrected" else ""


def _average(series: PriceSeries, year: int) -> float:
    """The mean of the months of a year that were priced."""
    months = [month for month in range(1, 13) if series.has(month) and (year, month) not in NEVER_COLLECTED]
    return sum(price(series, year, month) for month in months) / len(months)


def _right(value: float) -> str:
    return f"{value:>12.3f}"


FEED = SimulatedFeed(NAME, "Labor market information unit", due)
