"""Judge a stage's output, keep the verdict, and demand it before the next stage reads.

Here: one run of one gate (`governance.gate_run` and its `gate_result` lines) and `require`, which every
stage calls before it reads what an earlier stage wrote. A run that died half-way (`passed` null), judged
something else (another fingerprint) or by other rules (another suite version) is no pass, whoever starts
the stage. Not here: gates over facts of many drops at once (`facts`), what is expected (`expectations/`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString

import psycopg

from expectations import runner
from expectations.runner import ExpectationResult
from expectations.suites import Gate, Suite, load_gate, load_suite
from p20w.database import Role, Warehouse
from p20w.failpoints import reach

GATE_ROLE = "gate"
"""The login that judges: whoever makes what is judged cannot write a verdict."""


class GateError(RuntimeError):
    """A gate stands in the way; the message says which, why, and what to do."""


class GateClosed(GateError):
    """The gate was run and something critical failed."""


class GateMissing(GateError):
    """A stage was about to read what no finished, passed gate run has judged."""


@dataclass(frozen=True)
class GateResult:
    """What one expectation found, as it is recorded: counts and words, never a value."""

    expectation: str
    severity: str
    column: str | None
    observed: str
    failing: int | None
    passed: bool
    what: str
    matters: str
    resolve: str

    @classmethod
    def of(cls, result: ExpectationResult) -> GateResult:
        """The record of what the runner found."""
        rule = result.expectation
        return cls(
            rule.name,
            rule.severity,
            rule.column,
            result.observed,
            result.failing,
            result.passed,
            rule.meta["what"],
            rule.meta["matters"],
            rule.meta["resolve"],
        )


@dataclass(frozen=True)
class GateRun:
    """A finished run of a gate over one scope."""

    gate: str
    scope: str
    fingerprint: str
    passed: bool
    results: tuple[GateResult, ...] = field(default=())

    @property
    def failures(self) -> tuple[GateResult, ...]:
        """What failed, the critical first."""
        failed = [result for result in self.results if not result.passed]
        return tuple(sorted(failed, key=lambda result: ("critical", "warning", "info").index(result.severity)))

    def demand_pass(self) -> None:
        """Raise `GateClosed` with what failed and how to resolve it, unless the gate is open."""
        if self.passed:
            return
        critical = [result for result in self.failures if result.severity == "critical"]
        lines = [f"- {item.what} Observed: {item.observed}. {item.resolve}" for item in critical[:5]]
        more = [f"- and {len(critical) - 5} more, in governance.gate_result"] if len(critical) > 5 else []
        raise GateClosed("\n".join([f"The {self.gate} gate is closed for {self.scope}.", *lines, *more]))


def run_gate(
    warehouse: Warehouse,
    gate: str,
    scope: str,
    fingerprint: str,
    suite: Path | Suite | Gate,
    query: str | None = None,
    refresh_id: int | None = None,
    parameters: Mapping[str, object] | None = None,
) -> GateRun:
    """Run a gate over one scope and record it; a pass of the same input by the same rules is reused.

    Args:
        warehouse: the warehouse.
        gate: `registry`, `core` or `marts`.
        scope: what is judged, for example `refresh/7`.
        fingerprint: of the slice that is judged (`fingerprints`); the next stage must name the same.
        suite: a suite, its file, or the folder of a gate.
        query: the slice, when the suite names no batch of its own.
        refresh_id: the refresh the run belongs to.
        parameters: fill the `${name}` of the suites' batches; `refresh_id` is always there.

    Returns:
        the run, passed or not: `GateRun.demand_pass` raises for those that did not.
    """
    suites = _suites(suite)
    version = _version(suite)
    with warehouse.connect(GATE_ROLE) as connection:
        if earlier := _earlier_pass(connection, gate, scope, fingerprint, version):
            return earlier
        run_id = open_run(connection, gate, fingerprint, version, refresh_id, [scope])[scope]
        connection.commit()
        reach(f"gates.{gate}_started")
        values = {"refresh_id": refresh_id, **(parameters or {})}
        outcomes = [runner.run_suite(item, warehouse.url(GATE_ROLE), query or item.query(values)) for item in suites]
        results = tuple(GateResult.of(result) for outcome in outcomes for result in outcome.results)
        run = GateRun(gate, scope, fingerprint, all(outcome.passed for outcome in outcomes), results)
        reach(f"gates.{gate}_before_record")
        close_runs(connection, {run_id: run})
        connection.commit()
    return run


def require(
    warehouse: Warehouse,
    role: Role,
    gate: str,
    passes: Iterable[tuple[str, str]],
    suite: Path | Suite | Gate | None = None,
) -> None:
    """Demand a finished, passed run of `gate` for each (scope, fingerprint) the caller is about to read.

    Args:
        warehouse: the warehouse.
        role: who asks.
        gate: the gate before the caller's stage.
        passes: scope and fingerprint of each slice; compute the fingerprint from what lies there now.
        suite: when given, a pass under another version of these rules does not count.

    Raises:
        GateMissing: a slice has no such pass; the message names the first few.
    """
    wanted = list(passes)
    with warehouse.connect(role) as connection:
        found = connection.execute(
            """
            with wanted as (
                select scope, fingerprint
                from unnest(%(scopes)s::text[], %(fingerprints)s::text[]) as t (scope, fingerprint)
            )

            select wanted.scope
            from wanted
            where not exists (
                select 1
                from governance.gate_run
                where gate_run.gate = %(gate)s
                    and gate_run.scope = wanted.scope
                    and gate_run.input_fingerprint = wanted.fingerprint
                    and (%(version)s::text is null or gate_run.suite_version = %(version)s)
                    and gate_run.passed
                    and gate_run.finished_at is not null
            )
            order by wanted.scope
            """,
            {
                "gate": gate,
                "scopes": [scope for scope, _ in wanted],
                "fingerprints": [fingerprint for _, fingerprint in wanted],
                "version": _version(suite) if suite is not None else None,
            },
        ).fetchall()
    if found:
        names = ", ".join(row[0] for row in found[:5]) + (" and more" if len(found) > 5 else "")
        raise GateMissing(
            f"The {gate} gate has no finished, passed run for what lies there now ({names}). "
            "Nothing was read. Run the stage before this one again: p20w refresh"
        )


def open_run(
    connection: psycopg.Connection,
    gate: str,
    fingerprint: str | Mapping[str, str],
    version: str,
    refresh_id: int | None,
    scopes: Sequence[str],
) -> dict[str, int]:
    """Record that runs have begun (`passed` null); the caller commits before it judges.

    Returns:
        the `gate_run_id` of each scope.
    """
    of_scope = {scope: fingerprint if isinstance(fingerprint, str) else fingerprint[scope] for scope in scopes}
    rows = connection.execute(
        """
        insert into governance.gate_run (gate, scope, input_fingerprint, suite_version, refresh_id)
        select %s, t.scope, t.fingerprint, %s, %s
        from unnest(%s::text[], %s::text[]) as t (scope, fingerprint)
        returning scope, gate_run_id
        """,
        (gate, version, refresh_id, list(of_scope), list(of_scope.values())),
    ).fetchall()
    return {row[0]: row[1] for row in rows}


def close_runs(connection: psycopg.Connection, runs: Mapping[int, GateRun]) -> None:
    """Record verdicts and their lines in the caller's transaction; from then on nobody can change them."""
    columns: LiteralString = """gate_run_id, result_number, expectation, severity, column_name, observed,
        failing_count, passed, what, matters, resolve"""
    with (
        connection.cursor() as cursor,
        cursor.copy(f"copy governance.gate_result ({columns}) from stdin") as copy,
    ):
        for run_id, run in runs.items():
            for number, item in enumerate(run.results, start=1):
                words = (item.what, item.matters, item.resolve)
                counts = (item.observed, item.failing, item.passed)
                copy.write_row((run_id, number, item.expectation, item.severity, item.column, *counts, *words))
    connection.execute(
        """
        update governance.gate_run
        set passed = verdict.passed
        from unnest(%s::bigint[], %s::boolean[]) as verdict (gate_run_id, passed)
        where gate_run.gate_run_id = verdict.gate_run_id
        """,
        (list(runs), [run.passed for run in runs.values()]),
    )


