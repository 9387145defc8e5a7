"""`k12_enrollment`: the state education agency's enrollment in the fall and at the end of the year.

Here: lines with the slips made in filing. Not here: enrollment itself (`schooling`).
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

from p20w.simulator.calendar import day, first_school_day, school_year_label
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed
from p20w.simulator.feeds.text import dates, names, numbers, pick, street_lines, suffixes
from p20w.simulator.geography import HISPANIC, RACES
from p20w.simulator.randomness import Ints, keyed_uniform
from p20w.simulator.spells import COMPLETED
from p20w.simulator.table import Column
from p20w.simulator.unkind.dates import with_unreadable
from p20w.simulator.world import NEVER, World, chance

_GRADES = ["KG", *(f"{grade:02d}" for grade in range(1, 13)), "PK"]
_SEXES = ["Male", "Female"]


def due(world: World, quarter: int) -> Iterator[Due]:
    """The fall's pupils at the end of October, the year's at the end of July."""
    year, position = divmod(quarter, 4)
    if position == 2:
        label = f"{school_year_label(year + 1)}-fall"
        yield Due(label, day(year, 10, 25), lambda: content(world, year + 1, "fall", quarter))
    if position == 1:
        label = f"{school_year_label(year)}-eoy"
        yield Due(label, day(year, 7, 20), lambda: content(world, year, "eoy", quarter))


def content(world: World, school_year: int, collection: str, moment: int) -> Content:
    """In the fall the pupils present on 1 October, at the end of the year every spell."""
    spells, rng = world.spells, world.rng(f"k12 {collection} file", moment)
    rows = enrolled(world, school_year, collection)
    rows = np.concatenate([rows, rows[chance(rng, world.profile.districts.filed_twice, len(rows))]])
    school = spells["school"][rows].astype(np.int64)
    if collection != "fall":
        rows, school = _claimed_twice(world, rng, rows, school)
    order = np.lexsort((rng.random(len(rows)), school))
    rows, school = rows[order], school[order]
    frame = _enrollment_frame(world, rng, rows, school, school_year, fall=collection == "fall")
    return Content(frame, spells["person"][rows] + 1, len(rows))


def enrolled(world: World, school_year: int, collection: str) -> npt.NDArray[np.int64]:
    """Rows of `spells` that a collection asks for: in the fall those of 1 October, at the end of the year all."""
    spells = world.spells
    if collection != "fall":
        return np.arange(spells.size)
    october = day(school_year - 1, 10, 1)
    return np.flatnonzero((spells["entry"] <= october) & (spells["exit"] > october))


def _claimed_twice(world: World, rng: np.random.Generator, rows: Ints, school: Ints) -> tuple[Ints, Ints]:
    """Another school of the same level files the same pupil as its own."""
    claimed = np.flatnonzero(chance(rng, world.profile.districts.claimed_by_two_schools, len(rows)))
    grade = world.spells["grade"][rows[claimed]]
    level = np.where(grade < 6, 0, np.where(grade < 9, 1, 2))
    zips = rng.integers(0, len(world.places.zips), len(claimed))
    other = world.places.school_of_zip[zips, level, 0]
    return np.concatenate([rows, rows[claimed]]), np.concatenate([school, other])


def _enrollment_frame(
    world: World, rng: np.random.Generator, rows: Ints, school: Ints, school_year: int, *, fall: bool
) -> pl.DataFrame:
    people, spells, students, places, homes = world.people, world.spells, world.students, world.places, world.households
    person, record = spells["person"][rows], spells["student"][rows]
    lea = places.lea_of_school[school]
    upper = keyed_uniform(world.seed, "district writes capitals", lea) < world.profile.districts.upper_case
    shortens = keyed_uniform(world.seed, "district shortens streets", lea) < world.profile.addresses.abbreviated
    exit_day = np.where(fall, NEVER, spells["exit"][rows])
    exit_type = np.where(fall, 0, spells["exit_type"][rows])
    diploma = np.where(fall, 0, spells["diploma"][rows])
    awarded = np.where((diploma > 0) & (exit_type == COMPLETED), exit_day, np.where(diploma > 0, exit_day, NEVER))
    home = people["household"][person]
    stale = (homes["moved"][home] > first_school_day(school_year)) & (
        keyed_uniform(world.seed, "district unaware", home, school_year) < world.profile.addresses.k12_stale
    )
    address = {
        name: np.where(stale, homes[f"old_{name}"][home], homes[name][home])
        for name in ("zip", "number", "street", "unit")
    }
    grade = spells["grade"][rows]
    # half the grades have a wrong code twice as often: nobody takes a senior for a prekindergartner
    bad_code = chance(rng, 2 * world.profile.files.bad_code, len(rows))
    return pl.DataFrame(
        {
            "StudentIdentifierState": numbers(students["state_id"][record], 10),
            "LeaIdentifierSeaAccountability": pick(places.leas, lea),
            "SchoolIdentifierSea": pick(places.schools, school),
            "FirstName": names(world, students["first"][record], upper),
            "MiddleName": names(world, students["middle"][record], upper),
            "LastOrSurname": names(world, students["last"][record], upper),
            "GenerationCodeOrSuffix": suffixes(students["suffix"][record], period=shortens),
            "Birthdate": with_unreadable(
                world, "k12", record, students["birth"][record], dates(students["birth"][record])
            ),
            "Sex": pick(_SEXES, people["sex"][person]),
            "HispanicLatinoEthnicity": (people["race"][person] == HISPANIC).astype(np.int8),
            "RaceEthnicity": pick(list(RACES), people["race"][person]),
            "GradeLevel": pick(_GRADES, np.where(bad_code & (grade < 6), len(_GRADES) - 1, grade)),
            "SchoolYear": np.full(len(rows), school_year),
            "EnrollmentEntryDate": dates(spells["entry"][rows]),
            "EnrollmentExitDate": dates(exit_day),
            "ExitOrWithdrawalType": _code(exit_type),
            "HighSchoolDiplomaType": _code(diploma),
            "DiplomaOrCredentialAwardDate": dates(awarded),
            "CohortYear": _or_null(people["cohort"][person], grade >= 9),
            "EnglishLearnerStatus": people["english_learner"][person],
            "EconomicDisadvantageStatus": spells["poor"][rows],
            "IdeaIndicator": people["idea"][person],
            "HomelessnessStatus": spells["homeless"][rows],
            "ProgramTypeFosterCare": people["foster"][person],
            "AddressStreetNumberAndName": street_lines(
                world, address["number"], address["street"], address["unit"], shortens
            ),
            "AddressCity": pick(places.cities, address["zip"]),
            "StateAbbreviation": pl.repeat("ZZ", len(rows), eager=True),
            "AddressPostalCode": pick(places.zips, address["zip"]),
        }
    )


def _code(values: Column) -> pl.Series:
    return numbers(np.where(values > 0, values, -1), 5)


def _or_null(values: Column, known: npt.NDArray[np.bool_]) -> pl.Series:
    series = pl.Series(values.astype(np.int32))
    return series.set(pl.Series(~known), None)


FEED = SimulatedFeed("k12_enrollment", "SEA data steward", due)
