"""The format of suites: what a suite file may say, and what it may not."""

from pathlib import Path

import pytest

from expectations.suites import SuiteError, expectation, load_gate, load_suite
from p20w.settings import PROJECT

META = {"what": "a", "matters": "b", "resolve": "c", "since": "d"}
RULE = {
    "type": "expect_column_values_to_not_be_null",
    "kwargs": {"column": "feed"},
    "severity": "critical",
    "meta": META,
}
SUITE = """
suite: one
what: One row a thing.
expectations:
  - type: expect_column_values_to_not_be_null
    kwargs: {column: feed}
    severity: warning
    meta: {what: a, matters: b, resolve: c, since: d}
"""


@pytest.mark.parametrize("folder", sorted((PROJECT / "expectations").glob("*/")), ids=lambda path: path.name)
def test_every_gate_of_the_project_reads(folder: Path) -> None:
    if any(folder.glob("*.yaml")):
        assert load_gate(folder).suites


def test_a_suite_changes_its_version_with_its_content_and_not_with_its_layout(tmp_path: Path) -> None:
    path = tmp_path / "one.yaml"
    path.write_text(SUITE)
    before = load_suite(path).version
    path.write_text("# a comment\n" + SUITE)
    assert load_suite(path).version == before
    path.write_text(SUITE.replace("warning", "critical"))
    assert load_suite(path).version != before


def test_an_expectation_that_answers_with_values_is_refused() -> None:
    with pytest.raises(SuiteError, match="may answer with values"):
        expectation({**RULE, "type": "expect_column_distinct_values_to_be_in_set"})


@pytest.mark.parametrize("key", ["what", "matters", "resolve", "since"])
def test_an_expectation_says_what_when_it_matters_and_what_to_do(key: str) -> None:
    with pytest.raises(SuiteError, match=key):
        expectation({**RULE, "meta": {**META, key: " "}})


def test_an_unknown_key_is_not_overlooked() -> None:
    with pytest.raises(SuiteError, match="severty"):
        expectation({**RULE, "severty": "info"})


def test_a_gate_without_a_suite_does_not_let_everything_through(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="no suite"):
        load_gate(tmp_path)


def test_a_parameter_of_a_batch_cannot_carry_sql(tmp_path: Path) -> None:
    path = tmp_path / "one.yaml"
    path.write_text(SUITE + "batch: select * from ${schema}.fct_wage\n")
    suite = load_suite(path)
    assert suite.query({"schema": "core"}) == "select * from core.fct_wage"
    with pytest.raises(SuiteError, match="identifier"):
        suite.query({"schema": "core.x; drop table y"})
