"""`p20w evaluate`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from p20w.commands.console import console, progress
from p20w.commands.plain import plain
from p20w.database import Warehouse
from p20w.settings import Settings


class NoTruth(LookupError):
    """There is no truth to compare with: only a simulated state has one."""


def evaluate_panel(historical: Path | None, output: Path | None = None) -> None:
    """Link the public files of the panel, show the scores, and keep them as JSON in `output`."""
    from p20w.commands.panel_table import of_panel
    from p20w.registry.evaluation.panel.measuring import measure_panel

    with progress():
        panel = measure_panel(Settings.load(), historical)
    console.print(of_panel(panel))
    _keep(plain(panel), output)


def evaluate(truth: Path | None, output: Path | None = None) -> None:
    """Compare who is who with the truth, show the figures, and keep them as JSON in `output`."""
    from p20w.commands import evaluation_tables as tables
    from p20w.registry.evaluation import evaluate as run

    settings = Settings.load()
    folder = (truth or settings.truth).resolve()
    if not any(folder.glob("*/*/*.parquet")):
        raise NoTruth(f"{folder} contains no truth. Only a simulated state has one; name its folder with --truth.")
    with progress():
        evaluation = run(Warehouse.open(settings), settings, folder)
    for table in tables.every(evaluation):
        console.print(table)
    _keep(plain(evaluation), output)


def _keep(figures: Any, output: Path | None) -> None:
    if output:
        output.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
        console.print(f"Figures: {output}", soft_wrap=True)
