"""`p20w simulate`."""

from __future__ import annotations

from pathlib import Path

from p20w.commands.console import console, progress
from p20w.settings import Settings


def simulate(
    people: int,
    first: str,
    last: str,
    seed: int,
    out: Path | None = None,
    truth: Path | None = None,
    profile: Path | None = None,
) -> None:
    """Make up a state and say what was written."""
    from p20w.simulator import simulate as run

    settings = Settings.load()
    folder, apart = (out or settings.drops).resolve(), (truth or settings.truth).resolve()
    with progress() as told:
        summary = run(people, first, last, seed, folder, apart, profile, lambda doing, share: told(doing, share))
    console.print(
        f"Simulated {summary.people:,} people, {first} to {last}: {sum(summary.drops.values()):,} drops with "
        f"{sum(summary.lines.values()):,} lines in {folder} ({summary.seconds:.0f} s)."
    )
