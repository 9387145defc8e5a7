"""Adults who learn: who enters a class of adult education, at which level, for how many hours, and what comes of it.

Here: registrations and enrollments. Not here: the file (`feeds.adult_education`), the workforce board's own record of
learners (`workforce_programs`).

About 0.35 % of Americans took part in a program year before 2020, near half of them to learn English; of participants
45 % showed a skill gain (National Reporting System, program year 2018; rounded from general knowledge of its tables).
"""

import numpy as np
import numpy.typing as npt

from p20w.simulator.calendar import day, first_day, last_day
from p20w.simulator.randomness import Ints, keyed_uniform
from p20w.simulator.records import last_record, write_down_with_ssns
from p20w.simulator.table import Column, Table
from p20w.simulator.world import IN_SCHOOL, LESS, NEVER, NOBODY, World, chance, days_in

BASIC, SECONDARY, ENGLISH, INTEGRATED = 0, 1, 2, 3
PROVIDERS = 12
_LEVELS = np.cumsum([[0.05, 0.14, 0.26, 0.33, 0.15, 0.07], [0.18, 0.17, 0.20, 0.19, 0.15, 0.11]], axis=1)
"""Entry levels 1 to 6 of basic education and of English."""
_PARTICIPATES, _GAINS, _FINISHES = 0.78, 0.38, 0.30


def learner_table() -> Table:
    """One row a registration of a learner by the office, with what was written down."""
    return Table(
        person=("i4", 0), first=("i4", 0), middle=("i4", 0), last=("i4", 0), suffix=("i1", 0), birth=("i4", 0),
        ssn=("i8", -1),
    )  # fmt: skip


def enrollment_table() -> Table:
    """One row a learner, provider and entry of the program years that are not filed yet; `hours` are hundredths."""
    return Table(
        learner=("i4", 0), person=("i4", 0), provider=("i2", 0), year=("i2", 0), kind=("i1", 0), level=("i1", 0),
        entry=("i4", 0), exit=("i4", NEVER), hours=("i4", 0), gain=("i4", NEVER), diploma=("i4", NEVER),
        employed=("i1", 0),
    )  # fmt: skip


def learn_a_quarter(world: World, learners: Table, enrollments: Table, quarter: int) -> None:
    """Who enters a class in this quarter."""
    year, position = divmod(quarter, 4)
    ends = year + (position >= 2)  # the program year runs from July to June
    if position == 2:
        enrollments.keep(enrollments["year"] >= year)  # the year that has just closed is filed in this quarter
    rng = world.rng("adult learners", quarter)
    people, kind = _candidates(world, rng, quarter)
    fresh = ~np.isin(people, enrollments["person"][enrollments["year"] == ends])
    people, kind = people[fresh], kind[fresh]
    count, close = len(people), day(ends, 6, 30)
    entry = days_in(rng, first_day(quarter), last_day(quarter), count)
    english = kind == ENGLISH
    level = (rng.random(count)[:, None] > _LEVELS[english.astype(np.int64)]).sum(axis=1).clip(max=5) + 1
    level = np.where(kind == SECONDARY, 5 + (rng.random(count) < 0.4), np.where(english, level, np.minimum(level, 4)))
    stays = chance(rng, _PARTICIPATES, count)
    hours = np.where(stays, 12 + rng.gamma(2.0, 38.0, count), rng.uniform(1, 11.9, count))
    leaves = entry + np.where(stays, 20 + (hours * 1.4).astype(np.int64), rng.integers(1, 30, count))
    gains = stays & chance(rng, _GAINS * np.where(hours > 60, 1.25, 0.7), count)
    gain = np.minimum(entry + 15 + ((leaves - entry) * rng.uniform(0.5, 1.0, count)).astype(np.int64), close)
    finishes = stays & ((kind == SECONDARY) | (level == 4) & (kind == BASIC)) & chance(rng, _FINISHES, count)
    diploma = np.minimum(leaves + rng.integers(0, 40, count), close)
    enrollments.add(
        count, learner=_registered(world, learners, rng, people, quarter), person=people, year=ends, kind=kind,
        provider=world.places.county_of_zip[world.zip_of(people)] % PROVIDERS, level=level, entry=entry,
        exit=np.where(leaves <= close, leaves, NEVER), hours=(hours * 100).astype(np.int64),
        gain=np.where(gains & (gain >= entry), gain, NEVER), diploma=np.where(finishes, diploma, NEVER),
        employed=world.people["job"][people] != NOBODY,
    )  # fmt: skip


def _candidates(
    world: World, rng: np.random.Generator, quarter: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Who enters a class, and what it teaches."""
    table, here, rates = world.people, world.here(), world.profile.adult_learning
    age = world.age(here, first_day(quarter))
    grown = (age >= 17) & (age < 70) & (table["k12"][here] != IN_SCHOOL)
    keen = np.where(age < 45, 1.0, 0.4)
    unfinished = grown & (table["education"][here] == LESS)
    learns = unfinished & chance(rng, rates.basic * keen, len(here))
    speaks = grown & (table["foreign"][here] == 1) & chance(rng, rates.english * keen, len(here))
    kind = np.where(chance(rng, 0.06, len(here)), INTEGRATED, np.where(chance(rng, 0.22, len(here)), SECONDARY, BASIC))
    kind = np.where(speaks, ENGLISH, kind)
    taken = learns | speaks
    return here[taken], kind[taken]


def _registered(
    world: World, learners: Table, rng: np.random.Generator, people: Ints, quarter: int
) -> npt.NDArray[np.int64]:
    """The office's record of each; new people get one, and some who come back another."""
    rates = world.profile.adult_learning
    held = last_record(world, learners)
    new = people[(held[people] < 0) | chance(rng, rates.registered_again, len(people))]
    folds: Column = keyed_uniform(world.seed, "provider folds accents", new) < 0.3
    said = write_down_with_ssns(
        world, rng, new, "college", last_day(quarter), folds, missing=rates.ssn_missing, wrong=rates.ssn_wrong
    )
    held[new] = learners.add(len(new), person=new, **said)
    return held[people]
