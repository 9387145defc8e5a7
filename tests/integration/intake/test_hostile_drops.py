"""A drop can only hurt itself: many hostile ones beside good ones, and a machine that fails under them."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from p20w.contracts import load_contracts
from p20w.database import Warehouse
from p20w.database.errors import DatabaseError
from p20w.intake import DropOutcome, check_file, strays
from p20w.pipeline import calendar
from tests.integration.intake.deliveries import Agency, contents, count, drops, participation, take_in, wage, wages
from tests.integration.intake.hostile import HOSTILE

PERIOD = "2023Q4"


@dataclass
class Aftermath:
    """What became of all hostile drops, taken in together with good ones."""

    warehouse: Warehouse
    outcomes: dict[str, DropOutcome]


def named(outcomes: list[DropOutcome]) -> dict[str, DropOutcome]:
    return {outcome.scope: outcome for outcome in outcomes}


@pytest.fixture(scope="module")
def aftermath(module_warehouse: Warehouse, module_agency: Agency) -> Aftermath:
    module_agency.deliver("ui_wage", PERIOD, wages())
    module_agency.deliver("k12_cte", "2023-24", participation())
    for submission, hostile in enumerate(HOSTILE.values(), start=2):
        hostile.write(module_agency, PERIOD, submission)
    for name in (
        "ui_wage/²/1",
        "ui_wage/2023Q4/99999999999",
        "ui_wage/2023Q4/²",
        "UI_Wage/2023Q4/1",
        "x\n\033[31m/1/1",
    ):
        folder = module_warehouse.settings.drops / name
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text("{}")
    module_agency.deliver("ui_wage", "0000Q1", wages())
    module_agency.deliver("ui_wage", PERIOD, wages(61), 0)
    return Aftermath(module_warehouse, named(take_in(module_warehouse)))


@pytest.mark.parametrize(("submission", "name"), list(enumerate(HOSTILE, start=2)))
def test_a_hostile_drop_is_refused_with_a_reason(submission: int, name: str, aftermath: Aftermath) -> None:
    outcome = aftermath.outcomes[f"ui_wage/{PERIOD}/{submission}"]
    assert (outcome.status, outcome.reason_code) == ("rejected", HOSTILE[name].code), outcome.reason
    told = outcome.reason or ""
    assert told.startswith(f"ui_wage {PERIOD} submission {submission}: refused (")
    assert not any(word in told.upper() for word in ("JANE", "9871", "GIVEN"))
    assert calendar.label_of(outcome.delivered_on) in calendar.labels()


def test_others_go_on_beside_hostile_drops(aftermath: Aftermath) -> None:
    for scope in (f"ui_wage/{PERIOD}/1", "k12_cte/2023-24/1"):
        outcome = aftermath.outcomes[scope]
        assert (outcome.status, outcome.lines_accepted) == ("accepted", 60), outcome.reason
    with aftermath.warehouse.connect("intake") as connection:
        assert count(connection, "select count(*) from intake.ui_wage") == 60
        assert count(connection, "select count(*) from intake.quarantine") == 0
    assert len(contents(aftermath.warehouse)["vault.identity"]) == 120


def test_periods_and_submissions_that_cannot_be_are_refused(aftermath: Aftermath) -> None:
    assert aftermath.outcomes["ui_wage/0000Q1/1"].reason_code == "period"
    assert aftermath.outcomes[f"ui_wage/{PERIOD}/0"].reason_code == "manifest"


def test_what_no_drop_can_be_called_is_not_read_and_listed(aftermath: Aftermath) -> None:
    settings = aftermath.warehouse.settings
    found = {stray.place: stray.why for stray in strays(settings, load_contracts(settings.contracts))}
    assert len(aftermath.outcomes) == len(HOSTILE) + 4
    assert {"UI_Wage", "ui_wage/2023Q4/99999999999", "ui_wage/2023Q4/\\xb2", "ui_wage/\\xb2/1"} <= set(found)
    assert len(found) == 5
    assert all(place.isprintable() for place in found)


@pytest.mark.parametrize(("submission", "name"), list(enumerate(HOSTILE, start=2)))
def test_the_check_refuses_what_intake_refused(submission: int, name: str, aftermath: Aftermath) -> None:
    settings = aftermath.warehouse.settings
    receipt = check_file(settings.drops / "ui_wage" / PERIOD / str(submission), settings)
    assert not receipt.ok
    told = aftermath.outcomes[f"ui_wage/{PERIOD}/{submission}"].reason or ""
    found = told.splitlines()[1].removeprefix("Expected: ").partition(" Observed")[0]
    assert any(found in refusal for refusal in receipt.refusals)


def test_a_hostile_history_is_not_looked_at_again(aftermath: Aftermath) -> None:
    assert take_in(aftermath.warehouse) == []


@pytest.fixture
def dividing(make_warehouse: Callable[..., Warehouse], tmp_path: Path) -> Warehouse:
    """A warehouse whose wage contract has a rule that some drops make impossible to work out."""
    shutil.copytree(load_from := Path(__file__).parents[3] / "contracts", contracts := tmp_path / "contracts")
    path = contracts / "ui_wage.yaml"
    rule = """    quality:
      - name: mean_wage
        type: sql
        query: "select sum(wages_usd) / sum(hours_worked) from {slice}"
        mustBeGreaterThan: 0
        severity: warning
        dimension: accuracy
        description: Wages are paid by the hour.
        businessImpact: None, it is a rule for a test.
"""
    assert load_from.is_dir()
    path.write_text(path.read_text().replace("    quality:\n", rule, 1))
    return make_warehouse(contracts=contracts)


def test_an_error_nobody_foresaw_refuses_one_drop_and_is_told_apart(dividing: Warehouse) -> None:
    agency = Agency(dividing.settings.drops)
    idle = [line[:86] + "0000" + line[90:] for line in wages(quarter=2)]
    agency.deliver("ui_wage", "2023Q1", wages(quarter=1))
    agency.deliver("ui_wage", "2023Q2", idle)
    agency.deliver("ui_wage", "2023Q3", wages(quarter=3))
    first, failed, last = take_in(dividing)
    assert (first.status, last.status) == ("accepted", "accepted")
    assert (failed.status, failed.reason_code) == ("rejected", "unforeseen")
    told = failed.reason or ""
    assert "Send these lines to the maintainers" in told
    assert "DivisionByZero" in told
    assert "intake/load.py" in told
    found = contents(dividing)
    assert len(found["intake.ui_wage"]) == 120
    assert len(found["vault.identity_presence"]) == 120
    assert len(found["vault.ssn"]) == 60
    assert take_in(dividing) == []


def test_a_database_that_fails_refuses_no_drop_and_the_next_run_takes_it_in(
    warehouse: Warehouse, agency: Agency
) -> None:
    agency.deliver("ui_wage", PERIOD, [wage(number) for number in range(60)])

    def cut(doing: str, _share: float) -> None:
        if doing.startswith("loading"):
            with warehouse.connect_administrator() as admin:
                admin.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity "
                    "where usename = 'p20w_intake' and datname = %s and application_name not like '%%writer%%'",
                    (warehouse.settings.database,),
                )

    with pytest.raises(DatabaseError, match=r"^Stopped while loading ui_wage 2023Q4. The database was stopped, or"):
        take_in(warehouse, progress=cut)
    assert drops(warehouse) == [("ui_wage", PERIOD, 1, "received", None)]
    (outcome,) = take_in(warehouse)
    assert outcome.status == "accepted"
