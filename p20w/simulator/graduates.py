"""High school graduates and their college terms anywhere in the country, as colleges report them to the clearinghouse.

Here: whose terms and degrees are followed, in this state and outside it. Not here: studying in the state (`colleges`,
`terms`), the file of a search (`feeds.nsc_studenttracker`).
"""

import numpy as np
import numpy.typing as npt

from p20w.simulator.calendar import first_day, last_day, term_days
from p20w.simulator.randomness import keyed_uniform
from p20w.simulator.spells import COMPLETED
from p20w.simulator.table import Table
from p20w.simulator.world import AWAY, NEVER, SOME_COLLEGE, World

ELSEWHERE = 1_000
"""Colleges outside the state are numbered from here."""
OUTSIDE = (
    ("001009-00", "AL", 4, True), ("001081-00", "AZ", 4, True), ("001312-00", "CA", 4, True),
    ("001535-00", "FL", 4, True), ("001775-00", "IL", 4, True), ("002155-00", "MA", 4, False),
    ("002785-00", "NY", 4, False), ("003658-00", "TX", 4, True),
)  # fmt: skip
"""Code and branch, state, years, public."""
_TERMS_TO_A_DEGREE = 8


def graduate_table() -> Table:
    """One row a graduate of a public school, with the registration whose id and name the state knows them by."""
    return Table(person=("i4", 0), student=("i4", 0), on=("i4", 0), outside=("i2", -1), terms=("i1", 0))


def enrollment_table() -> Table:
    """One row a graduate, college and term; and `degree` rows, with the day in `begin`."""
    return Table(
        graduate=("i4", 0), college=("i2", 0), begin=("i4", 0), end=("i4", NEVER), full_time=("i1", 1), cip=("i2", 0),
        degree=("i1", 0),
    )  # fmt: skip


def follow(world: World, graduates: Table, enrollments: Table, quarter: int) -> None:
    """New graduates, and the terms and degrees of a quarter."""
    if quarter % 4 == 1:
        _graduate(world, graduates, quarter)
    if quarter % 4 == 2:
        _leave(world, graduates, quarter)
    _study_here(world, graduates, enrollments, quarter)
    if quarter % 4 in (1, 3):
        _study_outside(world, graduates, enrollments, quarter)


def _graduate(world: World, graduates: Table, quarter: int) -> None:
    spells = world.spells
    rows = np.flatnonzero(
        (spells["diploma"] > 0) & (spells["exit_type"] == COMPLETED) & (spells["exit"] >= first_day(quarter))
    )
    graduates.add(len(rows), person=spells["person"][rows], student=spells["student"][rows], on=spells["exit"][rows])


def _leave(world: World, graduates: Table, quarter: int) -> None:
    """Who left the state for a college this summer."""
    people, person = world.people, graduates["person"]
    gone = (people["status"][person] == AWAY) & (people["left"][person] >= first_day(quarter))
    gone &= (people["education"][person] == SOME_COLLEGE) & (graduates["on"] > first_day(quarter) - 120)
    draw = keyed_uniform(world.seed, "college outside", person)
    graduates["outside"][gone] = (draw * len(OUTSIDE)).astype(np.int16)[gone]


def _study_here(world: World, graduates: Table, enrollments: Table, quarter: int) -> None:
    followed = np.full(world.people.size, -1)
    followed[graduates["person"]] = np.arange(graduates.size)
    term = world.term
    if term is not None:
        begins, _ = term_days(term.academic_year, term.name)
        row = followed[term.person]
        at = np.flatnonzero(row >= 0)
        at = at[graduates["on"][row[at]] < begins]
        college = world.enrollees["college"][term.enrollee[at]]
        enrollments.add(
            len(at), graduate=row[at], college=college, begin=begins, end=term.exit[at], full_time=term.full_time[at],
            cip=term.cip[at],
        )  # fmt: skip
    awards = world.awards
    row = followed[awards["person"]]
    at = np.flatnonzero((row >= 0) & (awards["on"] >= first_day(quarter)) & (awards["on"] <= last_day(quarter)))
    college = world.enrollees["college"][awards["enrollee"][at]]
    enrollments.add(len(at), graduate=row[at], college=college, begin=awards["on"][at], cip=awards["cip"][at], degree=1)


def _study_outside(world: World, graduates: Table, enrollments: Table, quarter: int) -> None:
    """A term of those who study elsewhere: most go on until a degree, some stop on the way."""
    fall = quarter % 4 == 3
    begins, ends = term_days(quarter // 4 + fall, "Fall" if fall else "Spring")
    stays = keyed_uniform(world.seed, "stays outside", graduates["person"], quarter) < 0.93
    graduates["outside"][~stays] = -1
    row = np.flatnonzero((graduates["outside"] >= 0) & (graduates["on"] < begins))
    college, cip = ELSEWHERE + graduates["outside"][row].astype(np.int64), _major(world, graduates["person"][row])
    enrollments.add(len(row), graduate=row, college=college, begin=begins, end=ends, cip=cip)
    graduates["terms"][row] += 1
    done = graduates["terms"][row] >= _TERMS_TO_A_DEGREE
    enrollments.add(int(done.sum()), graduate=row[done], college=college[done], begin=ends, cip=cip[done], degree=1)
    graduates["outside"][row[done]] = -1


def _major(world: World, person: npt.NDArray[np.integer]) -> npt.NDArray[np.int64]:
    return (keyed_uniform(world.seed, "major outside", person) * len(world.places.cips)).astype(np.int64)
