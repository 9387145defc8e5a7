"""One writer at a time: an advisory lock in the database, whoever starts the work (schedule, sensor, UI or CLI).

Here: taking the lock once a process and saying who holds it.
Not here: what the writer does.
"""

import os
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import NoReturn

import psycopg

from p20w.database.errors import WriterBusy

WRITER_LOCK = 0x50323057  # "P20W"

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
        connection.execute("select pg_advisory_unlock(%s)", (WRITER_LOCK,))
    connection.close()


def _take(connection: psycopg.Connection, doing: str) -> psycopg.Connection:
    label = f"p20w writer {os.getpid()}: {doing}".encode("ascii", "replace").decode()[:60]
    connection.execute("select set_config('application_name', %s, false)", (label,))
    connection.execute("set idle_session_timeout = 0")
    waited_until = time.monotonic() + PATIENCE
    while connection.execute("select pg_try_advisory_lock(%s)", (WRITER_LOCK,)).fetchone() != (True,):
        if time.monotonic() > waited_until:
            _refuse(connection)
        time.sleep(0.02)
    return connection


def _refuse(connection: psycopg.Connection) -> NoReturn:
    """Close, and say who holds the lock."""
    holder = connection.execute(
        """
        select
            activity.application_name,
            to_char(activity.backend_start, 'YYYY-MM-DD HH24:MI:SS')
        from pg_locks as locks
        inner join pg_stat_activity as activity on locks.pid = activity.pid
        where locks.locktype = 'advisory'
            and locks.classid = 0
            and locks.objid = %s
            and locks.granted
            and locks.database = (select oid from pg_database where datname = current_database())
        """,
        (WRITER_LOCK,),
    ).fetchone()
    connection.close()
    who = f"{holder[0]}, since {holder[1]} by the server's clock" if holder else "another process"
    raise WriterBusy(f"The warehouse is being written to ({who}). Wait for it to end, then try again.")
