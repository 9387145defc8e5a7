"""`k12_course`: the state education agency's year of courses, with grades and credits.

Here: lines with districts' own scales, units and codes. Not here: who took what, and how it went (`courses`).
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

from p20w.simulator.calendar import day, school_year_label
from p20w.simulator.courses import SUBJECTS, TERMS, Classes, codes, take_courses
from p20w.simulator.feeds.order import filed
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed
from p20w.simulator.feeds.text import dates, either, hundredths, numbers, pick
from p20w.simulator.randomness import Floats, Ints, keyed_uniform
from p20w.simulator.records import state_ids
from p20w.simulator.world import World, chance

_LETTERS = ["F", "D", "D+", "C-", "C", "C+", "B-", "B", "B+", "A-", "A"]
_LEAST_POINTS = [1.0, 1.3, 1.7, 2.0, 2.3, 2.7, 3.0, 3.3, 3.7, 4.0]
_WITHDREW = "W"


def due(world: World, quarter: int) -> Iterator[Due]:
    """Once a school year, in August."""
    year, position = divmod(quarter, 4)
    if position == 1:
        yield Due(school_year_label(year), day(year, 8, 20), lambda: content(world, year, quarter))


def content(world: World, school_year: int, moment: int) -> Content:
    """One line a pupil, class and term."""
    spells, students, places, rates = world.spells, world.students, world.places, world.profile.student_courses
    rng = world.rng("course file", moment)
    classes = take_courses(world, school_year)
    order = filed(rng, spells["school"][classes.row], world.profile.districts.filed_twice)
    row, count = classes.row[order], len(order)
    lea = places.lea_of_school[spells["school"][row]]
    local = keyed_uniform(world.seed, "district has credits of its own", lea) < rates.local_credits
    unit = np.where(local, 10.0, 1.0)
    earned, worth = classes.earned[order], classes.worth[order]
    earned = np.where(chance(rng, rates.earned_over_attempted, count), worth * 2, earned)
    earned = np.where(chance(rng, rates.failed_earns, count) & (classes.points[order] == 0), worth, earned)
    state_id = state_ids(rng, students["state_id"][spells["student"][row]], rates.id_mistyped)
    grade, subject = spells["grade"][row].astype(np.int64), classes.subject[order]
    course = pick(list(SUBJECTS), subject) + numbers(grade, 2) + pl.Series(np.where(classes.is_honors[order], "H", ""))
    group = keyed_uniform(world.seed, "class of", spells["person"][row].astype(np.int64), subject) * 6
    college = classes.college[order]
    frame = pl.DataFrame(
        {
            "StudentIdentifierState": numbers(state_id, 10),
            "SchoolIdentifierSea": pick(places.schools, spells["school"][row]),
            "LeaIdentifierSeaAccountability": pick(places.leas, lea),
            "SchoolYear": np.full(count, school_year),
            "AcademicTermCode": pick(list(TERMS), classes.term[order]),
            "CourseIdentifier": course,
            "CourseSectionIdentifier": course + "-" + pl.Series(group.astype(np.int64) + 1).cast(pl.String),
            "CourseTitle": course,
            "ScedCourseCode": _sced(world, codes(world, classes)[order], classes, order, lea, rng),
            "ScedCourseLevel": pick(["G", "H"], classes.is_honors[order].astype(np.int64)),
            "GradeLevelWhenCourseTaken": numbers(grade, 2),
            "StudentCourseSectionGradeEarned": _grades(world, classes.points[order], lea).set(
                pl.Series(chance(rng, rates.grade_missing, count)), None
            ),
            "NumberOfCreditsAttempted": hundredths(worth * unit),
            "NumberOfCreditsEarned": hundredths(earned * unit),
            "CreditUnitType": pick(["CarnegieUnit", "LocalCredit"], local.astype(np.int64)),
            "DualCreditIndicator": (college >= 0).astype(np.int8),
            "DualCreditInstitutionIpedsUnitId": pick(
                ["", *places.colleges], np.where(chance(rng, rates.college_not_named, count), 0, college + 1)
            ),
            "EntryDate": dates(classes.starts[order]),
            "ExitDate": dates(classes.ends[order]),
        }
    )
    return Content(frame, spells["person"][row].astype(np.int64) + 1, count)


def _grades(world: World, points: Floats, lea: Ints) -> pl.Series:
    """Letters, or in some districts numbers up to 100."""
    in_numbers = keyed_uniform(world.seed, "district grades in numbers", lea) < world.profile.student_courses.in_numbers
    letters = pick(_LETTERS, np.searchsorted(_LEAST_POINTS, points, side="right"))
    of_hundred = pl.Series(np.round(np.where(points > 0, 60 + points * 10, 48)).astype(np.int64)).cast(pl.String)
    written = either(in_numbers, of_hundred, letters)
    return written.set(pl.Series(points < 0), _WITHDREW)


def _sced(
    world: World, code: npt.NDArray[np.str_], classes: Classes, order: Ints, lea: Ints, rng: np.random.Generator
) -> pl.Series:
    """Five digits, or the long form, or four where a spreadsheet took the first zero; none for some local courses."""
    rates = world.profile.student_courses
    habit = keyed_uniform(world.seed, "district writes course codes", lea)
    short = pl.Series(code.astype(object), dtype=pl.String)
    level = pl.Series(np.where(classes.is_honors[order], "H", "G"))
    long = short + level + pl.Series(np.where(classes.worth[order] < 1, "0.50", "1.00")) + "11"
    is_long = pl.Series(habit < rates.long_code)
    is_cut = pl.Series((habit >= rates.long_code) & (habit < rates.long_code + rates.code_loses_zero))
    written = pl.select(
        pl.when(is_long).then(long).when(is_cut).then(short.str.strip_chars_start("0")).otherwise(short)
    ).to_series()
    return written.set(pl.Series(chance(rng, rates.code_missing, len(order))), None)


FEED = SimulatedFeed("k12_course", "SEA data steward", due)
