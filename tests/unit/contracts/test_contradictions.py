"""A column may say when its value contradicts its line; a condition that is none is refused with the contract."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import yaml

from p20w.contracts import ContractError, FeedContract, load_contract, load_contracts
from p20w.intake.conform import conform
from p20w.intake.readers.block import REASONS
from p20w.settings import PROJECT

AWARDS = PROJECT / "contracts" / "ps_award.yaml"


def stated(
    folder: Path, condition: str, *, feed: str = "ps_award", column: str = "academic_award_date"
) -> FeedContract:
    """A contract with a condition on one of its columns."""
    data = yaml.safe_load((AWARDS.parent / f"{feed}.yaml").read_text())
    item = next(item for item in data["schema"][0]["properties"] if item["name"] == column)
    item["customProperties"].append({"property": "contradicts", "value": condition})
    path = folder / f"{feed}.yaml"
    path.write_text(yaml.safe_dump(data))
    return load_contract(path)


def reasons(contract: FeedContract, **values: list[str | None]) -> list[str]:
    """Why each line of these values is set aside; other columns are blank."""
    columns = [column for column in contract.columns if column.name in values]
    found = conform(pl.DataFrame(values, schema=dict.fromkeys(values, pl.String)), columns)
    return [REASONS[reason] for reason in found.reason]


def test_a_value_that_contradicts_its_line_sets_the_line_aside(tmp_path: Path) -> None:
    contract = stated(tmp_path, "extract(year from academic_award_date) > school_year")
    dates = ["2024-06-01", "2025-06-01", None, "2025-02-30"]
    assert reasons(contract, academic_award_date=dates, school_year=["2024"] * 4) == [
        "", "contradiction", "missing", "impossible_date",
    ]  # fmt: skip


def test_a_condition_over_a_blank_contradicts_nothing(tmp_path: Path) -> None:
    contract = stated(tmp_path, "cip_code = '52.0201' and academic_award_date < date '2020-01-01'")
    assert reasons(contract, academic_award_date=["2019-06-01"], cip_code=[None]) == ["missing"]
    assert reasons(contract, academic_award_date=["2019-06-01"], cip_code=["01.0101"]) == [""]


def test_a_blank_contradicts_nothing_whatever_its_line_says(tmp_path: Path) -> None:
    contract = stated(tmp_path, "school_year = 2024", feed="k12_cte", column="is_cte_completer")
    assert reasons(contract, is_cte_completer=["1", None, "1"], school_year=["2024", "2024", "2023"]) == [
        "contradiction", "", "",
    ]  # fmt: skip


def test_the_end_of_the_period_is_that_of_the_drop_and_unknown_without_one(tmp_path: Path) -> None:
    contract = stated(tmp_path, "academic_award_date > {period_ends}")
    line = {"academic_award_date": ["2024-07-01"]}
    assert reasons(contract.until(date(2024, 6, 30)), **line) == ["contradiction"]
    assert reasons(contract.until(date(2024, 7, 1)), **line) == [""]
    assert reasons(contract, **line) == [""]


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("academic_award_date < entry_date", "no SQL condition over columns of the line"),
        ("academic_award_date <", "no SQL condition over columns of the line"),
        ("school_year + 1", "is true or false"),
    ],
    ids=["a column of another feed", "no SQL", "a number"],
)
def test_what_is_no_condition_is_refused_with_its_contract(tmp_path: Path, condition: str, words: str) -> None:
    with pytest.raises(ContractError, match=f"ps_award.yaml: column academic_award_date: contradicts .*{words}"):
        stated(tmp_path, condition)


def test_identifying_fields_of_fixed_layouts_are_read_apart_and_in_no_condition(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="no SQL condition"):
        stated(tmp_path, "first_name = last_or_surname", feed="ui_wage", column="wages_usd")


def test_every_element_number_is_given_once() -> None:
    for contract in load_contracts(PROJECT / "contracts").values():
        numbers = [column.pirl for column in contract.columns if column.pirl]
        assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("contract", load_contracts(PROJECT / "contracts").values(), ids=lambda item: item.feed)
def test_conditions_of_our_contracts_fit_the_types_of_their_columns(contract: FeedContract) -> None:
    bound = contract.until(date(2024, 6, 30))
    line = {column.name: pl.Series([None], dtype=pl.String) for column in bound.columns}
    assert conform(pl.DataFrame(line), bound.columns).reason.shape == (1,)


def test_reading_contracts_starts_no_thread_that_a_forked_process_would_miss() -> None:
    script = """
import os
import polars
from p20w.contracts import load_contracts
from p20w.settings import PROJECT
before = len(os.listdir("/proc/self/task"))
load_contracts(PROJECT / "contracts")
print(len(os.listdir("/proc/self/task")) - before)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"
