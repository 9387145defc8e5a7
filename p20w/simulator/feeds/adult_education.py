"""`adult_education`: the adult education office's program year, filed in the fall after it.

Here: lines with the slips made in filing. Not here: who learns (`adult_learning`).
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from p20w.simulator.adult_learning import BASIC, ENGLISH, SECONDARY, enrollment_table, learn_a_quarter, learner_table
from p20w.simulator.calendar import day, school_year_label
from p20w.simulator.feeds.order import filed
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed
from p20w.simulator.feeds.text import dates, hundredths, names, numbers, pick, suffixes
from p20w.simulator.geography import HISPANIC
from p20w.simulator.randomness import keyed_uniform
from p20w.simulator.world import NEVER, World, chance

NAME = "adult_education"
_KINDS = ["ABE", "ASE", "ESL", "IET"]


def live(world: World, quarter: int) -> None:
    """Who enters a class."""
    learn_a_quarter(world, world.own[f"{NAME}.learner"], world.own[f"{NAME}.enrollment"], quarter)


def due(world: World, quarter: int) -> Iterator[Due]:
    """Once a year, in September, for the program year that ended in June."""
    year, position = divmod(quarter, 4)
    if position == 2:
        yield Due(school_year_label(year), day(year, 9, 10), lambda: content(world, year))


def content(world: World, year: int) -> Content:
    """One line a learner, provider and entry; a few twice, and some without a later test."""
    table, learners, people = world.own[f"{NAME}.enrollment"], world.own[f"{NAME}.learner"], world.people
    rates, rng = world.profile.adult_learning, world.rng("adult education file", year)
    rows = np.flatnonzero(table["year"] == year)
    rows = rows[filed(rng, table["provider"][rows], rates.filed_twice)]
    person, learner = table["person"][rows].astype(np.int64), table["learner"][rows].astype(np.int64)
    kind, level = table["kind"][rows].astype(np.int64), table["level"][rows].astype(np.int64)
    upper = keyed_uniform(world.seed, "provider writes capitals", table["provider"][rows]) < 0.3
    gains, finishes = table["gain"][rows] < NEVER, table["diploma"][rows] < NEVER
    after = np.minimum(level + gains, 6)
    tested = gains | chance(rng, 1 - rates.posttest_missing, len(rows))
    tests = ["", *(f"ABE{number}" for number in range(1, 7)), *(f"ESL{number}" for number in range(1, 7))]
    shift = np.where(kind == ENGLISH, 6, 0)
    how = np.where(finishes, 2, np.where(kind == _KINDS.index("IET"), 4, 1))
    shown = np.where(finishes, table["diploma"][rows], table["gain"][rows])
    frame = pl.DataFrame(
        {
            "StudentIdentifierState": "AE" + numbers(100_000 + learner * 13, 8),
            "AdultEducationServiceProviderIdentifierSea": "AE" + numbers(1000 + table["provider"][rows], 4),
            "FirstName": names(world, learners["first"][learner], upper),
            "MiddleName": names(world, learners["middle"][learner], upper),
            "LastOrSurname": names(world, learners["last"][learner], upper),
            "GenerationCodeOrSuffix": suffixes(learners["suffix"][learner]),
            "Birthdate": dates(learners["birth"][learner]),
            "SocialSecurityNumber": numbers(learners["ssn"][learner], 9),
            "Sex": pick(["Male", "Female"], people["sex"][person]),
            "HispanicLatinoEthnicity": (people["race"][person] == HISPANIC).astype(np.int8),
            "ProgramYear": np.full(len(rows), year),
            "AeInstructionalProgramType": pick(_KINDS, kind),
            "EnrollmentEntryDate": dates(table["entry"][rows]),
            "EnrollmentExitDate": dates(table["exit"][rows]),
            "AeFunctioningLevelAtIntake": pick(tests, level + shift),
            "AeFunctioningLevelAtPosttest": pick(tests, np.where(tested, after + shift, 0)),
            "InstructionalActivityHoursCompleted": hundredths(table["hours"][rows] / 100),
            "MeasurableSkillGainType": pick(["", "1", "2", "3", "4"], np.where(gains | finishes, how, 0)),
            "MeasurableSkillGainDate": dates(shown),
            "HighSchoolDiplomaDiplomaOrCredentialAwardDate": dates(table["diploma"][rows]),
            "HighSchoolDiplomaType": pick(["", "GED", "AdultDiploma"], finishes * (1 + (person % 5 == 0))),
            "EmployedWhileEnrolled": table["employed"][rows],
            "CorrectionalEducationReentryServicesParticipationIndicator": (
                (keyed_uniform(world.seed, "taught in prison", person) < 0.05) & np.isin(kind, [BASIC, SECONDARY])
            ).astype(np.int8),
        }
    )
    return Content(frame, person + 1, len(rows))


FEED = SimulatedFeed(
    NAME, "Adult education data unit", due, {"learner": learner_table, "enrollment": enrollment_table}, live
)
