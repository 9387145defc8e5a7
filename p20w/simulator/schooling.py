"""Kindergarten to twelfth grade: enrollment, transfer, dropout and graduation.

Here: why pupils come, go on and leave. Not here: spells themselves (`spells`), what districts write down
(`registration`), programs (`programs`), or the files (`feeds.k12_enrollment`).

A school year opens in the third quarter; spells gather until it is closed at the end of the second quarter. Those who
were expected back and did not come are opened and exited on the first day, with the reason.
"""

import numpy as np
import numpy.typing as npt

from p20w.simulator.calendar import day, first_day, first_school_day, last_day, last_school_day
from p20w.simulator.geography import RACES
from p20w.simulator.programs import choose_programs, pass_courses
from p20w.simulator.randomness import Ints, keyed_uniform
from p20w.simulator.registration import repair_ids
from p20w.simulator.spells import (
    COMPLETED,
    DROPPED_OUT,
    ENDORSED,
    EQUIVALENCY,
    OTHER_COMPLETER,
    REGULAR,
    STAYS,
    TRANSFERRED,
    enroll,
    leave,
    no_shows,
    note_departures,
    poverty,
)
from p20w.simulator.table import Column
from p20w.simulator.world import (
    GRADUATED,
    HERE,
    HIGH_SCHOOL,
    IN_SCHOOL,
    LEFT_SCHOOL,
    NEVER,
    NO_SCHOOL,
    NOBODY,
    PRIVATE,
    World,
    chance,
    days_in,
)


def school_a_quarter(world: World, quarter: int) -> None:
    """What happens in schools in this quarter."""
    if quarter % 4 == 2:
        _open_year(world, quarter)
    else:
        _changes(world, quarter)
    if quarter % 4 == 1:
        _close_year(world, quarter)


def school_year_of(quarter: int) -> int:
    """The school year a quarter belongs to; the third quarter opens the next."""
    return quarter // 4 + (quarter % 4 >= 2)


def _open_year(world: World, quarter: int) -> None:
    table, rng, lives = world.people, world.rng("school opens", quarter), world.profile.lives
    year = school_year_of(quarter)
    opens, last = first_school_day(year), last_day(quarter)
    world.spells.clear()
    table["spell"][:] = NOBODY
    _private_schools(world, rng, year)
    expected = np.flatnonzero(table["k12"] == IN_SCHOOL)
    repeat = np.where(table["grade"][expected] == 9, lives.repeats_ninth, lives.repeats_grade)
    repeats = chance(
        rng, np.minimum(repeat * np.exp(-0.8 * table["ability"][expected].clip(-2, 2)), 0.5), len(expected)
    )
    table["grade"][expected] += (~repeats & (table["grade"][expected] < 12)).astype(np.int8)
    event = np.minimum(table["death"][expected], table["left"][expected])
    gone_before = (table["status"][expected] != HERE) & (event < opens)
    quits = ~gone_before & chance(rng, 0.8 * _dropout_hazard(world, expected, opens), len(expected))
    missing = expected[gone_before | quits]
    coming = np.concatenate([expected[~(gone_before | quits)], _entrants(world, opens)])
    _set_cohorts(world, np.concatenate([coming, missing]), year)
    no_shows(world, rng, missing, opens)
    late = np.where(chance(rng, 0.04, len(coming)), rng.integers(1, 20, len(coming)), 0)
    repair_ids(world, quarter)
    enroll(world, rng, coming, _school_for(world, coming), opens + late)
    note_departures(world, rng, coming, opens, last)
    choose_programs(world, coming, year)
    fades = coming[(table["english_learner"][coming] == 1) & chance(rng, 0.14, len(coming))]
    table["english_learner"][fades] = 0


def _changes(world: World, quarter: int) -> None:
    """Exits, dropouts, transfers after moves, and newcomers in the course of the year."""
    table, rng = world.people, world.rng("school changes", quarter)
    first = first_day(quarter)
    last = min(last_day(quarter), last_school_day(school_year_of(quarter)) - 10)
    enrolled = np.flatnonzero(table["spell"] >= 0)
    note_departures(world, rng, enrolled, first, last)
    enrolled = np.flatnonzero((table["spell"] >= 0) & (table["status"] == HERE))
    quits = enrolled[chance(rng, _dropout_hazard(world, enrolled, first), len(enrolled))]
    earns = chance(rng, world.profile.lives.equivalency, len(quits))
    leave(world, quits, days_in(rng, first, last, len(quits)), np.where(earns, OTHER_COMPLETER, DROPPED_OUT))
    world.spells["diploma"][table["spell"][quits[earns]]] = EQUIVALENCY
    table["education"][quits[earns]] = HIGH_SCHOOL
    table["k12"][quits] = LEFT_SCHOOL
    table["spell"][quits] = NOBODY
    enrolled = np.flatnonzero((table["spell"] >= 0) & (table["status"] == HERE))
    school = _school_for(world, enrolled)
    moving = school != table["school"][enrolled]
    movers, to = enrolled[moving], school[moving]
    moved = world.households["moved"][table["household"][movers]].astype(np.int64)
    on = np.where((moved >= first) & (moved <= last), moved, days_in(rng, first, last, len(movers)))
    on = np.maximum(on, world.spells["entry"][table["spell"][movers]])
    leave(world, movers, on, np.full(len(movers), TRANSFERRED))
    enroll(world, rng, movers, to, np.minimum(on + rng.integers(1, 8, len(movers)), last + 8))
    entrants = _entrants(world, first_school_day(school_year_of(quarter)))
    _set_cohorts(world, entrants, school_year_of(quarter))
    arrived = np.clip(table["arrived"][entrants].astype(np.int64), first, last - 15)
    enroll(world, rng, entrants, _school_for(world, entrants), arrived + rng.integers(0, 15, len(entrants)))


