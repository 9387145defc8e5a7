"""Corrected figures of the marts beside the truth of a simulated state: bias before and after, and coverage.

Here: a state refreshed as any installation is, its marts, and the same cells by the true persons. Not here: how good is
good enough (`test_corrected`), how figures are corrected (`docs/analysts/selection.md`).
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import mean

from p20w.database import Warehouse
from p20w.refresh import run
from p20w.settings import Settings
from tests.evaluation.states import Made, written
from tests.integration.warehouse import recompute
from tests.integration.warehouse.plain_intake import drops_of
from tests.integration.warehouse.recompute import Held, Row

Key = tuple[object, ...]

MARTS = {
    "high_school_leaver_outcomes": (
        ("leaver_cohort", "leaver_type", "exit_type", "dimension", "dimension_value", "years_since_leaving"),
        ("employed", "employed_all_quarters"),
        "annual_wages",
    ),
    "cte_program_outcomes": (
        ("leaver_cohort", "cte_group", "career_cluster", "years_since_leaving"),
        ("employed", "employed_all_quarters"),
        "annual_wages",
    ),
    "employment_while_enrolled": (
        ("institution_level", "institution_ipeds_unit_id", "academic_year", "academic_term", "student_level"),
        ("employed", "employed_full_quarter"),
        "quarterly_wages",
    ),
}


@dataclass(frozen=True)
class Cell:
    """One figure of a mart, and what it is in truth; `persons` counts the true ones."""

    state: str
    mart: str
    key: Key
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


def cells_of(base: Settings, made: Made, number: int) -> list[Cell]:
    """Every corrected figure of a state's marts that has a true counterpart."""
    with written(made, base, number) as warehouse:
        run(warehouse.settings, warehouse=warehouse)
        return list(compare(warehouse, made.name))


def compare(warehouse: Warehouse, state: str) -> Iterator[Cell]:
    """Cells of the published marts beside the same cells by the true persons."""
    with warehouse.connect("transform") as transform:
        label = transform.execute("select label from governance.current_refresh").fetchall()[0][0]
    for mart, truth in truth_of(warehouse.settings, label).items():
        key_columns, outcomes, pay = MARTS[mart]
        true_rows = {tuple(row[name] for name in key_columns): row for row in truth}
        with warehouse.connect("analyst") as analyst:
            cursor = analyst.execute(f"select * from marts.{mart} where reweighting = 'reweighted'".encode())
            names = [column.name for column in cursor.description or ()]
            told = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        for row in told:
            key = tuple(row[name] for name in key_columns)
            true = true_rows.get(key)
            if true is None:
                continue
            for outcome in outcomes:
                share = f"share_{outcome}"
                value = true[f"{share}_lower_bound"]  # by the true persons everybody at work is seen
                if value is not None and row[f"{share}_reweighted"] is not None:
                    yield _cell(state, mart, key, share, true, float(value), row, "")
            median = f"median_{pay}"
            told_of = (true[f"{median}_usd"], *(row[f"{median}_reweighted_{end}_usd"] for end in ("low", "high")))
            if None not in told_of:
                yield _cell(state, mart, key, median, true, float(true[f"{median}_usd"]), row, "_usd")


def _cell(state: str, mart: str, key: Key, name: str, true: Row, value: float, row: Row, unit: str) -> Cell:
    told = [float(row[f"{name}{part}{unit}"]) for part in ("", "_reweighted", "_reweighted_low", "_reweighted_high")]
    return Cell(state, mart, key, name, true["persons"], value, *told)


def truth_of(settings: Settings, label: str) -> dict[str, list[Row]]:
    """The marts' rows as of a refresh's label, by the true persons."""
    drops = recompute.in_force(list(drops_of(settings.drops, settings.truth)))
    periods: dict[str, set[str]] = defaultdict(set)
    for drop in drops:
        periods[drop.feed].add(drop.period)
    held = Held(periods, label)
    lives = recompute.lives_of(drops, settings.contracts)
    places = {
        row["postal_code"]: (row["county_fips"], row["locale_code"]) for row in _seed(settings, "ref_postal_code")
    }
    levels = {row["institution_ipeds_unit_id"]: row["institution_level"] for row in _seed(settings, "ref_institution")}
    stands = recompute.standing(lives, held, places)
    return {
        "high_school_leaver_outcomes": recompute.high_school_leaver_outcomes(lives, held, places, stands),
        "cte_program_outcomes": recompute.cte_program_outcomes(lives, held, stands),
        "employment_while_enrolled": recompute.employment_while_enrolled(
            lives, held, levels, recompute.successions(drops, settings.contracts)
        ),
    }


def _seed(settings: Settings, name: str) -> list[Row]:
    with (settings.reference / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def bias(cells: Sequence[Cell]) -> tuple[float, float]:
    """Mean of what the observed and the corrected figure lack of the truth, weighted by persons."""
    whole = sum(cell.persons for cell in cells)
    observed = sum((cell.observed - cell.truth) * cell.persons for cell in cells) / whole
    return observed, sum((cell.corrected - cell.truth) * cell.persons for cell in cells) / whole


def coverage(cells: Sequence[Cell]) -> float:
    """Share of intervals that hold the truth."""
    return mean(cell.is_covered for cell in cells)
