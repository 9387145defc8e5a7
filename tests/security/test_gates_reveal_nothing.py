"""Gate results hold counts: whatever fails, no value of a row comes out of Great Expectations."""

import logging
from typing import Any

import pytest

from expectations import runner
from expectations.suites import COUNTING, Suite, expectation
from p20w.database import Warehouse

META = {"what": "a", "matters": "b", "resolve": "c", "since": "d"}
CANARY = "Zyxwvutine"
ROWS = f"select n as drop_id, '{CANARY}' || n as name, n * 100000007::bigint as amount from generate_series(1, 30) as n"
KWARGS: dict[str, dict[str, Any]] = {
    "expect_column_values_to_not_be_null": {"column": "missing"},
    "expect_column_values_to_be_null": {"column": "name"},
    "expect_column_values_to_be_between": {"column": "amount", "max_value": 0},
    "expect_column_values_to_be_in_set": {"column": "name", "value_set": ["x"]},
    "expect_column_values_to_not_be_in_set": {"column": "name", "value_set": [f"{CANARY}3"]},
    "expect_column_values_to_match_regex": {"column": "name", "regex": "^x"},
    "expect_column_values_to_not_match_regex": {"column": "name", "regex": "^Z"},
    "expect_column_value_lengths_to_be_between": {"column": "name", "max_value": 1},
    "expect_column_values_to_be_unique": {"column": "same"},
    "expect_column_pair_values_a_to_be_greater_than_b": {"column_A": "drop_id", "column_B": "amount"},
    "expect_column_pair_values_to_be_equal": {"column_A": "name", "column_B": "same"},
    "expect_table_row_count_to_be_between": {"max_value": 1},
    "expect_table_row_count_to_equal": {"value": 1},
    "unexpected_rows_expectation": {"unexpected_rows_query": "select * from {batch}"},
}


def of(kind: str) -> Suite:
    rule = {"type": kind, "name": "rule", "kwargs": KWARGS[kind], "severity": "critical", "meta": META}
    return Suite("all", "Rows.", (expectation(rule),))


def results(warehouse: Warehouse, kind: str) -> runner.SuiteResult:
    query = f"select slice.*, null::text as missing, '{CANARY}' as same from ({ROWS}) as slice"
    return runner.run_suite(of(kind), warehouse.url("transform"), query)


def test_every_expectation_we_allow_is_tried_here() -> None:
    assert set(KWARGS) == COUNTING


@pytest.mark.parametrize("kind", sorted(KWARGS))
def test_no_value_comes_out_of_a_failing_expectation(
    module_warehouse: Warehouse, kind: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        outcome = results(module_warehouse, kind)
    assert not outcome.passed
    assert "could not" not in outcome.results[0].observed
    found = [result.observed for result in outcome.results] + [result.failing_keys for result in outcome.results]
    for text in (repr(found), capfd.readouterr().out, caplog.text):
        assert f"{CANARY}1" not in text
        assert "100000007" not in text


def test_failing_rows_are_named_by_their_key_and_nothing_else(module_warehouse: Warehouse) -> None:
    suite = of("expect_column_values_to_not_match_regex")
    outcome = runner.run_suite_by_key(suite, module_warehouse.url("transform"), ROWS, "drop_id", 30)
    assert outcome.results[0].failing_keys == tuple(range(1, 31))
    assert CANARY not in repr(outcome.results[0].observed)
