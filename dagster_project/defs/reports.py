"""The board's report, and the end of the refresh."""

import dagster as dg

from dagster_project.doorway import doorway
from dagster_project.resources import OpenWarehouse
from p20w.governance import refreshes
from p20w.governance.stages import stage


@dg.asset(key=["reports", "board"], deps=[["marts", "current"]], group_name="reports", kinds={"html"})
def board_report(warehouse: OpenWarehouse) -> dg.MaterializeResult[None]:
    """What arrived, what was refused, what the gates found, and what changed since the last refresh."""
    from p20w.reports import write_report

    with doorway(warehouse, "writing the report"):
        current = refreshes.current(warehouse)
        with stage(warehouse, "transform", current.refresh_id, "report") as figures:
            path = write_report(warehouse, warehouse.settings)
            figures["report"] = str(path)
        refreshes.finish_refresh(warehouse, current.refresh_id)
        return dg.MaterializeResult(metadata={"report": dg.MetadataValue.path(str(path))})


assets = [board_report]
