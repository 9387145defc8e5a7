"""`p20w evaluate`."""

from __future__ import annotations

from pathlib import Path

from p20w.commands.console import console, progress
from p20w.database import Warehouse
from p20w.settings import Settings


class NoTruth(LookupError):
    """There is no truth to compare with: only a simulated state has one."""


def evaluate(truth: Path | None) -> None:
    """Compare who is who with the truth and show the figures."""
    from p20w.registry.evaluate import evaluate as run

    settings = Settings.load()
    folder = (truth or settings.truth).resolve()
    if not any(folder.glob("*/*/*.parquet")):
        raise NoTruth(f"{folder} holds no truth. Only a simulated state has one; name its folder with --truth.")
    with progress():
        evaluation = run(Warehouse.open(settings), settings, folder)
    console.print(evaluation)
