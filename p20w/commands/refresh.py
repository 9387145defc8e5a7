"""`p20w refresh`: run it, and show what each stage came to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table

from dagster_project import refresh as orchestration
from dagster_project.outcome import RefreshOutcome
from p20w.commands.console import console, progress
from p20w.commands.drops import tell_coming
from p20w.settings import Settings

FIRST, LAST = "2014Q3", "2024Q4"
COLUMNS = (
    ("lines in", "lines_in"),
    ("accepted", "lines_accepted"),
    ("quarantined", "lines_quarantined"),
    ("gates passed", "gates"),
    ("identities", "identities"),
    ("persons", "persons"),
    ("models", "models"),
    ("seconds", "seconds"),
)


def refresh(label: str | None, simulate_if_empty: bool, people: int, seed: int) -> None:
    """Simulate if asked and nothing is there, refresh, and show the stages."""
    settings = Settings.load()
    if simulate_if_empty and not any(settings.drops.glob("*/*/*/manifest.json")):
        from p20w.commands.simulate import simulate

        console.print(f"There are no drops in {settings.drops} yet: simulating a state.")
        simulate(people, FIRST, LAST, seed)
    with progress():
        outcome = orchestration.run(settings, label)
    show(outcome, settings)
    tell_coming(settings)


def show(outcome: RefreshOutcome, settings: Settings) -> None:
    """The table of stages, what was refused, and where to look."""
    if outcome.refresh is None:
        console.print(f"No drop has been accepted yet. Put files into {settings.drops}, or: p20w simulate")
        _refusals(outcome)
        return
    if not outcome.opened:
        _refusals(outcome)
        console.print(
            f"Nothing new since refresh {outcome.refresh.label}: nothing was changed ({outcome.seconds:.1f} s)."
        )
    else:
        console.print(_table(outcome))
        _refusals(outcome)
    if outcome.report is not None:
        console.print(f"Report:  {outcome.report}", soft_wrap=True)
    console.print("Marts:   p20w db psql     Dagster: make ui     Deliveries: p20w drops status")


def _table(outcome: RefreshOutcome) -> Table:
    label = outcome.refresh.label if outcome.refresh else ""
    title = f"Refresh {label} · {outcome.seconds:.0f} s in total"
    table = Table(title=title, title_justify="left", title_style="bold")
    table.add_column("stage")
    for heading, _ in COLUMNS:
        table.add_column(heading, justify="right")
    for stage, figures in outcome.stages.items():
        table.add_row(stage, *(_cell(figures, key) for _, key in COLUMNS))
    return table


def _cell(figures: Mapping[str, Any], key: str) -> str:
    if key == "gates":
        ran, passed = figures.get("gates_run") or 0, figures.get("gates_passed") or 0
        return f"{passed:,} of {ran:,}" if ran else ""
    value = figures.get(key)
    if value is None:
        return ""
    return f"{value:.1f}" if key == "seconds" else f"{value:,}"


def _refusals(outcome: RefreshOutcome) -> None:
    for refused in outcome.refused:
        console.print(f"Refused: {refused}", style="yellow", markup=False)
