"""The last stage of a refresh: figures over other maps, the access log as it is, and the board's report.

Here: the stage and its record. Not here: the pages themselves (`p20w.reports.write_report`).
"""

from __future__ import annotations

from pathlib import Path

from p20w.database import Warehouse
from p20w.governance import access_log
from p20w.pipeline import refreshes, stages
from p20w.reports import write_report
from p20w.settings import Settings
from p20w.warehouse import measure_ranges


def write_board_report(warehouse: Warehouse, settings: Settings) -> Path:
    """Write the report of the last published refresh, as its last stage.

    Raises:
        NoRefresh: no refresh was published yet.
    """
    with warehouse.connect("report") as connection:
        refresh = refreshes.last_published(connection)
    if refresh is None:
        raise refreshes.NoRefresh(
            "No refresh was published yet, so there is nothing to report. Start one: p20w refresh"
        )
    with stages.stage(warehouse, "transform", refresh.refresh_id, "report") as figures:
        figures["answers_over_other_maps"] = measure_ranges(warehouse, settings, refresh.refresh_id)
        access_log.note(warehouse)
        with warehouse.connect("report") as connection:
            figures["access_log"] = str(access_log.head(connection))
        path = write_report(warehouse, settings)
        figures["report"] = str(path)
    return path
