"""`early_childhood`: the department of early learning's year, with the readiness of those who came to kindergarten.

Here: lines with the slips made in filing. Not here: being in a program (`early_learning`).
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from p20w.simulator.calendar import day, first_school_day, school_year_label
from p20w.simulator.early_learning import PROGRAMS, SUBSIDY, child_table, learn_a_quarter, spell_table
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed
from p20w.simulator.feeds.text import dates, names, numbers, pick, street_lines, suffixes
from p20w.simulator.geography import HISPANIC, RACES
from p20w.simulator.randomness import Ints, keyed_uniform
from p20w.simulator.table import Column
from p20w.simulator.unkind.dates import with_unreadable
from p20w.simulator.world import IN_SCHOOL, NEVER, World, chance

NAME = "early_childhood"
_FILED_TWICE = 0.004
_HOURS = np.array([32.0, 24.0, 15.0, 38.0, 2.0, 12.5])  # a usual week, by program
_MONTHLY_USD = 640  # what the fund pays a provider a month on average (ACF-801 tables 2021, rounded)
# Kindergarten entry assessments find somewhat under half of a fall's children demonstrating readiness (Maryland 2019:
# 47 %); a year of prekindergarten or Head Start moves a child by about a fifth of a standard deviation.
_APPROACHING, _DEMONSTRATING, _EFFECT = -0.75, 0.1, 0.2


def live(world: World, quarter: int) -> None:
    """Who is in which program."""
    learn_a_quarter(world, world.own[f"{NAME}.child"], world.own[f"{NAME}.spell"], quarter)


def due(world: World, quarter: int) -> Iterator[Due]:
    """Once a year, at the end of November, for the program year that ended in June."""
    year, position = divmod(quarter, 4)
    if position == 3:
        yield Due(school_year_label(year), day(year, 11, 18), lambda: content(world, year, quarter))


def content(world: World, school_year: int, moment: int) -> Content:
    """One line a child, site, program and entry date."""
    spells, rng = world.own[f"{NAME}.spell"], world.rng("early learning file", moment)
    rows = np.flatnonzero(spells["year"] == school_year)
    rows = np.concatenate([rows, rows[chance(rng, _FILED_TWICE, len(rows))]])
    rows = rows[np.lexsort((rng.random(len(rows)), spells["site"][rows]))]
    person, child, program = (spells[name][rows].astype(np.int64) for name in ("person", "child", "program"))
    people, children, places = world.people, world.own[f"{NAME}.child"], world.places
    site = spells["site"][rows].astype(np.int64)
    upper = keyed_uniform(world.seed, "site writes capitals", site) < 0.35
    shortens = keyed_uniform(world.seed, "site shortens streets", site) < world.profile.addresses.abbreviated
    months, paid, copay = _subsidy(rng, spells["entry"][rows], spells["exit"][rows], program)
    level, on = _readiness(world, rng, person, program, school_year)
    home = {name: children[name][child] for name in ("zip", "house", "street", "unit")}
    born = children["birth"][child]
    frame = pl.DataFrame(
        {
            "ChildIdentifier": "EL" + numbers(10_000_000 + (child * 7_368_787 + world.seed * 97) % 89_999_999, 8),
            "EarlyLearningOrganizationIdentifierSea": pick(places.sites, site),
            "FirstName": names(world, children["first"][child], upper),
            "MiddleName": names(world, children["middle"][child], upper),
            "LastOrSurname": names(world, children["last"][child], upper),
            "GenerationCodeOrSuffix": suffixes(children["suffix"][child], period=shortens),
            "Birthdate": with_unreadable(world, "k12", child, born, dates(born)),
            "Sex": pick(["Male", "Female"], people["sex"][person]),
            "HispanicLatinoEthnicity": (people["race"][person] == HISPANIC).astype(np.int8),
            "RaceEthnicity": pick(list(RACES), people["race"][person]),
            "SchoolYear": np.full(len(rows), school_year),
            "EarlyLearningProgramType": pick(list(PROGRAMS), program),
            "EnrollmentEntryDate": dates(spells["entry"][rows]),
            "EnrollmentExitDate": dates(spells["exit"][rows]),
            "HoursWeekly": (_HOURS[program] * (0.8 + 0.4 * rng.random(len(rows)))).round(1),
            "SubsidyMonths": months,
            "SubsidyPaid": paid,
            "FamilyCopayMonthly": copay,
            "FamilySize": _family_size(world)[people["household"][person]],
            "EnglishLearnerStatus": people["english_learner"][person],
            "ProgramTypeFosterCare": people["foster"][person],
            "KindergartenAssessmentDate": dates(on),
            "KindergartenReadinessLevel": pick(["", "1", "2", "3"], level),
            "AddressStreetNumberAndName": street_lines(world, home["house"], home["street"], home["unit"], shortens),
            "AddressCity": pick(places.cities, home["zip"]),
            "StateAbbreviation": pl.repeat("ZZ", len(rows), eager=True),
            "AddressPostalCode": pick(places.zips, home["zip"]),
        }
    )
    return Content(frame, person + 1, len(rows))


def _subsidy(
    rng: np.random.Generator, entry: Ints, left: Ints, program: Ints
) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Months paid, dollars paid in the year and the family's monthly share; null where no subsidy is paid."""
    none = pl.Series(program != SUBSIDY)
    months = np.clip(np.ceil((left - entry) / 30.4), 1, 12).astype(np.int64)
    monthly = _MONTHLY_USD * np.exp(0.3 * rng.standard_normal(len(program)))
    copay = np.where(rng.random(len(program)) < 0.25, 0, 20 + 130 * rng.random(len(program)))
    columns = (months, (months * monthly).round(2), copay.round(2))
    return tuple(pl.Series(column).set(none, None) for column in columns)  # type: ignore[return-value]


def _readiness(
    world: World, rng: np.random.Generator, person: Ints, program: Ints, school_year: int
) -> tuple[Column, Column]:
    """Level from 1 to 3 (0 for nobody's) and day of the assessment, of children who are in kindergarten now."""
    people = world.people
    assessed = (people["k12"][person] == IN_SCHOOL) & (people["grade"][person] == 0)
    assessed &= keyed_uniform(world.seed, "assessed at kindergarten", person) < 0.96
    taught = np.zeros(people.size)
    taught[person[np.isin(program, (1, 2))]] = _EFFECT
    score = 0.7 * people["ability"][person] + taught[person] - 0.3 * people["english_learner"][person]
    score = score + 0.6 * (keyed_uniform(world.seed, "readiness", person) - 0.5) * np.sqrt(12)
    level = np.where(assessed, 1 + (score > _APPROACHING) + (score > _DEMONSTRATING), 0)
    opened = first_school_day(school_year + 1)
    day_of = opened + (keyed_uniform(world.seed, "day of assessment", person) * 40).astype(np.int64)
    return level, np.where(assessed, day_of, NEVER)


def _family_size(world: World) -> Column:
    here = world.here()
    return np.bincount(world.people["household"][here], minlength=world.households.size).clip(1, 20)


FEED = SimulatedFeed(NAME, "Early learning data steward", due, {"child": child_table, "spell": spell_table}, live)
