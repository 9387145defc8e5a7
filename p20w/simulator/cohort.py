"""A state of which one birth cohort alone is seen, for states too large to be made up whole.

Here: drawing the families that have a child of the cohort, with the parents who name them. Not here: whole households
(`families`), how narrow the cohort is (a profile's `cohort`).

Parents count as dead, so that no file shows them; their children live, move and register as all others do.
"""

import numpy as np
import numpy.typing as npt

from p20w.simulator.families import add_adults, add_births, new_households
from p20w.simulator.kinship import marry
from p20w.simulator.persons import heritage_of
from p20w.simulator.profile import Cohort
from p20w.simulator.world import DEAD, LONG_AGO, World, chance, pick

_TWO_PARENTS = 0.74  # of children at home (ACS)
_MOTHERS_AGE, _SPREAD = 28.0, 5.5  # at birth, in years (NCHS)


def found_cohort(
    world: World, rng: np.random.Generator, people: int, cohort: Cohort, today: int, *, arriving: bool
) -> npt.NDArray[np.int64]:
    """Add about `people` people born in the cohort's months, one or two (twins) a family; returns their numbers.

    The months end `age_at_founding` years before the state was founded, whenever they come.
    """
    count = max(1, round(people / (1 + world.profile.lives.twins)))
    born_until = world.founded_on - round(cohort.age_at_founding * 365.25)
    birth = born_until - rng.integers(0, max(1, round(cohort.months * 30.44)), count)
    zips = pick(rng, np.cumsum(world.places.zip_weight) / world.places.zip_weight.sum(), count)
    race = (rng.random(count)[:, None] > world.places.race_of_zip[zips]).sum(axis=1).clip(max=6)
    heritage = heritage_of(rng, race)
    lives = world.profile.lives
    tilt = np.array([0.6, 1.0, 0.7, 2.4, 4.5, 4.5, 0.0, 1.5])[heritage]  # by Heritage, as for whole households
    share = lives.foreign_share if arriving else lives.foreign_share_founding
    foreign = chance(rng, np.minimum(0.9, share * tilt), count).astype(np.int8)
    wealth = world.places.wealth_of_zip[zips] + 0.8 * rng.standard_normal(count) - 0.35 * foreign
    homes = new_households(world, rng, zips, wealth, today if arriving else LONG_AGO)
    age = (today - birth) / 365.25 + (_MOTHERS_AGE + _SPREAD * rng.standard_normal(count)).clip(16, 45)
    mothers = add_adults(world, rng, homes, race, heritage, foreign, age, np.ones(count, int), today, arriving=arriving)
    two = np.flatnonzero(chance(rng, _TWO_PARENTS, count))
    fathers = add_adults(
        world, rng, homes[two], race[two], heritage[two], foreign[two], age[two] + 2, np.zeros(len(two), int), today,
        arriving=arriving,
    )  # fmt: skip
    marry(world, rng, fathers, mothers[two], LONG_AGO)
    children = add_births(world, rng, mothers, birth, today if arriving else LONG_AGO)
    parents = np.concatenate([mothers, fathers])
    world.people["status"][parents] = DEAD
    world.people["death"][parents] = LONG_AGO
    return children
