"""Names that people take and give: at marriage, and from father to son.

Here: couples and the names in a family. Not here: drawing families (`families`).
"""

import numpy as np
import numpy.typing as npt

from p20w.simulator.names import Heritage
from p20w.simulator.persons import JUNIOR, SECOND, SENIOR, THIRD
from p20w.simulator.randomness import Ints
from p20w.simulator.world import World, chance


def marry(world: World, rng: np.random.Generator, left: Ints, right: Ints, on: int) -> None:
    """Make couples of two parallel lists; most women take the husband's name, a few join both."""
    table, lives = world.people, world.profile.lives
    table["partner"][left], table["partner"][right] = right, left
    wife = np.where(table["sex"][right] == 1, right, left)
    husband = np.where(wife == right, left, right)
    hispanic = table["heritage"][wife] == Heritage.HISPANIC
    draw = rng.random(len(wife))
    takes = np.where(hispanic, lives.takes_husbands_name * 0.45, lives.takes_husbands_name)
    mixed = table["sex"][wife] != table["sex"][husband]
    changed = mixed & (draw < takes)
    _rename(world, wife[changed], table["last"][husband[changed]], on)
    joins = np.flatnonzero(mixed & ~changed & (draw < takes + lives.hyphenates))
    texts = zip(
        world.words.texts(table["surname"][wife[joins]]),
        world.words.texts(table["surname"][husband[joins]]),
        strict=True,
    )
    _rename(world, wife[joins], world.words.codes(f"{own}-{his}" for own, his in texts), on)


def _rename(world: World, people: Ints, last: Ints, on: int) -> None:
    table = world.people
    table["former"][people] = table["last"][people]
    table["last"][people] = last
    table["renamed"][people] = on


def name_children(world: World, rng: np.random.Generator, children: Ints, twins: npt.NDArray[np.bool_]) -> None:
    """Names that run in families: Jr and III, and twins who sound alike."""
    table = world.people
    father = table["father"][children]
    son = (table["sex"][children] == 0) & (father >= 0) & ~twins
    named = np.flatnonzero(son & chance(rng, world.profile.lives.same_first_name_as_father, len(children)))
    sons, fathers = children[named], father[named]
    table["first"][sons], table["middle"][sons] = table["first"][fathers], table["middle"][fathers]
    before = table["suffix"][fathers]
    table["suffix"][sons] = np.select(
        [before == JUNIOR, before == THIRD], [THIRD, 0], np.where(chance(rng, 0.12, len(sons)), SECOND, JUNIOR)
    )
    table["suffix"][fathers] = np.where(before == 0, SENIOR, before)
