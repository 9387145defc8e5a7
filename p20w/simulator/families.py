"""Households: those there are at the start, those that come, and the children in them.

Here: drawing whole households and their addresses. Not here: what changes a household later (`demography`).
"""

import numpy as np
import numpy.typing as npt

from p20w.simulator.geography import HISPANIC
from p20w.simulator.kinship import marry, name_children
from p20w.simulator.names import Heritage
from p20w.simulator.persons import (
    JUNIOR,
    add_people,
    education_at,
    heritage_of,
)
from p20w.simulator.randomness import Floats, Ints
from p20w.simulator.unkind.places import share
from p20w.simulator.words import BLANK
from p20w.simulator.world import LONG_AGO, World, chance, pick

COUPLE, WOMAN, MAN, SHARED = 0, 1, 2, 3
_KINDS = np.cumsum([0.52, 0.25, 0.19, 0.04])  # of households (ACS)
_PEOPLE_PER_HOUSEHOLD = 2.05  # so that drawing households for N people yields about N
# ages of household heads: cumulative over bands 20-24, 25-34, ... 85-92 (ACS); those who move are younger
_BANDS = np.array([19, 25, 35, 45, 55, 65, 75, 85, 92])
_SETTLED = np.cumsum([0.05, 0.17, 0.18, 0.17, 0.18, 0.14, 0.08, 0.03])
_MOVERS = np.cumsum([0.20, 0.36, 0.18, 0.10, 0.08, 0.05, 0.02, 0.01])


def draw_addresses(world: World, rng: np.random.Generator, households: Ints, zips: Ints) -> None:
    """Give households an address in their postal code; the former one stays beside it."""
    table, count = world.households, len(households)
    for new, old in (("zip", "old_zip"), ("number", "old_number"), ("street", "old_street"), ("unit", "old_unit")):
        table[old][households] = table[new][households]
    table["zip"][households] = zips
    table["number"][households] = (rng.random(count) ** 2 * 9800).astype(np.int64) + 100
    # each postal code has its own forty streets
    table["street"][households] = world.streets[
        (zips.astype(np.int64) * 131 + rng.integers(0, 40, count) * 7) % len(world.streets)
    ]
    flat = chance(rng, np.where(world.places.urban_zip[zips], 0.42, 0.16), count)
    table["unit"][households] = np.where(flat, rng.integers(1, 400, count), 0)
    share(world, households, zips)


def new_households(
    world: World, rng: np.random.Generator, zips: Ints, wealth: "Floats | float", day: int
) -> npt.NDArray[np.int64]:
    """Append households at fresh addresses."""
    made = world.households.add(len(zips), wealth=wealth, moved=day)
    for _ in range(2):  # twice, so that there is a former address too
        draw_addresses(world, rng, made, zips)
    return made


def found(world: World, rng: np.random.Generator, people: int, today: int, *, arriving: bool) -> npt.NDArray[np.int64]:
    """Add about `people` people in whole households, as the state's settled families or as newcomers.

    Returns the numbers of the people added, adults first.
    """
    count = max(1, round(people / _PEOPLE_PER_HOUSEHOLD))
    lives = world.profile.lives
    zips = pick(rng, np.cumsum(world.places.zip_weight) / world.places.zip_weight.sum(), count)
    race = (rng.random(count)[:, None] > world.places.race_of_zip[zips]).sum(axis=1).clip(max=6)
    heritage = heritage_of(rng, race)
    share = lives.foreign_share if arriving else lives.foreign_share_founding
    tilt = np.array([0.6, 1.0, 0.7, 2.4, 4.5, 4.5, 0.0, 1.5])[heritage]  # by Heritage
    foreign = chance(rng, np.minimum(0.9, share * tilt), count).astype(np.int8)
    wealth = (
        world.places.wealth_of_zip[zips]
        + 0.8 * rng.standard_normal(count)
        - 0.35 * foreign
        - 0.25 * np.isin(race, [0, 2, 3])
    )
    home = new_households(world, rng, zips, wealth, today if arriving else LONG_AGO)
    kind = pick(rng, _KINDS, count)
    band = pick(rng, _MOVERS if arriving else _SETTLED, count)
    age = _BANDS[band] + rng.random(count) * (_BANDS[band + 1] - _BANDS[band])
    age = np.where((kind == COUPLE) & (age < 22), age + 3, age)
    sex = np.where(kind == WOMAN, 1, np.where(kind == SHARED, rng.integers(0, 2, count), 0))
    heads = add_adults(world, rng, home, race, heritage, foreign, age, sex, today, arriving=arriving)
    wed = np.flatnonzero((kind == COUPLE) | (kind == SHARED))
    mate_age = np.where(
        kind[wed] == COUPLE, np.maximum(19, age[wed] - 2 + 3.5 * rng.standard_normal(len(wed))), age[wed]
    )
    mate_sex = np.where(kind[wed] == COUPLE, 1 - sex[wed] ^ chance(rng, 0.015, len(wed)), rng.integers(0, 2, len(wed)))
    alike = chance(rng, 0.86, len(wed))
    mate_race = np.where(alike, race[wed], rng.permutation(race[wed]))
    mate_heritage = np.where(alike, heritage[wed], heritage_of(rng, mate_race))
    mate_foreign = np.where(alike, foreign[wed], 0)
    mates = add_adults(
        world, rng, home[wed], mate_race, mate_heritage, mate_foreign, mate_age, mate_sex, today, arriving=arriving
    )
    couple = kind[wed] == COUPLE
    marry(world, rng, heads[wed][couple], mates[couple], LONG_AGO)
    parents = np.concatenate([heads[kind == WOMAN], heads[wed][couple], mates[couple]])
    mothers = parents[world.people["sex"][parents] == 1]
    children = _children_at_home(world, rng, mothers, today, arriving=arriving)
    return np.concatenate([heads, mates, children])


