"""Marts say what a plain reading of the drops says."""

from collections.abc import Callable

import pytest
import yaml

from p20w.database import Warehouse
from p20w.settings import PROJECT
from p20w.simulator import simulate
from p20w.warehouse import dbt_runs, publish_marts
from tests.few_feeds import FEW_FEEDS
from tests.integration.warehouse.conftest import State
from tests.integration.warehouse.plain_intake import drops_of
from tests.integration.warehouse.plain_marts import PlainMarts, differences

LABEL = "2022Q4"
PROFILES = PROJECT / "p20w" / "simulator" / "profiles"


@pytest.fixture(scope="module")
def built(make_warehouse: Callable[..., Warehouse], tmp_path_factory: pytest.TempPathFactory) -> State:
    """A state of one birth cohort, large enough for corrected figures, whose marts are built and not yet published."""
    folder = tmp_path_factory.mktemp("one_cohort")
    drops, truth = folder / "drops", folder / "truth"
    simulate(800, "2017Q3", LABEL, 7, drops, truth, PROFILES / "dense.yaml", feeds=FEW_FEEDS)
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
def plain(state: State) -> PlainMarts:
    return PlainMarts.of(state.taken, state.warehouse.settings, LABEL)


def test_every_cell_of_the_marts_is_that_of_the_drops(state: State, plain: PlainMarts) -> None:
    leavers, clusters = (plain.rows[mart] for mart in ("high_school_leaver_outcomes", "cte_program_outcomes"))
    assert len(leavers) > 100
    assert {row["reweighting"] for row in leavers} >= {"reweighted", "too few can be seen", "not on file"}
    assert {row["cte_group"] for row in clusters} >= {"concentrator", "no_cte"}
    assert set(plain.stands.employed.values()) != {1}
    assert differences(plain, state.warehouse) == []


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
