"""One refresh from the command line: decide whether there is anything to do, and if so run the jobs.

Here: the decision, taken before anything slow is imported. Not here: the jobs (`dagster_project.run`), what a refresh
came to (`dagster_project.outcome`), the table people see (`p20w.commands.refresh`).
"""

from __future__ import annotations

import time
from dataclasses import replace

from dagster_project.outcome import RefreshOutcome, standing
from p20w.database import Warehouse
from p20w.governance import access_log
from p20w.pipeline import calendar, refreshes
from p20w.progress import tell
from p20w.settings import Settings


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
    try:
        outcome = _refreshed(settings, label, warehouse)
    except Exception:
        _tell_news(settings, warehouse)
        raise
    _tell_news(settings, warehouse)
    return replace(outcome, seconds=time.monotonic() - started)


def _tell_news(settings: Settings, warehouse: Warehouse) -> None:
    """Alerts, where they are on; what goes wrong with them is told, and nothing more comes of it."""
    if settings.alert_channels:
        from p20w.alerts import send_news

        for warning in send_news(warehouse, settings).warnings:
            tell(warning)


def _refreshed(settings: Settings, label: str | None, warehouse: Warehouse) -> RefreshOutcome:
    warehouse.migrate()
    access_log.note(warehouse)
    with warehouse.writer("refresh"):
        partitions = waiting_quarters(settings, warehouse, label)
        if not partitions and not refreshes.has_work(warehouse):
            outcome = standing(warehouse)
            if _lacks_report(outcome):
                from p20w.reports.board import write_board_report

                write_board_report(warehouse, settings)
                outcome = standing(warehouse)
        else:
            from dagster_project.run import run_jobs  # loads Dagster, dbt's manifest and every asset

            outcome = run_jobs(settings, warehouse, partitions, label)
            if outcome.refused and not outcome.opened:  # nothing to publish, and still something the board should read
                from p20w.reports import write_report

                outcome = replace(outcome, report=write_report(warehouse, settings))
    return outcome


def waiting_quarters(settings: Settings, warehouse: Warehouse, label: str | None = None) -> list[str]:
    """Quarters in which drops were delivered that nobody has looked at yet, up to `label`."""
    from p20w.intake import pending

    last = calendar.cutoff(label) if label else None
    days = [drop.delivered_on for drop in pending(warehouse, settings)]
    return sorted({calendar.label_of(day) for day in days if last is None or day <= last})


def _lacks_report(outcome: RefreshOutcome) -> bool:
    """Whether the last published refresh ended before its report was written."""
    return outcome.refresh is not None and outcome.stages.get("report", {}).get("seconds") is None
