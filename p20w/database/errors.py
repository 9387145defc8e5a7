"""Errors of the database room, free of values: a driver's message can repeat a failing row.

Here: the errors the room raises, and what is left of a driver's error before anyone sees it.
Not here: where it is applied to every statement (connections).
"""

import psycopg
from psycopg.pq import DiagnosticField

from p20w.plain_errors import AGAIN, LOST

SAFE_FIELDS = (
    DiagnosticField.SEVERITY,
    DiagnosticField.SEVERITY_NONLOCALIZED,
    DiagnosticField.SQLSTATE,
    DiagnosticField.SCHEMA_NAME,
    DiagnosticField.TABLE_NAME,
    DiagnosticField.COLUMN_NAME,
    DiagnosticField.DATATYPE_NAME,
    DiagnosticField.CONSTRAINT_NAME,
)
"""What a diagnosis may keep: names of things. Its messages, detail, context and query can repeat values."""

WRONG_STATE = "PW002"
"""SQLSTATE of a function that changes a state (migration 0015) when the thing is not in the state it changes."""

NAMES_ONLY = ("PW", "08", "25", "28", "3D", "3F", "40", "42501", "42703", "42883", "42P01", "42P07", "53", "55", "57")
"""SQLSTATE beginnings whose main message names tables, columns or roles and never a value; PW are our own."""


class DatabaseError(RuntimeError):
    """Something about the server, a role or a statement; the message names no data."""


class ServerMismatch(DatabaseError):
    """The server is not one the warehouse can use."""


class TooManySessions(DatabaseError):
    """The login has all the sessions open that it may have."""


class WriterBusy(DatabaseError):
    """Another process is writing to the warehouse."""


def scrub(error: psycopg.Error) -> None:
    """Take every value out of a driver's error, in place: its class, SQLSTATE and names of things stay.

    In place, because a new error would carry the old one along as its context, and traceback printers and
    event logs follow that.
    """
    diagnostic = error.diag
    if error.sqlstate is None:
        if isinstance(error, psycopg.DataError):  # raised by the driver itself, with the value it could not send
            error.args = ("a value could not be sent",)
        return
    text = f"{type(error).__name__} (SQLSTATE {error.sqlstate}){_where(diagnostic)}"
    if error.sqlstate.startswith(NAMES_ONLY) and diagnostic.message_primary:
        text += f": {diagnostic.message_primary}"
    kept = {field: _bytes(error, field) for field in SAFE_FIELDS}
    error._info = kept  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue]  # no public way
    error.args = (text,)


def plain(error: BaseException) -> str | None:
    """A sentence for what happens to servers, so that no SQLSTATE has to be looked up; None for anything else.

    Args:
        error: of either driver, ours (psycopg) or that of Dagster's storage (psycopg2).
    """
    code: str | None = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)
    # psycopg2 raises the mother of its errors, without a code, for a connection that broke
    lost = type(error).__name__ in ("OperationalError", "InterfaceError", "DatabaseError")
    if code == "53100":
        return f"The disk of the database is full. Make room there. {AGAIN}"
    if (code is None and lost) or (code and code.startswith(("57P0", "08"))):
        return f"{LOST} {AGAIN}"
    return None


def redacted(error: psycopg.Error, doing: str) -> DatabaseError:
    """`error` without its message, detail and context, which can hold values of a line.

    Args:
        error: what the driver raised.
        doing: what was being done, in words, for example "loading ui_wage 2024Q3 submission 1".

    Returns:
        An error that names the SQLSTATE and, where the server told them, table, column and constraint.
    """
    if told := plain(error):
        return DatabaseError(f"Stopped while {doing}. {told}")
    kind = f"{type(error).__name__} (SQLSTATE {error.sqlstate or 'none'})"
    return DatabaseError(f"The database refused while {doing}: {kind}{_where(error.diag)}.")


def _where(diagnostic: psycopg.errors.Diagnostic) -> str:
    found = ", ".join(
        f"{kind} {name}"
        for kind, name in (
            ("table", diagnostic.table_name),
            ("column", diagnostic.column_name),
            ("constraint", diagnostic.constraint_name),
        )
        if name
    )
    return f" at {found}" if found else ""


def _bytes(error: psycopg.Error, field: DiagnosticField) -> bytes | None:
    info = error._info  # pyright: ignore[reportPrivateUsage]
    if info is None or isinstance(info, dict):
        return (info or {}).get(field)
    return info.error_field(field)
