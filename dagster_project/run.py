"""Run the jobs of a refresh in this process: what `dagster_project.refresh` calls.

Here: the order of the jobs, Dagster's storage for runs in process, and what they came to. Not here: whether
there is anything to do (`dagster_project.refresh`), the stages (`p20w`).
"""

import os
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr
from typing import Any, TextIO, cast

import dagster as dg

from dagster_project.definitions import defs
from dagster_project.defs.registry import REFRESH, RefreshAsked
from dagster_project.environment import environment
from dagster_project.outcome import RefreshOutcome, RefreshStopped, standing
from p20w.database import Warehouse
from p20w.pipeline import refreshes
from p20w.progress import tell
from p20w.settings import Settings

STARTED_BY = {"p20w/started_by": "command line"}
# How Dagster's own backfills say which span of partitions one run is about.
FIRST_PARTITION, LAST_PARTITION = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
STORAGE_FAILED = "Exception while writing logger call to event log"
QUIET: dict[str, Any] = {"console": {"config": {"log_level": "CRITICAL"}}}


def run_jobs(
    settings: Settings, warehouse: Warehouse, partitions: list[str], label: str | None = None
) -> RefreshOutcome:
    """Take in the drops of `partitions` as one run, then publish. The caller is the one writer.

    Args:
        settings: of the installation.
        warehouse: open; handed to the jobs as their resource.
        partitions: quarters with drops nobody has looked at; may be empty when a refresh has to be continued.
        label: of the refresh; the quarter of the latest delivery by default.

    Raises:
        RefreshStopped: an asset failed; the message is its own.
    """
    tell("starting Dagster")
    os.environ.update(environment(settings, warehouse))
    before = _refused(warehouse)
    with dg.DagsterInstance.get() as instance:
        # keeps a connection open instead of logging in for each of thousands of events
        instance.optimize_for_webserver(statement_timeout=600_000, pool_recycle=3600, max_overflow=20)
        close_abandoned(instance)
        try:
            if partitions:
                span = {FIRST_PARTITION: partitions[0], LAST_PARTITION: partitions[-1]}
                execute(instance, warehouse, "take_in", tags=span)
            opened = refreshes.has_work(warehouse)
            if opened:
                execute(instance, warehouse, "publish", {REFRESH.to_python_identifier(): RefreshAsked(label=label)})
        except (RefreshStopped, KeyboardInterrupt):
            refreshes.fail_unfinished(warehouse)
            raise
    refused = tuple(text for drop_id, text in _refused(warehouse).items() if drop_id not in before)
    return standing(warehouse, opened, refused)


class WithoutStorage:
    """A stream without what Dagster prints when its storage fails (whole statements): we tell that in a sentence."""

    def __init__(self, inner: TextIO) -> None:
        self._inner = inner

    def write(self, text: str) -> int:
        """As the stream's own."""
        return len(text) if text.startswith(STORAGE_FAILED) else self._inner.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def close_abandoned(instance: dg.DagsterInstance) -> None:
    """Mark as failed the runs whose process died: the caller holds the writer's lock, so none can be alive."""
    running = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING], tags=STARTED_BY)
    for run in instance.get_runs(running):
        instance.report_run_failed(run, "The process that ran this died. The next refresh goes on where it stopped.")


def execute(
    instance: dg.DagsterInstance,
    warehouse: Warehouse,
    job: str,
    ops: Mapping[str, dg.Config] | None = None,
    tags: Mapping[str, str] | None = None,
) -> dg.ExecuteInProcessResult:
    """Run one job in this process.

    Raises:
        RefreshStopped: a step failed; the message is that of the first failure.
        KeyboardInterrupt: somebody pressed Ctrl-C, which Dagster takes for a step's failure.
    """
    try:
        with redirect_stderr(cast("TextIO", WithoutStorage(sys.stderr))):
            result = defs.resolve_job_def(job).execute_in_process(
                run_config=dg.RunConfig(ops=dict(ops or {}), loggers=QUIET),
                instance=instance,
                tags={**STARTED_BY, **(tags or {})},
                resources={"warehouse": warehouse},
                raise_on_error=False,
            )
    except dg.DagsterExecutionInterruptedError:
        raise KeyboardInterrupt from None
    if was_interrupted(result):
        raise KeyboardInterrupt
    if not result.success:
        raise RefreshStopped(_why(result))
    return result


def was_interrupted(result: dg.ExecuteInProcessResult) -> bool:
    """Whether a run ended by Ctrl-C."""
    failures = [event.step_failure_data for event in result.all_events if event.is_step_failure]
    return any(data.error and data.error.cls_name == "DagsterExecutionInterruptedError" for data in failures if data)


def _why(result: dg.ExecuteInProcessResult) -> str:
    """The first failed step in its own words; doorways have made sure that they quote nothing."""
    for event in result.all_events:
        data = event.step_failure_data if event.is_step_failure else None
        if data is None:
            continue
        told = data.user_failure_data.description if data.user_failure_data else None
        if told is None:
            told = data.error.message if data.error else "unknown error"
        return f"Stopped at {(event.step_key or 'a step').replace('__', '/')}. {told}"
    return "Stopped before the first step. Look at the run in Dagster: make ui"


def _refused(warehouse: Warehouse) -> dict[int, str]:
    with warehouse.connect("report") as connection:
        rows = connection.execute(
            """
            select drop_id, coalesce(reason, format('%s %s submission %s: %s', feed, period, submission, reason_code))
            from governance.drop
            where status = 'rejected'
            order by drop_id
            """
        ).fetchall()
    return {row[0]: row[1] for row in rows}
