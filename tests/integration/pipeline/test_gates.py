"""Gates: a verdict is recorded once, and only a finished pass of what lies there now lets a stage start."""

from dataclasses import replace

import pytest

from expectations.suites import Gate, Suite, expectation
from p20w.database import Warehouse
from p20w.pipeline.facts import Subject, run_fact_gate
from p20w.pipeline.gates import GateClosed, GateMissing, require, run_gate

META = {"what": "Holds.", "matters": "It does.", "resolve": "Do.", "since": "now"}


def suite_on_facts(**change: object) -> Suite:
    rule = {
        "type": "expect_column_values_to_be_in_set",
        "kwargs": {"column": "lines_differ", "value_set": [0]},
        "severity": "critical",
        "meta": META,
        **change,
    }
    return Suite("facts", "One row a drop.", (expectation(rule),))


def rows_suite(condition: str, severity: str = "critical") -> Suite:
    rule = {
        "type": "unexpected_rows_expectation",
        "name": "no_row",
        "kwargs": {"unexpected_rows_query": f"select number from {{batch}} where {condition}"},
        "severity": severity,
        "meta": META,
    }
    return Suite("rows", "Numbers.", (expectation(rule),), "select generate_series(1, ${top}) as number")


def drop_facts(warehouse: Warehouse, facts: dict[int, dict[str, float]], suite: Suite) -> list[Subject]:
    with warehouse.connect("owner") as connection:
        for drop_id, checks in facts.items():
            connection.execute(
                "insert into governance.drop (drop_id, feed, period, submission, status) "
                "values (%s, 'ui_wage', '2024Q3', %s, 'loaded')",
                (drop_id, drop_id),
            )
            for name, observed in checks.items():
                connection.execute("insert into governance.drop_check values (%s, %s, %s)", (drop_id, name, observed))
    return [Subject(drop_id, f"ui_wage/2024Q3/{drop_id}", f"print{drop_id}", suite) for drop_id in facts]


def test_one_run_judges_many_drops_and_each_gets_its_own_verdict(warehouse: Warehouse) -> None:
    facts = {drop_id: {"drop.lines_differ": float(drop_id % 7 == 0)} for drop_id in range(1, 301)}
    subjects = drop_facts(warehouse, facts, suite_on_facts())
    runs = run_fact_gate(warehouse, "drop", subjects)
    assert {drop_id for drop_id, run in runs.items() if not run.passed} == set(range(7, 301, 7))
    require(warehouse, "intake", "drop", [("ui_wage/2024Q3/1", "print1")])
    with pytest.raises(GateMissing, match="ui_wage/2024Q3/7"):
        require(warehouse, "intake", "drop", [("ui_wage/2024Q3/7", "print7")])


def test_a_fact_that_nobody_measured_fails_unless_the_rule_lets_it_pass(warehouse: Warehouse) -> None:
    subjects = drop_facts(warehouse, {1: {"drop.other": 0}, 2: {"drop.lines_differ": 0}}, suite_on_facts())
    strict = run_fact_gate(warehouse, "drop", subjects)
    assert {key: run.passed for key, run in strict.items()} == {1: False, 2: True}
    forgiving = suite_on_facts(when_missing="pass")
    lenient = run_fact_gate(warehouse, "drop", [replace(subject, suite=forgiving) for subject in subjects])
    assert all(run.passed for run in lenient.values())


def test_drops_of_several_suites_are_judged_in_one_run_each_by_its_own(warehouse: Warehouse) -> None:
    strict = suite_on_facts()
    lenient = suite_on_facts(kwargs={"column": "lines_differ", "value_set": [0, 3]})
    subjects = drop_facts(warehouse, {1: {"drop.lines_differ": 3}, 2: {"drop.lines_differ": 3}}, strict)
    runs = run_fact_gate(warehouse, "drop", [subjects[0], replace(subjects[1], suite=lenient)])
    assert {key: run.passed for key, run in runs.items()} == {1: False, 2: True}
    assert [item.expectation for item in runs[1].results] == [item.name for item in strict.expectations]
    require(warehouse, "intake", "drop", [("ui_wage/2024Q3/2", "print2")])
    with warehouse.connect("owner") as connection:
        versions = connection.execute("select distinct suite_version from governance.gate_run").fetchall()
    assert {version for (version,) in versions} == {Gate("drop", (suite,)).version for suite in (strict, lenient)}


