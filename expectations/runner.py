"""Run a suite with Great Expectations over a slice of the warehouse.

Here: the project's only use of Great Expectations, imported on first use because that costs seconds. What
comes back is plain data with counts: no value of any column can be in it. Not here: which slice is judged,
what a result means for a stage, and its record (`p20w.pipeline.gates`).
"""

from __future__ import annotations

import importlib
import logging
import os
import re
import sys
import warnings
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from expectations.suites import Expectation, Suite

# Counts and percentages, and never an unexpected value.
COUNTS: dict[str, Any] = {
    "result_format": "SUMMARY",
    "exclude_unexpected_values": True,
    "return_unexpected_index_query": False,
}

# The classes of error an expectation's SQL may end in; the rest of a traceback may quote values.
_KNOWN_ERROR = re.compile(r"\b(?:psycopg\.errors|sqlalchemy\.exc|great_expectations\.exceptions)\.(\w+)")


@dataclass(frozen=True)
class ExpectationResult:
    """What one expectation found.

    `failing` counts the rows that failed (None: not counted rows, such as a row count), `total` the rows
    judged; `failing_keys` are the keys of the failing rows when the run was asked for them.
    """

    expectation: Expectation
    passed: bool
    total: int | None
    failing: int | None
    observed: str
    failing_keys: tuple[int, ...] = ()


@dataclass(frozen=True)
class SuiteResult:
    """What all expectations of one suite found; `passed` when nothing critical failed."""

    suite: Suite
    results: tuple[ExpectationResult, ...]

    @property
    def passed(self) -> bool:
        """Whether the gate may open for this slice."""
        return all(result.passed for result in self.results if result.expectation.severity == "critical")


def warm_up() -> None:
    """Import Great Expectations now; call it in a thread while something else waits for the database."""
    _great_expectations()


def run_suite(suite: Suite, connection_string: str, query: str) -> SuiteResult:
    """Judge the slice that `query` selects.

    Args:
        suite: what is expected.
        connection_string: SQLAlchemy URL of the role that may read the slice.
        query: one select statement; a row of it is what the suite calls a row.

    Returns:
        one result an expectation, in their order. An expectation that could not be evaluated has failed, and
        says so by the class of its error only: the database's message may quote values.
    """
    return _run(suite, connection_string, query, COUNTS)


def run_suite_by_key(suite: Suite, connection_string: str, query: str, key: str, rows: int) -> SuiteResult:
    """As `run_suite`, and name the failing rows by `key`, a numeric column of the slice.

    Args:
        suite: column expectations only, as GX names rows for no others without quoting them.
        connection_string: SQLAlchemy URL of the role that may read the slice.
        query: one select statement.
        key: the column that identifies a row; the only thing of a row that comes back.
        rows: how many rows the slice has; GX must not stop naming them early.

    Raises:
        ValueError: the suite holds an expectation that is not about one column.
    """
    if other := [item.name for item in suite.expectations if item.column is None]:
        raise ValueError(f"suite {suite.name}: failing rows can be named for column expectations only: {other}")
    result_format = COUNTS | {
        "result_format": "COMPLETE",
        "unexpected_index_column_names": [key],
        "partial_unexpected_count": max(rows, 1),
    }
    return _run(suite, connection_string, query, result_format, key)


def _run(
    suite: Suite, connection_string: str, query: str, result_format: dict[str, Any], key: str | None = None
) -> SuiteResult:
    if not suite.expectations:
        return SuiteResult(suite, ())
    gx = _great_expectations()
    context = _context(gx)
    with warnings.catch_warnings():  # it recommends its Postgres source, which refuses a socket's URL
        warnings.simplefilter("ignore")
        source: Any = context.data_sources.add_sql("warehouse", connection_string=connection_string)
    try:
        batch = source.add_query_asset("slice", query=query).add_batch_definition_whole_table("all")
        definition = gx.ValidationDefinition(name=suite.name, data=batch, suite=_build(gx, suite))
        context.suites.add(definition.suite)
        outcome = context.validation_definitions.add(definition).run(result_format=result_format)
    finally:  # they would keep sessions open for as long as Python keeps the source
        for engine in (source.get_engine(), source.get_execution_engine().engine):
            engine.dispose()
    found = {item.expectation_config.meta["name"]: item for item in outcome.results}
    return SuiteResult(suite, tuple(_plain(item, found[item.name], key) for item in suite.expectations))


def _context(gx: Any) -> Any:
    """A context that lives in memory: no folder, no site, no progress bar."""
    types = importlib.import_module("great_expectations.data_context.types.base")
    stores = types.InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
    config = types.DataContextConfig(store_backend_defaults=stores, progress_bars={"globally": False})
    return gx.get_context(project_config=config, mode="ephemeral")


def _build(gx: Any, suite: Suite) -> Any:
    classes = importlib.import_module("great_expectations.expectations")
    built: Sequence[Any] = [
        getattr(classes, "".join(word.capitalize() for word in item.type.split("_")))(
            **item.kwargs, severity=item.severity, meta={"name": item.name}
        )
        for item in suite.expectations
    ]
    return gx.ExpectationSuite(name=suite.name, expectations=built)


def _plain(expectation: Expectation, outcome: Any, key: str | None) -> ExpectationResult:
    """Keep the counts of a GX result and let go of everything else it may hold."""
    error = _error_class(outcome.exception_info)
    if error:
        return ExpectationResult(expectation, False, None, None, f"could not be evaluated ({error})")
    result: dict[str, Any] = outcome.result or {}
    if expectation.type == "unexpected_rows_expectation":
        failing = int(result["observed_value"])
        return ExpectationResult(expectation, bool(outcome.success), None, failing, f"{failing:,} rows")
    if expectation.type.startswith("expect_table_row_count"):
        rows = int(result["observed_value"])
        return ExpectationResult(expectation, bool(outcome.success), rows, None, f"{rows:,} rows")
    total, failing = int(result["element_count"]), int(result["unexpected_count"] or 0)
    blocks: list[Any] = (result.get("unexpected_index_list") or []) if key else []
    keys = tuple(int(value) for block in blocks for value in block[key])
    if key and len(keys) != failing:
        raise RuntimeError(f"suite {expectation.name}: {failing} rows failed, {len(keys)} were named")
    observed = f"{failing:,} of {total:,} rows"
    return ExpectationResult(expectation, bool(outcome.success), total, failing, observed, keys)


def _error_class(exception_info: Any) -> str | None:
    """The class of the error that kept an expectation from being evaluated, without its message."""
    entries: list[Any] = [exception_info, *(exception_info or {}).values()]
    for entry in entries:
        if isinstance(entry, dict) and entry.get("raised_exception"):
            known = _KNOWN_ERROR.search(str(entry.get("exception_traceback") or ""))
            return known.group(1) if known else "error"
    return None


def _great_expectations() -> Any:
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    logging.getLogger("great_expectations").setLevel(logging.CRITICAL)  # its warnings quote SQL
    with warnings.catch_warnings(), _without("pyspark", "pyspark.sql.connect"):
        warnings.simplefilter("ignore")
        return importlib.import_module("great_expectations")


@contextmanager
def _without(*modules: str) -> Generator[None]:
    """Hide modules that are not imported yet, for the length of the block.

    Great Expectations imports Spark where it is installed. That takes seconds, and Spark's client ends the process,
    with code 0, where it takes it for a run of Spark's own tests (`python -c`, worker processes).
    """
    hidden = [name for name in modules if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
