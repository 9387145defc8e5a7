"""How many bits too high scores are, by evidence that they did not see.

Here: what tests of scores say, and what it means for links. Pure. Not here: which pairs are tested (`classes`).

Pairs are scored as if one comparison did not exist, and then looked at by it. If scores are d bits too high, the odds
that a pair is of two people are 2^d times what its score says. The comparison contradicts in pairs of two people as
often as h says. In pairs of one person it contradicts as often as slips happen in those two files: nobody knows how
often, so each pair of files has a rate that is estimated with d. Pairs whose scores leave no doubt show the slips;
those whose scores leave some show whether they contradict more often than that.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import pdtr

Floats = NDArray[np.float64]

SHIFTS: Floats = np.arange(-12.0, 24.25, 0.5)
"""Bits that scores may be too high."""

EXPECTED = 3.0
"""Standard deviation of the bits that scores are expected to be off by before any test: odds eight times too good or
too bad. On simulated states and on files of other people tests find them between 3.5 bits too low and one too high."""

SLIP = 0.02
"""Where the rate of slips of two files starts, with the weight of one pair."""

ROUNDS, NEAR_ENOUGH = 300, 1e-7


@dataclass(frozen=True)
class Evidence:
    """Pairs that one comparison tests, alike ones counted together (arrays of equal length).

    Args:
        files: number of the pair of files, from 0.
        contradicts: whether the comparison says that they are two people.
        bits: the score without the comparison.
        pairs: how many there are.
        two: how often the comparison contradicts in pairs of two people.
        persons: how many people stand behind them; pairs of one person stand or fall together, and count as one.
    """

    files: NDArray[np.int64]
    contradicts: NDArray[np.bool_]
    bits: Floats
    pairs: Floats
    two: float
    persons: int


@dataclass(frozen=True)
class Estimate:
    """Precision, with the interval that holds the share of these very links with a probability of 95 %."""

    value: float
    low: float
    high: float


def believed(tests: Sequence[Evidence]) -> Floats:
    """Probability of each of `SHIFTS` after the tests; without any, what is expected beforehand."""
    logs = sum((_log_likelihood(test) for test in tests), -((SHIFTS / EXPECTED) ** 2) / 2)
    odds = np.exp(logs - logs.max())
    return odds / odds.sum()


def precision(shift: Floats, bits: Floats, links: Floats) -> Estimate:
    """How many of the links hold.

    Args:
        shift: of `believed`.
        bits: scores of links.
        links: how many have each score.
    """
    wrong = (links / (1 + 2 ** (bits - SHIFTS[:, None]))).sum(1)
    few, some, many = (float(wrong[np.searchsorted(shift.cumsum(), share)]) for share in (0.025, 0.5, 0.975))
    total = float(links.sum())
    return Estimate(1 - some / total, 1 - _at_most(many, 0.975) / total, 1 - _at_most(few, 0.025) / total)


def _log_likelihood(test: Evidence) -> Floats:
    """By shift, with the rates of slips that fit each best (expectation maximization)."""
    doubt = 1 / (1 + 2 ** (test.bits - SHIFTS[:, None]))
    two = doubt * np.where(test.contradicts, test.two, 1 - test.two)
    of_files = np.eye(int(test.files.max()) + 1)[test.files]
    slips = np.full((len(SHIFTS), of_files.shape[1]), SLIP)
    likely = two
    for _ in range(ROUNDS):
        rate = slips[:, test.files]
        one = (1 - doubt) * np.where(test.contradicts, rate, 1 - rate)
        likely = one + two
        right = test.pairs * one / likely
        before, slips = slips, ((right * test.contradicts) @ of_files + SLIP) / (right @ of_files + 1)
        if np.abs(slips - before).max() < NEAR_ENOUGH:
            break
    return (test.pairs * np.log(likely)).sum(1) * test.persons / test.pairs.sum()


def _at_most(expected: float, share: float) -> int:
    """The count that is not exceeded with this probability where so many are expected (Poisson)."""
    counts = np.arange(expected + 10 * np.sqrt(expected) + 20)
    return int(np.searchsorted(pdtr(counts, expected), share))