def _close_year(world: World, quarter: int) -> None:
    """Graduations and final dropouts in June; everybody else stays."""
    table, spells, rng = world.people, world.spells, world.rng("school closes", quarter)
    enrolled = np.flatnonzero(table["spell"] >= 0)
    year = school_year_of(quarter)
    closes = last_school_day(year)
    takers = enrolled[(table["cte_year"][enrolled] == year) & (table["grade"][enrolled] >= 9)]
    table["cte_passed"][:] = 0
    table["cte_passed"][takers] = pass_courses(world, takers, year)
    seniors = enrolled[table["grade"][enrolled] == 12]
    odds = (
        world.profile.lives.graduates
        / (1 - world.profile.lives.graduates + 1e-9)
        * np.exp(0.9 * table["ability"][seniors] - _setbacks(world, seniors))
    )
    graduates = chance(rng, odds / (1 + odds), len(seniors))
    done = seniors[graduates]
    leave(world, done, np.full(len(done), closes), np.full(len(done), COMPLETED))
    honors = chance(rng, np.clip(0.25 + 0.22 * table["ability"][done], 0.02, 0.9), len(done))
    spells["diploma"][table["spell"][done]] = np.where(honors, ENDORSED, REGULAR)
    table["k12"][done], table["education"][done], table["finished"][done] = GRADUATED, HIGH_SCHOOL, closes
    others = seniors[~graduates]
    fails = others[chance(rng, 0.5, len(others))]
    leave(world, fails, np.full(len(fails), closes), np.full(len(fails), DROPPED_OUT))
    table["k12"][fails] = LEFT_SCHOOL
    spells["exit_type"][spells["exit"] == NEVER] = STAYS


def _dropout_hazard(world: World, people: Ints, on: int) -> Column:
    table = world.people
    may = (table["grade"][people] >= 9) & (world.age(people, on) >= 16)
    odds = world.profile.lives.drops_out * np.exp(_setbacks(world, people) - 0.8 * table["ability"][people].clip(-2, 2))
    return may * np.minimum(odds, 0.3)


def _setbacks(world: World, people: Ints) -> Column:
    """Log odds of not finishing school that the groups of each student add to what ability makes of them."""
    table, odds = world.people, world.profile.setbacks
    homeless = np.zeros(len(people))
    enrolled = np.flatnonzero(table["spell"][people] >= 0)
    homeless[enrolled] = world.spells["homeless"][table["spell"][people[enrolled]]]
    race = np.array([getattr(odds, name) for name in RACES])[table["race"][people]]
    return (
        race
        + odds.poor * poverty(world, people)
        + odds.english_learner * table["english_learner"][people]
        + odds.disability * table["idea"][people]
        + odds.homeless * homeless
        + odds.career_program * (table["cte_cip"][people] >= 0)
    )


def _entrants(world: World, opens: int) -> npt.NDArray[np.int64]:
    """Children of school age whom no public school knows yet, or no longer."""
    table, here = world.people, world.here()
    age = (day(_calendar_year(opens), 9, 1) - table["birth"][here]) / 365.25
    fresh = here[(table["k12"][here] == NO_SCHOOL) & (age >= 5) & (age < 18)]
    years = np.floor((day(_calendar_year(opens), 9, 1) - table["birth"][fresh]) / 365.25).astype(np.int64)
    # who returns to the state does not fall behind what the district has on file
    table["grade"][fresh] = np.clip(np.maximum(years - 5, table["grade"][fresh]), 0, 12)
    table["k12"][fresh] = np.where(table["private"][fresh] == 1, PRIVATE, IN_SCHOOL)
    return fresh[table["private"][fresh] == 0]


def _calendar_year(opens: int) -> int:
    """The calendar year of a school year's first day."""
    return int(np.datetime64(opens, "D").astype("datetime64[Y]").astype(int)) + 1970


def _private_schools(world: World, rng: np.random.Generator, year: int) -> None:
    """Private pupils enter public ninth grade now and then, and finish at eighteen unseen by the state."""
    table = world.people
    pupils = np.flatnonzero((table["k12"] == PRIVATE) & (table["status"] == HERE))
    age = world.age(pupils, day(year - 1, 9, 1))
    joins = pupils[(age >= 14) & (age < 15) & chance(rng, 0.25, len(pupils))]
    table["private"][joins], table["k12"][joins] = 0, NO_SCHOOL
    done = pupils[age >= 18]
    table["k12"][done], table["education"][done] = GRADUATED, HIGH_SCHOOL
    table["finished"][done] = last_school_day(year - 1)


def _set_cohorts(world: World, people: Ints, year: int) -> None:
    table = world.people
    high = people[(table["grade"][people] >= 9) & (table["cohort"][people] == 0)]
    table["cohort"][high] = year - (table["grade"][high].astype(np.int64) - 9)


def _school_for(world: World, people: Ints) -> npt.NDArray[np.int64]:
    """The school that serves the address; one pupil in five goes to the second nearest."""
    grade = world.people["grade"][people]
    level = np.where(grade < 6, 0, np.where(grade < 9, 1, 2))
    choice = (keyed_uniform(world.seed, "school choice", people, level) < 0.2).astype(np.int64)
    return world.places.school_of_zip[world.zip_of(people), level, choice]
