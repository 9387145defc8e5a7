"""Corrected figures of the marts beside the truth of a simulated state.

Here: a state refreshed as any installation is, its marts, and the same cells by the true persons. Not here: how good is
good enough (`test_corrected`), how figures are corrected (`docs/analysts/selection.md`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import mean

from dagster_project.refresh import run
from p20w.database import Warehouse
from p20w.settings import Settings
from tests.evaluation.states import Made, written
from tests.few_feeds import FEW_FEEDS
from tests.integration.warehouse.plain_intake import drops_of
from tests.integration.warehouse.plain_marts import PlainMarts, told_by
from tests.integration.warehouse.recompute import Row

STATES = [
    Made(8_000, "2014Q3", "2024Q4", 61, feeds=FEW_FEEDS),
    Made(8_000, "2014Q3", "2024Q4", 62, "unkind", FEW_FEEDS),
]

LEAVERS, CAREER, STUDENTS = "high_school_leaver_outcomes", "cte_program_outcomes", "employment_while_enrolled"
SHARES = {
    LEAVERS: ("employed", "employed_all_quarters"),
    CAREER: ("employed", "employed_all_quarters"),
    STUDENTS: ("employed", "employed_full_quarter"),
}
MEDIANS = {LEAVERS: "annual_wages", CAREER: "annual_wages", STUDENTS: "quarterly_wages"}


@dataclass(frozen=True)
class Cell:
    """One figure of a mart, and what it is in truth; `persons` counts the true ones."""

    state: str
    mart: str
    key: tuple[object, ...]
    measure: str
    persons: int
    truth: float
    observed: float
    corrected: float
    low: float
    high: float

    @property
    def is_covered(self) -> bool:
        """Whether the interval holds the truth."""
        return self.low <= self.truth <= self.high

    @property
    def is_told_before(self) -> bool:
        """Whether it is of leavers whom other cells tell of in the same way: a pool, or one kind of exit."""
        is_pool = self.mart != STUDENTS and " to " in str(self.key[0])
        return is_pool or (self.mart == LEAVERS and self.key[2] != "all")


def cells_of(base: Settings, number: int) -> list[Cell]:
    """Every corrected figure of a state's marts that has a true counterpart."""
    made = STATES[number]
    with written(made, base, number) as warehouse:
        run(warehouse.settings, warehouse=warehouse)
        return list(compare(warehouse, made.name, made.last))


def compare(warehouse: Warehouse, state: str, label: str) -> Iterator[Cell]:
    """Cells of the published marts beside the same cells by the true persons."""
    settings = warehouse.settings
    truth = PlainMarts.of(drops_of(settings.drops, settings.truth), settings, label)
    for mart, told in ((mart, told_by(warehouse, mart)) for mart in SHARES):
        true_rows = truth.by_key(mart)
        for key, row in told.items():
            if key not in true_rows or row["reweighting"] != "reweighted":
                continue
            for outcome in SHARES[mart]:
                names = [f"share_{outcome}", *(f"share_{outcome}_reweighted{end}" for end in ("", "_low", "_high"))]
                yield from _cell(state, mart, key, true_rows[key], row, names)
            pay = MEDIANS[mart]
            names = [f"median_{pay}_real_usd"]
            names += [f"median_{pay}_reweighted{end}_real_usd" for end in ("", "_low", "_high")]
            yield from _cell(state, mart, key, true_rows[key], row, names)


def _cell(state: str, mart: str, key: tuple[object, ...], true: Row, row: Row, names: list[str]) -> Iterator[Cell]:
    """The figure of four columns: observed, corrected, and the ends of its interval; by the true persons the first is
    the truth, for everybody at work is seen."""
    values = (true[names[0]], *(row[name] for name in names))
    if None not in values:
        yield Cell(state, mart, key, names[0], true["persons"], *(float(value) for value in values))


def bias(cells: list[Cell], value: Callable[[Cell], float]) -> float:
    """Mean of what a value lacks of the truth, weighted by persons."""
    return sum((value(cell) - cell.truth) * cell.persons for cell in cells) / sum(cell.persons for cell in cells)


def coverage(cells: list[Cell]) -> float:
    """Share of intervals that hold the truth."""
    return mean(cell.is_covered for cell in cells)
