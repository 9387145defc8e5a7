"""One writer at a time, whoever starts the work (schedule, sensor, UI or CLI): a lock on a table that is no one else's.

Here: taking the lock once a process and saying who holds it.
Not here: what the writer does.
"""

import os
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import NoReturn

import psycopg

from p20w.database.errors import WriterBusy

WRITER, MIGRATION, ACCESS_LOG = "locks.writer", "public.one_migration", "locks.access_log"
"""Tables that are locked by who does what one process does at a time: logins `keeper`, `owner` and `auditor`."""
PATIENCE = 0.5
"""Seconds to wait for the lock: a server takes a moment to notice that a writer was killed."""


@dataclass
class _Held:
    """A lock this process holds, and how many blocks are inside it."""

    connection: psycopg.Connection
    blocks: int = 1


_held: dict[tuple[int, str], _Held] = {}
_guard = threading.Lock()


@contextmanager
def one_writer(database: str, connect: Callable[[], psycopg.Connection], doing: str) -> Generator[None]:
    """Be the one writer to `database` for the length of the block; reentrant within a process.

    Args:
        database: names the database and its server, for this process.
        connect: opens an autocommit connection to it; always as the same role, so that holders see each other.
        doing: what the writer does, for whoever has to wait.

    Raises:
        WriterBusy: another process holds the lock; the message says what it does and since when.
    """
    place = (os.getpid(), database)
    with _guard:
        if place in _held:
            _held[place].blocks += 1
        else:
            _held[place] = _Held(_take(connect(), doing))
    try:
        yield
    finally:
        with _guard:
            _held[place].blocks -= 1
            if _held[place].blocks == 0:
                _leave(_held.pop(place).connection)


def _leave(connection: psycopg.Connection) -> None:
    """Give the lock back, then close: the server notices a closed connection a moment later."""
    with suppress(psycopg.Error):  # a connection that broke has lost the lock
        connection.execute("rollback")
    connection.close()


def _take(connection: psycopg.Connection, doing: str) -> psycopg.Connection:
    label = f"p20w writer {os.getpid()}: {doing}".encode("ascii", "replace").decode()[:60]
    connection.execute("select set_config('application_name', %s, false)", (label,))
    if not alone(connection, WRITER, PATIENCE):
        _refuse(connection)
    return connection


def alone(connection: psycopg.Connection, table: str, patience: float) -> bool:
    """Lock a table until the connection closes or rolls back; False when that takes too long.

    Nobody else has a right to lock it: an advisory lock would be anybody's who knows its number. The transaction
    holds no snapshot and has no number, so it keeps no dead rows alive, however long the work takes.

    Args:
        connection: autocommit, of a login that may; in a transaction afterwards.
        table: one of those above. The owner makes its own where there is none: the first migration begins without any.
        patience: seconds to wait.
    """
    for parameter in ("idle_session_timeout", "idle_in_transaction_session_timeout"):
        connection.execute(f"set {parameter} = 0".encode())
    connection.execute(f"set lock_timeout = {int(patience * 1000)}".encode())
    if connection.execute("select to_regclass(%s) is null", (table,)).fetchone() == (True,):
        with suppress(psycopg.errors.UniqueViolation, psycopg.errors.DuplicateTable):  # another process was first
            connection.execute(f"create table {table} ()".encode())
    connection.execute("begin")
    try:
        connection.execute(f"lock table {table} in exclusive mode".encode())
    except psycopg.errors.LockNotAvailable:
        connection.execute("rollback")
        return False
    connection.execute("set lock_timeout = 0")
    return True


def _refuse(connection: psycopg.Connection) -> NoReturn:
    """Close, and say who holds the lock."""
    holder = connection.execute(
        """
        select
            activity.application_name,
            to_char(activity.backend_start, 'YYYY-MM-DD HH24:MI:SS')
        from pg_locks as locks
        inner join pg_stat_activity as activity on locks.pid = activity.pid
        where locks.relation = 'locks.writer'::regclass
            and locks.granted
            and locks.database = (select oid from pg_database where datname = current_database())
        """
    ).fetchone()
    connection.close()
    who = f"{holder[0]}, since {holder[1]} by the server's clock" if holder else "another process"
    raise WriterBusy(f"The warehouse is being written to ({who}). Wait for it to end, then try again.")
