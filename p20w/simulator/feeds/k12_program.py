"""`k12_program`: the state education agency's year of students in programs and statuses, by first and last day.

Here: lines with districts' own ways of dating. Not here: who learns English, is disabled, poor, homeless or in foster
care (`persons`, `spells`).
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

from p20w.simulator.calendar import day, first_school_day, last_school_day, school_year_label
from p20w.simulator.feeds.order import filed
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed
from p20w.simulator.feeds.text import dates, numbers, pick
from p20w.simulator.randomness import Ints, keyed_uniform
from p20w.simulator.records import state_ids
from p20w.simulator.spells import COMPLETED
from p20w.simulator.world import NEVER, World, chance

NAME = "k12_program"
PROGRAMS = ("EconomicDisadvantage", "EnglishLearner", "IDEA", "Homeless", "FosterCare", "Migrant", "MilitaryConnected")
POOR, ENGLISH, IDEA, HOMELESS, FOSTER, MIGRANT, MILITARY = range(len(PROGRAMS))
_BY_YEAR = (POOR, HOMELESS, MIGRANT)
"""Statuses that are found anew each school year; others last until somebody ends them."""

# shares of those in the program: food service, USDA; residence and unaccompanied, National Center for Homeless
# Education, school year 2021-22; disabilities, Condition of Education 2023; others ours
_FOOD = {"Free": 0.55, "DirectCertification": 0.35, "Reduced": 0.10}
_NIGHTS = {"DoubledUp": 0.77, "Shelter": 0.11, "HotelMotel": 0.08, "Unsheltered": 0.04}
_UNACCOMPANIED = 0.09
_DISABILITIES = {
    "SpecificLearningDisability": 0.32, "SpeechOrLanguageImpairment": 0.19, "OtherHealthImpairment": 0.15,
    "Autism": 0.13, "DevelopmentalDelay": 0.07, "IntellectualDisability": 0.06, "EmotionalDisturbance": 0.05,
    "SensoryOrPhysical": 0.03,
}  # fmt: skip
_SERVES = {"ActiveDuty": 0.55, "NationalGuardOrReserve": 0.45}
_DETAILS = {
    "EligibilityStatusForSchoolFoodServicePrograms": (POOR, _FOOD),
    "HomelessPrimaryNighttimeResidence": (HOMELESS, _NIGHTS),
    "HomelessUnaccompaniedYouthStatus": (HOMELESS, {"1": _UNACCOMPANIED, "0": 1 - _UNACCOMPANIED}),
    "IdeaDisabilityType": (IDEA, _DISABILITIES),
    "MilitaryConnectedStudentIndicator": (MILITARY, _SERVES),
}


def due(world: World, quarter: int) -> Iterator[Due]:
    """Once a school year, in August."""
    year, position = divmod(quarter, 4)
    if position == 1:
        yield Due(school_year_label(year), day(year, 8, 15), lambda: content(world, year, quarter))


def content(world: World, school_year: int, moment: int) -> Content:
    """One line a student, program and enrollment of the school year."""
    spells, students, places, rates = world.spells, world.students, world.places, world.profile.student_programs
    rng = world.rng("k12 program file", moment)
    row, program = _held(world)
    lea = places.lea_of_school[spells["school"][row]]
    silent = keyed_uniform(world.seed, "district tells of no homeless student", lea) < rates.silent_about_homeless
    told = np.flatnonzero(~(silent & (program == HOMELESS)))
    told = told[filed(rng, spells["school"][row[told]], world.profile.districts.filed_twice)]
    row, program, lea = row[told], program[told], lea[told]
    starts, ends = _days(world, row, program, lea, school_year)
    ends = np.where(chance(rng, rates.exit_before_start, len(row)), starts - 30, ends)
    person = spells["person"][row].astype(np.int64)
    state_id = state_ids(rng, students["state_id"][spells["student"][row]], rates.id_mistyped)
    frame = pl.DataFrame(
        {
            "StudentIdentifierState": numbers(state_id, 10),
            "SchoolIdentifierSea": pick(places.schools, spells["school"][row]),
            "LeaIdentifierSeaAccountability": pick(places.leas, lea),
            "SchoolYear": np.full(len(row), school_year),
            "ProgramType": pick(list(PROGRAMS), program),
            "ProgramParticipationStartDate": dates(starts),
            "ProgramParticipationExitDate": dates(ends),
            **_details(world, person, program, chance(rng, rates.detail_of_another_program, len(row))),
        }
    )
    return Content(frame, person + 1, len(row))


def _held(world: World) -> tuple[Ints, Ints]:
    """Rows of enrollments, and programs held in them."""
    people, spells, rates = world.people, world.spells, world.profile.student_programs
    rows = np.flatnonzero(spells["exit"] > spells["entry"])
    person = spells["person"][rows].astype(np.int64)
    home = people["household"][person]
    holds = np.zeros((len(rows), len(PROGRAMS)), dtype=np.bool_)
    holds[:, POOR] = spells["poor"][rows]
    holds[:, ENGLISH] = people["english_learner"][person]
    holds[:, IDEA] = people["idea"][person]
    holds[:, HOMELESS] = spells["homeless"][rows]
    holds[:, FOSTER] = people["foster"][person]
    holds[:, MIGRANT] = keyed_uniform(world.seed, "family follows the harvest", home) < rates.migrant
    holds[:, MILITARY] = keyed_uniform(world.seed, "family serves", home) < rates.military_connected
    which, program = np.nonzero(holds)
    return rows[which], program


def _days(world: World, row: Ints, program: Ints, lea: Ints, school_year: int) -> tuple[Ints, Ints]:
    """First and last day of each spell as its district writes them; NEVER where it goes on."""
    spells, rates = world.spells, world.profile.student_programs
    person = spells["person"][row].astype(np.int64)
    entry, last = spells["entry"][row].astype(np.int64), day(school_year, 6, 30)
    leaves = np.minimum(spells["exit"][row].astype(np.int64), last)
    found = world.people["birth"][person] + (
        365.25 * (5 + 4 * keyed_uniform(world.seed, "age when found", person, program))
    )
    starts = np.where(np.isin(program, (ENGLISH, IDEA)), np.minimum(entry, found.astype(np.int64)), entry)
    later = (keyed_uniform(world.seed, "homeless after", person, school_year) * (leaves - entry)).astype(np.int64)
    starts = np.where(program == HOMELESS, entry + later, starts)
    stays = (leaves >= last_school_day(school_year)) & (spells["exit_type"][row] != COMPLETED)
    ends = np.where(stays, np.where(np.isin(program, _BY_YEAR), last, NEVER), leaves)
    habit = keyed_uniform(world.seed, "district dates programs", lea)
    whole = habit < rates.whole_years
    starts = np.where(whole, first_school_day(school_year), starts)
    ends = np.where(whole, last, ends)
    return starts, np.where(~whole & (habit < rates.whole_years + rates.never_closes), NEVER, ends)


def _details(world: World, person: Ints, program: Ints, stray: npt.NDArray[np.bool_]) -> dict[str, pl.Series]:
    """What is told of each program beside its days; on stray lines also how meals are paid, whatever the program."""
    columns: dict[str, pl.Series] = {}
    for name, (of, shares) in _DETAILS.items():
        bounds = np.cumsum(list(shares.values()))[:-1]
        code = np.searchsorted(bounds, keyed_uniform(world.seed, name, person))
        told = (program == of) | (stray & (of == POOR))
        columns[name] = pick([*shares, ""], np.where(told, code, len(shares)))
    return columns


FEED = SimulatedFeed(NAME, "SEA data steward", due)
