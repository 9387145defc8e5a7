"""Rates are found again in samples that were drawn from them, without labels."""

import numpy as np
import pytest

import splink_models
from splink_models.comparisons import COMPARISONS
from splink_models.rates import Block, estimate, untrained

MODEL = splink_models.load()


def drawn(chance: np.random.Generator, shares: tuple[float, float, float], pairs: int) -> Block:
    """Pairs that agree on an SSN, of the three classes in these shares, with levels drawn by the model's rates."""
    classes = chance.choice(3, pairs, p=shares)
    levels = np.full((pairs, len(COMPARISONS)), -1, np.int64)
    for place, item in enumerate(COMPARISONS):
        if item.name in ("ssn", "agency_id", "employer"):
            continue
        for number, rate in enumerate("mhu"):
            rates = np.zeros(len(item.weighed))
            for level in item.weighed:
                rates[item.gamma(level.key)] = MODEL.values[item.name][level.key][rate]
            at = classes == number
            levels[at, place] = chance.choice(len(rates), at.sum(), p=rates / rates.sum())
    patterns, counts = np.unique(levels, axis=0, return_counts=True)
    return Block("ssn", patterns, counts.astype(float), teaches_m=True)


@pytest.mark.parametrize("shares", [(0.92, 0.05, 0.03), (0.996, 0.002, 0.002)])
def test_how_many_pairs_under_one_ssn_are_others_is_found_without_labels(shares: tuple[float, float, float]) -> None:
    block = drawn(np.random.default_rng(7), shares, 40_000)
    found = estimate(MODEL, {}, {}, [block], MODEL.kin).shares["ssn"]
    assert found == pytest.approx(shares, abs=0.005)


def test_rates_of_one_person_are_learned_from_files_that_err_more_than_the_version_knows() -> None:
    block = drawn(np.random.default_rng(8), (0.95, 0.03, 0.02), 40_000)
    start = untrained("home-1")
    learned = estimate(start, {}, {}, [block], 1.0)
    for level in ("exact", "other"):
        true = MODEL.values["last_name"][level]["m"]
        assert learned.values["last_name"][level]["m"] == pytest.approx(true, abs=0.01)


def test_few_pairs_teach_little() -> None:
    block = drawn(np.random.default_rng(9), (0.5, 0.3, 0.2), 10)
    learned = estimate(MODEL, {}, {}, [block], MODEL.kin)
    assert learned.shares["ssn"][0] > 0.6
    held, now = (model.values["first_name"]["exact"]["m"] for model in (MODEL, learned))
    assert now == pytest.approx(held, abs=0.05)


def test_what_is_set_by_hand_is_not_learned() -> None:
    block = drawn(np.random.default_rng(10), (0.95, 0.03, 0.02), 1000)
    learned = estimate(MODEL, {"suffix": {1: 500, 0: 500}}, {}, [block], MODEL.kin)
    assert learned.values["suffix"] == MODEL.values["suffix"]


def test_the_same_pairs_teach_the_same() -> None:
    block = drawn(np.random.default_rng(11), (0.95, 0.03, 0.02), 1000)
    one, other = (estimate(MODEL, {}, {}, [block], MODEL.kin) for _ in range(2))
    assert one.digest == other.digest
