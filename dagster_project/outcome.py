"""What a refresh came to, and what the warehouse stands on after it.

Here: the outcome that the command line shows. Not here: running a refresh (`dagster_project.refresh`), its record
(`p20w.pipeline`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from p20w.database import Warehouse
from p20w.pipeline import refreshes, stages
from p20w.pipeline.refreshes import Refresh


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


def standing(
    warehouse: Warehouse, opened: bool = False, refused: tuple[str, ...] = (), seconds: float = 0.0
) -> RefreshOutcome:
    """What the warehouse stands on: its last published refresh, with the figures of its stages."""
    with warehouse.connect("report") as connection:
        refresh = refreshes.last_published(connection)
        figures = stages.summary(connection, refresh.refresh_id) if refresh else {}
    report = figures.get("report", {}).get("report")
    return RefreshOutcome(refresh, opened, figures, refused, Path(report) if report else None, seconds)
