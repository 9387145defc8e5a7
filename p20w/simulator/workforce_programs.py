"""Workforce programs: who takes part in one, is trained, attains a credential, and what they earn after leaving.

Here: participations, and what the state workforce board has on record of a person. Not here: the file
(`feeds.wioa_participant`), jobs and pay (`work`, `pay`).
"""

import numpy as np
import numpy.typing as npt

from p20w.simulator.calendar import first_day, last_day
from p20w.simulator.pay import payroll
from p20w.simulator.randomness import Ints
from p20w.simulator.records import birthdates, last_record, ssns
from p20w.simulator.table import Table
from p20w.simulator.world import IN_SCHOOL, LESS, NEVER, NOBODY, World, chance, days_in

PROGRAMS = ("adult", "dislocated_worker", "youth", "adult_education", "vocational_rehabilitation", "wagner_peyser")
_DAYS = np.array([210, 240, 330, 250, 560, 75])
"""How long a participation lasts on average, by program."""
_TRAINED = np.array([0.45, 0.40, 0.30, 0.06, 0.30, 0.02])
AREAS = 12
"""Local workforce areas."""
DIPLOMA = 1
"""PIRL code of a secondary diploma or equivalency; the other kinds are 2 to 7."""


def registration_table() -> Table:
    """One row a registration of a person by the board, with what was written down."""
    return Table(person=("i4", 0), number=("i4", 0), birth=("i4", 0), ssn=("i8", -1))


def participation_table() -> Table:
    """One row a participation; covered wages by quarter after exit."""
    return Table(
        registration=("i4", 0), program=("i1", 0), entry=("i4", 0), exit=("i4", 0), training=("i4", NEVER),
        ended=("i4", NEVER), completed=("i1", 0), credential=("i1", 0), attained=("i4", NEVER), employed=("i1", 0),
        education=("i1", 0), county=("i2", 0), area=("i1", 0), wages_1=("i4", 0), wages_2=("i4", 0), wages_3=("i4", 0),
        wages_4=("i4", 0),
    )  # fmt: skip


def take_part(world: World, registrations: Table, participations: Table, quarter: int) -> None:
    """New participants of a quarter, and what those earn who left in the year before."""
    _enter(world, registrations, participations, quarter)
    _note_wages(world, registrations, participations, quarter)


def quarter_of(days: Ints) -> npt.NDArray[np.int64]:
    """Quarter numbers of day numbers."""
    return 1970 * 4 + days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) // 3


def _enter(world: World, registrations: Table, participations: Table, quarter: int) -> None:
    table, rng = world.people, world.rng("workforce programs", quarter)
    people, program = _candidates(world, rng, quarter)
    busy = participations["exit"] > first_day(quarter) - 120  # whoever comes back within 90 days had not left
    taking_part = registrations["person"][participations["registration"][busy]]
    free = ~np.isin(people, taking_part)
    people, program = people[free], program[free]
    count = len(people)
    entry = days_in(rng, first_day(quarter), last_day(quarter), count)
    leaves = entry + 14 + (rng.gamma(2.0, 0.5, count) * _DAYS[program]).astype(np.int64)
    begins = entry + 5 + (rng.random(count) * 0.2 * (leaves - entry)).astype(np.int64)
    ends = np.maximum(begins + 5, leaves - rng.integers(0, 30, count))
    trained = chance(rng, _TRAINED[program], count) & (ends <= leaves)
    completed = trained & chance(rng, 0.72, count)
    studies = program == PROGRAMS.index("adult_education")
    attains = (completed & chance(rng, 0.75, count)) | (studies & chance(rng, 0.30, count))
    kind = np.where(studies, DIPLOMA, rng.choice([2, 4, 5, 6, 7], count, p=[0.08, 0.20, 0.35, 0.27, 0.10]))
    attained = np.minimum(ends, leaves) + rng.integers(0, 80, count)
    participations.add(
        count, registration=_registered(world, registrations, rng, people), program=program, entry=entry, exit=leaves,
        training=np.where(trained, begins, NEVER), ended=np.where(trained, ends, NEVER), completed=completed,
        credential=np.where(attains, kind, 0), attained=np.where(attains, attained, NEVER),
        employed=table["job"][people] != NOBODY, education=table["education"][people],
        county=world.places.county_of_zip[world.zip_of(people)], area=rng.integers(0, AREAS, count),
    )  # fmt: skip


def _candidates(
    world: World, rng: np.random.Generator, quarter: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Who would enter a program, and which: the first that takes them."""
    table, here, first = world.people, world.here(), first_day(quarter)
    age, idle = world.age(here, first), table["job"][here] == NOBODY
    left_school = table["k12"][here] != IN_SCHOOL
    ended = (world.jobs["end"] >= first - 90) & (world.jobs["end"] <= last_day(quarter))
    lost = np.isin(here, world.jobs["person"][ended])
    adult = (age >= 18) & (age < 65)
    eligible = (
        adult & idle,
        adult & lost,
        (age >= 16) & (age < 25) & left_school & idle,
        (age >= 17) & (age < 60) & left_school & (table["education"][here] == LESS),
        (age >= 17) & (age < 60) & (table["idea"][here] == 1),
        (age >= 18) & (age < 70) & idle,
    )
    program = np.full(len(here), -1)
    for number, (name, can) in enumerate(zip(PROGRAMS, eligible, strict=True)):
        rate = getattr(world.profile.workforce_programs, name)
        program[can & chance(rng, rate, len(here)) & (program < 0)] = number
    return here[program >= 0], program[program >= 0]


def _registered(world: World, registrations: Table, rng: np.random.Generator, people: Ints) -> npt.NDArray[np.int64]:
    """The board's record of each; some get another id at another office, or their birth date typed anew."""
    rates, count = world.profile.workforce_programs, len(people)
    found = last_record(world, registrations)[people]
    second = chance(rng, rates.second_id, count)
    anew = np.flatnonzero((found < 0) | second | chance(rng, rates.birthdate_typed_anew, count))
    who = people[anew]
    keeps = (found[anew] >= 0) & ~second[anew]
    number = 10_000_000 + (registrations.size + np.arange(len(anew))) * 7
    number[keeps] = registrations["number"][found[anew][keeps]]
    ssn = ssns(rng, world.people["ssn"][who], rates.ssn_wrong)
    ssn[chance(rng, rates.ssn_missing, len(who))] = -1
    birth = birthdates(world, rng, who, "college")
    found[anew] = registrations.add(len(who), person=who, number=number, birth=birth, ssn=ssn)
    return found


def _note_wages(world: World, registrations: Table, participations: Table, quarter: int) -> None:
    """Covered wages of the quarter, where it is the first to fourth after exit."""
    after = quarter - quarter_of(participations["exit"])
    if not ((after >= 1) & (after <= 4)).any():
        return
    pay, jobs = payroll(world, quarter), world.jobs
    covered = world.employers["covered"][jobs["employer"][pay.job]] == 1
    earned = np.bincount(jobs["person"][pay.job[covered]], pay.wages[covered], minlength=world.people.size)
    person = registrations["person"][participations["registration"]]
    for number in range(1, 5):
        rows = np.flatnonzero(after == number)
        participations[f"wages_{number}"][rows] = earned[person[rows]].clip(max=999_000).astype(np.int64)
