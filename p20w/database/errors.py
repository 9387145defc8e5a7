"""Errors of the database room, free of values: a driver's message can repeat a failing row."""

import psycopg


class DatabaseError(RuntimeError):
    """Something about the server, a role or a statement; the message names no data."""


class ServerMismatch(DatabaseError):
    """The server is not one the warehouse can use."""


class WriterBusy(DatabaseError):
    """Another process is writing to the warehouse."""


def redacted(error: psycopg.Error, doing: str) -> DatabaseError:
    """`error` without its message, detail and context, which can hold values of a line.

    Args:
        error: what the driver raised.
        doing: what was being done, in words, for example "loading ui_wage 2024Q3 submission 1".

    Returns:
        An error that names the SQLSTATE and, where the server told them, table, column and constraint.
    """
    diagnostic = error.diag
    where = ", ".join(
        f"{kind} {name}"
        for kind, name in (
            ("table", diagnostic.table_name),
            ("column", diagnostic.column_name),
            ("constraint", diagnostic.constraint_name),
        )
        if name
    )
    return DatabaseError(
        f"The database refused while {doing}: {type(error).__name__} (SQLSTATE {error.sqlstate or 'none'})"
        + (f" at {where}" if where else "")
        + "."
    )
