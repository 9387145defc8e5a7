"""Pages for people: the report to the governance board.

Here: `write_report`, which reads the record and the published figures as the role `report` and writes two HTML files
that need nothing else: the report, and the linkage page beside it. The same state gives the same bytes. Not here:
releases to the public, which are made from tables proven safe, never from marts.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from p20w.database import Warehouse
    from p20w.settings import Settings

__all__ = ["write_report"]


def write_report(warehouse: Warehouse, settings: Settings) -> Path:
    """Write `reports/<refresh label>/index.html` and `linkage.html` beside it, and copies in `reports/latest/`.

    Args:
        warehouse: the warehouse; read as the role `report`.
        settings: where contracts lie and reports go.

    Returns:
        The page of the refresh. Its bytes, and the file itself, stay as they are when nothing has changed.
    """
    from p20w.reports.gather import gather
    from p20w.reports.linkage import linkage_page
    from p20w.reports.page import render
    from p20w.reports.writing import keep

    state = gather(warehouse, settings)
    pages = {"index.html": render(state), "linkage.html": linkage_page(warehouse, state)}
    for name, text in pages.items():
        keep(settings.reports / state.ledger.folder / name, text)
        keep(settings.reports / "latest" / name, text)
    return settings.reports / state.ledger.folder / "index.html"
