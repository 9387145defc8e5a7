"""Whoever starts a stage alone in Dagster, gates hold."""

from collections.abc import Iterator

import dagster as dg
import pytest

from dagster_project.definitions import defs
from dagster_project.defs.warehouse import CORE_GATE, MARTS_GATE
from p20w.database import Warehouse
from p20w.pipeline import refreshes

REGISTRY = (["registry", "assignment"], ["core", "person_identity"], ["registry", "person_profile"])


@pytest.fixture
def opened(warehouse: Warehouse) -> Warehouse:
    """A refresh is open; nothing of it was worked out or judged."""
    with warehouse.connect("owner") as connection:
        connection.execute(
            """
            insert into governance.drop (drop_id, feed, period, submission, status, delivered_on)
            values (1, 'ui_wage', '2024Q3', 1, 'accepted', '2024-11-24')
            """
        )
    assert refreshes.open_refresh(warehouse) is not None
    return warehouse


def told(warehouse: Warehouse, *assets: list[str]) -> Iterator[str]:
    """What the failed steps of a run over these assets alone say."""
    selection = dg.AssetSelection.assets(*(dg.AssetKey(asset) for asset in assets))
    job = dg.Definitions(
        assets=defs.resolve_asset_graph().assets_defs,
        jobs=[dg.define_asset_job("alone", selection=selection)],
        executor=dg.in_process_executor,
    ).resolve_job_def("alone")
    with dg.DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(instance=instance, resources={"warehouse": warehouse}, raise_on_error=False)
    assert not result.success
    for event in result.get_step_failure_events():
        failure = event.step_failure_data.user_failure_data
        yield str(failure.description if failure else event.step_failure_data.error)


def made_with(gate: dg.AssetKey) -> list[list[str]]:
    """All that is built in one go with the asset of a gate."""
    return [list(key.path) for key in defs.resolve_asset_graph().get(gate).assets_def.keys]


def test_nobody_is_looked_for_in_lines_that_no_gate_has_judged(opened: Warehouse) -> None:
    assert any("intake gate has no finished, passed run" in text for text in told(opened, *REGISTRY))
    with opened.connect("linkage") as connection:
        assert connection.execute("select count(*) from registry.candidate").fetchone() == (0,)


def test_core_alone_is_not_built_without_the_pass_of_the_registry(opened: Warehouse) -> None:
    assert any("registry gate has no finished, passed run" in text for text in told(opened, *made_with(CORE_GATE)))
    with opened.connect("transform") as connection:
        assert connection.execute("select to_regclass('core.fct_wage')").fetchone() == (None,)


def test_marts_alone_are_not_built_without_a_judged_core(opened: Warehouse) -> None:
    assert any("Core has no finished build" in text for text in told(opened, *made_with(MARTS_GATE)))


def test_views_alone_are_not_pointed_at_marts_nobody_judged(opened: Warehouse) -> None:
    assert any("has no finished marts" in text for text in told(opened, ["marts", "current"]))
    assert refreshes.current(opened).status == "running"


def test_the_report_alone_publishes_nothing(opened: Warehouse) -> None:
    assert any("No refresh was published yet" in text for text in told(opened, ["reports", "board"]))


def test_a_stage_cannot_be_run_with_its_check_unticked(opened: Warehouse) -> None:
    selection = dg.AssetSelection.assets(*(dg.AssetKey(key) for key in made_with(CORE_GATE))).without_checks()
    with pytest.raises(dg.DagsterInvalidDefinitionError):
        dg.Definitions(
            assets=defs.resolve_asset_graph().assets_defs, jobs=[dg.define_asset_job("alone", selection=selection)]
        ).resolve_job_def("alone")
