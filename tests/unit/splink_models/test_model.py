"""The trained model: values that make sense, settings that Splink takes, weights that tell pairs apart."""

import json
import math
from typing import Any

import duckdb
import pytest
from splink import SettingsCreator

import splink_models
from splink_models.blocking import rules
from splink_models.comparisons import COMPARISONS, FUNCTIONS, build, in_dialect
from splink_models.model import FOLDER, OutdatedModel, level_told_by, of_plain

MODEL = splink_models.load()


RECORDS = 10_000


def weight(comparison: str, level: str) -> float:
    """Bits against strangers."""
    return bits(comparison, level)[0]


def bits(comparison: str, level: str) -> tuple[float, float]:
    item = next(item for item in COMPARISONS if item.name == comparison)
    return MODEL.bits(item, next(one for one in item.levels if one.key == level), RECORDS)


@pytest.mark.parametrize("comparison", COMPARISONS, ids=lambda comparison: comparison.name)
def test_every_level_has_a_chance_in_each_class(comparison: Any) -> None:
    values = MODEL.values[comparison.name]
    assert list(values) == [level.key for level in comparison.weighed]
    for rate in ("m", "u", "h"):
        assert all(0 < value[rate] <= 1 for value in values.values())
        assert sum(value[rate] for value in values.values()) <= 1.02


@pytest.mark.parametrize("comparison", COMPARISONS, ids=lambda comparison: comparison.name)
def test_agreement_speaks_for_one_person_and_disagreement_against(comparison: Any) -> None:
    keys = [level.key for level in comparison.weighed]
    assert weight(comparison.name, keys[0]) > 0 > weight(comparison.name, keys[-1])


def test_what_relatives_share_hardly_tells_one_person_from_a_household() -> None:
    assert weight("address", "exact") > 10 > 1 > abs(bits("address", "exact")[1])
    assert weight("last_name", "exact") > 7 > 1 > abs(bits("last_name", "exact")[1])
    assert bits("first_name", "other")[1] < -3


def test_middle_names_are_evidence_both_ways() -> None:
    assert weight("middle_name", "initial") > 2
    assert weight("middle_name", "other") < -2


def test_agreement_on_a_number_weighs_what_its_pairs_turn_out_to_be() -> None:
    one, kin, stranger = MODEL.shares["ssn"]
    against = [before + level for before, level in zip(MODEL.prior(RECORDS), bits("ssn", "exact"), strict=True)]
    assert against == pytest.approx([math.log2(one / stranger), math.log2(one / kin)])


def test_the_number_of_a_level_can_be_read_from_its_weight() -> None:
    con = duckdb.connect()
    for item in COMPARISONS:
        for level in item.weighed:
            values = MODEL._for_splink(item, RECORDS)[level.key]
            told = level_told_by(repr(math.log2(values["m"] / values["u"])))
            assert con.execute(f"select {told}").fetchall()[0][0] == item.gamma(level.key)


def test_date_errors_weigh_less_than_agreement_and_more_than_another_date() -> None:
    for error in ("swapped", "digit", "year", "two_parts"):
        assert weight("birthdate", "exact") > weight("birthdate", error) > weight("birthdate", "other")


@pytest.mark.parametrize("engine", sorted(FUNCTIONS))
def test_settings_build_for_every_engine_from_one_definition(engine: str) -> None:
    settings = MODEL.settings(10_000).create_settings_dict(engine)
    text = json.dumps(settings)
    assert ("list_has_any" in text) == (engine == "duckdb")
    assert len(settings["comparisons"]) == len(COMPARISONS)


def test_a_larger_state_needs_more_evidence() -> None:
    small, large = (MODEL.settings(records).probability_two_random_records_match for records in (10_000, 6_000_000))
    assert small == pytest.approx(MODEL.partners / 9_999)
    assert large < small


def test_no_blocking_rule_makes_a_pair_of_a_name_alone() -> None:
    for rule in rules():
        sql = rule.create_blocking_rule_dict("duckdb")["blocking_rule"]  # type: ignore[union-attr]
        assert any(
            column in sql
            for column in (
                *("ssn", "near", "remainders", "source", "birth", "employers"),
                *("place_parts", "postal_codes", "quiet_parts", "cities", "lent_parts"),
            )
        )


def test_an_untrained_comparison_starts_from_usual_rates() -> None:
    settings = SettingsCreator("dedupe_only", comparisons=[build(item) for item in COMPARISONS])
    first = settings.create_settings_dict("duckdb")["comparisons"][0]["comparison_levels"][1]
    assert first["m_probability"] == 0.8


def test_conditions_speak_the_dialect_of_the_engine() -> None:
    assert in_dialect("overlap(a_l, a_r)", "spark") == "arrays_overlap(a_l, a_r)"


def test_a_model_version_says_what_it_was_trained_on() -> None:
    stored = json.loads((FOLDER / "v2" / "trained.json").read_text())
    assert stored["version"] == "v2"
    assert "seed" in stored["trained_on"]


def test_an_unknown_version_is_refused_with_what_to_do() -> None:
    with pytest.raises(FileNotFoundError, match="Train it"):
        splink_models.load("v999")


def test_a_version_made_for_other_comparisons_is_refused_with_what_to_do() -> None:
    old = MODEL.plain()
    old["values"] = {name: levels for name, levels in old["values"].items() if name != "employer"}
    with pytest.raises(OutdatedModel, match="p20w model train"):
        of_plain(old)
