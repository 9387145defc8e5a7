"""Addresses shared by many families, and moves that follow one another within a month.

Here: what becomes of an address after it was drawn. Not here: who moves (`migration`), stale addresses (`feeds`).
"""

import numpy as np
import numpy.typing as npt

from p20w.simulator.randomness import Ints, keyed_uniform
from p20w.simulator.world import World, chance, days_in

_BUILDINGS = 2  # large buildings, parks or shelters a postal code, the first more than twice as large
_NAMELESS = 0.6  # of those who live in one, who give no unit


def share(world: World, households: Ints, zips: Ints) -> None:
    """Some of these households, whose address was just drawn, live where many do; most give no unit."""
    if world.profile.unkind is None or not len(households):
        return
    table, seed = world.households, world.seed
    number, street = table["number"][households], table["street"][households]
    keys = (households, number, street)
    some = keyed_uniform(seed, "unkind great house", *keys) < world.profile.unkind.places.shared_by_many
    homes, codes = households[some], zips[some].astype(np.int64)
    which = (keyed_uniform(seed, "unkind which house", *keys)[some] ** 2 * _BUILDINGS).astype(np.int64)
    table["number"][homes] = 100 + (codes * 37 + which * 401) % 4000
    table["street"][homes] = world.streets[(codes * 131 + which * 7) % len(world.streets)]
    nameless = keyed_uniform(seed, "unkind no unit", *keys)[some] < _NAMELESS
    table["unit"][homes] = np.where(nameless, 0, 1 + number[some] % 400)


def movers_again(
    world: World, quarter: int, first: int, last: int
) -> tuple[npt.NDArray[np.int64], np.random.Generator]:
    """Households that moved this quarter and do so again within the month, with their stream; `moved` is set."""
    rng = world.rng("unkind moves again", quarter)
    if world.profile.unkind is None:
        return np.zeros(0, dtype=np.int64), rng
    moved = world.households["moved"]
    recent = np.flatnonzero((moved >= first) & (moved <= last))
    again = recent[chance(rng, world.profile.unkind.places.moves_again, len(recent))]
    moved[again] = np.minimum(last, moved[again] + days_in(rng, 3, 28, len(again)))
    return again, rng
