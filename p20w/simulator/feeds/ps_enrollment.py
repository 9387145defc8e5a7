"""`ps_enrollment`: the higher-education board's unit records by term.

Here: lines of the term that ended last. Not here: studying (`colleges`).
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from p20w.simulator.aid import receives_pell
from p20w.simulator.calendar import as_date, day, term_days
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed
from p20w.simulator.feeds.text import dates, hundredths, names, numbers, pick, slashed, street_lines, suffixes
from p20w.simulator.geography import RACES
from p20w.simulator.randomness import keyed_uniform
from p20w.simulator.unkind.dates import with_unreadable
from p20w.simulator.world import Term, World, chance

_LEVELS = ["HighSchool", "Undergraduate", "Graduate"]


def due(world: World, quarter: int) -> Iterator[Due]:
    """Each term, a month after its end."""
    term = world.term
    if term is not None:
        ends = term_days(term.academic_year, term.name)[1]
        yield Due(f"{as_date(ends).year}-{term.name.lower()}", ends + 30, lambda: content(world, term, quarter))


def content(world: World, term: Term, moment: int) -> Content:
    """One line an institution, student and term."""
    people, enrollees, places = world.people, world.enrollees, world.places
    rng = world.rng("ps file", moment)
    college = enrollees["college"][term.enrollee].astype(np.int64)
    order = np.lexsort((rng.random(len(college)), college))
    person, row, college = term.person[order], term.enrollee[order], college[order]
    level, full = term.level[order], term.full_time[order]
    upper = keyed_uniform(world.seed, "college writes capitals", college) < 0.25
    shortens = keyed_uniform(world.seed, "college shortens streets", college) < world.profile.addresses.abbreviated
    begins, _ = term_days(term.academic_year, term.name)
    sex_unknown = chance(rng, 0.004, len(row))
    resident = people["arrived"][person] < day(term.academic_year - 1, 7, 1)
    needs = receives_pell(world, person, term.academic_year)
    unreadable = chance(rng, world.profile.files.impossible_date, len(row))
    frame = pl.DataFrame(
        {
            "InstitutionIpedsUnitId": pick(places.colleges, college),
            "StudentIdentifierInstitution": "S" + numbers(enrollees["number"][row], 8),
            "SocialSecurityNumber": numbers(enrollees["ssn"][row], 9),
            "FirstName": names(world, enrollees["first"][row], upper),
            "MiddleName": names(world, enrollees["middle"][row], upper),
            "LastOrSurname": names(world, enrollees["last"][row], upper),
            "GenerationCodeOrSuffix": suffixes(enrollees["suffix"][row], period=shortens),
            "Birthdate": with_unreadable(
                world, "college", row, enrollees["birth"][row], slashed(enrollees["birth"][row])
            ).set(pl.Series(unreadable), "00/00/0000"),
            "Sex": pick(["M", "F", "X"], np.where(sex_unknown, 2, people["sex"][person])),
            "RaceEthnicity": pick(list(RACES), people["race"][person]),
            "AcademicTermDesignator": pl.repeat(term.name, len(row), eager=True),
            "AcademicYear": np.full(len(row), term.academic_year),
            "EntryDate": dates(np.full(len(row), begins)),
            "ExitDate": dates(term.exit[order]),
            "StudentLevel": pick(_LEVELS, level),
            "EnrollmentStatus": pick(["PartTime", "FullTime"], full),
            "CipCode": pick(places.cips, term.cip[order]),
            "NumberOfCreditsAttempted": hundredths(term.attempted[order]),
            "NumberOfCreditsEarned": hundredths(term.earned[order]),
            "TuitionResidency": resident.astype(np.int8),
            "PellGrant": (needs & (level == 1)).astype(np.int8),
            "AddressPostalCode": pick(places.zips, enrollees["zip"][row]),
            "AddressStreetNumberAndName": street_lines(
                world, enrollees["house"][row], enrollees["street"][row], enrollees["unit"][row], shortens
            ),
            "AddressCity": pick(places.cities, enrollees["zip"][row]),
            "StateAbbreviation": pl.repeat("ZZ", len(row), eager=True),
        }
    )
    return Content(frame, person + 1, len(row))


FEED = SimulatedFeed("ps_enrollment", "Higher education board data steward", due)
