"""`p20w report`."""

from __future__ import annotations

from p20w.commands.console import console
from p20w.database import Warehouse
from p20w.settings import Settings


def report() -> None:
    """Write the board's report of the last refresh."""
    from p20w.reports import write_report

    settings = Settings.load()
    console.print(f"Report: {write_report(Warehouse.open(settings), settings)}", soft_wrap=True)
