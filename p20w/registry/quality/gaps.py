"""Whether groups of people differ by more than chance.

Here: the difference of a share between every two groups, with an interval. Pure. Not here: who is in which group.

People who are in both groups enter with what they change in either (linearization), so that groups may overlap.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from p20w.registry.quality.intervals import Share, Z, clustered, linearized

Floats = NDArray[np.float64]
Group = tuple[str, str]
"""Dimension and name."""

LEAST_PERSONS = 500
"""Groups of fewer people are shown and not compared: chance alone makes gaps between them."""


@dataclass(frozen=True)
class Gap:
    """Two groups and the difference of their shares, the first's less the second's, with a 95 % interval."""

    better: Group
    worse: Group
    difference: float
    low: float
    high: float


@dataclass(frozen=True)
class Comparison:
    """A share for each group, and the widest gaps by their interval's lower bound."""

    shares: dict[Group, Share]
    within: Gap | None
    """Between groups of one dimension."""
    between: Gap | None
    """Between any two groups."""


def compare(members: Mapping[Group, NDArray[np.bool_]], part: Floats, whole: Floats) -> Comparison:
    """Compare sum(part) / sum(whole) between groups.

    Args:
        members: by dimension and name of a group, which of the people belong to it.
        part: what counts, for each of the people.
        whole: what it is counted of.
    """
    shares = {group: clustered(part[at], whole[at]) for group, at in members.items()}
    influence: dict[Group, Floats] = {}
    for group, at in members.items():
        if shares[group].clusters >= LEAST_PERSONS:
            influence[group] = np.zeros(len(part))
            influence[group][at] = linearized(part[at], whole[at])
    gaps: list[Gap] = []
    for one, other in combinations(influence, 2):
        difference = (shares[one].value or 0.0) - (shares[other].value or 0.0)
        better, worse = (one, other) if difference >= 0 else (other, one)
        half = Z * float(np.linalg.norm(influence[one] - influence[other]))
        gaps.append(Gap(better, worse, abs(difference), abs(difference) - half, abs(difference) + half))
    within = [gap for gap in gaps if gap.better[0] == gap.worse[0]]
    return Comparison(shares, *(max(some, key=lambda gap: gap.low, default=None) for some in (within, gaps)))
