"""Intervals around shares, and around differences between groups of people.

Here: Wilson's interval, its use for clustered pairs through an effective sample size; the widest difference of a share
between two groups. Pure. Not here: what is counted, who is in which group.

Pairs of one person stand or fall together, so that a million pairs of ten thousand people say about as much as ten
thousand. Their variance is that of a ratio of sums over people (linearization, Cochran 1977, 6.3).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from math import sqrt

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Group = tuple[str, str]
"""Dimension and name."""

Z = 1.959963984540054
"""For 95 % intervals."""

LEAST_PERSONS = 500
"""Groups of fewer people are shown and not compared: chance alone makes gaps between them."""


@dataclass(frozen=True)
class Share:
    """`part` of `whole` with a 95 % interval, counted over `clusters` people (or others that go together)."""

    part: float
    whole: float
    low: float
    high: float
    clusters: int

    @property
    def value(self) -> float | None:
        """The share, or None of nothing."""
        return self.part / self.whole if self.whole else None


def wilson(part: float, whole: float) -> tuple[float, float]:
    """Wilson's score interval (1927) for `part` of `whole` independent trials; all of it when there are none."""
    if whole <= 0:
        return 0.0, 1.0
    share = part / whole
    spread = Z**2 / whole
    middle = (share + spread / 2) / (1 + spread)
    half = Z * sqrt(share * (1 - share) / whole + spread / (4 * whole)) / (1 + spread)
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return 0.0 if part == 0 else low, 1.0 if part == whole else high


def share(part: float, whole: float) -> Share:
    """A share of independent things."""
    low, high = wilson(part, whole)
    return Share(part, whole, low, high, int(whole))


def linearized(part: Floats, whole: Floats) -> Floats:
    """What each cluster adds to the error of sum(part) / sum(whole); the sum of squares is its variance."""
    total = whole.sum()
    if not total:
        return np.zeros(len(whole))
    residual: Floats = (part - part.sum() / total * whole) / total
    clusters = int((whole > 0).sum())
    return residual * sqrt(clusters / (clusters - 1)) if clusters > 1 else residual


def clustered(part: Floats, whole: Floats) -> Share:
    """A share of things that come in clusters.

    Wilson's interval for as many independent things as would give the same variance; when every cluster agrees,
    for as many as there are clusters.

    Args:
        part: what counts, for each cluster.
        whole: what it is counted of, for each cluster; clusters with none say nothing.
    """
    clusters = int((whole > 0).sum())
    count, total = float(part.sum()), float(whole.sum())
    if not total:
        return Share(0, 0, 0.0, 1.0, 0)
    value = count / total
    variance = float((linearized(part, whole) ** 2).sum())
    effective = value * (1 - value) / variance if variance > 0 else float(clusters)
    low, high = wilson(value * effective, effective)
    return Share(count, total, low, high, clusters)


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
