"""Read a server's log of statements: one record after the other, and what a record says.

Here: the form of Postgres' csvlog (documentation, "Using CSV-Format Log Output") and of pgaudit's lines in it. Not
here: where files are and what was read before (`collecting`), what of a statement may be kept (`statements`).
"""

import re
from collections.abc import Generator
from dataclasses import dataclass
from typing import BinaryIO, Literal

from p20w.database.roles import LOGINS

LONGEST_RECORD = 1_000_000
"""Bytes of one record that are read."""

_FIELD = re.compile(r'(?:"([^"]*(?:""[^"]*)*)"|([^,"]*))(?:,|\Z)')
_FEWEST_COLUMNS = 24
_TIME, _USER, _DATABASE, _SESSION, _SEVERITY, _SQLSTATE, _MESSAGE, _CONTEXT = 0, 1, 2, 5, 11, 12, 13, 18
# a prepared statement has the name its client gave it, whatever that is
_STATEMENT = re.compile(r"statement: |execute .*?: |(?=fastpath function call: )", re.DOTALL)
_PGAUDIT = "AUDIT: "
_COMES_IN = ("connection received", "connection authenticated", "connection authorized")


@dataclass(frozen=True)
class Record:
    """One record and the offset of the byte behind it; `fields` is None where it cannot be read."""

    end: int
    fields: tuple[str, ...] | None


@dataclass(frozen=True)
class Seen:
    """What the server saw one of our logins do, raw: it may hold values and is never stored."""

    happened_at: str
    login: str
    database: str
    session: str
    kind: Literal["statement", "error"]
    text: str = ""
    sqlstate: str | None = None
    object_name: str | None = None
    """A table or function, as pgaudit names it."""
    is_audit_line: bool = False


def records(log: BinaryIO, *, is_finished: bool) -> Generator[Record]:
    """Records of a log, from its first byte on.

    A record ends with the first line end outside quotes. What is left without an end waits, as the server may be
    writing it; where nobody will write on (`is_finished`), it is one record that cannot be read. Of a long record the
    first million bytes are read, so that a statement of any length takes no more memory than that.
    """
    end = quotes = 0
    kept = bytearray()
    while piece := log.readline(LONGEST_RECORD):
        end += len(piece)
        quotes += piece.count(b'"')
        kept += piece[: LONGEST_RECORD - len(kept)]
        if quotes % 2 == 0 and piece.endswith(b"\n"):
            is_cut = len(kept) == LONGEST_RECORD
            text = (kept.rstrip(b'"') + b'"' if is_cut else kept[:-1]).decode(errors="replace")
            found = _fields(text)
            yield Record(end, found + ("",) * (_FEWEST_COLUMNS - len(found)) if is_cut and found else found)
            kept.clear()
            quotes = 0
    if is_finished and kept:
        yield Record(end, None)


def _fields(text: str) -> tuple[str, ...] | None:
    found: list[str] = []
    at = 0
    while at <= len(text):
        match = _FIELD.match(text, at)
        if match is None:
            return None
        quoted, plain = match.groups()
        found.append(plain if quoted is None else quoted.replace('""', '"'))
        if match.end() == len(text) and not match[0].endswith(","):
            break
        at = match.end()
    return tuple(found)


def seen(fields: tuple[str, ...]) -> Seen | None:
    """What a record says about one of our logins; None where it says nothing that is kept.

    A message with a context comes from inside a function: somebody raised it, and it proves nothing.
    """
    if len(fields) < _FEWEST_COLUMNS or fields[_USER] not in LOGINS:
        return None
    common = (fields[_TIME], fields[_USER], fields[_DATABASE], fields[_SESSION])
    message = fields[_MESSAGE]
    if fields[_SEVERITY] in ("ERROR", "FATAL", "PANIC"):
        return Seen(*common, "error", sqlstate=fields[_SQLSTATE])
    if fields[_SEVERITY] != "LOG" or fields[_CONTEXT]:
        return None
    if message.startswith(_PGAUDIT):
        said = _fields(message.removeprefix(_PGAUDIT)) or ()
        if len(said) < 8:
            return None
        return Seen(*common, "statement", said[7], object_name=said[6] or None, is_audit_line=True)
    if match := _STATEMENT.match(message):
        return Seen(*common, "statement", message[match.end() :])
    return None


def plain_line(fields: tuple[str, ...]) -> str | None:
    """A record about the server itself, or who came in, as a line of its plain log; None for all that sessions say."""
    if len(fields) < _FEWEST_COLUMNS or fields[_CONTEXT]:
        return None
    if fields[_USER] and not fields[_MESSAGE].startswith(_COMES_IN):
        return None
    return f"{fields[_TIME]} {fields[_SEVERITY]}: {fields[_MESSAGE]}\n"
