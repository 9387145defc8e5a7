"""A refresh that dies anywhere and is run again ends in the state of one that was never disturbed."""

import re
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest

from dagster_project.environment import storage_url
from p20w.database import Warehouse
from p20w.settings import PROJECT

pytestmark = pytest.mark.long

# Every place where the code can be made to die, by stage and in the order in which a refresh comes past them.
PLACES = {
    "intake": (
        "intake.before_received",
        "intake.received",
        "gates.drop_started",
        "gates.drop_before_record",
        "intake.before_refused",
        "intake.refused",
        "intake.half_way",
        "intake.before_facts",
        "intake.before_commit",
        "intake.loaded",
        "gates.intake_started",
        "gates.intake_before_record",
        "intake.accepting",
        "intake.accepted",
    ),
    "refresh": ("refresh.before_open",),
    "registry": (
        "registry.before_candidate",
        "registry.candidate_written",
        "gates.registry_started",
        "gates.registry_before_record",
    ),
    "promotion": ("registry.promoting", "registry.promoted"),
    "core": (
        "core.before_build",
        "dbt.fct_wage",
        "core.built",
        "gates.core_started",
        "gates.core_before_record",
    ),
    "marts": (
        "dbt.high_school_leaver_outcomes",
        "marts.built",
        "gates.marts_started",
        "gates.marts_before_record",
    ),
    "publication": ("marts.publishing", "marts.published"),
    "end": ("refresh.before_published",),
}
# Reached only when a stage fails.
ON_FAILURE = {"refresh.before_failed"}
KILLED = -9


def test_no_place_to_die_is_left_out() -> None:
    named: set[str] = set()
    for path in (PROJECT / "p20w").rglob("*.py"):
        named |= set(re.findall(r'reach\(f?"([^"]+)"\)', path.read_text()))
    expanded = {name for name in named if "{" not in name}
    expanded |= {f"gates.{gate}_{moment}" for gate in GATES for moment in ("started", "before_record")}
    assert {name for name in named if "{" in name} == {
        "gates.{gate}_started",
        "gates.{gate}_before_record",
        "dbt.{event.data.node_info.node_name}",
    }
    tried = {place for places in PLACES.values() for place in places if not place.startswith("dbt.")}
    assert tried <= expanded
    elsewhere = expanded - tried - ON_FAILURE  # not on the way of every refresh: those have tests of their own
    tests = "".join(path.read_text() for path in (PROJECT / "tests").rglob("test_*.py"))
    assert {place for place in elsewhere if f'"{place}"' not in tests} == set()


GATES = ("drop", "intake", "registry", "core", "marts")


@pytest.fixture(scope="module")
def undisturbed(make_alike: Callable[[Path], Warehouse], refresh: Callable[..., object], tiny_state: Path) -> Warehouse:
    warehouse = make_alike(tiny_state)
    ended = refresh(warehouse)
    assert ended.code == 0, ended.said
    assert len(ended.said["refused"]) == 1
    return warehouse


def test_dying_at_every_place_in_turn_leaves_the_state_of_an_undisturbed_refresh(
    make_alike: Callable[[Path], Warehouse],
    refresh: Callable[..., object],
    contents: Callable[[Warehouse], dict[str, str]],
    undisturbed: Warehouse,
    tiny_state: Path,
) -> None:
    warehouse = make_alike(tiny_state)
    for stage, places in PLACES.items():
        for place in places:
            ended = refresh(warehouse, stage=stage, failpoint=place)
            assert ended.code == KILLED, f"{place} was not reached: {ended.said}"
        if stage != "end":
            ended = refresh(warehouse, stage=stage)
            assert ended.code == 0, f"{stage}: {ended.said}"
    ended = refresh(warehouse)
    assert ended.code == 0, ended.said
    assert contents(warehouse) == contents(undisturbed)
    assert record(warehouse) == record(undisturbed)


def test_dying_within_dagster_leaves_the_state_of_an_undisturbed_refresh_and_no_run_that_seems_alive(
    make_alike: Callable[[Path], Warehouse],
    refresh: Callable[..., object],
    contents: Callable[[Warehouse], dict[str, str]],
    undisturbed: Warehouse,
    tiny_state: Path,
) -> None:
    warehouse = make_alike(tiny_state)
    for place in ("intake.half_way", "registry.promoting"):
        ended = refresh(warehouse, failpoint=place)
        assert ended.code == KILLED, f"{place} was not reached: {ended.said}"
    ended = refresh(warehouse)
    assert ended.code == 0, ended.said
    assert contents(warehouse) == contents(undisturbed)
    assert record(warehouse) == record(undisturbed)
    with dagster_storage(warehouse) as instance:
        ends = [run.status for run in instance.get_runs()]
    assert ends.count(dg.DagsterRunStatus.FAILURE) == 2
    assert all(status in (dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.SUCCESS) for status in ends)


def record(warehouse: Warehouse) -> object:
    """What governance says about drops and refreshes, without moments."""
    with warehouse.connect("report") as connection:
        drops = connection.execute(
            """
            select drop_id, feed, period, submission, status, reason_code, lines_total, lines_accepted
            from governance.drop
            order by drop_id
            """
        ).fetchall()
        refreshes = connection.execute(
            "select refresh_id, label, status from governance.refresh order by refresh_id"
        ).fetchall()
    return drops, refreshes


def dagster_storage(warehouse: Warehouse) -> dg.DagsterInstance:
    """Dagster's own record of the runs of a warehouse."""
    storage = {"postgres": {"postgres_url": storage_url(warehouse)}}
    return dg.DagsterInstance.local_temp(overrides={"storage": storage})
