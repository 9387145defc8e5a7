"""One writer at a time: an advisory lock in the database, whoever starts the work (schedule, sensor, UI or CLI).

Here: taking the lock once a process and saying who holds it.
Not here: what the writer does.
"""

import os
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from p20w.database.errors import WriterBusy

WRITER_LOCK = 0x50323057  # "P20W"


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
                _held.pop(place).connection.close()


def _take(connection: psycopg.Connection, doing: str) -> psycopg.Connection:
    label = f"p20w writer {os.getpid()}: {doing}".encode("ascii", "replace").decode()[:60]
    connection.execute("select set_config('application_name', %s, false)", (label,))
    connection.execute("set idle_session_timeout = 0")
    if connection.execute("select pg_try_advisory_lock(%s)", (WRITER_LOCK,)).fetchone() == (True,):
        return connection
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
