"""Whether groups of people differ by more than chance.

Here: the difference of a share between every two groups, with an interval. Pure. Not here: who is in which group, what
is counted.

People who are in both groups, or whose pairs count in both, enter with what they change in either (linearization), so
that groups may overlap.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from p20w.registry.quality.intervals import Share, Z, clustered, linearized

Floats = NDArray[np.float64]
LEAST_PERSONS = 500
"""Groups of fewer people are shown and not compared: chance alone makes gaps between them."""


@dataclass(frozen=True)
class Gap:
    """Two groups and the difference of their shares, the first's less the second's, with a 95 % interval."""

    better: tuple[str, str]
    worse: tuple[str, str]
    difference: float
    low: float
    high: float


@dataclass(frozen=True)
class Comparison:
    """A share for each group, and the widest gaps by their interval's lower bound."""

    shares: dict[tuple[str, str], Share]
    within: Gap | None
    """Between groups of one dimension."""
    between: Gap | None
    """Between any two groups."""


def compare(
    groups: Sequence[tuple[str, str]], members: Sequence[NDArray[np.bool_]], part: Floats, whole: Floats
) -> Comparison:
    """Compare sum(part) / sum(whole) between groups.

    Args:
        groups: dimension and name of each group.
        members: for each group, which of the people belong to it.
        part: what counts, for each of the people.
        whole: what it is counted of.
    """
    shares = {name: clustered(part[at], whole[at]) for name, at in zip(groups, members, strict=True)}
    large = [place for place, name in enumerate(groups) if shares[name].clusters >= LEAST_PERSONS]
    influence = np.zeros((len(large), len(part)))
    for row, place in enumerate(large):
        influence[row, members[place]] = linearized(part[members[place]], whole[members[place]])
    gaps = _gaps([groups[place] for place in large], shares, influence)
    within = [gap for gap in gaps if gap.better[0] == gap.worse[0]]
    return Comparison(shares, _widest(within), _widest(gaps))


def _gaps(names: Sequence[tuple[str, str]], shares: dict[tuple[str, str], Share], influence: Floats) -> list[Gap]:
    shared = influence @ influence.T
    gaps: list[Gap] = []
    for i, one in enumerate(names):
        for j, other in enumerate(names):
            difference = (shares[one].value or 0.0) - (shares[other].value or 0.0)
            if i != j and (difference > 0 or (difference == 0 and i < j)):
                half = Z * float(np.sqrt(max(0.0, shared[i, i] + shared[j, j] - 2 * shared[i, j])))
                gaps.append(Gap(one, other, difference, difference - half, difference + half))
    return gaps


def _widest(gaps: Sequence[Gap]) -> Gap | None:
    return max(gaps, key=lambda gap: gap.low, default=None)
