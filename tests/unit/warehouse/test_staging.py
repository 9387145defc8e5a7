"""What dbt is told of feeds follows from their contracts."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from p20w.contracts import FeedContract, load_contracts
from p20w.settings import PROJECT
from p20w.warehouse import staging

CONTRACTS = load_contracts(PROJECT / "contracts")
MODELS = {model.name: model for model in staging.models(CONTRACTS, PROJECT / "dbt")}


@pytest.fixture
def dbt(tmp_path: Path) -> Path:
    """A copy of the staging models, as checked in."""
    shutil.copytree(PROJECT / "dbt" / "models" / "staging", tmp_path / "models" / "staging")
    return tmp_path


def described(contract: FeedContract, column: str, words: str) -> FeedContract:
    """A contract that says something else of a column."""
    columns = [replace(c, description=words) if c.name == column else c for c in contract.columns]
    return replace(contract, columns=tuple(columns))


def test_what_is_checked_in_says_what_the_contracts_say() -> None:
    for path, text in staging.generated(CONTRACTS, PROJECT / "dbt").items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run p20w contract generate"


def test_each_feed_is_a_source_and_has_a_staging_model() -> None:
    source = yaml.safe_load((PROJECT / "dbt/models/staging/intake.yml").read_text())["sources"][0]
    assert [table["name"] for table in source["tables"]] == list(CONTRACTS)
    assert sorted(model.contract.feed for model in MODELS.values()) == sorted(CONTRACTS)


def test_the_columns_of_a_model_are_those_it_selects() -> None:
    assert MODELS["stg_workforce__ui_wage"].columns == [
        *("drop_id", "line_number", "identity_id", "ui_account_number", "reporting_unit_number"),
        *("quarter", "wages_usd", "hours_worked", "weeks_worked"),
    ]
    assert "county_fips" in MODELS["stg_workforce__employer"].columns


def test_a_changed_contract_changes_the_columns_and_nothing_written_by_hand(dbt: Path) -> None:
    contracts = CONTRACTS | {"k12_cte": described(CONTRACTS["k12_cte"], "career_cluster", 'A cluster: "01" and so on.')}
    file = dbt / "models" / "staging" / "stg_k12__cte.yml"
    before = yaml.safe_load(file.read_text())
    assert staging.write(contracts, dbt) == [file]
    after = yaml.safe_load(file.read_text())
    columns = {column["name"]: column for column in after["models"][0]["columns"]}
    assert columns["career_cluster"]["description"] == 'A cluster: "01" and so on.'
    before["models"][0].pop("columns")
    after["models"][0].pop("columns")
    assert before == after
    assert staging.write(contracts, dbt) == []


def test_a_long_description_is_read_back_as_it_was_said(dbt: Path) -> None:
    words = "Long: " + "a # and 'quotes' " * 20 + "at its end."
    staging.write(CONTRACTS | {"k12_cte": described(CONTRACTS["k12_cte"], "career_cluster", words)}, dbt)
    text = (dbt / "models" / "staging" / "stg_k12__cte.yml").read_text()
    columns = {column["name"]: column for column in yaml.safe_load(text)["models"][0]["columns"]}
    assert columns["career_cluster"]["description"].strip() == words
    assert max(map(len, text.splitlines())) <= 120


def test_a_model_without_yml_gets_one_to_begin_with(dbt: Path) -> None:
    file = dbt / "models" / "staging" / "stg_k12__cte.yml"
    file.unlink()
    assert staging.write(CONTRACTS, dbt) == [file]
    made = yaml.safe_load(file.read_text())
    assert made["models"][0]["description"].startswith("## Overview\nWhich high school students took")
    assert made["unit_tests"][0]["model"] == "stg_k12__cte"
    assert all(column["description"] for column in made["models"][0]["columns"])


def test_a_column_that_no_contract_has_must_be_described_by_hand(dbt: Path) -> None:
    file = dbt / "models" / "staging" / "stg_k12__cte.sql"
    file.write_text(file.read_text().replace("line.career_cluster,", "line.career_cluster || '!' as shouted_cluster,"))
    with pytest.raises(staging.StagingError, match=r"shouted_cluster is no column of contracts/k12_cte\.yaml"):
        staging.write(CONTRACTS, dbt)
    yml = file.with_suffix(".yml")
    yml.write_text(yml.read_text().replace("name: career_cluster", "name: shouted_cluster"))
    assert staging.write(CONTRACTS, dbt) == []


def test_a_model_of_a_feed_without_contract_is_told(dbt: Path) -> None:
    with pytest.raises(staging.StagingError, match=r"stg_k12__cte.sql reads feed k12_cte, which has no contract"):
        staging.write({feed: contract for feed, contract in CONTRACTS.items() if feed != "k12_cte"}, dbt)
