"""`ps_award`: the higher-education board's awards of a year.

Here: lines of certificates and degrees. Not here: earning them (`terms`).
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from p20w.simulator.calendar import day, school_year_label
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed
from p20w.simulator.feeds.text import dates, numbers, pick
from p20w.simulator.terms import AWARD_LEVELS
from p20w.simulator.world import World

_TITLES = [
    "Certificate", "Certificate", "Diploma", "Associate of Science", "Bachelor of Science", "Master of Science",
    "Doctor of Philosophy",
]  # fmt: skip


def due(world: World, quarter: int) -> Iterator[Due]:
    """Once a year, after the summer term."""
    if world.term is not None and world.term.name == "Summer":
        year = quarter // 4
        yield Due(school_year_label(year), day(year, 9, 15), lambda: content(world, year, quarter))


def content(world: World, school_year: int, moment: int) -> Content:
    """One line a certificate or degree; id only."""
    table, enrollees, places = world.awards, world.enrollees, world.places
    rng = world.rng("award file", moment)
    college = enrollees["college"][table["enrollee"]].astype(np.int64)
    order = np.lexsort((rng.random(table.size), college))
    row, level = table["enrollee"][order], table["level"][order]
    frame = pl.DataFrame(
        {
            "InstitutionIpedsUnitId": pick(places.colleges, college[order]),
            "StudentIdentifierInstitution": "S" + numbers(enrollees["number"][row], 8),
            "AcademicAwardDate": dates(table["on"][order]),
            "AcademicAwardLevelConferred": pick(list(AWARD_LEVELS), level),
            "AcademicAwardTitle": pick(_TITLES, level),
            "CipCode": pick(places.cips, table["cip"][order]),
            "SchoolYear": np.full(table.size, school_year),
        }
    )
    return Content(frame, table["person"][order] + 1, table.size)


FEED = SimulatedFeed("ps_award", "Higher education board data steward", due)
