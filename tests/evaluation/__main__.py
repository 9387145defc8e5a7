"""Print the figures linkage has to reach, each with its bar: `python -m tests.evaluation [--people N] [--only GROUP]`.

Ends non-zero when a bar is missed. The full run makes up thirteen states and takes well over an hour on two cores.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from p20w.commands.console import progress
from p20w.commands.panel_table import of_panel
from p20w.commands.plain import plain
from p20w.progress import tell
from p20w.registry.evaluation import evaluate
from p20w.registry.evaluation.panel.measuring import Panel, measure_panel, panel_files
from p20w.settings import Settings
from tests.evaluation.bars import (
    DENSE,
    FIRST,
    HARSH,
    HISTORICAL_PEOPLE,
    HISTORICAL_THREEFOLD,
    UNKIND,
    USUAL,
    Line,
    Measured,
    panel_lines,
)
from tests.evaluation.elsewhere import figures
from tests.evaluation.oracle import golden_match
from tests.evaluation.states import Made, linked, server
from tests.own_state import forget_installation
from tests.unexplained import changed_without_event

YEARS = ("2020Q3", "2024Q4")  # 18 quarters
HISTORY = ("2014Q3", "2024Q4")  # 42 quarters


@dataclass(frozen=True)
class Group:
    """Figures that are measured on the same states."""

    name: str
    title: str
    lines: tuple[Line, ...]
    states: tuple[Made, ...]

    @property
    def is_historical(self) -> bool:
        """Whether its people's names come from a file that may not be there."""
        return self.name.startswith("historical")

    def is_asked_for(self, only: Sequence[str]) -> bool:
        """By its own name, or that of the group it is a variant of."""
        return self.name in only or (self.is_historical and "historical" in only)


def groups(people: int) -> list[Group]:
    """What is measured: seeds that no model was trained on (that is done on 101 and 102)."""
    few = min(people, 10_000)
    return [
        Group(
            "usual",
            f"{people:,} people, 18 quarters, seeds never used in training",
            USUAL,
            tuple(Made(people, *YEARS, seed) for seed in (11, 12, 13)),
        ),
        Group(
            "dense",
            f"A dense state: {people:,} people born within 15 months",
            DENSE,
            (Made(people, *YEARS, 14, "dense"),),
        ),
        Group(
            "harsh",
            "An unseen error profile: twice the rates, other habits",
            HARSH,
            (Made(people, *YEARS, 15, "harsh"),),
        ),
        Group(
            "unkind",
            "A state as unkind as the world",
            UNKIND,
            (Made(people, *YEARS, 16, "unkind"),),
        ),
        Group(
            "adversarial",
            "From elsewhere: hard negatives on purpose",
            UNKIND,
            (Made(people, *YEARS, 17, "adversarial"),),
        ),
        Group(
            "foreign_habits",
            "From elsewhere: other habits of writing names",
            UNKIND,
            (Made(people, *YEARS, 18, "foreign_habits"),),
        ),
        Group(
            "historical",
            "From elsewhere: historical names, errors as often as published",
            HISTORICAL_PEOPLE,
            (Made(people, *YEARS, 19, "historical"),),
        ),
        Group(
            "historical_threefold",
            "From elsewhere: historical names, three times the errors",
            HISTORICAL_THREEFOLD,
            (Made(people, *YEARS, 20, "historical_threefold"),),
        ),
        Group(
            "first",
            f"The first refresh's own bars: {few:,} people, 42 quarters",
            FIRST,
            tuple(Made(few, *HISTORY, seed) for seed in (1, 2, 3)),
        ),
    ]


def main(arguments: Sequence[str]) -> int:
    """Measure and print; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(prog="make evaluate", description=__doc__)
    parser.add_argument("--people", type=int, default=100_000, help="people of each state (default 100,000)")
    parser.add_argument(
        "--only",
        nargs="*",
        help="usual, dense, harsh, unkind, adversarial, foreign_habits, historical (both), first, panel",
    )
    parser.add_argument("--historical", type=Path, help="the file of historical figures (docs/linkage.md)")
    parser.add_argument("--json", type=Path, help="also keep every figure in this file")
    chosen = parser.parse_args(arguments)
    forget_installation()
    wanted = [group for group in groups(chosen.people) if not chosen.only or group.is_asked_for(chosen.only)]
    console = Console(width=None if sys.stdout.isatty() else 150)
    kept: dict[str, object] = {}
    missed = number = 0
    if not figures.sample().exists() and any(group.is_historical for group in wanted):
        console.print("historical: not measured, for its file of names is not there (tests/evaluation/README.md)")
        wanted = [group for group in wanted if not group.is_historical]
        missed += bool(chosen.only)
    with progress():
        if wanted:
            with server() as base:
                for group in wanted:
                    measured: list[Measured] = []
                    for state in group.states:
                        number += 1
                        measured.append(_measure(state, base, number))
                        kept[f"{group.name}, {state.name}"] = plain(measured[-1])
                    names = [state.name for state in group.states]
                    table, misses = _print(group.title, group.lines, names, measured)
                    missed += misses
                    console.print(table)
        if not chosen.only or "panel" in chosen.only:
            with tempfile.TemporaryDirectory(prefix="p20w-panel-") as home:
                panel = measure_panel(Settings(home=Path(home)), chosen.historical)
            kept["panel"] = plain(panel)
            table, misses = _print("Files from elsewhere", panel_lines(panel), ["F1"], [panel])
            missed += misses
            console.print(of_panel(panel), table)
            for file in panel_files(chosen.historical)[0]:
                if other := golden_match(file):
                    console.print(f"{file.name}: GoldenMatch as it comes {other.f1:.3%}", highlight=False)
    console.print("Every bar is met." if not missed else f"{missed} {'bar is' if missed == 1 else 'bars are'} missed.")
    if chosen.json:
        chosen.json.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    return min(missed, 1)


def _measure(made: Made, base: Settings, number: int) -> Measured:
    began = time.perf_counter()
    with linked(made, base, number) as warehouse:
        tell(f"{made.name}: linked after {time.perf_counter() - began:.0f} s, measuring")
        evaluation = evaluate(warehouse, warehouse.settings, warehouse.settings.truth)
        return Measured(evaluation, changed_without_event(warehouse))


def _print(
    title: str, lines: Sequence[Line], names: Sequence[str], measured: Sequence[Measured | Panel]
) -> tuple[Table, int]:
    table = Table(title=title, title_justify="left")
    table.add_column("figure")
    for name in ("bar", "goal", *names):
        table.add_column(name, justify="right")
    table.add_column("verdict")
    misses = 0
    for line in lines:
        values = [line.measure(item) for item in measured]
        verdict = line.verdict(values)
        misses += verdict == "MISSED"
        levels = (line.level(line.bar), line.level(line.goal))
        table.add_row(line.name, *levels, *(line.told(value) for value in values), verdict)
    return table, misses


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
