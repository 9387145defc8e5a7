"""`k12_assessment`: the state education agency's results of statewide tests, in summer and in some years once more.

Here: lines with the habits of the testing vendor and of districts. Not here: who takes a test, and how it goes
(`assessments`).
"""

from collections.abc import Iterator
from functools import partial

import numpy as np
import polars as pl

from p20w.simulator.assessments import INVALID, TOOK, WAIVED, level_of_scale, scale, take_tests
from p20w.simulator.calendar import day, school_year_label
from p20w.simulator.feeds.order import filed, is_late
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed, and_again
from p20w.simulator.feeds.text import numbers, pick, slashed
from p20w.simulator.randomness import keyed_uniform
from p20w.simulator.records import state_ids
from p20w.simulator.world import NEVER, World, chance

NAME = "k12_assessment"
_KINDS, _SUBJECTS, _STATUSES = ["REG", "ALT"], ["ELA", "MTH", "SCI"], ["P", "INV", "ABS", "REF", "MED"]
_HELP = ["", "PRES", "RESP", "SET", "TIME"]
_OCTOBER = (10, 1)


def due(world: World, quarter: int) -> Iterator[Due]:
    """In August; in some years again in November, with the districts that came late and scores that were corrected."""
    year, position = divmod(quarter, 4)
    if position == 1 and year != WAIVED:
        again = bool(world.rng("tests scored again", year).random() < world.profile.statewide_tests.restated)
        on, later = day(year, 8, 25), day(year, 11, 10)
        yield from and_again(school_year_label(year), on, later, partial(content, world, year), comes=again)


def content(world: World, school_year: int, *, lacking: bool = False) -> Content:
    """One line a student, kind of test and subject; before the corrections where it is `lacking`."""
    spells, students, people, places = world.spells, world.students, world.people, world.places
    rates, rng = world.profile.statewide_tests, world.rng("test file", school_year * 2 + lacking)
    tests = take_tests(world, school_year)
    lea = places.lea_of_school[spells["school"][tests.row]]
    told = np.arange(len(tests.row))
    if lacking:
        told = told[~is_late(world, "district tests late", lea, school_year, rates.late_districts)]
    told = told[filed(rng, spells["school"][tests.row[told]], rates.filed_twice)]
    row, status, lea, count = tests.row[told], tests.status[told], lea[told], len(told)
    person, alternate = spells["person"][row].astype(np.int64), tests.is_alternate[told]
    points = scale(tests.score[told], alternate)
    if lacking:
        wrong = keyed_uniform(world.seed, "scored wrong", person, tests.subject[told], school_year) < rates.scored_wrong
        points = np.maximum(points - 9 * wrong, np.where(alternate, 100, 300))
    has_score = status == TOOK
    stray = chance(rng, rates.score_without_test, count) & ~has_score
    shown = has_score | stray
    unknown = "*" if rng.random() < rates.stars else None
    level = pick(
        [*(f"{number}  " for number in range(1, 5)), ""], np.where(shown, level_of_scale(points, alternate), 4)
    )
    score = numbers(np.where(shown, points, -1), 3)
    helped = (people["idea"][person] == 1) | (people["english_learner"][person] == 1)
    helped &= keyed_uniform(world.seed, "accommodated", person) < rates.accommodated
    kind = 1 + (keyed_uniform(world.seed, "accommodation", person) * 4).astype(np.int64)
    grade = numbers(spells["grade"][row], 2)
    if rng.random() < rates.zeros_lost:
        grade = grade.str.strip_chars_start("0")
    state_id = state_ids(rng, students["state_id"][spells["student"][row]], rates.id_mistyped)
    frame = pl.DataFrame(
        {
            "StudentIdentifierState": numbers(state_id, 10),
            "SchoolIdentifierSea": pick(places.schools, spells["school"][row]),
            "LeaIdentifierSeaAccountability": pick(places.leas, lea),
            "SchoolYear": np.full(count, school_year),
            "AssessmentTypeAdministered": pick(_KINDS, alternate.astype(np.int64)),
            "AssessmentAcademicSubject": pick(_SUBJECTS, tests.subject[told]),
            "GradeLevelWhenAssessed": grade,
            "AssessmentParticipationStatus": pick(_STATUSES, status),
            "AssessmentAdministrationStartDate": slashed(np.where(status <= INVALID, tests.on[told], NEVER)),
            "ScoreValue": score.fill_null(pl.lit(unknown, pl.String)),
            "AssessmentPerformanceLevelIdentifier": level.fill_null(pl.lit(unknown, pl.String)),
            "AssessmentAccommodationCategory": pick(_HELP, np.where(helped & (status <= INVALID), kind, 0)),
            "StateFullAcademicYear": pick(
                ["N", "Y"], (spells["entry"][row] <= day(school_year - 1, *_OCTOBER)).astype(np.int64)
            ),
        }
    )
    return Content(frame, person + 1, count)


FEED = SimulatedFeed(NAME, "SEA data steward", due)
