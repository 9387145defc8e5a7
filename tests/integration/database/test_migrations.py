"""Migrations: from nothing to the newest revision, and from there nowhere."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from alembic import command
from alembic.config import Config

from p20w.contracts import load_contracts
from p20w.database import DatabaseError, Warehouse
from p20w.database.create import create_databases
from p20w.database.errors import ServerMismatch
from p20w.database.migrate import MIGRATIONS
from p20w.settings import Settings

EVERYTHING = """
    select pg_class.oid::regclass::text, relkind, relacl::text,
        case when relkind <> 'v' then xmin::text end,  -- views are put in place anew
        array(select attname || ' ' || atttypid::regtype from pg_attribute where attrelid = pg_class.oid and attnum > 0)
    from pg_class
    where relnamespace::regnamespace::text !~ '^pg_|^information_schema'
    order by 1
"""


def test_migrating_twice_changes_nothing(module_warehouse: Warehouse) -> None:
    with module_warehouse.connect("owner") as owner:
        before = owner.execute(EVERYTHING).fetchall()
    module_warehouse.migrate()
    with module_warehouse.connect("owner") as owner:
        assert owner.execute(EVERYTHING).fetchall() == before
    assert len(before) > 30


def test_every_contract_has_its_table(module_warehouse: Warehouse) -> None:
    with module_warehouse.connect("owner") as owner:
        tables = {row[0] for row in owner.execute("select tablename from pg_tables where schemaname = 'intake'")}
    assert tables == {*load_contracts(module_warehouse.settings.contracts), "quarantine"}


def migrate(settings: Settings) -> None:
    Warehouse.open(settings).migrate()


def test_processes_that_migrate_at_once_do_not_disturb_each_other(
    server: Settings, module_warehouse: Warehouse
) -> None:
    fresh = server.model_copy(update={"database": "migrated_at_once"})
    with ProcessPoolExecutor(3, mp_context=get_context("fork")) as pool:
        list(pool.map(migrate, [fresh, fresh, fresh, module_warehouse.settings]))
    with Warehouse.open(fresh).connect("owner") as owner:
        assert owner.execute("select count(*) from alembic_version").fetchone() == (1,)
    with module_warehouse.connect_administrator() as admin:
        for name in ("migrated_at_once", "migrated_at_once_dagster"):
            admin.execute(f"drop database {name} with (force)")


def test_a_database_that_is_not_there_yet_is_said_in_plain_words(
    make_warehouse: Callable[..., Warehouse], server: Settings
) -> None:
    absent = Warehouse.open(server.model_copy(update={"database": "never_made"}))
    with pytest.raises(DatabaseError, match=r"no such database or role.*p20w db start"):
        absent.connect("intake")


@pytest.fixture(scope="module")
def carried_over(server: Settings, module_warehouse: Warehouse) -> Iterator[Warehouse]:
    """A warehouse of before rights were described, with lines and vintages, brought to the newest revision twice."""
    settings = server.model_copy(update={"database": "carried_over", "secrets": server.secrets})
    warehouse = Warehouse.open(settings)
    create_databases(warehouse)
    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS))
    configuration.attributes["url"] = warehouse.url("owner")
    command.upgrade(configuration, "0014")
    with warehouse.connect("owner", autocommit=True) as owner:
        owner.execute("grant create on database carried_over to p20w_transform")
        owner.execute("insert into governance.gate_run (gate, scope, input_fingerprint, suite_version, passed, "
                      "finished_at) values ('marts', 'refresh/2', 'f', 'v', true, '2024-01-01')")  # fmt: skip
        owner.execute("insert into governance.drop (drop_id, feed, period, submission, status) "
                      "values (1, 'ui_wage', '2024Q3', 1, 'accepted')")  # fmt: skip
        owner.execute("create table intake.ps_award (drop_id bigint not null, line_number bigint not null, "
                      "academic_award_title text, primary key (drop_id, line_number))")  # fmt: skip
        owner.execute("insert into intake.ps_award values (1, 1, 'Nursing'), (1, 2, 'Nursing'), (1, 3, null)")
        owner.execute("analyze intake.ps_award")
    with warehouse.connect("transform") as transform:
        for number in (1, 2, 10):
            transform.execute(f"create schema marts_r{number}".encode())
            transform.execute(f"create table marts_r{number}.outcomes as select {number} as persons".encode())
            transform.execute(f"comment on column marts_r{number}.outcomes.persons is 'How many.'".encode())
            mark = json.dumps({"refresh_id": number, "marts": ["outcomes"]})
            transform.execute(f"comment on schema marts_r{number} is '{mark}'".encode())
        transform.execute("create view marts.outcomes as select persons from marts_r10.outcomes")
        for schema in ("staging", "reference", "marts_candidate"):
            transform.execute(f"create schema {schema}".encode())
            transform.execute(f"create table {schema}.leftover as select 1 as n".encode())
        transform.execute("create view staging.award as select academic_award_title from intake.ps_award")
        transform.execute("create table core.fct_wage as select 7 as wages_usd")
    warehouse.migrate()
    warehouse.migrate()
    yield warehouse
    with module_warehouse.connect_administrator() as admin:
        for name in ("carried_over", "carried_over_dagster"):
            admin.execute(f"drop database {name} with (force)".encode())


def test_vintages_that_transform_owned_become_the_publisher_s_and_nothing_of_its_own_is_left(
    carried_over: Warehouse,
) -> None:
    warehouse = carried_over
    with warehouse.connect("analyst") as analyst:
        assert analyst.execute("select persons from marts.outcomes").fetchall() == [(10,)]
        for number in (1, 2, 10):
            assert analyst.execute(f"select persons from marts_r{number}.outcomes".encode()).fetchall() == [(number,)]
        words = (
            "select col_description('marts.outcomes'::regclass, 1), col_description('marts_r1.outcomes'::regclass, 1)"
        )
        assert analyst.execute(words.encode()).fetchone() == ("How many.", "How many.")
    with warehouse.connect("owner") as owner:
        rows = owner.execute(
            "select nspname, nspowner::regrole::text from pg_namespace where nspname !~ '^pg_|^information' "
            "and nspowner::regrole::text <> 'p20w_owner' order by 1"
        ).fetchall()
        assert rows == [
            *((name, "p20w_publisher") for name in ("marts", "marts_r1", "marts_r10", "marts_r2")),
            ("public", "pg_database_owner"),
        ]
        assert owner.execute("select status, changed_by from governance.drop").fetchall() == [
            ("accepted", "p20w_owner")
        ]
    with warehouse.connect("gate") as gate:
        assert gate.execute("select wages_usd from core.fct_wage").fetchall() == [(7,)]


def test_titles_of_awards_that_an_earlier_version_kept_are_gone_and_their_lines_stay(carried_over: Warehouse) -> None:
    with carried_over.connect("owner") as owner:
        lines = owner.execute("select line_number, academic_award_title from intake.ps_award order by 1").fetchall()
        common = owner.execute(
            "select most_common_vals from pg_stats where tablename = 'ps_award' and attname = 'academic_award_title'"
        ).fetchall()
    assert lines == [(1, None), (2, None), (3, None)]
    assert common in ([], [(None,)])


def test_a_database_of_a_newer_version_is_left_alone_and_told(warehouse: Warehouse) -> None:
    with warehouse.connect("owner", autocommit=True) as owner:
        owner.execute("update alembic_version set version_num = '9999'")
        with pytest.raises(ServerMismatch, match=r"at revision 9999, which this version .* does not have: a newer one"):
            warehouse.migrate()
        assert owner.execute("select version_num from alembic_version").fetchone() == ("9999",)
