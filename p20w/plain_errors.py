"""Errors in words that may be shown, logged and kept: nothing of a row can be in them.

Here: the one place that decides what of an exception is told. Our own errors are written without values and
are told as they are. Those of drivers and libraries may repeat a failing value; of them only the class and
the places in the code are told. Not here: our errors themselves (each room has its own).
"""

from __future__ import annotations

import errno
import re
import traceback
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

ROOMS = ("p20w", "expectations", "splink_models", "dagster_project")
# Their messages name parts of the program, never what it works on.
AGAIN = "Run the same command again: it continues where it stopped."
LOST = "The database was stopped, or the connection to it was lost. Nothing half-done counts."
LACKING = ("42883", "42P01", "42703", "3F000")  # SQLSTATE: no such function, table, column or schema
OLDER = "If the software is newer than the database, bring its tables up to date first: p20w db start."
FULL = ("No space left on device", "Disk quota exceeded", "max_temp_directory_size")
GONE = ("server closed the connection", "terminating connection", "connection already closed", "Connection refused")
_QUOTED = re.compile(r"""(["'`]).*?\1""")
NAMES_CODE = (NameError, AttributeError, ImportError, NotImplementedError)


class StageError(RuntimeError):
    """A stage stopped on an error that must not be repeated in its own words."""


def is_ours(error: BaseException) -> bool:
    """Whether the error's class is one of ours, whose messages hold no values."""
    return type(error).__module__.partition(".")[0] in ROOMS


def of_the_machine(error: BaseException) -> str | None:
    """A sentence for what happens to machines (a full disk, a database that was stopped); None for anything else."""
    for cause in _causes(error):
        if isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT):
            return f"The disk is full{_at(cause)}. Make room there. {AGAIN}"
        # DuckDB's errors of files and memory, which quote no value; it spills what does not fit to disk
        if type(cause).__name__ in ("IOException", "OutOfMemoryException") and (told := _told(str(cause))):
            return told
        if type(cause).__module__.startswith("psycopg"):
            from p20w.database.errors import plain  # not at the top: help should not wait for the database's driver

            if told := plain(cause):
                return told
    return None


def in_a_message(text: str) -> str | None:
    """The same of a library's message, where its error says no more; what a message quotes does not count."""
    return _told(_QUOTED.sub("", text))


def _told(said: str) -> str | None:
    if any(words in said for words in FULL):
        return f"The disk is full. Make room there. {AGAIN}"
    if any(words in said for words in GONE):
        return f"{LOST} {AGAIN}"
    return None


def _causes(error: BaseException | None) -> Generator[BaseException]:
    """The error and what it came from; SQLAlchemy and Dagster wrap the driver's."""
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _at(error: OSError) -> str:
    return f" ({error.filename})" if error.filename else ""


def describe(error: BaseException) -> str:
    """What may be told about `error`."""
    if is_ours(error):
        return str(error)
    if told := of_the_machine(error):
        return told
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"  {_short(frame.filename)}:{frame.lineno} in {frame.name}" for frame in frames[-12:]]
    if type(error).__module__.partition(".")[0] == "psycopg":
        from p20w.database.errors import redacted  # not at the top: help should not wait for the database's driver

        told = str(redacted(error, "running a statement")).rstrip(".")  # pyright: ignore[reportArgumentType]
    elif isinstance(error, NAMES_CODE):
        told = f"{type(error).__name__}: {error}"
    else:
        kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
        told = f"{kind} (its message is not repeated here, as it may quote a line of data)"
    hint = [OLDER] if getattr(error, "sqlstate", None) in LACKING else []
    return "\n".join([f"{told}. Raised at:", *places, *hint])


@contextmanager
def plain_errors(doing: str) -> Generator[None]:
    """Replace an exception of a driver or library by one whose words may be kept.

    Args:
        doing: what was being done, in words, for example "loading ui_wage".
    """
    try:
        yield
    except Exception as error:
        if is_ours(error):
            raise
        raise StageError(f"Stopped while {doing}: {describe(error)}") from None


def _short(filename: str) -> str:
    parts = Path(filename).parts
    return "/".join(parts[-2:])
