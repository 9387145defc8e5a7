"""What a value that cannot be read sets aside: its row, or itself."""

import polars as pl
import pytest

from p20w.contracts import load_contracts
from p20w.intake.conform import MOST_UNREADABLE, conform
from p20w.intake.readers.block import REASONS
from p20w.settings import PROJECT

CONTRACT = load_contracts(PROJECT / "contracts")["dmv_license"]
SOUND = {"license_number": "D00000001", "birthdate": "19320229", "sex": "2", "address_state": "ME"}


def text(*rows: dict[str, str | None]) -> pl.DataFrame:
    """Rows as text: sound but for what is given."""
    names = [column.name for column in CONTRACT.columns]
    return pl.DataFrame([dict.fromkeys(names) | SOUND | row for row in rows], schema=dict.fromkeys(names, pl.String))


def names(columns: list[int]) -> list[str]:
    return [CONTRACT.columns[place].name for place in columns]


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("birthdate", "19320230", "impossible_date"),
        ("birthdate", "1932-02-28", "bad_type"),
        ("birthdate", "18991231", "out_of_range"),
        ("sex", "?", "bad_code"),
        ("address_state", "Maine", "bad_pattern"),
        ("middle_name", "A" * 76, "too_long"),
    ],
)
def test_an_optional_field_is_null_and_its_row_stays(column: str, value: str, reason: str) -> None:
    found = conform(text({}, {column: value}, {}), CONTRACT.columns)
    assert not found.reason.any()
    assert (found.fields.row.tolist(), names(found.fields.column.tolist())) == ([1], [column])
    assert [REASONS[code] for code in found.fields.reason] == [reason]
    assert found.frame[column].to_list()[1] is None
    assert found.frame["license_number"].null_count() == 0


def test_the_fields_of_the_other_rows_keep_their_values() -> None:
    found = conform(text({"sex": "?"}, {}), CONTRACT.columns)
    assert found.frame["sex"].to_list() == [None, "Female"]
    assert found.frame["birthdate"].null_count() == 0


def test_a_row_that_lacks_its_key_is_set_aside_and_none_of_its_fields_is() -> None:
    found = conform(text({"license_number": None, "birthdate": "19320230"}), CONTRACT.columns)
    assert [REASONS[code] for code in found.reason] == ["missing"]
    assert len(found.fields) == 0


def test_a_row_with_too_many_unreadable_fields_is_set_aside_as_shifted() -> None:
    wrong = {"birthdate": "19320230", "sex": "?", "address_state": "Maine"}
    assert len(wrong) == MOST_UNREADABLE + 1
    found = conform(text(wrong, {"birthdate": "19320230", "sex": "?"}), CONTRACT.columns)
    assert [REASONS[code] for code in found.reason] == ["many_unreadable", ""]
    assert found.fields.row.tolist() == [1, 1]


def test_a_blank_is_no_unreadable_value() -> None:
    assert len(conform(text({"birthdate": None, "sex": None}), CONTRACT.columns).fields) == 0
