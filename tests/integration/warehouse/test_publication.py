"""A set of marts becomes visible whole, judged, and beside the earlier ones; or not at all."""

import signal
import time
from collections.abc import Callable

import psycopg
import pytest

from p20w.pipeline.gates import GateMissing
from p20w.warehouse import IncompleteSet, build_core, build_marts, publish_marts
from p20w.warehouse.marts import fingerprint_of, forget_candidate
from p20w.warehouse.publication import OddMart
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
        assert explained == (
            "School year of leaving, such as 2019-20, or the three of a pool, such as 2016-17 to 2018-19.",
        )
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


def test_marts_that_an_agreement_does_not_allow_are_not_published(published: State) -> None:
    """One agency takes a linkage back, another grants other purposes: the gate closes until both are as they were."""
    candidate_of_a_second_refresh(published)
    taken_back = "update governance.feed set permitted_linkages = array_remove(permitted_linkages, 'ps_award') "
    with published.warehouse.connect("owner") as owner:
        before = owner.execute("select feed, purposes, permitted_linkages from governance.feed").fetchall()
        owner.execute(f"{taken_back} where feed = 'ui_wage'".encode())
        owner.execute("update governance.feed set purposes = '{research}' where feed = 'k12_cte'")
        owner.commit()
    with published.warehouse.connect("transform") as connection:  # other marts, so that no earlier pass is theirs
        connection.execute("update core.dim_person set sex = 'unknown' where sex = 'Male'")
    closed = build_marts(published.warehouse, published.warehouse.settings, published.refresh_id).gate_run
    wrong = [item for item in closed.results if not item.passed and item.severity == "critical"]
    assert {item.expectation: item.failing for item in wrong} == {"purposes_are_granted": 2, "feeds_may_be_joined": 2}
    with pytest.raises(GateMissing):
        publish_marts(published.warehouse, published.refresh_id)
    assert shown(published) == {"marts_r1"}
    with published.warehouse.connect("owner") as owner:
        for feed, purposes, linkages in before:
            owner.execute(
                "update governance.feed set purposes = %s, permitted_linkages = %s where feed = %s",
                (purposes, linkages, feed),
            )
        owner.commit()
    assert build_marts(published.warehouse, published.warehouse.settings, published.refresh_id).gate_run.passed


def test_a_kill_inside_publishing_leaves_the_earlier_views_and_a_rerun_finishes(published: State) -> None:
    candidate_of_a_second_refresh(published)
    assert published.killed_at("marts.publishing", "publish_marts(warehouse, {refresh_id})") == -signal.SIGKILL
    assert shown(published) == {"marts_r1"}
    first = published.rows(HELD.format("marts"), "analyst")
    assert publish_marts(published.warehouse, published.refresh_id).schema == "marts_r2"
    assert shown(published) == {"marts_r2"}
    assert published.rows(HELD.format("marts_r1"), "analyst") == first
    assert published.rows(HELD.format("marts"), "analyst") > first
    assert published.rows("select relname from pg_class where relnamespace = 'marts_candidate'::regnamespace") == []


def test_a_mart_that_loses_and_gains_columns_gets_a_new_view(published: State) -> None:
    candidate_of_a_second_refresh(published)
    with published.warehouse.connect("publisher") as connection:
        connection.execute("drop view marts.cte_program_outcomes")
        connection.execute("create view marts.cte_program_outcomes as select 1 as what_it_was, 2 as persons")
        connection.execute("create view marts.no_longer_made as select 1 as one")
    publish_marts(published.warehouse, published.refresh_id)
    assert shown(published) == {"marts_r2"}
    assert published.rows("select sum(persons) > 0 from marts.cte_program_outcomes") == [(True,)]
    assert published.rows("select to_regclass('marts.no_longer_made')") == [(None,)]


def test_what_is_published_is_a_copy_that_its_makers_cannot_touch(published: State) -> None:
    for statement in (
        "update marts_r1.cte_program_outcomes set persons = 0",
        "drop schema marts_r1 cascade",
        "alter schema marts rename to old_marts",
        "create or replace view marts.cte_program_outcomes as select 1 as one",
        "create view marts.people as select * from core.dim_person",
        "create schema marts_r99",
        "grant select on marts_r1.cte_program_outcomes to p20w_intake",
    ):
        refused = pytest.raises(psycopg.errors.InsufficientPrivilege)
        with published.warehouse.connect("transform") as connection, refused:
            connection.execute(statement.encode())


