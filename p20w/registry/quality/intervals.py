"""Intervals around shares.

Here: Wilson's interval, its use for clustered pairs through an effective sample size. Pure. Not here: what is counted.

Pairs of one person stand or fall together, so that a million pairs of ten thousand people say about as much as ten
thousand. Their variance is that of a ratio of sums over people (linearization, Cochran 1977, 6.3).
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

Z = 1.959963984540054
"""For 95 % intervals."""


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