def results_of(connection: psycopg.Connection, gate: str, scope: str, fingerprint: str) -> GateRun | None:
    """The last finished run of a scope and fingerprint, as recorded."""
    row = connection.execute(
        """
        select gate_run_id, passed
        from governance.gate_run
        where gate = %s and scope = %s and input_fingerprint = %s and finished_at is not null
        order by gate_run_id desc
        limit 1
        """,
        (gate, scope, fingerprint),
    ).fetchone()
    return GateRun(gate, scope, fingerprint, bool(row[1]), _lines(connection, row[0])) if row else None


def _earlier_pass(
    connection: psycopg.Connection, gate: str, scope: str, fingerprint: str, version: str
) -> GateRun | None:
    """The last finished run of a scope, if it passed what lies there now by these rules.

    An older pass is judged again, so that the last verdict on a scope is always the one on what lies there:
    `governance.finish_refresh` goes by it.
    """
    row = connection.execute(
        """
        select gate_run_id, passed and input_fingerprint = %s and suite_version = %s
        from governance.gate_run
        where gate = %s and scope = %s and finished_at is not null
        order by gate_run_id desc
        limit 1
        """,
        (fingerprint, version, gate, scope),
    ).fetchone()
    return GateRun(gate, scope, fingerprint, True, _lines(connection, row[0])) if row and row[1] else None


def _lines(connection: psycopg.Connection, gate_run_id: int) -> tuple[GateResult, ...]:
    rows: list[tuple[Any, ...]] = connection.execute(
        """
        select expectation, severity, column_name, observed, failing_count, passed, what, matters, resolve
        from governance.gate_result
        where gate_run_id = %s
        order by result_number
        """,
        (gate_run_id,),
    ).fetchall()
    return tuple(GateResult(*row) for row in rows)


def _suites(suite: Path | Suite | Gate) -> tuple[Suite, ...]:
    if isinstance(suite, Path):
        return load_gate(suite).suites if suite.is_dir() else (load_suite(suite),)
    return suite.suites if isinstance(suite, Gate) else (suite,)


def _version(suite: Path | Suite | Gate) -> str:
    return Gate("", _suites(suite)).version
