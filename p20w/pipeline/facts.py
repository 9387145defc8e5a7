"""Judge many drops at once by facts that were measured once.

Here: the drop and intake gates. Intake records facts about a drop (`governance.drop_check`: counts and
shares, never a value); one run of Great Expectations judges the facts of all drops at hand, and each drop
gets a gate run of its own. A history of hundreds of drops costs as much as one. Not here: measuring facts
(`p20w.intake`), gates that read the data itself (`gates`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import psycopg

from expectations import runner
from expectations.suites import Gate, Suite
from p20w.database import Warehouse
from p20w.failpoints import reach
from p20w.pipeline.gates import GATE_ROLE, GateResult, GateRun, close_runs, open_run

_FACT = re.compile(r"[a-z][a-z0-9_]{0,62}\Z")


@dataclass(frozen=True)
class Subject:
    """A drop to be judged: its scope is `<feed>/<period>/<submission>`."""

    drop_id: int
    scope: str
    fingerprint: str


def run_fact_gate(
    warehouse: Warehouse,
    gate: str,
    subjects: Sequence[Subject],
    suite: Suite,
    refresh_id: int | None = None,
) -> dict[int, GateRun]:
    """Judge each drop by its recorded facts, and record one gate run a drop.

    Args:
        warehouse: the warehouse; the facts must be committed.
        gate: `drop` or `intake`; the facts are those named `<gate>.<fact>`.
        subjects: the drops.
        suite: column expectations on facts. A fact no one recorded fails unless `when_missing: pass`.
        refresh_id: the refresh the runs belong to, when there is one yet.

    Returns:
        the gate run of each drop, by `drop_id`.
    """
    if not subjects:
        return {}
    facts = sorted({item.column for item in suite.expectations if item.column})
    if odd := [fact for fact in facts if not _FACT.match(fact)]:
        raise ValueError(f"suite {suite.name}: facts are named in snake case, not {odd}")
    drop_ids = [subject.drop_id for subject in subjects]
    version = Gate(gate, (suite,)).version
    with warehouse.connect(GATE_ROLE) as connection:
        fingerprints = {subject.scope: subject.fingerprint for subject in subjects}
        run_ids = open_run(connection, gate, fingerprints, version, refresh_id, list(fingerprints))
        connection.commit()
        reach(f"gates.{gate}_started")
        outcome = runner.run_suite_by_key(
            suite, warehouse.url(GATE_ROLE), _pivot(gate, facts, drop_ids), "drop_id", len(drop_ids)
        )
        observed = _observed(connection, gate, drop_ids)
        runs = {
            subject.drop_id: _verdict(gate, subject, outcome, observed.get(subject.drop_id, {})) for subject in subjects
        }
        reach(f"gates.{gate}_before_record")
        close_runs(connection, {run_ids[subject.scope]: runs[subject.drop_id] for subject in subjects})
        connection.commit()
    return runs


def _verdict(gate: str, subject: Subject, outcome: runner.SuiteResult, observed: Mapping[str, Decimal]) -> GateRun:
    """What the run over all drops says about one of them."""
    results: list[GateResult] = []
    for result in outcome.results:
        rule = result.expectation
        value = observed.get(rule.column or "")
        if result.failing is None:
            passed, text = False, result.observed  # it could not be evaluated
        elif value is None:
            passed, text = rule.when_missing == "pass", "not measured"
        else:
            passed, text = subject.drop_id not in result.failing_keys, _plain_number(value)
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
