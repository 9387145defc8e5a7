"""Marts say what a plain reading of the drops says."""

import csv
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal

import pytest
import yaml

from p20w.database import Warehouse
from p20w.settings import PROJECT
from p20w.simulator import simulate
from p20w.warehouse import dbt_runs, publish_marts
from tests.integration.warehouse import recompute
from tests.integration.warehouse.conftest import State
from tests.integration.warehouse.plain_intake import drops_of
from tests.integration.warehouse.recompute import Held, Row, Standing

LABEL = "2022Q4"
PROFILES = PROJECT / "p20w" / "simulator" / "profiles"
Places = dict[str, tuple[str, str]]


@pytest.fixture(scope="module")
def built(make_warehouse: Callable[..., Warehouse], tmp_path_factory: pytest.TempPathFactory) -> State:
    """A state of one birth cohort, large enough for corrected figures, whose marts are built and not yet published."""
    folder = tmp_path_factory.mktemp("one_cohort")
    drops, truth = folder / "drops", folder / "truth"
    simulate(800, "2017Q3", LABEL, 7, drops, truth, PROFILES / "dense.yaml")
    made = State(make_warehouse(drops=drops, truth=truth, database="built_1"), list(drops_of(drops, truth)))
    made.take_in(LABEL)
    made.build()
    return made


@pytest.fixture(scope="module")
def tests_passed(built: State) -> int:
    """How many of the models' own tests passed, before the marts moved to their vintage."""
    return dbt_runs.check(built.warehouse, built.warehouse.settings)


@pytest.fixture(scope="module")
def state(built: State, tests_passed: int) -> State:
    """The same state, published."""
    publish_marts(built.warehouse, built.refresh_id)
    return built


@pytest.fixture(scope="module")
def lives(state: State) -> dict[int, recompute.Life]:
    return recompute.lives_of(recompute.in_force(state.taken), state.warehouse.settings.contracts)


@pytest.fixture(scope="module")
def held(state: State) -> Held:
    periods: dict[str, set[str]] = defaultdict(set)
    for drop in state.taken:
        periods[drop.feed].add(drop.period)
    prices = {int(row["year"]): Decimal(row["cpi_u"]) for row in seed(state, "ref_price_index")}
    return Held(periods, LABEL, prices)


@pytest.fixture(scope="module")
def places(state: State) -> Places:
    return {row["postal_code"]: (row["county_fips"], row["locale_code"]) for row in seed(state, "ref_postal_code")}


@pytest.fixture(scope="module")
def stands(lives: dict[int, recompute.Life], held: Held, places: Places) -> Standing:
    return recompute.standing(lives, held, places)


@pytest.fixture(scope="module")
def succession(state: State) -> recompute.Succession:
    return recompute.successions(recompute.in_force(state.taken), state.warehouse.settings.contracts)


def told(state: State, mart: str, columns: list[str]) -> list[tuple[object, ...]]:
    found = state.rows(f"select {', '.join(columns)} from marts.{mart}")
    return sorted((tuple(map(plain, row)) for row in found), key=repr)


def expected(rows: list[Row]) -> list[tuple[object, ...]]:
    return sorted((tuple(map(plain, row.values())) for row in rows), key=repr)


def plain(value: object) -> object:
    return round(float(value), 4) if isinstance(value, Decimal | float | int) and not isinstance(value, bool) else value


def seed(state: State, name: str) -> list[Row]:
    with (state.warehouse.settings.reference / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_high_school_leaver_outcomes_are_those_of_the_drops(
    state: State,
    lives: dict[int, recompute.Life],
    held: Held,
    places: Places,
    stands: Standing,
    succession: recompute.Succession,
) -> None:
    rows = recompute.high_school_leaver_outcomes(lives, held, places, stands, succession)
    assert len(rows) > 100
    assert {row["reweighting"] for row in rows} >= {"reweighted", "too few can be seen", "not on file"}
    assert set(stands.employed.values()) != {1}
    assert told(state, "high_school_leaver_outcomes", list(rows[0])) == expected(rows)


def test_cte_program_outcomes_are_those_of_the_drops(
    state: State, lives: dict[int, recompute.Life], held: Held, stands: Standing, succession: recompute.Succession
) -> None:
    rows = recompute.cte_program_outcomes(lives, held, stands, succession)
    assert {row["cte_group"] for row in rows} >= {"concentrator", "no_cte"}
    assert told(state, "cte_program_outcomes", list(rows[0])) == expected(rows)


def test_employment_while_enrolled_is_that_of_the_drops(
    state: State, lives: dict[int, recompute.Life], held: Held, succession: recompute.Succession
) -> None:
    levels = {row["institution_ipeds_unit_id"]: row["institution_level"] for row in seed(state, "ref_institution")}
    rows = recompute.employment_while_enrolled(lives, held, levels, succession)
    found = told(state, "employment_while_enrolled", list(rows[0]))
    assert found == expected(rows)


def test_the_models_own_tests_pass(tests_passed: int) -> None:
    assert tests_passed >= 40


def test_every_example_in_the_documentation_runs_and_the_marts_answer(state: State) -> None:
    folder = state.warehouse.settings.dbt / "models"
    for path in sorted(folder.glob("*/*.yml")):
        for model in yaml.safe_load(path.read_text()).get("models", ()):
            assert all(part in model["description"] for part in ("## Overview", "## Primary key")), path
            example = model["description"].split("## Example\n")[1].split("##")[0]
            state.rows(example)
            assert all(column.get("description") for column in model["columns"]), path
