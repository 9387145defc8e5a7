"""Career and technical education: who takes which program, and the courses passed in it.

Here: participation by school year. Not here: the participation file (`feeds.k12_cte`).

A concentrator has passed two courses in one program; the count starts anew when a pupil changes program.
"""

import numpy as np
import numpy.typing as npt

from p20w.simulator.geography import Places
from p20w.simulator.randomness import Ints, keyed_uniform
from p20w.simulator.world import World, chance

_OFFERED = 16
# clusters that mostly men, or mostly women, take (Digest of Education Statistics)
MEN_CLUSTERS, WOMEN_CLUSTERS = (2, 11, 13, 15, 16), (5, 8, 10)


def offered_programs(seed: int, places: Places) -> npt.NDArray[np.int64]:
    """(district, 16): the programs each district offers, from those high schools teach."""
    taught = np.array(
        [i for i, code in enumerate(places.cips) if not code.startswith(("23.", "24.", "27.", "40.", "45.", "54."))]
    )
    rank = np.stack(
        [keyed_uniform(seed, "offers", np.full(len(taught), lea), taught) for lea in range(len(places.leas))]
    )
    return taught[np.argsort(rank, axis=1)[:, :_OFFERED]]


def choose_programs(world: World, people: Ints, year: int) -> None:
    """At the opening of a school year: takers among the ninth to twelfth grades choose or change a program."""
    table, rng = world.people, world.rng("programs", year)
    high = people[table["grade"][people] >= 9]
    grade = table["grade"][high]
    # more take a course in the upper grades; the same people year after year
    rate = world.profile.lives.cte_participates * np.array([0.75, 0.95, 1.15, 1.15])[np.minimum(grade, 12) - 9]
    takes = high[table["cte_draw"][high] < np.minimum(rate, 1.0)]
    changes = (table["cte_cip"][takes] >= 0) & chance(rng, 0.08, len(takes))
    chooses = takes[(table["cte_cip"][takes] < 0) | changes]
    offered = offered_programs(world.seed, world.places)[world.places.lea_of_school[table["school"][chooses]]]
    pick = (rng.random((len(chooses), 2)) * _OFFERED).astype(np.int64)
    first, other = (offered[np.arange(len(chooses)), pick[:, column]] for column in (0, 1))
    cluster = world.places.cluster_of_cip[first]
    unusual = np.where(table["sex"][chooses] == 1, np.isin(cluster, MEN_CLUSTERS), np.isin(cluster, WOMEN_CLUSTERS))
    table["cte_cip"][chooses] = np.where(unusual & chance(rng, 0.65, len(chooses)), other, first)
    table["cte_courses"][chooses] = 0
    table["cte_year"][takes] = year


def pass_courses(world: World, people: Ints, year: int) -> npt.NDArray[np.int64]:
    """Courses passed this year by participants, added to their count; concentrators take the field with them."""
    table, rng = world.people, world.rng("courses", year)
    grade = table["grade"][people]
    chances = np.clip(np.array([0.55, 0.75, 0.85, 0.85])[grade - 9] + 0.08 * table["ability"][people], 0.05, 0.98)
    second = np.array([0.03, 0.10, 0.30, 0.35])[grade - 9]
    passed = chance(rng, chances, len(people)).astype(np.int64)
    passed += (passed > 0) & chance(rng, second, len(people))
    table["cte_courses"][people] += passed.astype(np.int8)
    concentrators = people[table["cte_courses"][people] >= 2]
    table["cluster"][concentrators] = world.places.cluster_of_cip[table["cte_cip"][concentrators]]
    return passed
