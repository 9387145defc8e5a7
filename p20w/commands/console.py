"""One console for all commands, and progress that stays out of the way of logs."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn

from p20w.progress import Listener, listening

SECONDS_BETWEEN_LINES = 3.0

console = Console(highlight=False)
if not console.is_terminal:  # a log or a file has no width; tables should not be squeezed into 80 columns
    console = Console(highlight=False, width=140)


@contextmanager
def progress() -> Generator[Listener]:
    """Show what is told (`p20w.progress.tell`) within the block; one line for each thing told off a terminal."""
    if not console.is_terminal:
        plain = _plainly()
        with listening(plain):
            yield plain
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("starting", total=None)

        def listener(doing: str, share: float | None = None) -> None:
            bar.update(
                task, description=doing, total=None if share is None else 1.0, completed=0 if share is None else share
            )

        with listening(listener):
            yield listener


def _plainly() -> Listener:
    """For logs: each new stage at once, the steps within one at most every few seconds."""
    told, moment = "", 0.0

    def listener(doing: str, share: float | None = None) -> None:
        nonlocal told, moment
        if doing == told or (share is not None and time.monotonic() - moment < SECONDS_BETWEEN_LINES):
            return
        told, moment = doing, time.monotonic()
        console.print(f"… {doing}")

    return listener
