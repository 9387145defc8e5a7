"""Intervals are as wide as what was counted is uncertain."""

import numpy as np
import pytest

from p20w.registry.quality.intervals import clustered, linearized, share, wilson


def test_wilson_gives_the_published_intervals() -> None:
    # Newcombe 1998, table I, method 3
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson(1, 29) == pytest.approx((0.0061, 0.1718), abs=5e-5)


def test_nothing_counted_says_nothing() -> None:
    assert share(0, 0).value is None
    assert (share(0, 0).low, share(0, 0).high) == (0.0, 1.0)
    assert clustered(np.zeros(3), np.zeros(3)).clusters == 0


def test_clusters_of_one_are_independent_things() -> None:
    part, whole = np.array([1.0] * 90 + [0.0] * 10), np.ones(100)
    alone, together = share(90, 100), clustered(part, whole)
    assert together.value == alone.value
    assert (together.low, together.high) == pytest.approx((alone.low, alone.high), abs=1e-3)


def test_pairs_of_one_person_count_as_one_when_they_stand_or_fall_together() -> None:
    part, whole = np.array([50.0] * 90 + [0.0] * 10), np.full(100, 50.0)
    wide, narrow = clustered(part, whole), share(4500, 5000)
    assert wide.value == narrow.value == 0.9
    assert wide.high - wide.low > 5 * (narrow.high - narrow.low)


def test_full_agreement_of_all_clusters_is_as_certain_as_their_number() -> None:
    whole = np.full(50, 1000.0)
    assert clustered(whole, whole).low == pytest.approx(share(50, 50).low)


def test_the_variance_is_that_of_repeated_draws() -> None:
    rng = np.random.default_rng(1)
    sizes = rng.integers(1, 20, (400, 300)).astype(float)
    hits = rng.binomial(sizes.astype(int), rng.beta(8, 2, sizes.shape)).astype(float)
    spread = np.std(hits.sum(axis=1) / sizes.sum(axis=1))
    told = np.mean([np.sqrt((linearized(h, s) ** 2).sum()) for h, s in zip(hits, sizes, strict=True)])
    assert told == pytest.approx(spread, rel=0.15)
