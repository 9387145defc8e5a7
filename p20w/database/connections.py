"""Connections whose errors are free of values, whatever statement failed and whoever prints the error.

Here: psycopg's connection and cursor, with every error scrubbed on its way out.
Not here: who connects to what (warehouse), what scrubbing leaves (errors).
"""

import logging
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from p20w.database.errors import DatabaseError, TooManySessions, scrub

FULL = "too many connections"

# "error ignored in rollback" and the like, while a connection that broke is put away: the error itself is told
logging.getLogger("psycopg").setLevel(logging.ERROR)


@contextmanager
def scrubbing() -> Generator[None]:
    """Scrub a driver's error that leaves the block."""
    try:
        yield
    except psycopg.Error as error:
        scrub(error)
        raise


class ScrubbedCursor(psycopg.Cursor[Any]):
    """A cursor whose errors hold no values."""

    def execute(self, *args: Any, **kwargs: Any) -> "ScrubbedCursor":
        """As psycopg's."""
        with scrubbing():
            return super().execute(*args, **kwargs)

    def executemany(self, *args: Any, **kwargs: Any) -> None:
        """As psycopg's."""
        with scrubbing():
            super().executemany(*args, **kwargs)

    def stream(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        """As psycopg's."""
        with scrubbing():
            yield from super().stream(*args, **kwargs)

    @contextmanager
    def copy(self, *args: Any, **kwargs: Any) -> Generator[psycopg.Copy]:
        """As psycopg's."""
        with scrubbing(), super().copy(*args, **kwargs) as copy:
            yield copy


class ScrubbedServerCursor(psycopg.ServerCursor[Any]):
    """A server-side cursor whose errors hold no values."""

    def execute(self, *args: Any, **kwargs: Any) -> "ScrubbedServerCursor":
        """As psycopg's."""
        with scrubbing():
            return super().execute(*args, **kwargs)

    def fetchone(self) -> Any:
        """As psycopg's."""
        with scrubbing():
            return super().fetchone()

    def fetchmany(self, size: int = 0) -> list[Any]:
        """As psycopg's."""
        with scrubbing():
            return super().fetchmany(size)

    def fetchall(self) -> list[Any]:
        """As psycopg's."""
        with scrubbing():
            return super().fetchall()

    def __next__(self) -> Any:
        with scrubbing():
            return super().__next__()


class ScrubbedConnection(psycopg.Connection[Any]):
    """A connection whose errors hold no values; deferred constraints fail at commit."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cursor_factory = ScrubbedCursor
        self.server_cursor_factory = ScrubbedServerCursor

    def commit(self) -> None:
        """As psycopg's."""
        with scrubbing():
            super().commit()

    @contextmanager
    def transaction(self, *args: Any, **kwargs: Any) -> Generator[psycopg.Transaction]:
        """As psycopg's."""
        with scrubbing(), super().transaction(*args, **kwargs) as transaction:
            yield transaction


def connect(dsn: str, who: str, remedy: str, *, autocommit: bool = False, **parameters: Any) -> psycopg.Connection:
    """Connect, or say who could not and what to do; the driver's message is dropped, for it repeats the URL.

    Args:
        dsn: connection string or URI. Never repeated.
        who: who connects to what, in words.
        remedy: what the reader can do about a failure.
        autocommit: each statement is its own transaction.
        parameters: more connection parameters.

    Raises:
        TooManySessions: the login has all the sessions it may have.
        DatabaseError: no connection for another reason.
    """
    try:
        return ScrubbedConnection.connect(dsn, autocommit=autocommit, **parameters)
    except psycopg.Error as error:
        reason = _reason(error)
    kind = TooManySessions if reason == FULL else DatabaseError
    raise kind(f"{who} could not connect ({reason}). {remedy}")


def _reason(error: psycopg.Error) -> str:
    """What kind of failure it was. The server sends no SQLSTATE through libpq here, so its words are looked at."""
    text = str(error)
    if not isinstance(error, psycopg.OperationalError):
        return "the connection string is not one that Postgres understands"
    for mark, reason in (
        ("authentication failed", "wrong password or user"),
        ("no pg_hba.conf entry", "no access rule lets it in"),
        ("does not exist", "no such database or role"),
        ("permission denied for database", "the role may not enter the database"),
        ("too many", FULL),
        ("starting up", "the server is starting up"),
    ):
        if mark in text:
            return reason
    return "the server does not answer"
