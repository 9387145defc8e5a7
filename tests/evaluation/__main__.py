"""Print the figures linkage has to reach, each with its bar: `python -m tests.evaluation [--people N] [--only GROUP]`.

Ends non-zero when a bar is missed. The full run makes up eleven states and takes most of an hour on two cores.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from p20w.commands.console import progress
from p20w.progress import tell
from p20w.registry.evaluation import evaluate
from p20w.registry.evaluation.plain import plain
from p20w.registry.quality.stability import changed_without_event
from p20w.settings import Settings
from tests.evaluation.bars import DENSE, FIRST, HARSH, UNKIND, USUAL, Line, Measured
from tests.evaluation.states import Made, linked, server
from tests.own_state import forget_installation

YEARS = ("2020Q3", "2024Q4")  # 18 quarters
HISTORY = ("2014Q3", "2024Q4")  # 42 quarters


@dataclass(frozen=True)
class Group:
    """Figures that are measured on the same states."""

    name: str
    title: str
    lines: tuple[Line, ...]
    states: tuple[Made, ...]


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
        "--only", nargs="*", help="usual, dense, harsh, unkind, adversarial, foreign_habits, first, febrl"
    )
    parser.add_argument("--json", type=Path, help="also keep every figure in this file")
    chosen = parser.parse_args(arguments)
    forget_installation()
    wanted = [group for group in groups(chosen.people) if not chosen.only or group.name in chosen.only]
    console = Console(width=None if sys.stdout.isatty() else 150)
    kept: dict[str, object] = {}
    missed = number = 0
    with progress():
        if wanted:
            with server() as base:
                for group in wanted:
                    measured: list[Measured] = []
                    for state in group.states:
                        number += 1
                        measured.append(_measure(state, base, number))
                        kept[f"{group.name}, {state.name}"] = plain(measured[-1])
                    table, misses = _print(group, measured)
                    missed += misses
                    console.print(table)
        if not chosen.only or "febrl" in chosen.only:
            table, misses = _febrl()
            missed += misses
            console.print(table)
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


def _print(group: Group, measured: Sequence[Measured]) -> tuple[Table, int]:
    table = Table(title=group.title, title_justify="left")
    table.add_column("figure")
    for name in ("bar", "goal", *(state.name for state in group.states)):
        table.add_column(name, justify="right")
    table.add_column("verdict")
    misses = 0
    for line in group.lines:
        values = [line.measure(item) for item in measured]
        verdict = line.verdict(values)
        misses += verdict == "MISSED"
        levels = (line.level(line.bar), line.level(line.goal))
        table.add_row(line.name, *levels, *(line.told(value) for value in values), verdict)
    return table, misses


def _febrl() -> tuple[Table, int]:
    """Febrl 4, measured by whoever offers `f1() -> float` in `tests.evaluation.febrl`."""
    line = Line("F1 at the model's own threshold, no soc_sec_id anywhere", True, 0.996, 0.998, lambda _: None)
    value: float | None = None
    try:
        f1: Callable[[], float] = importlib.import_module("tests.evaluation.febrl").f1
    except ModuleNotFoundError:
        pass
    else:
        tell("Febrl 4")
        value = f1()
    table = Table("figure", "bar", "goal", "F1", "verdict", title="Febrl 4, files from elsewhere", title_justify="left")
    verdict = line.verdict([value])
    levels = (line.level(line.bar), line.level(line.goal))
    table.add_row(line.name, *levels, line.told(value), verdict)
    return table, int(verdict == "MISSED")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
