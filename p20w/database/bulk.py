"""Bulk movement between Arrow and Postgres: binary COPY in, ADBC out. Never row by row.

Measured against a bare COPY by `make bench`.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import psycopg
import pyarrow as pa
from pgpq import ArrowToPostgresBinaryEncoder
from psycopg import sql

from p20w.database.errors import DatabaseError

T = TypeVar("T")

Read = Callable[[str], pa.Table]
"""Runs a query and gives its rows; see `reader`."""


def copy_arrow(connection: psycopg.Connection, table: str, rows: pa.Table, columns: Sequence[str] | None = None) -> int:
    """Append `rows` to `table` by binary COPY on this connection; the caller commits.

    Arrow types must be what the table's columns take in binary: int64 for bigint, int32 for integer, int16 for
    smallint, string for text, date32 for date, bool for boolean, decimal128 for numeric, binary for bytea, and
    16-byte binary for uuid (its binary form).

    Args:
        connection: open connection, in the caller's transaction.
        table: `schema.table`, or a bare name for a temporary table.
        rows: columns named as in the table.
        columns: subset and order to load; all of `rows` by default.

    Returns:
        Rows sent.
    """
    if columns is not None:
        rows = rows.select(list(columns))
    if rows.num_rows == 0:
        return 0
    encoder = ArrowToPostgresBinaryEncoder(rows.schema)
    target = sql.SQL("copy {} ({}) from stdin with (format binary)").format(
        sql.Identifier(*table.split(".")), sql.SQL(", ").join(map(sql.Identifier, rows.column_names))
    )
    with connection.cursor() as cursor, cursor.copy(target) as copy:
        copy.write(encoder.write_header())
        for batch in rows.to_batches(max_chunksize=65_536):
            copy.write(encoder.write_batch(batch))
        copy.write(encoder.finish())
    return rows.num_rows


def read_arrow(uri: str, query: str) -> pa.Table:
    """The result of `query` as Arrow, through ADBC, on a connection of its own (see `reader` for several).

    Args:
        uri: libpq URI of the role that reads (`Warehouse.libpq`).
        query: one SELECT. Cast uuid columns (`uuid_send(x)` gives 16 bytes, `x::text` gives text).

    Raises:
        DatabaseError: the statement failed. The driver's message, which can repeat values, is dropped.
    """
    with reader(uri) as read:
        return read(query)


@contextmanager
def reader(uri: str) -> Generator[Read]:
    """A function that reads as `read_arrow` does, every time on the same connection; opening one takes 40 ms.

    However long it is not used between two queries, the server keeps it.
    """
    from adbc_driver_postgresql import dbapi

    connection = _told_briefly(lambda: dbapi.connect(uri, autocommit=True))

    def answer(query: str) -> pa.Table:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetch_arrow_table()

    def stay() -> None:
        with connection.cursor() as cursor:
            cursor.execute("set idle_session_timeout = 0")

    try:
        _told_briefly(stay)
        yield lambda query: _told_briefly(lambda: answer(query))
    finally:
        _told_briefly(connection.close)


def _told_briefly(work: Callable[[], T]) -> T:
    """What `work` returns; an error of the driver becomes ours, which carries nothing of the driver's words."""
    from adbc_driver_manager import Error

    try:
        return work()
    except Error as error:
        sqlstate = error.sqlstate or "none"
    raise DatabaseError(f"The database refused while reading in bulk (SQLSTATE {sqlstate}).")
