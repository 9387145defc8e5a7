"""Marts say what a plain reading of the drops says, in states of several seeds and every profile (`make test-long`)."""

from collections.abc import Callable
from pathlib import Path

import pytest

from p20w.database import Warehouse
from p20w.settings import PROJECT
from p20w.simulator import simulate
from tests.few_feeds import FEW_FEEDS
from tests.integration.warehouse.conftest import State
from tests.integration.warehouse.plain_intake import drops_of
from tests.integration.warehouse.plain_marts import PlainMarts, differences

LABEL = "2022Q4"
PROFILES = PROJECT / "p20w" / "simulator" / "profiles"
STATES = (
    *(("dense", 800, "2017Q3", seed) for seed in (31, 32, 33)),
    *((profile, 2_000, "2015Q3", 34) for profile in ("default", "unkind", "harsh")),
)
"""Profile, people, first quarter and seed: one great cohort some years on, and small cohorts over many years."""


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("profile", "people", "first", "seed"), STATES)
def test_every_cell_of_the_marts_is_that_of_the_drops(
    profile: str, people: int, first: str, seed: int, make_warehouse: Callable[..., Warehouse], tmp_path: Path
) -> None:
    drops, truth = tmp_path / "drops", tmp_path / "truth"
    simulate(people, first, LABEL, seed, drops, truth, PROFILES / f"{profile}.yaml", feeds=FEW_FEEDS)
    state = State(make_warehouse(drops=drops, truth=truth, database="built_1"), list(drops_of(drops, truth)))
    state.refresh(LABEL)
    plain = PlainMarts.of(state.taken, state.warehouse.settings, LABEL)
    assert "reweighted" in {row["reweighting"] for rows in plain.rows.values() for row in rows}
    assert differences(plain, state.warehouse) == []
