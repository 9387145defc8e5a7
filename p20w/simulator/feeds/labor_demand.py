"""`labor_demand`: what the labor market information unit published in a quarter.

Here: employment and wages of May (second quarter), projections (third quarter of even years) and postings of each
month, with what is held back, rounded or restated. Not here: the figures themselves (`labor_market`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
import polars as pl

from p20w.simulator.calendar import label_of, last_day, year_and_quarter
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed
from p20w.simulator.labor_market import (
    ALL,
    OCCUPATIONS,
    PERCENTILES,
    Area,
    Demand,
    areas,
    employment,
    openings,
    postings,
    wage,
)
from p20w.simulator.randomness import keyed_uniform
from p20w.simulator.world import World

NAME = "labor_demand"
FEWEST = 10  # workers that are told; counts are rounded to tens, as in the national statistics
_FEWEST_PAID = 3  # whose wages are told, also where their count is not
_FIRST_COUNT = 0.96  # of a month's postings, before the last ones of it have been collected


@dataclass(frozen=True)
class Line:
    """One figure as the file has it."""

    area: str
    soc: str
    measure: str
    year: int
    value: str
    period: str = "A01"
    projected_year: int | None = None
    education: int | None = None


def highest_wage(year: int) -> int:
    """Dollars an hour from which no wage is told (Occupational Employment and Wage Statistics, by year)."""
    return 90 if year < 2016 else 100 if year < 2022 else 115


def due(world: World, quarter: int) -> Iterator[Due]:
    """Every quarter."""
    yield Due(label_of(quarter), last_day(quarter) + 25, lambda: content(world, quarter))


def content(world: World, quarter: int) -> Content:
    """One line a figure: each quarter postings, in the second also wages, in the third of even years projections."""
    year, number = year_and_quarter(quarter)
    population = len(world.here())
    lines = list(_postings(world, population, quarter))
    if number == 2:
        lines += _wages(world, population, year - 1)
    if number == 3 and year % 2 == 0:
        lines += _projections(world, population, year - 2)
    frame = pl.DataFrame(
        {
            "area_fips": [line.area for line in lines],
            "occ_code": [line.soc for line in lines],
            "measure_code": [line.measure for line in lines],
            "year": [line.year for line in lines],
            "period": [line.period for line in lines],
            "proj_year": pl.Series([line.projected_year for line in lines], dtype=pl.Int64),
            "value": [line.value for line in lines],
            "typical_ed": pl.Series([line.education for line in lines], dtype=pl.Int64),
        }
    )
    return Content(frame, None, len(lines))


def _in_areas(world: World, population: int, year: int) -> Iterator[tuple[Area, Demand, float]]:
    """Occupations that somebody has in an area, with how many."""
    for area, item in product(areas(), OCCUPATIONS):
        workers = employment(world.seed, population, area, item, year)
        if workers >= 1:
            yield area, item, workers


def _wages(world: World, population: int, year: int) -> Iterator[Line]:
    """Employment and wages of May of a year; stars stand for what is not told, # for what is above the highest."""
    for area, item, workers in _in_areas(world, population, year):
        counted = "**" if workers < FEWEST else str(round(workers / 10) * 10)
        yield Line(area.fips, item.soc, "EMP", year, counted)
        poor = keyed_uniform(world.seed, "poor estimate", int(area.fips), OCCUPATIONS.index(item), year)
        for statistic in PERCENTILES:
            hourly = wage(area, item, statistic, year)
            told = "#" if hourly >= highest_wage(year) else f"{hourly:.2f}"
            unknown = workers < _FEWEST_PAID or item.by_year or poor < world.profile.public_figures.wage_not_told
            yield Line(area.fips, item.soc, "H" + statistic.upper(), year, "*" if unknown else told)


def _projections(world: World, population: int, year: int) -> Iterator[Line]:
    """Employment of a year and of ten years later, with yearly openings; small ones are not told."""
    for area, item, workers in _in_areas(world, population, year):
        said = {"PBASE": workers, "PPROJ": workers * (1 + item.growth)}
        said |= {f"O{kind[:4].upper()}": count for kind, count in openings(item, workers).items()}
        for measure, count in said.items():
            value = "**" if workers < FEWEST else str(round(count))
            yield Line(area.fips, item.soc, measure, year, value, "A01", year + 10, item.education)


def _postings(world: World, population: int, quarter: int) -> Iterator[Line]:
    """Postings of the quarter's months, and once more of the month before it; with the vendor's longer codes."""
    year, number = year_and_quarter(quarter)
    moments = np.arange(4) + year * 12 + number * 3 - 4
    for area, item, workers in _in_areas(world, population, year):
        if item.soc == ALL:
            continue
        for moment in moments.tolist():
            of, month = divmod(moment, 12)
            count = postings(world.seed, workers, area, item, of, month + 1)
            told = int(count * _FIRST_COUNT) if moment == moments[-1] else count
            yield Line(area.fips, f"{item.soc}.00", "POST", of, str(told), f"M{month + 1:02d}")


FEED = SimulatedFeed(NAME, "Labor market information unit", due)
