"""Judge many drops at once by facts that were measured once.

Here: the drop and intake gates. Intake records facts about a drop (`governance.drop_check`: counts and
shares, never a value); one run of Great Expectations judges the facts of all drops at hand, and each drop
gets a gate run of its own, by the rules of its own suite. What a run costs is how many different rules there are, and
suites of many feeds share most of theirs. Not here: measuring facts (`p20w.intake`), gates that read the data itself
(`gates`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from decimal import Decimal

import psycopg

from expectations import runner
from expectations.suites import Expectation, Gate, Suite
from p20w.database import Warehouse
from p20w.failpoints import reach
from p20w.pipeline.gates import GATE_ROLE, GateResult, GateRun, close_runs, open_run

_FACT = re.compile(r"[a-z][a-z0-9_]{0,62}\Z")


@dataclass(frozen=True)
class Subject:
    """A drop to be judged, and by what: its scope is `<feed>/<period>/<submission>`.

    The suite holds column expectations on facts. A fact no one recorded fails unless `when_missing: pass`.
    """

    drop_id: int
    scope: str
    fingerprint: str
    suite: Suite


def run_fact_gate(
    warehouse: Warehouse, gate: str, subjects: Sequence[Subject], refresh_id: int | None = None
) -> dict[int, GateRun]:
    """Judge each drop by its recorded facts, and record one gate run a drop.

    Args:
        warehouse: the warehouse; the facts must be committed.
        gate: `drop` or `intake`; the facts are those named `<gate>.<fact>`.
        subjects: the drops, each with its suite.
        refresh_id: the refresh the runs belong to, when there is one yet.

    Returns:
        the gate run of each drop, by `drop_id`.
    """
    if not subjects:
        return {}
    judged = _by_suite(subjects)
    rules = _rules(gate, judged)
    facts = sorted({rule.column for rule in rules.values() if rule.column})
    if odd := [fact for fact in facts if not _FACT.match(fact)]:
        raise ValueError(f"gate {gate}: facts are named in snake case, not {odd}")
    drop_ids = [subject.drop_id for subject in subjects]
    every = Suite(gate, "All rules of all suites, each once.", tuple(rules.values()))
    with warehouse.connect(GATE_ROLE) as connection:
        run_ids = _open_runs(connection, gate, judged, refresh_id)
        connection.commit()
        reach(f"gates.{gate}_started")
        outcome = runner.run_suite_by_key(
            every, warehouse.url(GATE_ROLE), _pivot(gate, facts, drop_ids), "drop_id", len(drop_ids)
        )
        found = dict(zip(rules, outcome.results, strict=True))
        failing = {rule: frozenset(result.failing_keys) for rule, result in found.items()}
        observed = _observed(connection, gate, drop_ids)
        runs: dict[int, GateRun] = {}
        for suite, mine in judged:
            asked = [
                (replace(found[_rule(item)], expectation=item), failing[_rule(item)]) for item in suite.expectations
            ]
            runs |= {one.drop_id: _verdict(gate, one, asked, observed.get(one.drop_id, {})) for one in mine}
        reach(f"gates.{gate}_before_record")
        close_runs(connection, {run_ids[subject.scope]: runs[subject.drop_id] for subject in subjects})
        connection.commit()
    return runs


def _by_suite(subjects: Sequence[Subject]) -> list[tuple[Suite, list[Subject]]]:
    """The drops of each suite, so that what is asked of a suite is asked once and not for every drop."""
    found: dict[int, tuple[Suite, list[Subject]]] = {}
    for subject in subjects:
        found.setdefault(id(subject.suite), (subject.suite, []))[1].append(subject)
    return list(found.values())


def _rules(gate: str, judged: Sequence[tuple[Suite, Sequence[Subject]]]) -> dict[str, Expectation]:
    """What the suites demand, each type with its arguments once, under a name of its own."""
    found: dict[str, Expectation] = {}
    for suite, _ in judged:
        for item in suite.expectations:
            found.setdefault(_rule(item), replace(item, name=f"{gate}_rule_{len(found) + 1}"))
    return found


def _rule(item: Expectation) -> str:
    """What an expectation demands: the same string for the same type and arguments."""
    return f"{item.type} {json.dumps(item.kwargs, sort_keys=True)}"


def _open_runs(
    connection: psycopg.Connection,
    gate: str,
    judged: Sequence[tuple[Suite, Sequence[Subject]]],
    refresh_id: int | None,
) -> dict[str, int]:
    """Record that a run of each drop has begun, under the version of its suite; the `gate_run_id` of each scope."""
    opened: dict[str, int] = {}
    for suite, subjects in judged:
        mine = {subject.scope: subject.fingerprint for subject in subjects}
        opened |= open_run(connection, gate, mine, Gate(gate, (suite,)).version, refresh_id, list(mine))
    return opened


def _verdict(
    gate: str,
    subject: Subject,
    asked: Sequence[tuple[runner.ExpectationResult, Set[int]]],
    observed: Mapping[str, Decimal],
) -> GateRun:
    """What the run over all drops says about one of them: by each rule of its suite, and the drops that failed it."""
    results: list[GateResult] = []
    for result, failing in asked:
        rule = result.expectation
        value = observed.get(rule.column or "")
        if result.failing is None:
            passed, text = False, result.observed  # it could not be evaluated
        elif value is None:
            passed, text = rule.when_missing == "pass", "not measured"
        else:
            passed, text = subject.drop_id not in failing, _plain_number(value)
        line = GateResult.of(result)
        results.append(replace(line, passed=passed, observed=text, failing=0 if passed else 1))
    passed = all(item.passed for item in results if item.severity == "critical")
    return GateRun(gate, subject.scope, subject.fingerprint, passed, tuple(results))


def _pivot(gate: str, facts: Sequence[str], drop_ids: Sequence[int]) -> str:
    columns = "".join(f",\n    max(observed) filter (where check_name = '{gate}.{fact}') as {fact}" for fact in facts)
    return (
        f"select\n    drop_id{columns}\nfrom governance.drop_check\n"
        f"where drop_id in ({', '.join(str(int(drop_id)) for drop_id in drop_ids)})\ngroup by drop_id"
    )


def _observed(connection: psycopg.Connection, gate: str, drop_ids: Sequence[int]) -> dict[int, dict[str, Decimal]]:
    rows = connection.execute(
        """
        select drop_id, substr(check_name, length(%(gate)s) + 2), observed
        from governance.drop_check
        where drop_id = any(%(drops)s) and starts_with(check_name, %(gate)s || '.') and observed is not null
        """,
        {"gate": gate, "drops": list(drop_ids)},
    ).fetchall()
    found: dict[int, dict[str, Decimal]] = {}
    for drop_id, fact, value in rows:
        found.setdefault(drop_id, {})[fact] = value
    return found


def _plain_number(value: Decimal) -> str:
    """A count with thousands separators, a share with four digits."""
    return f"{int(value):,}" if value == value.to_integral_value() else f"{value:.4f}"