def add_adults(
    world: World, rng: np.random.Generator, home: Ints, race: Ints, heritage: Ints, foreign: Ints, age: Floats,
    sex: Ints, today: int, *, arriving: bool,
) -> npt.NDArray[np.int64]:  # fmt: skip
    """Append grown people with schooling and names of their own, one a household of `home`."""
    surname = world.names.last(rng, heritage)
    second = np.where(heritage == Heritage.HISPANIC, world.names.last(rng, heritage), BLANK)
    people = add_people(
        world, rng, birth=today - (age * 365.25).astype(np.int64), sex=sex, race=race, heritage=heritage,
        foreign=foreign, household=home, surname=surname, second_surname=second,
        adult=np.ones(len(home), dtype=bool), arrived=today if arriving else LONG_AGO,
    )  # fmt: skip
    table = world.people
    table["education"][people] = education_at(rng, age, table["ability"][people], foreign)
    table["cluster"][people] = rng.integers(1, 17, len(people))
    table["suffix"][people] = np.where((sex == 0) & chance(rng, 0.012, len(people)), JUNIOR, 0)
    return people


def _children_at_home(
    world: World, rng: np.random.Generator, mothers: Ints, today: int, *, arriving: bool
) -> npt.NDArray[np.int64]:
    """Children a mother of this age would have at home by now; a few of them twins."""
    table = world.people
    age = world.age(mothers, today)
    partnered = table["partner"][mothers] >= 0
    wanted = np.minimum(
        6, rng.poisson(np.where(partnered, 2.25, 1.30) * np.where(table["race"][mothers] == HISPANIC, 1.15, 1.0))
    )
    start = np.clip(27.0 + 5.2 * rng.standard_normal(len(mothers)) - 2.0 * ~partnered, 16.5, 41)
    parts: list[npt.NDArray[np.int64]] = []
    born: list[Floats] = []
    at = start
    for order in range(6):
        parts.append(np.flatnonzero((wanted > order) & (at < np.minimum(age, 45))))
        born.append((age - at)[parts[-1]])
        at = at + 1.4 + rng.gamma(2.0, 0.9, len(mothers))
    which, ages = np.concatenate(parts), np.concatenate(born)
    stays = (ages < 18.5) | ((ages < 27) & chance(rng, 0.45, len(ages)))
    which, ages = which[stays], ages[stays]
    return add_births(
        world, rng, mothers[which], today - (ages * 365.25).astype(np.int64), LONG_AGO if not arriving else today
    )


def add_births(
    world: World, rng: np.random.Generator, mothers: Ints, birth: Ints, arrived: int
) -> npt.NDArray[np.int64]:
    """Children of these mothers and their partners, in the mother's household; twins are added by the twin rate."""
    table = world.people
    double = chance(rng, world.profile.lives.twins, len(mothers))
    order = np.concatenate([np.arange(len(mothers)), np.flatnonzero(double)])
    twin = np.concatenate([double, np.ones(double.sum(), dtype=bool)])
    mother, birth = mothers[order], birth[order]
    partner = table["partner"][mother]
    father = np.where((partner >= 0) & (table["sex"][partner] == 0), partner, -1)
    family = np.where(father >= 0, father, mother)
    abroad = (table["foreign"][mother] == 1) & (arrived > 0) & chance(rng, 0.75, len(mother))
    settled = (table["foreign"][mother] == 1) & (arrived == LONG_AGO) & chance(rng, 0.15, len(mother))
    sex = chance(rng, 0.488, len(mother)).astype(np.int8)
    identical = double & chance(rng, 0.33, len(double))
    first_of_pair, second_of_pair = np.flatnonzero(double), np.arange(len(mothers), len(order))
    sex[second_of_pair[identical[first_of_pair]]] = sex[first_of_pair[identical[first_of_pair]]]
    children = add_people(
        world, rng, birth=birth, sex=sex, race=table["race"][family], heritage=table["heritage"][family],
        foreign=(abroad | settled).astype(np.int8), household=table["household"][mother],
        surname=table["surname"][family],
        second_surname=np.where(father >= 0, table["surname"][mother], table["second_surname"][mother]),
        adult=np.zeros(len(mother), dtype=bool), mother=mother, father=father, arrived=arrived,
    )  # fmt: skip
    simple = children[table["heritage"][children] != Heritage.HISPANIC]
    head = np.where(table["father"][simple] >= 0, table["father"][simple], table["mother"][simple])
    table["last"][simple] = table["last"][head]
    name_children(world, rng, children, twin)
    return children