def test_a_pass_counts_for_its_own_fingerprint_and_rules_only(warehouse: Warehouse) -> None:
    rules = rows_suite("number > 5")
    run = run_gate(warehouse, "core", "refresh/1", "print", rules, parameters={"top": 5})
    assert run.passed
    require(warehouse, "transform", "core", [("refresh/1", "print")], rules)
    for fingerprint, suite in (("other", rules), ("print", rows_suite("number > 6"))):
        with pytest.raises(GateMissing):
            require(warehouse, "transform", "core", [("refresh/1", fingerprint)], suite)


def test_the_last_verdict_is_on_what_lies_there_also_when_that_passed_before_something_else_failed(
    warehouse: Warehouse,
) -> None:
    rules, query = rows_suite("number > 5"), "select governance.has_passed('core', 'refresh/1')"
    answers = []
    for fingerprint, top in (("print", 5), ("other", 9), ("print", 5), ("print", 5)):
        run = run_gate(warehouse, "core", "refresh/1", fingerprint, rules, parameters={"top": top})
        with warehouse.connect("owner") as owner:
            answers.append((run.passed, *owner.execute(query).fetchall()[0]))
    assert answers == [(True, True), (False, False), (True, True), (True, True)]
    with warehouse.connect("gate") as gate:
        assert gate.execute("select count(*) from governance.gate_run").fetchone() == (3,)


def test_a_closed_gate_says_what_failed_and_what_to_do(warehouse: Warehouse) -> None:
    run = run_gate(warehouse, "core", "refresh/1", "p", rows_suite("number > 5"), parameters={"top": 9})
    with pytest.raises(GateClosed, match=r"refresh/1.\n- Holds. Observed: 4 rows. Do."):
        run.demand_pass()


def test_a_warning_does_not_close_the_gate(warehouse: Warehouse) -> None:
    rules = rows_suite("number > 5", "warning")
    run = run_gate(warehouse, "core", "refresh/1", "p", rules, parameters={"top": 9})
    assert run.passed
    assert [result.passed for result in run.results] == [False]


def test_a_half_written_run_is_no_pass(warehouse: Warehouse) -> None:
    with warehouse.connect("gate") as connection:
        connection.execute(
            "insert into governance.gate_run (gate, scope, input_fingerprint, suite_version) "
            "values ('core', 'refresh/1', 'p', 'v')"
        )
    with pytest.raises(GateMissing):
        require(warehouse, "transform", "core", [("refresh/1", "p")])


def test_an_expectation_that_cannot_be_evaluated_has_failed_and_quotes_nothing(warehouse: Warehouse) -> None:
    rules = rows_suite("('Zyxwv' || number)::integer > 0")
    run = run_gate(warehouse, "core", "refresh/1", "p", rules, parameters={"top": 3})
    assert [result.observed for result in run.results] == ["could not be evaluated (InvalidTextRepresentation)"]
    assert "Zyxwv" not in repr(run)


def test_a_slice_without_rows_breaks_no_rule_about_rows(warehouse: Warehouse) -> None:
    rule = {
        "type": "expect_column_values_to_not_be_null",
        "kwargs": {"column": "number"},
        "severity": "critical",
        "meta": META,
    }
    rules = Suite("rows", "Numbers.", (expectation(rule),), "select 1 as number where false")
    assert run_gate(warehouse, "core", "refresh/1", "p", rules).passed
