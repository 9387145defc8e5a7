"""Spells of enrollment: one a pupil, school and entry date of the current school year.

Here: opening and closing spells, with their exit codes. Not here: why pupils come and go (`schooling`).
"""

import numpy as np
import numpy.typing as npt

from p20w.simulator.randomness import Ints
from p20w.simulator.registration import register
from p20w.simulator.world import DEAD, HERE, LEFT_SCHOOL, NO_SCHOOL, NOBODY, World, chance

# CEDS exit types and diploma types, as numbers
TRANSFERRED, OUT_OF_STATE, COMPLETED, DIED = 1907, 1911, 1921, 1923
DROPPED_OUT, OTHER_COMPLETER, STAYS = 1927, 1930, 3502
REGULAR, ENDORSED, EQUIVALENCY = 806, 807, 816


def poverty(world: World, people: Ints) -> npt.NDArray[np.float64]:
    """The chance of each pupil to count as economically disadvantaged."""
    return np.clip(0.48 - 0.38 * world.wealth_of(people), 0.02, 0.97)


def enroll(world: World, rng: np.random.Generator, people: Ints, school: Ints, entry: Ints) -> None:
    """Open spells, registering pupils whom the district does not know."""
    table = world.people
    register(world, rng, people, world.places.lea_of_school[school], entry)
    poor = chance(rng, poverty(world, people), len(people))
    spells = world.spells.add(
        len(people),
        person=people,
        student=table["student"][people],
        school=school,
        grade=table["grade"][people],
        entry=entry,
        poor=poor,
        homeless=poor & chance(rng, 0.045, len(people)),
    )
    table["school"][people], table["spell"][people] = school, spells


def leave(world: World, people: Ints, on: Ints, kind: Ints) -> None:
    """End the open spells of these pupils, not before they began."""
    spells = world.people["spell"][people]
    world.spells["exit"][spells] = np.maximum(on, world.spells["entry"][spells])
    world.spells["exit_type"][spells] = kind


def note_departures(world: World, rng: np.random.Generator, enrolled: Ints, first: int, last: int) -> None:
    """Deaths and departures of pupils until the last day that the school would note."""
    table = world.people
    gone = enrolled[table["status"][enrolled] != HERE]
    on = np.minimum(table["death"][gone], table["left"][gone])
    seen = on <= last
    gone, on = gone[seen], np.maximum(on[seen], first)
    dead = table["status"][gone] == DEAD
    leave(world, gone, on, np.where(dead, DIED, OUT_OF_STATE))
    table["k12"][gone] = np.where(dead, LEFT_SCHOOL, NO_SCHOOL)
    table["spell"][gone] = NOBODY


def no_shows(world: World, rng: np.random.Generator, missing: Ints, opens: int) -> None:
    """Opened and exited on the first day at the school that expected them."""
    table = world.people
    known = missing[table["student"][missing] >= 0]
    spells = world.spells.add(
        len(known),
        person=known,
        student=table["student"][known],
        school=table["school"][known],
        grade=table["grade"][known],
        entry=opens,
        exit=opens,
        poor=world.wealth_of(known) < -0.2,
    )
    status = table["status"][known]
    kind = np.where(status == DEAD, DIED, np.where(status == HERE, DROPPED_OUT, OUT_OF_STATE))
    world.spells["exit_type"][spells] = kind
    table["k12"][missing] = np.where(table["status"][missing] == HERE, LEFT_SCHOOL, NO_SCHOOL)
