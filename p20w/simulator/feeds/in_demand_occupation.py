"""`in_demand_occupation`: the workforce board's list of July 1, for the state and each county.

Here: which occupations have three stars and more, and how the list is written. Not here: openings and wages that the
stars are given for (`labor_market`).
"""

from collections.abc import Iterator

import polars as pl

from p20w.simulator.calendar import as_date, day
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed
from p20w.simulator.geography import read_seed
from p20w.simulator.labor_market import ALL, OCCUPATIONS, Area, Demand, areas, employment, openings, wage
from p20w.simulator.randomness import keyed_uniform
from p20w.simulator.world import World

NAME = "in_demand_occupation"
FEWEST_STARS = 3
_EVERYBODY = OCCUPATIONS[0]


def due(world: World, quarter: int) -> Iterator[Due]:
    """In July; a second time where the board adds occupations later."""
    if quarter % 4 != 2:
        return
    year, first = quarter // 4, day(quarter // 4, 7, 1)
    label = as_date(first).isoformat()
    added = float(keyed_uniform(world.seed, "list of demand grows", year)) < world.profile.public_figures.lists_amended
    yield Due(label, first + 40, lambda: content(world, year, is_whole=not added))
    if added:
        yield Due(label, first + 150, lambda: content(world, year), submission=2)


def stars(world: World, population: int, area: Area, item: Demand, year: int) -> int:
    """Stars of an occupation: for openings, growth, wages above those of all, and wages without a degree.

    Our own rule; boards combine demand and wages in about this way. There are none where nobody works in it.
    """
    workers = employment(world.seed, population, area, item, year)
    if item.soc == ALL or workers < 1:
        return 0
    rate = sum(openings(item, workers).values()) / workers
    dear = wage(area, item, "p50", year) >= wage(area, _EVERYBODY, "p50", year)
    reachable = (item.education or 0) >= 4
    noise = float(keyed_uniform(world.seed, "stars", int(area.fips), OCCUPATIONS.index(item), year)) < 0.1
    grows = item.growth >= 0.04
    pays = 0 if not dear else 2 if reachable else 1 + grows
    return min(5, (rate >= 0.10) + grows + pays + noise)


def content(world: World, year: int, *, is_whole: bool = True) -> Content:
    """One line an area and occupation; without the last of each area where the board adds it later."""
    population, rates = len(world.here()), world.profile.public_figures
    titles = {row["soc_code"]: row["soc_title"] for row in read_seed("ref_soc")}
    bare = float(keyed_uniform(world.seed, "codes without hyphen", year)) < rates.hyphens_lost
    rows: list[tuple[int, str, str, str | None, int]] = []
    for area in areas():
        given = [(item, stars(world, population, area, item, year)) for item in OCCUPATIONS]
        listed = [(item, count) for item, count in given if count >= FEWEST_STARS]
        for item, count in listed if is_whole else listed[:-1]:
            soc = item.soc.replace("-", "") if bare else item.soc
            rows.append((year, area.fips, soc, titles.get(item.soc), count))
    headers = ["ListYear", "AreaFips", "SocCode", "OccupationTitle", "Stars"]
    return Content(pl.DataFrame(rows, schema=headers, orient="row"), None, len(rows))


FEED = SimulatedFeed(NAME, "State workforce board", due)
