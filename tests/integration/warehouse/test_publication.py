"""A set of marts becomes visible whole, judged, and beside the earlier ones; or not at all."""

import signal
from collections.abc import Callable

import psycopg
import pytest

from p20w.governance.gates import GateMissing
from p20w.warehouse import IncompleteSet, build_core, build_marts, publish_marts
from tests.integration.warehouse.conftest import State

MARTS = ("cte_program_outcomes", "employment_while_enrolled", "high_school_leaver_outcomes")
HELD = "select sum(wage_quarters_held) from {}.high_school_leaver_outcomes"


@pytest.fixture(scope="module")
def published(make_state: Callable[[], State]) -> State:
    """A state whose first refresh is published."""
    state = make_state()
    state.refresh("2021Q4")
    return state


def shown(state: State) -> set[str]:
    """Which vintages the views show."""
    rows = state.rows("select definition from pg_views where schemaname = 'marts'")
    return {str(row[0]).split("FROM ")[1].split(".")[0].strip() for row in rows}


def candidate_of_a_second_refresh(state: State) -> None:
    """The marts of the next refresh, built and judged, not published."""
    if state.refresh_id == 1:
        state.take_in("2022Q2")
        build_core(state.warehouse, state.warehouse.settings, state.refresh_id).gate_run.demand_pass()
    build_marts(state.warehouse, state.warehouse.settings, state.refresh_id).gate_run.demand_pass()


def test_the_analyst_reads_marts_and_their_explanations_and_nothing_of_core(published: State) -> None:
    with published.warehouse.connect("analyst") as analyst:
        for mart in MARTS:
            assert analyst.execute(f"select count(*) from marts.{mart}".encode()).fetchone() != (0,)
            assert analyst.execute(f"select count(*) from marts_r1.{mart}".encode()).fetchone() != (0,)
        explained = analyst.execute(
            "select col_description('marts.high_school_leaver_outcomes'::regclass, 1)"
        ).fetchone()
        assert explained == ("School year of leaving, such as 2019-20.",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            analyst.execute("select count(*) from core.fct_wage")


def test_no_mart_holds_a_person_or_an_identity(published: State) -> None:
    columns = published.rows("select column_name from information_schema.columns where table_schema = 'marts_r1'")
    assert not {row[0] for row in columns} & {"person_id", "identity_id", "drop_id", "line_number"}


def test_publishing_again_changes_nothing(published: State) -> None:
    before = published.rows("select oid, relname from pg_class where relnamespace = 'marts'::regnamespace order by 1")
    assert publish_marts(published.warehouse, 1).changed is False
    after = published.rows("select oid, relname from pg_class where relnamespace = 'marts'::regnamespace order by 1")
    assert before == after


def test_marts_that_no_gate_passed_are_not_published(published: State) -> None:
    candidate_of_a_second_refresh(published)
    with published.warehouse.connect("transform") as connection:
        connection.execute("update marts_candidate.cte_program_outcomes set persons = persons + 1")
    with pytest.raises(GateMissing):
        publish_marts(published.warehouse, published.refresh_id)
    assert shown(published) == {"marts_r1"}


def test_an_incomplete_set_is_not_published(published: State) -> None:
    candidate_of_a_second_refresh(published)
    with published.warehouse.connect("transform") as connection:
        connection.execute("drop table marts_candidate.employment_while_enrolled")
    with pytest.raises(IncompleteSet, match="employment_while_enrolled"):
        publish_marts(published.warehouse, published.refresh_id)
    assert shown(published) == {"marts_r1"}


def test_a_set_of_another_refresh_is_not_published(published: State) -> None:
    candidate_of_a_second_refresh(published)
    with pytest.raises(GateMissing, match="refresh 3"):
        publish_marts(published.warehouse, 3)


def test_a_kill_inside_publishing_leaves_the_earlier_views_and_a_rerun_finishes(published: State) -> None:
    candidate_of_a_second_refresh(published)
    assert published.killed_at("marts.publishing", "publish_marts(warehouse, {refresh_id})") == -signal.SIGKILL
    assert shown(published) == {"marts_r1"}
    first = published.rows(HELD.format("marts"))
    assert publish_marts(published.warehouse, published.refresh_id).schema == "marts_r2"
    assert shown(published) == {"marts_r2"}
    assert published.rows(HELD.format("marts_r1")) == first
    assert published.rows(HELD.format("marts")) > first
    assert published.rows("select to_regnamespace('marts_candidate')") == [(None,)]


def test_a_mart_that_loses_and_gains_columns_gets_a_new_view(published: State) -> None:
    candidate_of_a_second_refresh(published)
    with published.warehouse.connect("transform") as connection:
        connection.execute("drop view marts.cte_program_outcomes")
        connection.execute("create view marts.cte_program_outcomes as select 1 as what_it_was, 2 as persons")
        connection.execute("create view marts.no_longer_made as select 1 as one")
    publish_marts(published.warehouse, published.refresh_id)
    assert shown(published) == {"marts_r2"}
    assert published.rows("select sum(persons) > 0 from marts.cte_program_outcomes") == [(True,)]
    assert published.rows("select to_regclass('marts.no_longer_made')") == [(None,)]
