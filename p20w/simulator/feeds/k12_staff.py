"""`k12_staff`: the state education agency's year of teachers and other staff of public schools.

Here: lines with the habits of districts. Not here: who works at schools (`school_staff`).
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from p20w.simulator.calendar import day, school_year_label
from p20w.simulator.feeds.order import filed
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed
from p20w.simulator.feeds.text import dates, hundredths, names, numbers, pick, suffixes
from p20w.simulator.randomness import keyed_uniform
from p20w.simulator.records import last_record
from p20w.simulator.school_staff import TEACHER, assignments, credential, member_table, register
from p20w.simulator.world import World, chance

NAME = "k12_staff"
_EDUCATION = ["", "HighSchool", "SomeCollege", "Associate", "Bachelor", "Graduate"]


def live(world: World, quarter: int) -> None:
    """At the end of a school year the state writes down who is new."""
    year, position = divmod(quarter, 4)
    if position == 1:
        register(world, world.own[f"{NAME}.member"], year)


def due(world: World, quarter: int) -> Iterator[Due]:
    """Once a school year, in August."""
    year, position = divmod(quarter, 4)
    if position == 1:
        yield Due(school_year_label(year), day(year, 8, 20), lambda: content(world, year))


def content(world: World, school_year: int) -> Content:
    """One line a person, school and assignment; a few twice, and positions of some districts in percent."""
    members, places, people = world.own[f"{NAME}.member"], world.places, world.people
    rates, rng = world.profile.school_staff, world.rng("staff file", school_year)
    work = assignments(world, school_year)
    rows = filed(rng, work.school, rates.filed_twice)
    person, school, role = work.person[rows], work.school[rows], work.role[rows]
    member, lea = last_record(world, members)[person], places.lea_of_school[school]
    upper = keyed_uniform(world.seed, "district writes capitals", lea) < world.profile.districts.upper_case
    percent = keyed_uniform(world.seed, "positions in percent", lea, school_year) < rates.fte_in_percent
    known = ~chance(rng, rates.credential_missing, len(rows))
    held_by = np.where((role == TEACHER) & known, credential(world, person, school_year) + 1, 0)
    frame = pl.DataFrame(
        {
            "StaffMemberIdentifierState": numbers(4_000_000 + member * 3, 8),
            "SocialSecurityNumber": numbers(members["ssn"][member], 9),
            "FirstName": names(world, members["first"][member], upper),
            "MiddleName": names(world, members["middle"][member], upper),
            "LastOrSurname": names(world, members["last"][member], upper),
            "GenerationCodeOrSuffix": suffixes(members["suffix"][member]),
            "Birthdate": dates(members["birth"][member]),
            "Sex": pick(["Male", "Female"], people["sex"][person]),
            "SchoolYear": np.full(len(rows), school_year),
            "LeaIdentifierSea": pick(places.leas, lea),
            "SchoolIdentifierSea": pick(places.schools, school) + "  ",
            "K12StaffClassification": pick(["TCH", "SPC", "ADM", "PAR", "SUP"], role),
            "StaffFullTimeEquivalency": hundredths(np.where(percent, work.fte[rows], work.fte[rows] / 100)),
            "TeachingCredentialType": pick(["", "REG", "PRO", "EMG", "NON"], held_by),
            "HighestLevelOfEducationCompleted": pick(_EDUCATION, people["education"][person]),
            "YearsOfPriorTeachingExperience": pl.Series(
                np.where(role == TEACHER, np.maximum(school_year - members["since"][member], 0), -1).astype(np.int64)
            ).replace(-1, None),
        }
    )
    return Content(frame, person + 1, len(rows))


FEED = SimulatedFeed(NAME, "SEA educator data office", due, {"member": member_table}, live)
