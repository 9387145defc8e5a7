"""College: dual enrollment, entry, stopping out and transfer.

Here: who begins, goes on or stops before a term. Not here: colleges' records (`enrollees`), credits and awards
(`terms`), the files (`feeds.ps_enrollment`).
"""

import numpy as np

from p20w.simulator.calendar import first_day, last_day
from p20w.simulator.enrollees import attend, college_near, enter, give_address
from p20w.simulator.families import new_households
from p20w.simulator.migration import send_away
from p20w.simulator.randomness import Ints
from p20w.simulator.terms import close_term
from p20w.simulator.world import (
    ASSOCIATE,
    BACHELOR,
    DUAL,
    GRADUATE_STUDENT,
    GRADUATED,
    HERE,
    HIGH_SCHOOL,
    IN_SCHOOL,
    LEFT_SCHOOL,
    SOME_COLLEGE,
    UNDERGRADUATE,
    World,
    chance,
)

TERM_OF_QUARTER = {3: "Fall", 1: "Spring", 2: "Summer"}  # the term that ends in the quarter with this position


def study_a_quarter(world: World, quarter: int) -> None:
    """Close the term that ends in this quarter, then admit for the one that begins."""
    position = quarter % 4
    world.term = None
    if position in TERM_OF_QUARTER:
        world.term = close_term(world, quarter, TERM_OF_QUARTER[position])
    if position in (0, 2):
        _leave(world, quarter)
        _admit(world, quarter)


def found_students(world: World, today: int) -> None:
    """College students of traditional age at the start, with the credits of earlier years."""
    table, rng, here = world.people, world.rng("first students"), world.here()
    age = world.age(here, today)
    able = 1 / (1 + np.exp(-(0.2 + 1.3 * table["ability"][here])))
    young = here[(age >= 18.5) & (age < 23.5) & chance(rng, 0.85 * able, len(here))]
    table["education"][young] = np.maximum(table["education"][young], HIGH_SCHOOL)
    table["k12"][young] = GRADUATED
    enter(world, rng, young, today, level=UNDERGRADUATE)
    table["credits"][young] = np.clip(
        (world.age(young, today) - 18.5) * 24 * rng.uniform(0.5, 1.05, len(young)), 0, 112
    )
    adults = here[(age >= 18) & (table["k12"][here] == 0)]
    table["k12"][adults] = np.where(table["education"][adults] >= HIGH_SCHOOL, GRADUATED, LEFT_SCHOOL)


def _admit(world: World, quarter: int) -> None:
    """New students of a fall or spring term."""
    table, rng, lives, here = world.people, world.rng("admissions", quarter), world.profile.lives, world.here()
    first, fall = first_day(quarter), quarter % 4 == 2
    free = table["college"][here] < 0
    age = world.age(here, first)
    done = (table["k12"][here] == GRADUATED) | (table["education"][here] >= HIGH_SCHOOL)
    drive = np.exp(0.9 * table["ability"][here].clip(-2, 2) + 0.25 * world.wealth_of(here).clip(-2, 2))
    odds = lives.college_at_once / (1 - lives.college_at_once + 1e-9) * drive
    recent = free & done & (table["finished"][here] > first - 120) & (table["education"][here] == HIGH_SCHOOL) & fall
    at_once = recent & chance(rng, odds / (1 + odds), len(here))
    elsewhere = at_once & chance(rng, np.minimum(lives.out_of_state_college * np.sqrt(drive), 0.8), len(here))
    later = free & done & ~recent & (table["education"][here] < ASSOCIATE)
    rate = np.where(age < 30, lives.college_later, np.where(age < 50, lives.college_adult, 0.0))
    rate = np.where(table["finished"][here] > first - 730, lives.college_next, rate)
    later &= (age > 17.5) & chance(rng, rate * np.sqrt(drive), len(here))
    graduate = free & (table["education"][here] == BACHELOR) & (age < 45)
    graduate &= chance(rng, np.where(age < 30, 0.035, 0.008), len(here))
    dual = free & (table["k12"][here] == IN_SCHOOL) & (table["grade"][here] >= 11) & fall
    dual &= chance(rng, np.minimum(lives.dual_enrolls * np.sqrt(drive), 0.9), len(here))
    _go_elsewhere(world, rng, here[elsewhere], quarter)
    enter(world, rng, here[at_once & ~elsewhere], first, level=UNDERGRADUATE)
    enter(world, rng, here[later], first, level=UNDERGRADUATE)
    enter(world, rng, here[graduate], first, level=GRADUATE_STUDENT)
    enter(world, rng, here[dual], first, level=DUAL)


def _go_elsewhere(world: World, rng: np.random.Generator, people: Ints, quarter: int) -> None:
    """To a college in another state: the student leaves, the family stays."""
    homes = new_households(world, rng, world.zip_of(people), world.wealth_of(people), first_day(quarter))
    world.people["household"][people] = homes
    world.people["education"][people] = SOME_COLLEGE
    send_away(world, people, rng, last_day(quarter) - 40, last_day(quarter) - 30)


def _leave(world: World, quarter: int) -> None:
    """Before a term: students who died, moved away, stopped, or changed college."""
    table, rng = world.people, world.rng("stopping out", quarter)
    students = np.flatnonzero(table["college"] >= 0)
    gone = table["status"][students] != HERE
    dual_over = (table["level"][students] == DUAL) & (table["k12"][students] != IN_SCHOOL)
    two = world.places.college_two_year[table["college"][students]]
    rate = np.where(two, 0.09, 0.040) * np.exp(-0.6 * table["ability"][students].clip(-2, 2))
    rate = np.where(
        table["credits"][students] > 90, rate * 0.3, np.where(table["credits"][students] < 30, rate * 1.2, rate)
    )
    stops = gone | dual_over | chance(rng, np.minimum(rate, 0.6), len(students))
    leaver = students[stops]
    table["education"][leaver] = np.where(
        (table["level"][leaver] == UNDERGRADUATE) & (table["credits"][leaver] > 5),
        np.maximum(table["education"][leaver], SOME_COLLEGE),
        table["education"][leaver],
    )
    table["college"][leaver] = -1
    students, two = students[~stops], two[~stops]
    ready = two & (table["level"][students] == UNDERGRADUATE) & (table["credits"][students] >= 24)
    moves = students[ready & chance(rng, 0.06 * np.exp(0.6 * table["ability"][students].clip(-2, 2)), len(students))]
    if len(moves):
        table["full_time"][moves] = 1
        attend(world, rng, moves, college_near(world, rng, moves, np.ones(len(moves), dtype=bool)), first_day(quarter))
    stay = table["enrollee"][students]
    give_address(world, rng, stay[chance(rng, 0.25, len(stay))], first_day(quarter))
    enrolled = np.flatnonzero((table["college"] >= 0) & (table["renamed"] > first_day(quarter) - 365))
    tells = enrolled[chance(rng, 1 - (1 - world.profile.names.surname_reported_late) ** 0.5, len(enrolled))]
    world.enrollees["last"][table["enrollee"][tells]] = table["last"][tells]
