"""Migrations: from nothing to the newest revision, and from there nowhere."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from p20w.contracts import load_contracts
from p20w.database import DatabaseError, Warehouse
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
