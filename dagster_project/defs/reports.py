"""The board's report of the refresh that was published last."""

import dagster as dg

from dagster_project.doorway import doorway
from dagster_project.resources import OpenWarehouse
from p20w.reports.board import write_board_report


@dg.asset(key=["reports", "board"], deps=[["marts", "current"]], group_name="reports", kinds={"html"})
def board_report(warehouse: OpenWarehouse) -> dg.MaterializeResult[None]:
    """What arrived, what was refused, what the gates found, and what changed since the refresh before."""
    with doorway(warehouse, "writing the report"):
        path = write_board_report(warehouse, warehouse.settings)
        return dg.MaterializeResult(metadata={"report": dg.MetadataValue.path(str(path))})
