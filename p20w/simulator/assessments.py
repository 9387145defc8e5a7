"""Statewide tests in the spring: who takes which, and how it goes.

Here: a school year's tests with scores. Not here: the file of an agency (`feeds.k12_assessment`), courses (`courses`).

English and mathematics in grades 3 to 8 and once in high school, science once in each span of grades, at most 1 % of
the tested in the alternate test, and 95 % to be tested (20 USC 6311(b)(2) and (c)(4)(E)). Nobody was tested in spring
2020, when the Department of Education waived the tests of all states. Shares by level are near those of California's
Smarter Balanced tests (2018-19: 51 % met the standard in English, 40 % in mathematics, 30 % in science; 2021-22: 47,
33 and 29 %); rounded from general knowledge of them: open them before you rely on a figure. That 87 % were tested in
2021, and the distances between groups, are assumptions.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from p20w.simulator.calendar import day
from p20w.simulator.randomness import Floats, Ints, keyed_uniform
from p20w.simulator.spells import poverty
from p20w.simulator.table import Column
from p20w.simulator.world import World, chance

ENGLISH, MATH, SCIENCE = range(3)
TOOK, INVALID, ABSENT, REFUSED, MEDICAL = range(5)
WAIVED = 2020
"""The school year without tests."""
GRADES = {ENGLISH: (3, 4, 5, 6, 7, 8, 11), MATH: (3, 4, 5, 6, 7, 8, 11), SCIENCE: (5, 8, 11)}
_CUTS = (-0.60, 0.05, 0.95)
"""In standard deviations, where the second, third and fourth level begin."""
_MEANS = {ENGLISH: 0.0, MATH: -0.22, SCIENCE: -0.45}
_SINCE_2021 = {ENGLISH: -0.10, MATH: -0.19, SCIENCE: -0.06}
_ABILITY, _POOR, _LEARNS_ENGLISH, _DISABLED = 0.72, -0.30, -0.80, -0.75
_RAISED = 0.34
"""What the groups' lower scores take from the mean of all."""
_ALTERNATE = 0.065
"""Of students with a disability."""
_TESTED, _TESTED_2021, _TESTED_2022 = 0.972, 0.87, 0.955
_HIGH_SCHOOL = 0.06
"""More of them do not come in grade 11."""


@dataclass(frozen=True)
class Sittings:
    """One entry a student, test and subject; parallel arrays.

    `row` is one of `world.spells`; `on` a day number; `status` from TOOK to MEDICAL; `score` in standard deviations.
    """

    row: Column
    subject: Column
    is_alternate: npt.NDArray[np.bool_]
    status: Column
    on: Column
    score: Floats


def take_tests(world: World, school_year: int) -> Sittings:
    """Everybody enrolled in the spring of the school year that has just closed; the same whenever it is asked."""
    spells, rng = world.spells, world.rng("statewide tests", school_year)
    grade, rows = spells["grade"].astype(np.int64), np.arange(spells.size)
    row = np.concatenate([rows[np.isin(grade, GRADES[subject])] for subject in GRADES])
    subject = np.repeat(list(GRADES), [np.isin(grade, GRADES[subject]).sum() for subject in GRADES])
    on = _days(world, row, subject, school_year)
    there = (spells["entry"][row] <= on) & (spells["exit"][row] > on)
    row, subject, on = row[there], subject[there], on[there]
    status = np.full(len(row), TOOK)
    misses = ~chance(rng, _tested(school_year) - _HIGH_SCHOOL * (grade[row] == 11), len(row))
    status[misses] = rng.choice([ABSENT, REFUSED, MEDICAL], int(misses.sum()), p=[0.55, 0.40, 0.05])
    status[~misses & chance(rng, 0.002, len(row))] = INVALID
    person = spells["person"][row].astype(np.int64)
    disabled = world.people["idea"][person] == 1
    alternate = disabled & (keyed_uniform(world.seed, "alternate test", person) < _ALTERNATE)
    return Sittings(row, subject, alternate, status, on, _score(world, rng, person, subject, school_year))


def scale(score: Floats, is_alternate: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Scale scores: 300 to 900 around 600, of the alternate test 100 to 200 around 150."""
    general, other = np.clip(np.floor(600 + 60 * score), 300, 900), np.clip(np.floor(150 + 12 * score), 100, 200)
    return np.where(is_alternate, other, general).astype(np.int64)


def level_of_scale(points: Ints, is_alternate: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Levels 0 to 3 of scale scores."""
    return np.where(
        is_alternate,
        np.searchsorted(np.floor(150 + 12 * np.array(_CUTS)), points, side="right"),
        np.searchsorted(np.floor(600 + 60 * np.array(_CUTS)), points, side="right"),
    )


def _days(world: World, row: Ints, subject: Ints, school_year: int) -> npt.NDArray[np.int64]:
    """Weekdays between the end of March and the middle of May, by school, grade and subject."""
    school, grade = world.spells["school"][row], world.spells["grade"][row]
    place = keyed_uniform(world.seed, "day of test", school, grade, subject, school_year)
    on = day(school_year, 3, 25) + (place * 50).astype(np.int64)
    weekday = (on + 3) % 7  # day 0 was a Thursday
    return on - np.maximum(weekday - 4, 0)


def _tested(school_year: int) -> float:
    if school_year == 2021:
        return _TESTED_2021
    return _TESTED if school_year < 2021 else _TESTED_2022


def _score(world: World, rng: np.random.Generator, person: Ints, subject: Ints, school_year: int) -> Floats:
    """Standard deviations from the mean of all students before 2020; one's subjects and years go together."""
    people = world.people
    liking = keyed_uniform(world.seed, "good at", person, subject) * 2 - 1
    mean = np.array([_MEANS[code] + _SINCE_2021[code] * (school_year > WAIVED) for code in GRADES])[subject]
    return (
        mean
        + _RAISED
        + _ABILITY * people["ability"][person]
        + 0.5 * liking
        + _POOR * poverty(world, person)
        + _LEARNS_ENGLISH * people["english_learner"][person]
        + _DISABLED * people["idea"][person]
        + 0.38 * rng.standard_normal(len(person))
    ).astype(np.float64)