@pytest.mark.parametrize(
    ("made", "trap"),
    [
        ("view", "create view {mart} as select {trap} as persons"),
        (
            "table",
            "create table {mart} as select 1 as persons; alter table {mart} enable row level security; "
            "create policy p on {mart} using ({trap} = 1)",
        ),
        ("table", "create table {mart} as select 1 as persons; create index on {mart} (persons) where {trap} = 1"),
        ("table", "create table {mart} as select 1 as persons; create statistics on (persons + {trap}) from {mart}"),
        (
            "table",
            "create domain marts_candidate.odd as integer check ({trap} = value); "
            "create table {mart} (persons marts_candidate.odd)",
        ),
    ],
    ids=["a view", "a policy", "an index", "statistics", "a type"],
)
def test_nothing_that_transform_made_is_published_but_plain_tables(published: State, made: str, trap: str) -> None:
    """On a server of ours transform makes no functions; on others this keeps them from running as the publisher."""
    candidate_of_a_second_refresh(published)
    words = {"mart": "marts_candidate.cte_program_outcomes", "trap": "marts_candidate.spring_it()"}
    with published.warehouse.connect_administrator(published.warehouse.settings.database) as admin:
        admin.execute("grant usage on language plpgsql to p20w_transform")
    with published.warehouse.connect("transform", autocommit=True) as connection:
        connection.execute("drop table marts_candidate.cte_program_outcomes")
        connection.execute(
            "create function marts_candidate.spring_it() returns integer language plpgsql immutable as "
            "$$begin if current_user <> 'p20w_transform' then raise exception 'sprung' using errcode = 'PW999'; "
            "end if; return 1; end$$"
        )
        connection.execute("grant execute on function marts_candidate.spring_it() to public")
        connection.execute(trap.format_map(words).encode())
    try:
        with pytest.raises(OddMart, match="cte_program_outcomes is no plain table"):
            publish_marts(published.warehouse, published.refresh_id)
        if made == "view" or "policy" in trap:
            with published.warehouse.connect("gate") as gate, pytest.raises(psycopg.Error) as caught:
                gate.execute("select * from marts_candidate.cte_program_outcomes")
            assert caught.value.sqlstate != "PW999"
    finally:
        with published.warehouse.connect("transform", autocommit=True) as connection:
            forget_candidate(published.warehouse)
            connection.execute("drop function marts_candidate.spring_it() cascade")
            connection.execute("drop domain if exists marts_candidate.odd")
        with published.warehouse.connect_administrator(published.warehouse.settings.database) as admin:
            admin.execute("revoke usage on language plpgsql from p20w_transform")


def test_a_name_of_a_mart_is_a_name_whatever_it_says(published: State) -> None:
    with published.warehouse.connect("transform", autocommit=True) as connection:
        odd = "cte_program_outcomes, pg_sleep(10)"
        connection.execute(f'create table marts_candidate."{odd}" as select 1 as persons'.encode())
        connection.execute("create table marts_candidate.plain as select 1 as persons")
        assert fingerprint_of(connection, "marts_candidate", [odd]) != fingerprint_of(
            connection, "marts_candidate", ["plain"]
        )
        forget_candidate(published.warehouse)


def test_a_reader_holds_up_no_publication_and_reads_on(published: State) -> None:
    candidate_of_a_second_refresh(published)
    with published.warehouse.connect("analyst") as analyst:
        analyst.execute("lock table marts.cte_program_outcomes in access share mode")
        pid = analyst.info.backend_pid
        before = analyst.execute("select count(*) from marts_r2.cte_program_outcomes").fetchone()
        started = time.monotonic()
        publication = publish_marts(published.warehouse, published.refresh_id)
        assert publication.changed
        assert publication.still_read_by == (f"p20w_analyst (process {pid})",) * 2, "the old views, the old vintage"
        assert time.monotonic() - started < 30
        assert analyst.execute("select count(*) from marts.cte_program_outcomes").fetchone() == before
        assert gone(published) == 2
    assert publish_marts(published.warehouse, published.refresh_id).still_read_by == ()
    assert gone(published) == 0


def gone(state: State) -> int:
    """How many schemas were put aside and are still there."""
    return len(state.rows("select nspname from pg_namespace where nspname like 'marts_gone%'"))
