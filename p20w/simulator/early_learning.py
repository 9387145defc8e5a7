"""Young children in early learning programs: who is in one, where, and how long.

Here: registrations and spells, year by year. Not here: the file (`feeds.early_childhood`), nor school (`schooling`).

Programs open in the third quarter and close at the end of the second; spells stay for two years, since the file of a
year is written in the fall after it, when readiness for kindergarten has been assessed.
"""

import numpy as np
import numpy.typing as npt

from p20w.simulator.calendar import day, first_day, first_school_day, last_day, last_school_day
from p20w.simulator.randomness import Ints, keyed_uniform
from p20w.simulator.records import write_down
from p20w.simulator.table import Column, Table
from p20w.simulator.world import HERE, NEVER, NO_SCHOOL, NOBODY, World, chance, days_in

PROGRAMS = (
    "EarlyHeadStart",
    "HeadStart",
    "StatePrekindergarten",
    "ChildCareSubsidy",
    "EarlyIntervention",
    "PreschoolSpecialEducation",
)
SUBSIDY = PROGRAMS.index("ChildCareSubsidy")
# By program: share of eligible children of each age at the start of the program year, 0 to 4; of poor children only
# where `_FOR_POOR`. Rounded from national counts: state prekindergarten serves about 7 % of three-year-olds and 35 %
# of four-year-olds (NIEER yearbook 2023), Head Start about three in ten poor children of these ages and Early Head
# Start one in ten (Office of Head Start, 2022-23), the Child Care and Development Fund about one eligible child in six
# (ACF, 2022), early intervention 4 % and preschool special education 7 % of an age (IDEA section 618 counts, 2022).
_RATES = np.array(
    [
        [0.09, 0.10, 0.11, 0.00, 0.00],
        [0.00, 0.00, 0.00, 0.28, 0.33],
        [0.00, 0.00, 0.00, 0.07, 0.35],
        [0.14, 0.18, 0.19, 0.17, 0.16],
        [0.015, 0.04, 0.06, 0.00, 0.00],
        [0.00, 0.00, 0.00, 0.06, 0.08],
    ]
)
_FOR_POOR = np.array([True, True, False, True, False, False])
_JOINS_LATE, _LEAVES_EARLY = 0.03, 0.05  # a quarter
_SECOND_NUMBER = 0.03  # of families that come back after a year: registered anew
_WEEKS_6 = 42
_POOR_BELOW = -0.2  # household's standing, about the poorest two in five


def child_table() -> Table:
    """One row a registration of a child by the department."""
    return Table(
        person=("i4", 0), first=("i4", 0), middle=("i4", 0), last=("i4", 0), suffix=("i1", 0), birth=("i4", 0),
        zip=("i2", 0), house=("i4", 0), street=("i4", 0), unit=("i2", 0), current=("i1", 1),
    )  # fmt: skip


def spell_table() -> Table:
    """One row a child, site, program and entry date; `year` is the calendar year in which the program year ends."""
    return Table(
        child=("i4", 0), person=("i4", 0), site=("i2", 0), program=("i1", 0), year=("i2", 0), entry=("i4", 0),
        exit=("i4", NEVER),
    )  # fmt: skip


def learn_a_quarter(world: World, children: Table, spells: Table, quarter: int) -> None:
    """What happens in early learning programs in this quarter."""
    year, position = divmod(quarter, 4)
    if position == 2:
        # everybody is asked anew; those of two years ago are in the file already
        spells.keep(spells["year"] >= year)
        _enroll(world, children, spells, quarter, year + 1, 1.0)
        return
    _depart(world, spells, quarter)
    if position == 1:
        _close_year(spells, year)
    else:
        _enroll(world, children, spells, quarter, year + (position == 3), _JOINS_LATE)


