"""`living_wage`: what a year's living costs by county and household, once a year.

Here: lines as a spreadsheet leaves them, and a year that is calculated anew. Not here: the figures (`living_wages`).
"""

from collections.abc import Iterator
from itertools import product

import numpy as np
import polars as pl

from p20w.simulator.calendar import as_date, last_day
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed
from p20w.simulator.living_wages import HOUSEHOLDS, living_wage
from p20w.simulator.randomness import keyed_uniform
from p20w.simulator.world import World, chance

NAME = "living_wage"
_OLD_METHOD = 0.97  # of what families with children need, by the figures for child care of the year before
_HOURS = 2080


def due(world: World, quarter: int) -> Iterator[Due]:
    """After the end of the year; a second time where the figures were calculated anew."""
    if quarter % 4 != 3:
        return
    year, end = quarter // 4, last_day(quarter)
    label = as_date(end).isoformat()
    anew = float(keyed_uniform(world.seed, "living wages anew", year)) < world.profile.public_figures.wages_anew
    yield Due(label, end + 55, lambda: content(world, year, is_old=anew))
    if anew:
        yield Due(label, end + 160, lambda: content(world, year), submission=2)


def content(world: World, year: int, *, is_old: bool = False) -> Content:
    """One line a county and kind of household; a few with a year's wage in the place of an hour's."""
    rates, rng = world.profile.public_figures, world.rng("living wages", year)
    lines = list(product(world.places.counties, HOUSEHOLDS))
    by_year = chance(rng, rates.yearly_wages, len(lines))
    loses_zeros = float(keyed_uniform(world.seed, "living wages through a spreadsheet", year)) < rates.zeros_lost
    wages = np.array([living_wage(world.seed, county, household, year) for county, household in lines])
    wages *= np.where([is_old and household.children > 0 for _, household in lines], _OLD_METHOD, 1.0)
    frame = pl.DataFrame(
        {
            "Year": [year] * len(lines),
            "CountyCode": [str(int(county[2:])) if loses_zeros else county[2:] for county, _ in lines],
            "Adults": [household.adults for _, household in lines],
            "WorkingAdults": [household.working for _, household in lines],
            "Children": [household.children for _, household in lines],
            "LivingWage": pl.Series(np.where(by_year, wages * _HOURS, wages)).cast(pl.Decimal(9, 2)),
        }
    )
    return Content(frame, None, len(lines))


FEED = SimulatedFeed(NAME, "Labor market information unit", due)
