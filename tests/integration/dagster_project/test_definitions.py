"""What Dagster loads: the whole graph as it is on record, and what a broken contract does to it."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.freshness import CronFreshnessPolicy

from dagster_project.definitions import definitions, defs
from dagster_project.defs.warehouse import CURRENT
from dagster_project.feeds import Feed, feeds_of
from p20w.database import Warehouse
from p20w.settings import PROJECT
from tests.integration.dagster_project.snapshot import SNAPSHOT, picture
from tests.integration.intake.deliveries import Agency, wages

BROKEN = {
    "a_term_is_missing": lambda text: text.replace("authoritativeSource", "someSource"),
    "no_yaml": lambda text: text + "\n  - [",
    "empty": lambda text: "",
    "not_text": lambda text: b"\xff\xfe\x00",
}


def test_the_definitions_are_those_on_record() -> None:
    assert picture(defs) == SNAPSHOT.read_text(), "if this is what you want, run: make definitions"


def test_each_gate_of_a_refresh_is_one_check_and_all_that_lies_behind_it_is_downstream() -> None:
    graph = defs.resolve_asset_graph()
    gates = {key.name: key.asset_key for key in graph.asset_check_keys if key.asset_key.path[0] != "intake"}
    assert sorted(gates) == ["core_gate", "marts_gate", "registry_gate"]
    assert sorted(key.name for key in graph.asset_check_keys if key.name in gates) == sorted(gates)
    marts = {key for key in graph.get_all_asset_keys() if key.path[0] == "marts" and key != CURRENT}
    assert graph.get(gates["core_gate"]).child_keys == marts
    assert graph.get(gates["marts_gate"]).child_keys == {CURRENT}


@pytest.mark.parametrize("feed", feeds_of(PROJECT / "contracts"), ids=lambda feed: feed.name)
def test_a_feed_is_overdue_a_month_after_its_contract_says_at_most_unless_it_came_since_its_period_ended(
    feed: Feed,
) -> None:
    policy = feed.freshness
    assert isinstance(policy, CronFreshnessPolicy)
    assert feed.contract is not None
    months = [int(month) for month in policy.deadline_cron.removeprefix("0 7 2 ").removesuffix(" *").split(",")]
    deadlines = [date(year, month, 2) for year in range(2018, 2026) for month in months]
    for period in feed.contract.calendar.between(date(2020, 1, 1), date(2024, 6, 30)):
        deadline = min(day for day in deadlines if day > period.due)
        before = max(day for day in deadlines if day < deadline)
        assert deadline - period.due <= timedelta(days=32)
        # a policy has one span, and months differ by three days
        assert before <= deadline - policy.lower_bound_delta <= max(before, period.ends) + timedelta(days=3)


@pytest.fixture(params=sorted(BROKEN))
def with_one_broken(request: pytest.FixtureRequest, warehouse: Warehouse, tmp_path: Path) -> Warehouse:
    """A warehouse whose contract of career and technical education cannot be read."""
    contracts = tmp_path / "contracts"
    shutil.copytree(PROJECT / "contracts", contracts)
    file = contracts / "k12_cte.yaml"
    broken = BROKEN[request.param](file.read_text())
    file.write_bytes(broken if isinstance(broken, bytes) else broken.encode())
    object.__setattr__(warehouse.settings, "contracts", contracts)
    return warehouse


def materialized(definitions: dg.Definitions, warehouse: Warehouse, *feeds: str) -> dg.ExecuteInProcessResult:
    """What came of the job `take_in` over some feeds."""
    keys = [dg.AssetKey([layer, feed]) for feed in feeds for layer in ("drops", "intake")]
    job = definitions.resolve_job_def("take_in").get_subset(asset_selection=set(keys))
    with dg.DagsterInstance.ephemeral() as instance:
        return job.execute_in_process(
            instance=instance, partition_key="2024Q4", resources={"warehouse": warehouse}, raise_on_error=False
        )


def test_a_broken_contract_says_so_in_its_own_assets_and_takes_no_other_feed_with_it(
    with_one_broken: Warehouse,
) -> None:
    loaded = definitions(with_one_broken.settings)
    graph = loaded.resolve_asset_graph()
    assert graph.get_all_asset_keys() == defs.resolve_asset_graph().get_all_asset_keys()
    told = {key: graph.get(key).description or "" for key in graph.get_all_asset_keys()}
    of_the_feed = {dg.AssetKey(["drops", "k12_cte"]), dg.AssetKey(["intake", "k12_cte"])}
    assert {key for key, words in told.items() if "cannot be read" in words} == of_the_feed
    assert all("k12_cte.yaml" in told[key] for key in of_the_feed)
    agency = Agency(with_one_broken.settings.drops)
    for quarter, beside in ((3, []), (4, ["k12_cte", "employer"])):
        agency.deliver("ui_wage", f"2023Q{quarter}", wages(quarter=quarter))
        run = materialized(loaded, with_one_broken, "ui_wage", *beside)
        assert run.success == (not beside)
        of_drops, of_lines = (event.materialization for event in run.get_asset_materialization_events())
        assert (of_drops.asset_key.path, of_lines.asset_key.path) == (["drops", "ui_wage"], ["intake", "ui_wage"])
        assert (of_lines.metadata["accepted"].value, of_lines.metadata["lines_accepted"].value) == (1, 60)
        checks = {event.check_name: event.passed for event in run.get_asset_check_evaluations()}
        assert sorted(checks) == ["drop_gate", "intake_gate"]
    without_drops = materialized(loaded, with_one_broken, "employer")
    assert without_drops.success
    assert not without_drops.get_asset_materialization_events()
    failed = materialized(loaded, with_one_broken, "k12_cte")
    assert not failed.success
    (event,) = failed.get_step_failure_events()
    failure = event.step_failure_data.user_failure_data
    assert failure is not None
    assert "k12_cte.yaml" in str(failure.description)
    assert "reload Dagster's definitions" in str(failure.description)
