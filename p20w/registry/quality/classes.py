"""How many links of each kind of evidence hold, by evidence that they do not use.

Here: precision of links by SSN, by id, by names and so on, from their middle names, without a truth. Not here: links
tested by their SSNs (`masked`), by reviewers (`reviewed`).

A link is looked at as if middle names had not been compared. Of links that would then still be followed, one person's
middle names contradict as often as m says, two people's as often as h says (relatives share middle names as rarely as
strangers). Where between the two the links of a class lie tells how many are of two people: a mixture with one unknown
share, its interval from the likelihood. Contradicting middle names then count against the links that have them, as
they do when they are scored; a link without middle names is as good as its class.
"""

import math
from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from p20w.registry.clustering.edges import tier_of
from p20w.registry.linking.scores import ACCEPT
from p20w.registry.linking.weighing import Weighing
from p20w.registry.quality.figure import Figure
from splink_models.comparisons import MIDDLE

FIGURE = "link_precision"

LEAST = 100
"""Links with middle names on both sides below which nothing is said of a class."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """Precision with its 95 % interval."""

    value: float
    low: float
    high: float


def classes(con: duckdb.DuckDBPyConnection, weighing: Weighing) -> list[Figure]:
    """Precision of the links between persons' records by what they hang on, from `scored`, `cluster` and `compared`."""
    numbers = [MIDDLE.gamma(level.key) for level in MIDDLE.weighed]
    stranger = " ".join(
        f"when {MIDDLE.gamma(level.key)} then {weighing.model.bits(MIDDLE, level, weighing.records)[0]!r}"
        for level in MIDDLE.weighed
    )
    parts = [f"case gamma_middle_name {stranger} else 0 end", weighing.model.household_bits(MIDDLE, weighing.records)]
    rows = con.execute(_COUNTED.format(tier=tier_of("false"), stranger=parts[0], household=parts[1], accept=ACCEPT))
    counts: dict[str, dict[int, tuple[int, int]]] = {}
    persons: dict[str, int] = {}
    for tier, level, without, links, people in rows.fetchall():
        counts.setdefault(tier, {})[level] = (without, links)
        persons[tier] = people
    values = weighing.model.values[MIDDLE.name]
    rates = np.array([[values[level.key]["m"], values[level.key]["h"]] for level in MIDDLE.weighed])
    rates /= rates.sum(0)
    found: list[Figure] = []
    for tier in sorted(counts):
        tested = np.array([counts[tier].get(number, (0, 0))[0] for number in numbers], float)
        followed = np.array([counts[tier].get(number, (0, 0))[1] for number in numbers], float)
        links = int(sum(pair[1] for pair in counts[tier].values()))
        if tested.sum() < LEAST:
            found.append(Figure(FIGURE, None, tier, whole=links))
            continue
        share = mixture(tested, rates, persons[tier])
        silent = links - followed.sum()
        value, low, high = (_after(one, followed, silent, rates) for one in (share.value, share.low, share.high))
        found.append(
            Figure(FIGURE, value, tier, low=low, high=high, part=int(tested.sum()), whole=links, persons=persons[tier])
        )
    return found


def mixture(counts: Floats, rates: Floats, independent: int) -> Estimate:
    """The share of one person among pairs whose levels were counted.

    Args:
        counts: pairs by level.
        independent: how many of them stand for themselves; what one person's pairs have in common counts once.
        rates: levels x (m, h), each column adding up to 1.
    """
    grid = np.linspace(0.0, 1.0, 10_001)
    mixed = np.maximum(np.outer(grid, rates[:, 0]) + np.outer(1 - grid, rates[:, 1]), 1e-300)
    likelihood = np.log(mixed) @ counts * min(1.0, independent / counts.sum())
    best = int(likelihood.argmax())
    inside = grid[likelihood >= likelihood[best] - _HALF_CHI_SQUARE]
    return Estimate(float(grid[best]), float(inside.min()), float(inside.max()))


_HALF_CHI_SQUARE = 3.841458820694124 / 2
"""Half the 95 % quantile of the chi-square distribution with one degree of freedom (profile likelihood, Wilks 1938)."""


def _after(share: float, followed: Floats, silent: float, rates: Floats) -> float:
    """Precision of the links that were followed, given the share of one person before middle names were seen."""
    one, two = share * rates[:, 0], (1 - share) * rates[:, 1]
    right = float((followed * one / np.maximum(one + two, 1e-300)).sum()) + silent * share
    total = float(followed.sum()) + silent
    return right / total if total else math.nan


# links: those within a person. without: those that would be followed had middle names not been compared, also where
# these contradict and the link lies between two persons.
_COUNTED = """
with blind as (

    select
        scored.*,
        {tier} as tier,
        one.cluster as person,
        one.cluster = other.cluster as is_together,
        -log2(
            power(2, -(stranger_weight - ({stranger}))) + power(2, -(household_weight - ({household})))
        ) >= {accept} as is_followed_blind
    from scored
    inner join cluster as one on scored.record_l = one.record
    inner join cluster as other on scored.record_r = other.record

),

people as (

    select tier, count(distinct person) filter (where is_followed_blind and gamma_middle_name >= 0) as persons
    from blind
    group by tier

)

select
    tier,
    gamma_middle_name,
    count(*) filter (where is_followed_blind) as without,
    count(*) filter (where is_together and match_weight >= {accept}) as links,
    -- links of one person go together, and count as much as one
    any_value(people.persons) as persons
from blind
inner join people using (tier)
group by tier, gamma_middle_name
order by all
"""
