"""Pages for people: the report to the governance board.

Here: `write_report`, which reads the record and the published figures as the role `report` and writes two HTML files
that need nothing else: the report, and the linkage page beside it. The same state gives the same bytes. Not here:
releases to the public, which are made from tables proven safe, never from marts.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from p20w.private import replace_whole

if TYPE_CHECKING:
    from p20w.database import Warehouse
    from p20w.settings import Settings

__all__ = ["write_report"]

MODE = 0o640
"""Pages are for whoever runs the warehouse, and a group that may read them."""


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

    state = gather(warehouse, settings)
    pages = {"index.html": render(state), "linkage.html": linkage_page(warehouse, state)}
    for name, text in pages.items():
        _keep(settings.reports / state.ledger.folder / name, text)
        _keep(settings.reports / "latest" / name, text)
    return settings.reports / state.ledger.folder / "index.html"


def _keep(path: Path, text: str) -> Path:
    """Write a file whole or not at all, and only when it differs."""
    if not (path.is_file() and path.read_text(encoding="utf-8") == text):
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_whole(path, text, MODE)
    path.chmod(MODE)
    return path
