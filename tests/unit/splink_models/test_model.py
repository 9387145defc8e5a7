"""The trained model: values that make sense, settings that Splink takes, weights that tell pairs apart."""

import json
import math
from itertools import pairwise
from typing import Any

import duckdb
import pytest
from splink import DuckDBAPI, Linker, SettingsCreator

import splink_models
from splink_models.blocking import rules
from splink_models.comparisons import COMPARISONS, FUNCTIONS, build, in_dialect
from splink_models.features import make_features
from splink_models.model import FOLDER

MODEL = splink_models.load()


def weight(comparison: str, level: str) -> float:
    values = MODEL.values[comparison][level]
    return math.log2(values["m"] / values["u"])


@pytest.mark.parametrize("comparison", COMPARISONS, ids=lambda comparison: comparison.name)
def test_every_level_has_a_chance_among_matches_and_among_strangers(comparison: Any) -> None:
    values = MODEL.values[comparison.name]
    assert list(values) == [level.key for level in comparison.weighed]
    assert all(0 < value["m"] <= 1 and 0 < value["u"] <= 1 for value in values.values())
    assert sum(value["u"] for value in values.values()) <= 1.02
    assert sum(value["m"] for value in values.values()) <= 1.0001


@pytest.mark.parametrize("comparison", COMPARISONS, ids=lambda comparison: comparison.name)
def test_agreement_speaks_for_a_match_and_disagreement_against(comparison: Any) -> None:
    keys = [level.key for level in comparison.weighed]
    assert weight(comparison.name, keys[0]) > 0 > weight(comparison.name, keys[-1])


def test_an_address_alone_cannot_outweigh_another_first_name() -> None:
    assert weight("address", "exact") <= 6.001
    assert weight("address", "exact") + weight("first_name", "other") < 1


def test_date_errors_weigh_less_than_agreement_and_more_than_another_date() -> None:
    ladder = [weight("birthdate", key) for key in ("exact", "year", "two_parts", "other")]
    assert all(upper > lower for upper, lower in pairwise(ladder))


@pytest.mark.parametrize("engine", sorted(FUNCTIONS))
def test_settings_build_for_every_engine_from_one_definition(engine: str) -> None:
    settings = MODEL.settings(10_000, apart="node").create_settings_dict(engine)
    text = json.dumps(settings)
    assert ("list_has_any" in text) == (engine == "duckdb")
    assert len(settings["comparisons"]) == len(COMPARISONS)


def test_a_larger_state_needs_more_evidence() -> None:
    small, large = (MODEL.settings(records).probability_two_random_records_match for records in (10_000, 6_000_000))
    assert small == 1e-4
    assert large < small


def test_every_blocking_rule_needs_an_ssn_or_a_birth_date() -> None:
    for rule in rules():
        sql = rule.create_blocking_rule_dict("duckdb")["blocking_rule"]  # type: ignore[union-attr]
        assert any(column in sql for column in ("ssn", "near", "birth"))


def test_weights_of_pairs_vary_and_order_as_a_reader_would() -> None:
    con = duckdb.connect()
    con.execute(
        """
        create table person as
        select * from (values
            (1, 'MARIBEL', 'TRAN', date '2001-02-03'), (2, 'MARIBEL', 'TRAN', date '2001-02-03'),
            (3, 'MARIBEL', 'TRAN', date '2001-03-02'), (4, 'MARYBEL', 'TRAN', date '2001-02-03'),
            (5, 'MARIBEL', 'OAKS', date '2001-02-03'), (6, 'GERALDO', 'TRAN', date '2001-02-03')
        ) as t (record, first_name, last_or_surname, birthdate)
        union all
        -- strangers, so that frequencies are those of a town
        select
            range + 10,
            chr(65 + (range % 26)::integer) || 'ORA' || chr(65 + (range % 19)::integer) || 'N',
            chr(65 + (range % 23)::integer) || 'ULB' || chr(65 + (range % 21)::integer) || 'E',
            date '1950-01-01' + (range * 17 % 20000)::integer
        from range(3000);

        create table identity as
        select
            *,
            'x' as feed,
            null::text as middle_name,
            null::text as previous_last_name,
            null::text as generation_code_or_suffix,
            null::text as sex,
            null::bigint as ssn,
            null::ubigint[] as near,
            null::text[] as places,
            null::text[] as place_parts,
            null::text[] as postal_codes,
            null::text[] as cities
        from person;
        """
    )
    make_features(con)
    linker = Linker(DuckDBAPI(con).register("features"), MODEL.settings(3000), log_level=None)
    edges = linker.inference.predict().physical_name
    query = f"select greatest(record_l, record_r), match_weight from {edges} where least(record_l, record_r) = 1"
    found = dict(con.execute(query).fetchall())
    assert found[2] > found[4] > found[6]
    assert found[2] > found[3] > found[5]
    assert found[2] > 7 > found[6]


def test_an_untrained_comparison_starts_from_usual_rates() -> None:
    settings = SettingsCreator("dedupe_only", comparisons=[build(item) for item in COMPARISONS])
    first = settings.create_settings_dict("duckdb")["comparisons"][0]["comparison_levels"][1]
    assert first["m_probability"] == 0.8


def test_conditions_speak_the_dialect_of_the_engine() -> None:
    assert in_dialect("overlap(a_l, a_r)", "spark") == "arrays_overlap(a_l, a_r)"


def test_a_model_version_says_what_it_was_trained_on() -> None:
    stored = json.loads((FOLDER / "v1" / "trained.json").read_text())
    assert stored["version"] == "v1"
    assert "seed" in stored["trained_on"]


def test_an_unknown_version_is_refused_with_what_to_do() -> None:
    with pytest.raises(FileNotFoundError, match="Train it"):
        splink_models.load("v999")
