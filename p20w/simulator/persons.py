"""New people: the traits a person is born with or brings along.

Here: adding rows of people with name, SSN and latent traits. Not here: who lives with whom (`families`).
"""

import numpy as np
import numpy.typing as npt

from p20w.simulator.calendar import day
from p20w.simulator.geography import HISPANIC, RACE_HERITAGE, RACES, TWO_OR_MORE
from p20w.simulator.names import ERA_BOUNDARY_YEAR, Heritage
from p20w.simulator.randomness import Floats, Ints, keyed_uniform
from p20w.simulator.table import Column
from p20w.simulator.unkind.numbers import hide
from p20w.simulator.words import BLANK
from p20w.simulator.world import World, chance

# areas the Social Security Administration had not assigned when it stopped assigning them in order (June 2011)
_AREAS = np.concatenate([np.arange(734, 750), np.arange(773, 900)])
_SPACE = len(_AREAS) * 99 * 9999
_STRIDE = 61_803_399  # no factor in common with the space, so each person's number is another one
JUNIOR, SENIOR, SECOND, THIRD = 1, 2, 3, 4
SUFFIXES = ("", "Jr", "Sr", "II", "III")
ASIAN = RACES.index("Asian")


def ssn_number(world: World, order: Ints) -> npt.NDArray[np.int64]:
    """The SSN with this order number: valid by form, in areas never assigned in order, no two alike."""
    place = (order.astype(np.int64) * _STRIDE + world.seed * 7_654_321) % _SPACE
    serial = place % 9999 + 1
    group = place // 9999 % 99 + 1
    return _AREAS[place // (9999 * 99)] * 1_000_000 + group * 10_000 + serial


def invented_ssn(world: World, people: Ints) -> npt.NDArray[np.int64]:
    """A number somebody without one uses: valid by form, mostly nobody's."""
    draw = keyed_uniform(world.seed, "invented ssn", people)
    return ssn_number(world, (draw * 40_000_000).astype(np.int64) + 60_000_000)


def heritage_of(rng: np.random.Generator, race: Ints) -> Column:
    """The naming tradition of a group; Asian and two-or-more families divide further."""
    heritage = np.array(RACE_HERITAGE, dtype=np.int8)[race]
    draw = rng.random(len(race))
    asian = race == ASIAN
    heritage[asian & (draw > 0.45)] = Heritage.VIETNAMESE
    heritage[asian & (draw > 0.65)] = Heritage.SOUTH_ASIAN
    mixed = race == TWO_OR_MORE
    heritage[mixed & (draw > 0.5)] = Heritage.BLACK
    heritage[mixed & (draw > 0.75)] = Heritage.CHINESE_KOREAN
    return heritage


def add_people(
    world: World,
    rng: np.random.Generator,
    *,
    birth: Ints,
    sex: Ints,
    race: Ints,
    heritage: Ints,
    foreign: Ints,
    household: Ints,
    surname: Ints,
    second_surname: Ints,
    adult: npt.NDArray[np.bool_],
    mother: "Ints | int" = -1,
    father: "Ints | int" = -1,
    arrived: int,
) -> npt.NDArray[np.int64]:
    """Append people and return their numbers; names by group, sex and time, latent traits around the household's."""
    count = len(birth)
    era = (birth >= day(ERA_BOUNDARY_YEAR, 1, 1)).astype(np.int64)
    first = world.names.first(rng, heritage, sex, era, foreign)
    middle = world.names.first(rng, heritage, sex, era, foreign)
    middle[middle == first] = BLANK
    middle[chance(rng, np.where(heritage == Heritage.HISPANIC, 0.45, 0.10), count)] = BLANK
    wealth = world.households["wealth"][household]
    asian_or_hispanic = (race == HISPANIC) | (race == ASIAN)
    # who comes as an adult; families settled at the start came long ago
    years = (arrived if arrived > 0 else day(2014, 1, 1)) - birth
    undocumented = (
        (foreign == 1)
        & asian_or_hispanic
        & (years > 15 * 365)
        & chance(rng, np.where(wealth < 0.6, world.profile.ssn.undocumented, 0.05), count)
    )
    people = world.people.add(
        count,
        birth=birth, sex=sex, race=race, heritage=heritage, foreign=foreign, undocumented=undocumented,
        household=household, surname=surname, second_surname=second_surname, mother=mother, father=father,
        first=first, middle=middle, arrived=arrived,
        ability=0.45 * wealth + 0.85 * rng.standard_normal(count),
        attachment=rng.random(count),
        license_draw=rng.random(count),
        private=chance(rng, world.profile.lives.private_school * np.exp(0.5 * np.clip(wealth, -2, 2)), count),
        cte_draw=rng.random(count),
        english_learner=chance(rng, np.where(foreign == 1, 0.55, np.where(asian_or_hispanic, 0.16, 0.01)), count),
        idea=chance(rng, 0.14, count),
    )  # fmt: skip
    world.people["ssn"][people] = np.where(undocumented, -1, ssn_number(world, people))
    hide(world, people)
    compose_surnames(
        world, people, formal=chance(rng, np.where(foreign == 1, 0.55, np.where(adult, 0.12, 0.18)), count)
    )
    return people


def compose_surnames(world: World, people: Ints, formal: npt.NDArray[np.bool_]) -> None:
    """Write `last` from the parts: Hispanic families who keep the form carry both parents' names."""
    table = world.people
    both = formal & (table["heritage"][people] == Heritage.HISPANIC) & (table["second_surname"][people] != BLANK)
    table["last"][people] = table["surname"][people]
    two = people[both]
    if len(two):
        parts = zip(
            world.words.texts(table["surname"][two]), world.words.texts(table["second_surname"][two]), strict=True
        )
        hyphen = keyed_uniform(world.seed, "hyphen", two) < 0.25
        table["last"][two] = world.words.codes(
            f"{father}{'-' if joined else ' '}{mother}"
            for (father, mother), joined in zip(parts, hyphen.tolist(), strict=True)
        )


def education_at(rng: np.random.Generator, age: Floats, ability: Floats, foreign: Ints) -> Column:
    """Schooling of adults who come grown up, so that about a third hold a bachelor's degree (ACS)."""
    score = ability + 0.8 * rng.standard_normal(len(age)) - 0.35 * foreign - 0.006 * np.clip(age - 45, 0, 40)
    level = np.searchsorted([-1.35, -0.25, 0.25, 0.5, 1.25], score).astype(np.int8)
    return np.where(age < 24, np.minimum(level, 2), np.where(age < 27, np.minimum(level, 4), level))
