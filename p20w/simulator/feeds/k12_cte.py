"""`k12_cte`: the state education agency's year of career and technical education.

Here: lines with districts' own ways of counting. Not here: taking part (`schooling`).
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from p20w.simulator.calendar import day, first_school_day, last_school_day, school_year_label
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed
from p20w.simulator.feeds.text import dates, numbers, pick
from p20w.simulator.programs import MEN_CLUSTERS, WOMEN_CLUSTERS
from p20w.simulator.randomness import keyed_uniform
from p20w.simulator.world import World


def due(world: World, quarter: int) -> Iterator[Due]:
    """Once a school year, in August."""
    year, position = divmod(quarter, 4)
    if position == 1:
        yield Due(school_year_label(year), day(year, 8, 10), lambda: content(world, year, quarter))


def content(world: World, school_year: int, moment: int) -> Content:
    """One line a pupil, program and school year, at the school attended last."""
    people, spells, students, places = world.people, world.spells, world.students, world.places
    rng = world.rng("cte file", moment)
    attended = (spells["grade"] >= 9) & (spells["exit"] > spells["entry"])
    last_spell = np.full(people.size, -1)
    rows = np.flatnonzero(attended)
    last_spell[spells["person"][rows]] = rows  # spells are in the order of entry
    person = np.flatnonzero((last_spell >= 0) & (people["cte_year"] == school_year) & (people["cte_cip"] >= 0))
    row = last_spell[person]
    school = spells["school"][row].astype(np.int64)
    order = np.lexsort((rng.random(len(person)), school))
    person, row, school = person[order], row[order], school[order]
    lea = places.lea_of_school[school]
    courses, cip = people["cte_courses"][person], people["cte_cip"][person]
    cluster = places.cluster_of_cip[cip]
    odd = keyed_uniform(world.seed, "district counts courses its own way", lea)
    wrong = world.profile.districts.wrong_concentrator_rule
    needed = np.where(odd < wrong / 2, 1, np.where(odd < wrong, 3, 2))
    woman = people["sex"][person] == 1
    starts, ends = np.maximum(spells["entry"][row], first_school_day(school_year)), last_school_day(school_year)
    frame = pl.DataFrame(
        {
            "StudentIdentifierState": numbers(students["state_id"][spells["student"][row]], 10),
            "LeaIdentifierSeaAccountability": pick(places.leas, lea),
            "SchoolIdentifierSea": pick(places.schools, school),
            "SchoolYear": np.full(len(person), school_year),
            "CipCode": pick(places.cips, cip),
            "CareerCluster": numbers(cluster, 2),
            "ProgramParticipationStartDate": dates(starts),
            "ProgramParticipationExitDate": dates(np.minimum(spells["exit"][row], ends)),
            "CteCoursesPassed": people["cte_passed"][person],
            "CteParticipant": np.ones(len(person), dtype=np.int8),
            "CteConcentrator": (courses >= needed).astype(np.int8),
            "CteCompleter": (courses >= 3).astype(np.int8),
            "NonTraditionalGenderStatus": np.where(
                woman, np.isin(cluster, MEN_CLUSTERS), np.isin(cluster, WOMEN_CLUSTERS)
            ).astype(np.int8),
        }
    )
    return Content(frame, person + 1, len(person))


FEED = SimulatedFeed("k12_cte", "SEA career and technical education office", due)
