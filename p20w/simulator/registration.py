"""How districts register pupils: what they write down, and under which state identifier.

Here: registrations, second identifiers and shared ones. Not here: enrollment (`schooling`).
"""

import numpy as np

from p20w.simulator.randomness import Ints, keyed_uniform
from p20w.simulator.records import write_down
from p20w.simulator.world import NOBODY, World, chance

_ID_SPACE = 8_999_999_929  # prime: multiplying by another number visits every identifier once


def fresh_ids(world: World, order: Ints) -> Ints:
    """Ten-digit state identifiers that nobody had before."""
    return 1_000_000_000 + (order.astype(np.int64) * 1_442_695_041 + world.seed * 123_456_791) % _ID_SPACE


def register(world: World, rng: np.random.Generator, people: Ints, lea: Ints, on: Ints) -> None:
    """Give a registration to pupils who have none in this district, and the state's identifier with it."""
    table, rates = world.people, world.profile.districts
    current = table["student"][people]
    new = (current == NOBODY) | (world.students["lea"][np.maximum(current, 0)] != lea if world.students.size else True)
    people, lea, current = people[new], lea[new], current[new]
    if not len(people):
        return
    folds = keyed_uniform(world.seed, "district folds accents", lea) < rates.folds_accents
    recorded = write_down(world, rng, people, "k12", int(on.max()), folds)
    rows = world.students.add(
        len(people),
        person=people,
        lea=lea,
        first=recorded.first,
        middle=recorded.middle,
        last=recorded.last,
        suffix=recorded.suffix,
        birth=recorded.birth,
    )
    known = current != NOBODY
    returned = known & (table["arrived"][people] > on[new] - 400)
    second = known & chance(
        rng, np.where(returned, rates.second_state_id_at_return, rates.second_state_id), len(people)
    )
    fresh = fresh_ids(world, rows)
    state_id = np.where(known & ~second, world.students["state_id"][np.maximum(current, 0)], fresh)
    table["state_id"][people[~known]] = fresh[~known]
    world.students["state_id"][rows] = state_id
    table["student"][people] = rows
    _share_ids(world, rng, rows)


def _share_ids(world: World, rng: np.random.Generator, rows: Ints) -> None:
    """A registrar takes a brother, sister or namesake for the same pupil and files both under one identifier."""
    table, students = world.people, world.students
    mistaken = rows[chance(rng, world.profile.districts.shared_state_id, len(rows))]
    for row in mistaken.tolist():
        person = int(students["person"][row])
        mother = int(table["mother"][person])
        others = (
            np.flatnonzero((table["mother"] == mother) & (table["student"] >= 0)) if mother >= 0 else np.zeros(0, int)
        )
        others = others[others != person]
        if not len(others):
            same = students["last"] == students["last"][row]
            others = np.unique(students["person"][same & (students["person"] != person)])
        if len(others):
            other = int(others[int(rng.random() * len(others))])
            students["state_id"][row] = table["state_id"][other]
            students["own_id"][row] = 0


def repair_ids(world: World, quarter: int) -> None:
    """Once a year the state agency finds some second identifiers and returns the pupil to the first."""
    rng, students, table = world.rng("id repairs", quarter), world.students, world.people
    current = table["student"][table["student"] >= 0]
    person = students["person"][current]
    wrong = current[students["state_id"][current] != table["state_id"][person]]
    found = wrong[chance(rng, min(1.0, 4 * world.profile.districts.state_id_repaired), len(wrong))]
    students["state_id"][found] = table["state_id"][students["person"][found]]
    students["own_id"][found] = 1