def _enroll(world: World, children: Table, spells: Table, quarter: int, year: int, share: float) -> None:
    """Put children whom a program takes into it; `share` of the year's rate joins now."""
    rng = world.rng("early learning", quarter)
    young, age = _young(world, first_day(quarter), year)
    poor = world.wealth_of(young) < _POOR_BELOW
    # a family that sought a program one year is likely to seek it the next, and another one, too
    keen = 0.4 + 1.2 * keyed_uniform(world.seed, "seeks early learning", young)
    opens = max(first_day(quarter), first_school_day(year)) if share == 1.0 else first_day(quarter)
    for program in range(len(PROGRAMS)):
        mine = spells["person"][(spells["program"] == program) & (spells["year"] == year)]
        may = ~np.isin(young, mine) & (poor | (not _FOR_POOR[program]))
        joins = young[chance(rng, np.minimum(_RATES[program][age] * share * keen, 1.0), len(young)) & may]
        choice = (keyed_uniform(world.seed, "early learning site", joins, program) < 0.35).astype(np.int64)
        spells.add(
            len(joins),
            child=_registered(world, children, rng, joins, last_day(quarter)),
            person=joins,
            site=world.places.site_of_zip[world.zip_of(joins), choice],
            program=program,
            year=year,
            entry=np.maximum(opens + rng.integers(0, 20, len(joins)), world.people["birth"][joins] + _WEEKS_6),
        )


def _young(world: World, today: int, year: int) -> tuple[Ints, Ints]:
    """Children before school, and their age in years when the program year began; 0 of who was born in its course."""
    table, here = world.people, world.here()
    age = np.floor((day(year - 1, 9, 1) - table["birth"][here]) / 365.25).astype(np.int64)
    young = (age < 5) & (table["k12"][here] == NO_SCHOOL) & (table["birth"][here] <= today)
    return here[young], age[young].clip(0, 4)


def _registered(
    world: World, children: Table, rng: np.random.Generator, people: Ints, on: int
) -> npt.NDArray[np.int64]:
    """The registration of each child; most keep the one they have."""
    table, homes = world.people, world.households
    known = np.full(table.size, NOBODY, dtype=np.int64)
    known[children["person"]] = np.arange(children.size)
    new = (known[people] == NOBODY) | chance(rng, _SECOND_NUMBER, len(people))
    fresh = people[new]
    if len(fresh):
        folds = keyed_uniform(world.seed, "early learning folds accents", world.zip_of(fresh)) < 0.5
        recorded, home = write_down(world, rng, fresh, "k12", on, folds), table["household"][fresh]
        known[fresh] = children.add(
            len(fresh), person=fresh, first=recorded.first, middle=recorded.middle, last=recorded.last,
            suffix=recorded.suffix, birth=recorded.birth,
            zip=homes["zip"][home], house=homes["number"][home], street=homes["street"][home], unit=homes["unit"][home],
        )  # fmt: skip
    return known[people]


def _depart(world: World, spells: Table, quarter: int) -> None:
    """Deaths, departures from the state, and families that stop coming."""
    table, rng = world.people, world.rng("early learning ends", quarter)
    still = np.flatnonzero(spells["exit"] == NEVER)
    gone = table["status"][spells["person"][still]] != HERE
    on = np.minimum(table["death"], table["left"])[spells["person"][still]].astype(np.int64)
    stops = chance(rng, _LEAVES_EARLY, len(still))
    on = np.where(gone, on, days_in(rng, first_day(quarter), last_day(quarter), len(still)))
    ended = gone | stops
    _end(spells, still[ended], on[ended])


def _close_year(spells: Table, year: int) -> None:
    """State prekindergarten and Head Start end with the school year, everything else with June."""
    still = np.flatnonzero((spells["exit"] == NEVER) & (spells["year"] == year))
    by_school_year = np.isin(spells["program"][still], (1, 2, 5))
    _end(spells, still, np.where(by_school_year, last_school_day(year), day(year, 6, 30)))


def _end(spells: Table, rows: Ints, on: Column) -> None:
    spells["exit"][rows] = np.maximum(on, spells["entry"][rows])
