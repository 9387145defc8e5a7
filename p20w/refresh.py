"""One refresh from the command line: decide whether there is anything to do, and if so run the jobs.

Here: the decision, taken before anything slow is imported, and what a refresh came to. Not here: the jobs
(`dagster_project.run`, reached by name because the domain knows no orchestrator), the table people see
(`p20w.commands.refresh`).
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from p20w.database import Warehouse
from p20w.governance import access_log, calendar, refreshes, stages
from p20w.governance.refreshes import Refresh
from p20w.plain_errors import describe
from p20w.progress import tell
from p20w.settings import Settings


class RefreshStopped(RuntimeError):
    """A stage stopped the refresh; the message says which, why, and what to do."""


@dataclass(frozen=True)
class RefreshOutcome:
    """What a refresh came to.

    `refresh` is the one the warehouse stands on afterwards (None: no drop was ever accepted); `opened` says
    whether this run opened or continued it. `refused` are this run's refusals, as `feed/period/submission: why`.
    """

    refresh: Refresh | None
    opened: bool
    stages: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    refused: tuple[str, ...] = ()
    report: Path | None = None
    seconds: float = 0.0


def run(settings: Settings, label: str | None = None, warehouse: Warehouse | None = None) -> RefreshOutcome:
    """Take in what has arrived and publish it; with nothing new, change nothing.

    Args:
        settings: of the installation.
        label: quarter to process up to, such as `2024Q4`; drops delivered later wait. By default the quarter of
            the latest delivery.
        warehouse: an open warehouse, when there is one.

    Raises:
        LabelError: `label` is no quarter.
        RefreshStopped: a stage stopped; what earlier stages finished stays, and the next refresh goes on from there.
        WriterBusy: another process is writing.
    """
    started = time.monotonic()
    if label:
        calendar.cutoff(label)
    tell("opening the warehouse")
    warehouse = warehouse or Warehouse.open(settings)
    warehouse.migrate()
    note_access(warehouse)
    with warehouse.writer("refresh"):
        partitions = waiting_quarters(settings, warehouse, label)
        if not partitions and not has_work(warehouse):
            if lacks_report(warehouse):
                write_board_report(warehouse, settings)
            return standing(warehouse, seconds=time.monotonic() - started)
        orchestrator = importlib.import_module("dagster_project.run")
        outcome: RefreshOutcome = orchestrator.run_jobs(settings, warehouse, partitions, label)
        if outcome.refused and not outcome.opened:  # nothing to publish, and still something the board should read
            from p20w.reports import write_report

            outcome = replace(outcome, report=write_report(warehouse, settings))
    return replace(outcome, seconds=time.monotonic() - started)


def standing(
    warehouse: Warehouse, opened: bool = False, refused: tuple[str, ...] = (), seconds: float = 0.0
) -> RefreshOutcome:
    """What the warehouse stands on: its last published refresh, with the figures of its stages."""
    with warehouse.connect("report") as connection:
        refresh = refreshes.last_published(connection)
        figures = stages.summary(connection, refresh.refresh_id) if refresh else {}
    report = figures.get("report", {}).get("report")
    return RefreshOutcome(refresh, opened, figures, refused, Path(report) if report else None, seconds)


def waiting_quarters(settings: Settings, warehouse: Warehouse, label: str | None = None) -> list[str]:
    """Quarters in which drops were delivered that nobody has looked at yet, up to `label`."""
    from p20w.intake import pending

    last = calendar.cutoff(label) if label else None
    days = [drop.delivered_on for drop in pending(warehouse, settings)]
    return sorted({calendar.label_of(day) for day in days if last is None or day <= last})


def has_work(warehouse: Warehouse) -> bool:
    """Whether a refresh is unfinished, or the active drops are not those of the last one."""
    with warehouse.connect("intake") as connection:
        return refreshes.unfinished(connection) is not None or refreshes.has_news(connection)


def lacks_report(warehouse: Warehouse) -> bool:
    """Whether the last published refresh ended before its report was written."""
    with warehouse.connect("report") as connection:
        refresh = refreshes.last_published(connection)
        figures = stages.summary(connection, refresh.refresh_id) if refresh else {}
    return refresh is not None and figures.get("report", {}).get("seconds") is None


def note_access(warehouse: Warehouse) -> None:
    """Take what people's logins did into the access log; where that cannot be done, say so and go on."""
    try:
        access_log.collect(warehouse)
    except access_log.NotRecording:
        return
    except Exception as problem:  # it must not stop a refresh; the head in the report shows that nothing was added
        tell(f"the access log stays as it is: {describe(problem)}")


def write_board_report(warehouse: Warehouse, settings: Settings) -> Path:
    """Write the report of the last published refresh, as its last stage.

    Raises:
        NoRefresh: no refresh was published yet.
    """
    from p20w.reports import write_report
    from p20w.warehouse import measure_ranges

    with warehouse.connect("report") as connection:
        refresh = refreshes.last_published(connection)
    if refresh is None:
        raise refreshes.NoRefresh(
            "No refresh was published yet, so there is nothing to report. Start one: p20w refresh"
        )
    with stages.stage(warehouse, "transform", refresh.refresh_id, "report") as figures:
        figures["answers_over_other_maps"] = measure_ranges(warehouse, settings, refresh.refresh_id)
        note_access(warehouse)
        with warehouse.connect("report") as connection:
            figures["access_log"] = str(access_log.head(connection))
        path = write_report(warehouse, settings)
        figures["report"] = str(path)
    return path
