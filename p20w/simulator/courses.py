"""Courses of high schools: who took which, and how it went.

Here: a school year's classes of its pupils, with points and credit. Not here: career and technical programs that the
classes belong to (`programs`), or how districts write them down (`feeds.k12_course`).

Codes are those of the School Courses for the Exchange of Data (SCED). Career and technical courses have the subject
area of their cluster, and a number of our own.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from p20w.simulator.calendar import day, first_school_day, last_school_day
from p20w.simulator.randomness import Ints, keyed_uniform
from p20w.simulator.table import Column
from p20w.simulator.world import DUAL, World

TERMS = ("FY", "S1", "S2", "SS")
FULL_YEAR, FIRST, SECOND, SUMMER = range(4)
ENGLISH, MATH, SCIENCE, SOCIAL, OTHER, TRADE, TRADE_2 = range(7)
SUBJECTS = ("ENG", "MTH", "SCI", "SOC", "ELC", "CTE", "CT2")
_CODES = np.array(
    [
        ["01001", "01002", "01003", "01004"],
        ["02052", "02072", "02056", "02110"],
        ["03051", "03101", "03151", "03003"],
        ["04051", "04101", "04151", "04201"],
        ["08001", "24052", "24053", "05101"],
    ]
)
_AREA_OF_CLUSTER = (18, 17, 11, 12, 19, 12, 15, 14, 16, 19, 10, 15, 13, 12, 21, 20)
_WITHDREW = -1.0
_PASSES = 1.0
_JANUARY = (1, 20)


@dataclass(frozen=True)
class Classes:
    """One entry a pupil, enrollment, course and term; parallel arrays.

    `points` are grade points from 0 (failed) to 4, below 0 where the pupil withdrew; `worth` and `earned` are Carnegie
    units; `college` is the one that gives credit, too, or -1.
    """

    row: Column  # of world.spells
    subject: Column
    term: Column
    points: Column
    worth: Column
    starts: Column
    ends: Column
    is_honors: Column
    college: Column

    @property
    def earned(self) -> Column:
        """Carnegie units that were earned."""
        return np.where(self.points >= _PASSES, self.worth, 0.0)


def codes(world: World, classes: Classes) -> npt.NDArray[np.str_]:
    """SCED codes: five digits."""
    spells, people = world.spells, world.people
    grade = np.clip(spells["grade"][classes.row], 9, 12) - 9
    trade = classes.subject >= TRADE
    cip = people["cte_cip"][spells["person"][classes.row]]
    area = np.array(_AREA_OF_CLUSTER)[world.places.cluster_of_cip[cip] - 1]
    of_trade = np.char.mod("%02d", area).astype("U5")
    of_trade = np.char.add(of_trade, np.where(classes.subject == TRADE_2, "002", "001"))
    return np.where(trade, of_trade, _CODES[np.minimum(classes.subject, OTHER), grade])


def take_courses(world: World, school_year: int) -> Classes:
    """What the ninth to twelfth grades took in the school year that has just closed."""
    spells, people = world.spells, world.people
    rows = np.flatnonzero((spells["grade"] >= 9) & (spells["exit"] > spells["entry"]))
    person = spells["person"][rows].astype(np.int64)
    trades = np.where(people["cte_year"][person] == school_year, np.maximum(people["cte_passed"][person], 1), 0)
    slots = np.concatenate([np.repeat(rows, OTHER + 1), rows[trades >= 1], rows[trades >= 2]])
    subject = np.concatenate(
        [
            np.tile(np.arange(OTHER + 1), len(rows)),
            np.full((trades >= 1).sum(), TRADE),
            np.full((trades >= 2).sum(), TRADE_2),
        ]
    )
    lea = world.places.lea_of_school[spells["school"][slots]]
    by_year = keyed_uniform(world.seed, "grades a year", lea) < world.profile.student_courses.year_long
    row = np.concatenate([slots[by_year], slots[~by_year], slots[~by_year]])
    subject = np.concatenate([subject[by_year], subject[~by_year], subject[~by_year]])
    term = np.repeat([FULL_YEAR, FIRST, SECOND], [by_year.sum(), (~by_year).sum(), (~by_year).sum()])
    attended = _attended(world, row, subject, term, school_year)
    return _with_summer(world, attended, school_year)


def _attended(world: World, row: Ints, subject: Ints, term: Ints, school_year: int) -> Classes:
    """Classes that an enrollment touched, with what came of them."""
    spells, people = world.spells, world.people
    opens, turns, closes = first_school_day(school_year), day(school_year, *_JANUARY), last_school_day(school_year)
    begins, ends = np.where(term == SECOND, turns + 1, opens), np.where(term == FIRST, turns, closes)
    starts = np.maximum(spells["entry"][row].astype(np.int64), begins)
    stops = np.minimum(spells["exit"][row].astype(np.int64), ends)
    there = stops - starts > 10
    row, subject, term, starts, stops, ends = (a[there] for a in (row, subject, term, starts, stops, ends))
    person = spells["person"][row].astype(np.int64)
    luck = keyed_uniform(world.seed, "grade of course", person, subject, term, school_year)
    points = np.clip(np.round(2.6 + 0.75 * people["ability"][person] + 2.6 * (luck - 0.5), 1), 0, 4)
    trade = np.where(people["cte_passed"][person] > 0, np.maximum(points, _PASSES), 0.0)
    points = np.where(subject >= TRADE, trade, np.where(points < _PASSES, 0.0, points))
    is_dual = (people["college"][person] >= 0) & (people["level"][person] == DUAL) & (subject == ENGLISH)
    return Classes(
        row, subject, term, np.where(stops < ends - 10, _WITHDREW, points),
        np.where(term == FULL_YEAR, 1.0, 0.5), starts, stops,
        (people["ability"][person] > 0.9) & (subject < OTHER),
        np.where(is_dual & (spells["grade"][row] >= 11), people["college"][person].astype(np.int64), -1),
    )  # fmt: skip


def _with_summer(world: World, classes: Classes, school_year: int) -> Classes:
    """Some who failed come back in July and pass."""
    person = world.spells["person"][classes.row].astype(np.int64)
    rate = world.profile.student_courses.recovers_credit
    again = keyed_uniform(world.seed, "summer school", person, classes.subject, school_year) < rate
    again &= (classes.points == 0) & (classes.subject < TRADE) & (classes.term != FIRST)
    count = int(again.sum())

    def also(values: Column, added: object) -> Column:
        return np.concatenate([values, np.broadcast_to(np.asarray(added, dtype=values.dtype), (count,))])

    return Classes(
        also(classes.row, classes.row[again]), also(classes.subject, classes.subject[again]),
        also(classes.term, SUMMER), also(classes.points, 1.7), also(classes.worth, classes.worth[again]),
        also(classes.starts, day(school_year, 6, 15)), also(classes.ends, day(school_year, 7, 20)),
        also(classes.is_honors, False), also(classes.college, -1),
    )  # fmt: skip
