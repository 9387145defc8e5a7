"""Who works at public schools: teachers, aides and others of a school year, and what the state wrote down of them.

Here: assignments of a school year and registrations of staff. Not here: the file (`feeds.k12_staff`), jobs (`work`).

Public schools employ a teacher for every 15 to 16 pupils, and teachers are half of their staff (NCES, rounded). In the
simulated state teachers are those with a bachelor's degree who work for a local employer in education.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from p20w.simulator.calendar import day, first_school_day, last_school_day
from p20w.simulator.employers import LOCAL, SECTORS
from p20w.simulator.randomness import Ints, by_share, keyed_uniform
from p20w.simulator.records import write_down_with_ssns
from p20w.simulator.table import Table
from p20w.simulator.world import BACHELOR, World, chance

TEACHER, SPECIALIST, LEADER, AIDE, SUPPORT = 0, 1, 2, 3, 4
REGULAR, PROVISIONAL, EMERGENCY, NONE = 0, 1, 2, 3
_DEGREE, _OTHERS = np.cumsum([0.84, 0.10, 0.06, 0.0]), np.cumsum([0.0, 0.0, 0.0, 0.50, 0.50])
_CREDENTIALS = np.cumsum([0.90, 0.05, 0.02, 0.03])
_OTHERS_KEPT = 0.38  # of people without a degree in such jobs, the rest works for colleges and contractors
_SHARE = 0.06  # of jobs are at schools
_TERM = 60  # days of the school year that somebody must work to be told


def member_table() -> Table:
    """One row a registration of somebody by the state, with what was written down; `since` is the first school year."""
    return Table(
        person=("i4", 0), first=("i4", 0), middle=("i4", 0), last=("i4", 0), suffix=("i1", 0), birth=("i4", 0),
        ssn=("i8", -1), since=("i2", 0),
    )  # fmt: skip


@dataclass(frozen=True)
class Assignments:
    """Assignments of a school year; parallel arrays, `fte` in hundredths of a full-time position."""

    person: npt.NDArray[np.int64]
    school: npt.NDArray[np.int64]
    role: npt.NDArray[np.int64]
    fte: npt.NDArray[np.int64]


def assignments(world: World, school_year: int) -> Assignments:
    """Who worked where; a few teach at two schools of a district."""
    jobs, people = world.jobs, world.people
    begins, ends = first_school_day(school_year), last_school_day(school_year)
    rows = np.flatnonzero((jobs["employer"] >= 0) & (jobs["end"] >= begins + _TERM) & (jobs["start"] <= ends - _TERM))
    employer = jobs["employer"][rows]
    are_schools, is_enough = _schools(world)
    teaches = are_schools[employer]
    if not is_enough:
        teaches |= keyed_uniform(world.seed, "works for a school after all", jobs["person"][rows]) < _SHARE
    rows, employer = rows[teaches], employer[teaches].astype(np.int64)
    person, start = jobs["person"][rows].astype(np.int64), jobs["start"][rows].astype(np.int64)
    grown = world.age(person, begins) >= 18
    draw = keyed_uniform(world.seed, "kind of school work", person)
    degree = people["education"][person] >= BACHELOR
    role = np.where(degree, by_share(_DEGREE, draw), by_share(_OTHERS, draw))
    told = grown & (degree | (keyed_uniform(world.seed, "works for a school", person) < _OTHERS_KEPT))
    rows, person, start, role, employer = (values[told] for values in (rows, person, start, role, employer))
    school = _school(world, employer, keyed_uniform(world.seed, "school of staff", person, start))
    fte = np.clip(jobs["weekly"][rows] / 38 * 100, 5, 100).astype(np.int64)
    fte = np.where(fte >= 90, 100, fte)
    shared = (role <= SPECIALIST) & (keyed_uniform(world.seed, "works at two schools", person, start) < 0.04)
    second = _neighbor(world, school[shared])
    once = np.where(shared, fte * 6 // 10, fte)
    return Assignments(
        np.concatenate([person, person[shared]]),
        np.concatenate([school, second]),
        np.concatenate([role, role[shared]]),
        np.concatenate([once, fte[shared] - once[shared]]),
    )


def register(world: World, members: Table, school_year: int) -> None:
    """The state writes down who works for the first time; some who change districts a second time."""
    rates, rng = world.profile.school_staff, world.rng("school staff", school_year)
    people = np.unique(assignments(world, school_year).person)
    again = np.isin(people, members["person"]) & chance(rng, rates.registered_again, len(people))
    new = people[again | ~np.isin(people, members["person"])]
    on, folds = day(school_year, 6, 30), keyed_uniform(world.seed, "staff accents", new) < 0.4
    said = write_down_with_ssns(world, rng, new, "k12", on, folds, missing=rates.ssn_missing, wrong=rates.ssn_wrong)
    founding = members.size == 0  # who is there from the start has taught before
    grown = (world.age(new, on) - 23).clip(0, 35)
    years = (keyed_uniform(world.seed, "taught before", new) * grown * founding).astype(np.int64)
    members.add(len(new), person=new, **said, since=school_year - years)


def credential(world: World, person: Ints, school_year: int) -> npt.NDArray[np.int64]:
    """How teachers are certified; a certificate is for three school years."""
    draw = keyed_uniform(world.seed, "teaching credential", person, np.full(len(person), school_year // 3))
    return by_share(_CREDENTIALS, draw)


def _schools(world: World) -> tuple[npt.NDArray[np.bool_], bool]:
    """Which employers are schools, and whether a state has its share of them; a small one may have none by chance."""
    firms = world.employers
    schools = (firms["sector"] == SECTORS.index("61")) & (firms["ownership"] == LOCAL)
    founded = firms["opened"] < world.founded_on
    size = firms["size"]
    return schools, bool(size[founded & schools].sum() > _SHARE / 2 * size[founded].sum())


def _school(world: World, employer: Ints, draw: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """A school in the employer's county."""
    places = world.places
    pairs = np.unique(np.stack([places.county_of_zip, places.lea_of_zip]), axis=1)
    found = [np.flatnonzero(np.isin(places.lea_of_school, pairs[1][pairs[0] == county])) for county in
             range(len(places.counties))]  # fmt: skip
    county = world.employers["county"][employer].tolist()
    return np.array(
        [found[at][int(u * len(found[at]))] for at, u in zip(county, draw.tolist(), strict=True)], dtype=np.int64
    )


def _neighbor(world: World, school: Ints) -> npt.NDArray[np.int64]:
    """Another school of the district, or the same where it has one."""
    lea = world.places.lea_of_school
    following = np.array([np.flatnonzero(lea == of) for of in range(len(world.places.leas))], dtype=object)
    return np.array(
        [following[lea[at]][(np.searchsorted(following[lea[at]], at) + 1) % len(following[lea[at]])] for at in school],
        dtype=np.int64,
    )
