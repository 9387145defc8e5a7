"""Groups differ when their difference is more than chance, and drift is a number of shares."""

import numpy as np
import pytest

from p20w.registry.quality.intervals import LEAST_PERSONS, compare
from p20w.registry.quality.patterns import stability_index
from p20w.registry.quality.reviewed import Stratum, estimate


def test_the_widest_gap_is_the_surest_and_needs_enough_people() -> None:
    rng = np.random.default_rng(3)
    people = 3000
    group = np.repeat([0, 1, 2], [1400, 1400, 200])
    found = (rng.random(people) < np.where(group == 0, 0.98, np.where(group == 1, 0.90, 0.2))).astype(float)
    groups = (("a", "high"), ("a", "low"), ("b", "few"))
    told = compare({name: group == number for number, name in enumerate(groups)}, found, np.ones(people))
    gap = told.within
    assert gap is not None
    assert (gap.better, gap.worse) == (("a", "high"), ("a", "low"))
    assert gap.low < gap.difference < gap.high
    assert gap.low > 0.05
    assert told.between == gap  # the third group is too small to compare
    assert told.shares["b", "few"].clusters < LEAST_PERSONS


def test_groups_that_are_the_same_people_do_not_differ() -> None:
    found = (np.arange(1000) % 10 > 0).astype(float)
    everyone = np.ones(1000, bool)
    told = compare({("a", "all"): everyone, ("b", "all"): everyone}, found, np.ones(1000))
    assert told.between is not None
    assert told.between.low == told.between.high == 0
    assert told.within is None


def test_drift_is_nought_for_equal_shares_and_grows_with_their_difference() -> None:
    assert stability_index([0.9, 0.1], [0.9, 0.1]) == 0
    little, much = stability_index([0.88, 0.12], [0.9, 0.1]), stability_index([0.6, 0.4], [0.9, 0.1])
    assert 0 < little < 0.1 < 0.25 < much
    assert stability_index([1.0, 0.0], [0.999, 0.001]) < 0.01  # an empty level is no infinity


def test_an_estimate_weighs_strata_by_what_they_hold() -> None:
    found = estimate([Stratum("sure", 9000, 50, 50), Stratum("doubtful", 1000, 50, 25)])
    assert found is not None
    value, low, high = found
    assert value == pytest.approx(0.95)
    assert low < 0.95 < high
    assert low < 1.0
    assert estimate([Stratum("sure", 9000, 0, 0)]) is None


def test_strata_without_verdicts_do_not_enter() -> None:
    one, other = Stratum("seen", 1000, 40, 40), Stratum("unseen", 9000, 0, 0)
    assert estimate([one, other]) == estimate([one])


def test_no_stratum_is_taken_for_perfect_because_a_few_were() -> None:
    few, many = estimate([Stratum("a", 10_000, 5, 5)]), estimate([Stratum("a", 10_000, 500, 500)])
    assert few is not None
    assert many is not None
    assert few[1] < many[1] < 1.0


def test_all_links_judged_leave_nothing_to_chance() -> None:
    assert estimate([Stratum("a", 20, 20, 19)]) == (0.95, 0.95, 0.95)
