"""Intake takes in what agencies of elsewhere deliver."""

from pathlib import Path

import pytest

from p20w.database import Warehouse
from p20w.intake import receive
from tests.evaluation.elsewhere import PROFILES, write_state
from tests.integration.intake.deliveries import count


@pytest.mark.parametrize("profile", list(PROFILES))
def test_every_drop_of_a_state_from_elsewhere_is_accepted(warehouse: Warehouse, profile: str, tmp_path: Path) -> None:
    settings = warehouse.settings
    write_state(profile, 6, 500, "2021Q1", "2021Q4", settings.drops, settings.truth)
    with warehouse.writer("test"):
        outcomes = receive(warehouse, settings)
    assert len(outcomes) == len(list(settings.drops.rglob("manifest.json")))
    assert {outcome.status for outcome in outcomes} <= {"accepted", "superseded"}
    failed = {
        item.expectation for drop in outcomes for run in drop.gate_runs for item in run.results if not item.passed
    }
    assert "no_value_is_like_an_ssn" not in failed
    with warehouse.connect("intake") as connection:
        assert count(connection, "select count(*) from intake.quarantine where reason_code = 'ssn_elsewhere'") == 0
