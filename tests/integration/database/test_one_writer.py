"""One writer at a time, whoever starts it."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection

import psycopg
import pytest

from p20w.database import ROLES, DatabaseError, Role, Warehouse, WriterBusy
from p20w.database.described import logins
from p20w.database.writer import MIGRATION, WRITER
from p20w.settings import Settings


def hold(settings: Settings, pipe: Connection) -> None:
    with Warehouse.open(settings).writer("loading ui_wage 2024Q3"):
        pipe.send(os.getpid())
        pipe.recv()


@contextmanager
def another_writer(settings: Settings) -> Iterator[int]:
    """Another process that writes; its id."""
    context = get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=hold, args=(settings, theirs))
    process.start()
    try:
        yield ours.recv()
    finally:
        if process.is_alive():
            ours.send("enough")
        process.join()


def test_a_second_process_is_told_who_writes_and_since_when(warehouse: Warehouse) -> None:
    with another_writer(warehouse.settings) as pid:
        with pytest.raises(WriterBusy) as caught, warehouse.writer("publishing"):
            pass
        told = str(caught.value)
    assert f"p20w writer {pid}: loading ui_wage 2024Q3, since 20" in told
    assert "then try again" in told


def test_the_lock_is_free_when_the_writer_ends(warehouse: Warehouse) -> None:
    with another_writer(warehouse.settings):
        pass
    with warehouse.writer():
        pass


def test_the_next_writer_never_meets_the_one_that_ended(warehouse: Warehouse) -> None:
    for _ in range(50):
        with warehouse.writer():
            pass


def test_the_lock_is_free_when_the_writer_is_killed(warehouse: Warehouse) -> None:
    with another_writer(warehouse.settings) as pid:
        os.kill(pid, 9)
    with warehouse.writer():
        pass


def test_the_lock_is_free_after_an_error(warehouse: Warehouse) -> None:
    with pytest.raises(ZeroDivisionError), warehouse.writer():
        _ = 1 / 0
    with another_writer(warehouse.settings):
        pass


def test_a_writer_may_call_another_of_the_same_process(warehouse: Warehouse) -> None:
    with (
        warehouse.writer("outer"),
        warehouse.writer("inner"),
        Warehouse.open(warehouse.settings).writer("other handle"),
    ):
        pass
    with another_writer(warehouse.settings):
        pass


def test_the_outer_writer_keeps_the_lock_when_the_inner_ends(warehouse: Warehouse) -> None:
    with warehouse.writer("outer"):
        with warehouse.writer("inner"):
            pass
        assert refused_elsewhere(warehouse)


def refused_elsewhere(warehouse: Warehouse) -> bool:
    context = get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=attempt, args=(warehouse.settings, theirs))
    process.start()
    process.join()
    return ours.recv()


def attempt(settings: Settings, pipe: Connection) -> None:
    from p20w.database import writer

    writer._held.clear()  # a fresh process has no lock; a forked one must not think it has
    try:
        with Warehouse.open(settings).writer():
            pipe.send(False)
    except WriterBusy:
        pipe.send(True)


def test_another_warehouse_on_the_same_server_has_a_writer_of_its_own(
    warehouse: Warehouse, make_warehouse: Callable[..., Warehouse]
) -> None:
    other = make_warehouse()
    with another_writer(warehouse.settings), other.writer():
        pass


def test_a_writer_keeps_readers_waiting_for_nothing(warehouse: Warehouse) -> None:
    with another_writer(warehouse.settings), warehouse.connect("report") as reader:
        assert reader.execute("select count(*) from governance.drop").fetchone() == (0,)


@pytest.mark.parametrize(
    ("table", "role"),
    [
        *((WRITER, role) for role in ROLES if role not in ("owner", "keeper")),
        *((MIGRATION, role) for role in ROLES if role != "owner"),
    ],
)
def test_nobody_else_can_take_a_lock_that_a_refresh_needs(module_warehouse: Warehouse, role: Role, table: str) -> None:
    for statement in (
        f"lock table {table} in access share mode",
        f"select * from {table} for update",
        "select pg_advisory_lock(x'50323057'::bigint)",
    ):
        with module_warehouse.connect(role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement.encode())


def test_a_writer_at_work_for_hours_keeps_no_dead_rows_alive(warehouse: Warehouse) -> None:
    with another_writer(warehouse.settings), warehouse.connect("keeper") as keeper:
        rows = keeper.execute(
            "select state, backend_xid, backend_xmin from pg_stat_activity where application_name like 'p20w writer%' "
            "and datname = current_database()"
        ).fetchall()
    assert rows == [("idle in transaction", None, None)]


def test_readers_who_open_all_the_sessions_they_may_keep_nobody_else_out(warehouse: Warehouse) -> None:
    limits = {login.name: login.connections for login in logins()}
    with ExitStack() as opened:
        for role in ("analyst", "researcher", "educator", "board", "steward"):
            for _ in range(limits[role]):
                opened.enter_context(warehouse.connect(role))
            with pytest.raises(DatabaseError, match="too many connections"):
                warehouse.connect(role)
        warehouse.migrate()
        with warehouse.writer("refresh"), warehouse.connect("transform"):
            pass


def test_a_reader_who_never_ends_holds_up_no_migration(warehouse: Warehouse) -> None:
    with warehouse.connect("steward") as steward, warehouse.connect("report") as report:
        steward.execute("select count(*) from registry.record_person")
        steward.execute("select count(*) from registry.review_queue")
        report.execute("select count(*) from governance.drop")
        started = time.monotonic()
        warehouse.migrate()
        assert time.monotonic() - started < 60


def test_a_reader_who_sets_nothing_is_ended_in_time(warehouse: Warehouse) -> None:
    with warehouse.connect("analyst") as analyst:
        limits = {
            name: analyst.execute("select setting::bigint from pg_settings where name = %s", (name,)).fetchall()[0][0]
            for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
        }
    assert all(0 < limit <= 3_600_000 for limit in limits.values()), limits
