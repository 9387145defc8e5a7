"""Rates are found again in samples that were drawn from them, without labels."""

import numpy as np
import pytest

import splink_models
from splink_models.comparisons import COMPARISONS
from splink_models.rates import Block, estimate, untrained, with_partners

MODEL = splink_models.load()
LARGE = 1_000_000
"""Records of which a random pair is of two strangers."""


def drawn(chance: np.random.Generator, shares: tuple[float, float, float], pairs: int, agrees_on: str = "ssn") -> Block:
    """Pairs of a block, of the three classes in these shares, with levels drawn by the model's rates."""
    classes = chance.choice(3, pairs, p=shares)
    levels = np.full((pairs, len(COMPARISONS)), -1, np.int64)
    for place, item in enumerate(COMPARISONS):
        if item.name in ("ssn", "agency_id", "employer", agrees_on):
            continue
        for number, rate in enumerate("mhu"):
            rates = np.zeros(len(item.weighed))
            for level in item.weighed:
                rates[item.gamma(level.key)] = MODEL.values[item.name][level.key][rate]
            at = classes == number
            levels[at, place] = chance.choice(len(rates), at.sum(), p=rates / rates.sum())
    patterns, counts = np.unique(levels, axis=0, return_counts=True)
    return Block(agrees_on, patterns, counts.astype(float))


@pytest.mark.parametrize("shares", [(0.92, 0.05, 0.03), (0.996, 0.002, 0.002)])
def test_how_many_pairs_under_one_ssn_are_others_is_found_without_labels(shares: tuple[float, float, float]) -> None:
    block = drawn(np.random.default_rng(7), shares, 40_000)
    found = estimate(MODEL, {}, {}, [block], LARGE).shares["ssn"]
    assert found == pytest.approx(shares, abs=0.005)


@pytest.mark.parametrize(("garbled", "others"), [(0.05, 0.0), (0.05, 0.3)])
def test_names_with_nothing_in_common_are_no_other_person_under_an_id_unless_there_are_many(
    garbled: float, others: float
) -> None:
    block = drawn(np.random.default_rng(11), (1 - others, others / 10, others * 0.9), 20_000, "agency_id")
    names = [place for place, item in enumerate(COMPARISONS) if item.name.endswith("_name")]
    without_dates = np.full(len(COMPARISONS), -1)
    without_dates[names] = 0
    levels = np.vstack([np.where(np.isin(np.arange(len(COMPARISONS)), names), block.levels, -1), without_dates])
    counts = np.append(block.counts, garbled * 20_000)
    found = estimate(MODEL, {}, {}, [Block("id", levels, counts)], LARGE).shares["id"]
    assert 1 - found[0] == pytest.approx(others / (1 + garbled), abs=0.03)
    assert found[0] > 0.985 or others


def test_rates_of_one_person_are_learned_from_files_that_err_more_than_the_version_knows() -> None:
    block = drawn(np.random.default_rng(8), (0.95, 0.03, 0.02), 40_000)
    start = untrained("home-1")
    learned = estimate(start, {}, {}, [block], LARGE)
    for level in ("exact", "other"):
        true = MODEL.values["last_name"][level]["m"]
        assert learned.values["last_name"][level]["m"] == pytest.approx(true, abs=0.01)


def test_few_pairs_teach_little() -> None:
    block = drawn(np.random.default_rng(9), (0.5, 0.3, 0.2), 10)
    learned = estimate(MODEL, {}, {}, [block], LARGE)
    assert learned.shares["ssn"][0] > 0.6
    held, now = (model.values["first_name"]["exact"]["m"] for model in (MODEL, learned))
    assert now == pytest.approx(held, abs=0.05)


def test_what_is_set_by_hand_is_not_learned() -> None:
    block = drawn(np.random.default_rng(10), (0.95, 0.03, 0.02), 1000)
    learned = estimate(MODEL, {"suffix": {1: 500, 0: 500}}, {}, [block], LARGE)
    assert learned.values["suffix"] == MODEL.values["suffix"]


def test_the_same_pairs_teach_the_same() -> None:
    block = drawn(np.random.default_rng(11), (0.95, 0.03, 0.02), 1000)
    one, other = (estimate(MODEL, {}, {}, [block], LARGE) for _ in range(2))
    assert one.digest == other.digest


@pytest.mark.parametrize("kin", [0.01, 1.0, 3.0])
def test_how_many_live_in_a_household_is_told_by_pairs_at_one_address(kin: float) -> None:
    partners, address = 2.0, MODEL.values["address"]["exact"]
    household = kin * address["h"] / address["m"] * (partners + 1) / partners
    shares = (0.999 / (1 + household), 0.999 * household / (1 + household), 0.001)
    block = drawn(np.random.default_rng(12), shares, 40_000, "address")
    assert with_partners(estimate(MODEL, {}, {}, [block], LARGE), partners).kin == pytest.approx(
        kin, rel=0.1, abs=0.005
    )


def test_files_that_tell_nothing_of_households_keep_the_version_s() -> None:
    learned = estimate(untrained("home-1"), {}, {}, [drawn(np.random.default_rng(13), (0.95, 0.03, 0.02), 1000)], LARGE)
    assert with_partners(learned, 2.0).kin == untrained("home-1").kin


def test_random_pairs_of_few_records_are_not_all_of_strangers() -> None:
    records, pairs = 2_000, 200_000_000  # so many that rounding to whole pairs hides no rate
    shares = np.array([MODEL.partners, MODEL.kin * (MODEL.partners + 1), 0.0]) / (records - 1)
    shares[2] = 1 - shares.sum()
    drawn_levels: dict[int, int] = {}
    for level in (item := next(item for item in COMPARISONS if item.name == "address")).weighed:
        values = MODEL.values["address"][level.key]
        drawn_levels[item.gamma(level.key)] = round(pairs * float(shares @ [values["m"], values["h"], values["u"]]))
    few = estimate(MODEL, {"address": drawn_levels}, {}, [], records).values["address"]["exact"]["u"]
    blind = estimate(MODEL, {"address": drawn_levels}, {}, [], LARGE).values["address"]["exact"]["u"]
    assert few == pytest.approx(MODEL.values["address"]["exact"]["u"], rel=0.15)
    assert blind > 3 * few
