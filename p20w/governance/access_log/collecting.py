"""Take what the server logged of our logins into the access log, and remove the files that were read.

Here: which files there are, how far they were read (the chain itself says so), what becomes a row. Not here: the form
of a record (`server_log`), what of a statement may be kept (`statements`), the chain (`chain`).
"""

import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic, sleep

import psycopg

from p20w.database import DatabaseError, Warehouse, embedded
from p20w.database.access import OURS
from p20w.database.recording import is_recording, log_folder
from p20w.database.roles import password
from p20w.database.writer import ACCESS_LOG, alone
from p20w.governance.access_log.overdue import overdue
from p20w.governance.access_log.server_log import Seen, plain_line, records, seen
from p20w.governance.access_log.statements import OTHER, Kept, Names, kept, mark
from p20w.plain_errors import describe
from p20w.progress import tell

KEY = "access_log_key"
"""Name of the file, beside the passwords, with the key of marks."""
PATIENCE_FOR_LOGGER = 3.0
"""Seconds to wait for what the server's logger has yet to write."""
TAIL = 1_000_000
"""Bytes at the end of a file in which what was just said is looked for."""
PATIENCE_FOR_ROTATION = 3.0
"""Seconds to wait for the server's new log file."""
PATIENCE_FOR_ANOTHER = 120.0

NOTHING = Kept(OTHER, (), None)


class NotRecording(DatabaseError):
    """The server logs no statements that we could read."""


@dataclass(frozen=True)
class Row:
    """One row to be added; `seen` is None for a record that cannot be read."""

    source: str
    position: int
    seen: Seen | None
    kept: Kept
    mark: str | None


def note(warehouse: Warehouse) -> None:
    """Collect in the course of a refresh; where that cannot be done, say so and go on.

    Where another process does that, as in containers, say when it seems to have stopped.
    """
    try:
        with suppress(NotRecording):
            collect(warehouse)
        if late := overdue(warehouse):
            tell(late)
    except Exception as problem:  # it must not stop a refresh; the head in the report shows that nothing was added
        tell(f"the access log stays as it is: {describe(problem)}")


def collect(warehouse: Warehouse, say: Callable[[str], None] | None = None) -> int:
    """Add to the access log what the server has logged since the last time; the number of rows.

    Safe to repeat: a record is added once. Files are removed when all of them is in the chain.

    Args:
        warehouse: worked in as `auditor`; of passwords it takes that one and the key of marks.
        say: is given what the server said of itself, line by line, before a file of it is removed. The embedded
            server's lines are kept in its plain log instead.

    Raises:
        NotRecording: this server's statements are not recorded; the message says what would change that.
        DatabaseError: its log is not in the folder that is named, or cannot be read.
    """
    folder = log_folder(warehouse.settings)
    if folder is None:
        raise NotRecording(_why_not(warehouse))
    with warehouse.connect("auditor", autocommit=True) as lock:
        if not is_recording(lock, warehouse.settings):
            raise NotRecording(_why_not(warehouse))
        if not alone(lock, ACCESS_LOG, PATIENCE_FOR_ANOTHER):
            raise DatabaseError("Another process has been reading the server's log for long. Try again later.")
        try:
            if not await_logger(lock, folder) and warehouse.settings.server_url is not None:
                raise DatabaseError(
                    f"The server does not write its log into {folder}. Name its folder: P20W_SERVER_LOG."
                )
            return _take_in_all(warehouse, folder, say or (lambda line: None))
        except OSError as error:
            raise DatabaseError(f"The server's log in {folder} cannot be read ({error.strerror}).") from None


def await_logger(auditor: psycopg.Connection, folder: Path) -> bool:
    """Wait until the server's logger, which writes behind the sessions, has written what was said before.

    The auditor says a word, in a function, so that no row comes of it, and what is written up to it is complete. False
    when the word is not there after a few seconds.
    """
    word = secrets.token_hex(16)
    auditor.execute("select governance.mark_log(%s)", (word,))
    deadline = monotonic() + PATIENCE_FOR_LOGGER
    while not any(word.encode() in _tail(file) for file in folder.glob("*.csv")):
        if monotonic() > deadline:
            return False
        sleep(0.01)
    return True


def _tail(file: Path) -> bytes:
    with file.open("rb") as log:
        log.seek(max(0, log.seek(0, os.SEEK_END) - TAIL))
        return log.read()


def _take_in_all(warehouse: Warehouse, folder: Path, say: Callable[[str], None]) -> int:
    _rotate(warehouse, folder)
    files = sorted(folder.glob("*.csv"))
    with warehouse.connect("auditor") as auditor:
        names = _names(auditor)
        added = sum(_take_in(warehouse, auditor, names, file, say, is_finished=file != files[-1]) for file in files)
        auditor.execute("insert into governance.access_reading default values")
        return added


def _why_not(warehouse: Warehouse) -> str:
    if warehouse.settings.server_url is None:
        return "The embedded Postgres was started before it recorded statements. Run: p20w db stop; p20w db start"
    return (
        "Statements on this server are not recorded. Let it write its log as csvlog alone, and set P20W_SERVER_LOG to "
        "its folder (docs/ops/audit.md)."
    )


def _rotate(warehouse: Warehouse, folder: Path) -> None:
    """Have the server begin a new file, where we may, so that those before it can be read to their end and removed.

    A file is named for its second, so that a file of this second must become older first.
    """
    before = sorted(folder.glob("*.csv"))
    if warehouse.administrator is None or not before:
        return
    with warehouse.connect_administrator() as admin:
        row = admin.execute("select has_function_privilege('pg_rotate_logfile()', 'execute')").fetchone()
        deadline = monotonic() + PATIENCE_FOR_ROTATION
        while row == (True,) and monotonic() < deadline:
            admin.execute("select pg_rotate_logfile()")
            sleep(0.05)
            if sorted(folder.glob("*.csv")) != before:
                return


def _take_in(
    warehouse: Warehouse,
    auditor: psycopg.Connection,
    names: Names,
    file: Path,
    say: Callable[[str], None],
    *,
    is_finished: bool,
) -> int:
    """Add what is new in one file; remove the file once all of it is in the chain."""
    (start,) = auditor.execute(
        "select coalesce(max(position), 0) from governance.access_log where source = %s", (file.name,)
    ).fetchall()[0]
    key = password(warehouse.settings.secrets, KEY).encode()
    rows, plain = list[Row](), list[str]()
    with file.open("rb") as log:
        for record in records(log, is_finished=is_finished):
            found = seen(record.fields) if record.fields else None
            if record.fields and (line := plain_line(record.fields)):
                plain.append(line)
            elif record.end <= start:
                continue
            elif found and found.database == warehouse.settings.database:
                what = kept(found.text, names, found.object_name)
                rows.append(Row(file.name, record.end, found, what, mark(found.text, key)))
            elif record.fields is None:
                rows.append(Row(file.name, record.end, None, NOTHING, None))
    rows = list(_with_what_was_tried(_with_audit_lines(rows)))
    with auditor.cursor() as cursor:
        cursor.executemany(_ADD, [_values(row) for row in rows])
    auditor.commit()
    if is_finished:
        _keep_plain(warehouse, plain, say)
        for part in (file, file.with_suffix(".log")):
            part.unlink(missing_ok=True)
    return len(rows)


def _with_what_was_tried(rows: Iterable[Row]) -> Iterator[Row]:
    """Rows in order; an error names what its session tried last."""
    last: dict[str, Kept] = {}
    for row in rows:
        if row.seen is None:
            yield row
        elif row.seen.kind == "error":
            yield replace(row, kept=replace(last.pop(row.seen.session, NOTHING), words=None), mark=None)
        else:
            last[row.seen.session] = row.kept
            yield row


def _with_audit_lines(rows: Iterable[Row]) -> Iterator[Row]:
    """Rows in order; pgaudit's lines, which follow their statement, are one row with it, at the last one's place."""
    waiting: Row | None = None
    for row in rows:
        if waiting and _is_of(row, waiting):
            relations = tuple(sorted({*waiting.kept.relations, *row.kept.relations}))
            waiting = replace(waiting, position=row.position, kept=replace(waiting.kept, relations=relations))
            continue
        if waiting:
            yield waiting
        waiting = row
    if waiting:
        yield waiting


def _is_of(row: Row, before: Row) -> bool:
    """Whether a row is pgaudit's line of the statement before it."""
    if row.seen is None or before.seen is None or not row.seen.is_audit_line:
        return False
    return (row.seen.session, row.mark) == (before.seen.session, before.mark)


def _values(row: Row) -> tuple[object, ...]:
    what = row.seen
    return (
        what.happened_at if what else "now",
        what.login if what else "",
        what.session if what else "",
        what.kind if what else "unreadable",
        row.kept.command,
        list(row.kept.relations),
        row.kept.words,
        row.mark,
        _known(what.sqlstate) if what and what.sqlstate else None,
        row.source,
        row.position,
    )


def _known(sqlstate: str) -> str:
    """An SQLSTATE of the server's own; whoever raises an error may put anything there."""
    try:
        psycopg.errors.lookup(sqlstate)
    except KeyError:
        return "other"
    return sqlstate


def _keep_plain(warehouse: Warehouse, lines: Iterable[str], say: Callable[[str], None]) -> None:
    """Keep what the server said of itself: the embedded one's in its plain log, another's is handed on."""
    if warehouse.settings.server_url is None:
        with embedded.locate(warehouse.settings).log.open("a", encoding="utf-8") as handle:
            handle.writelines(lines)
        return
    for line in lines:
        say(line.rstrip("\n"))


def _names(connection: psycopg.Connection) -> Names:
    (words,) = connection.execute(_WORDS).fetchall()[0]
    (things,) = connection.execute(_THINGS).fetchall()[0]
    connection.rollback()
    return Names(frozenset(words), frozenset(things))


_ADD = """
insert into governance.access_log (
    happened_at, login, session, kind, command, relations, words, mark, sqlstate, source, position
)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""

_THINGS = f"""
select coalesce(array_agg(nspname || '.' || name), '{{}}')
from (
    select relnamespace, relname as name from pg_class where relkind in ('r', 'v', 'm', 'p', 'f')
    union
    select pronamespace, proname from pg_proc
) as thing
inner join pg_namespace as n on relnamespace = n.oid
where {OURS}
"""

_WORDS = f"""
select array_agg(name::text)
from (
    select nspname as name from pg_namespace
    union
    select relname from pg_class inner join pg_namespace as n on relnamespace = n.oid where {OURS}
    union
    select relname from pg_class where relnamespace = 'pg_catalog'::regnamespace and relkind in ('r', 'v')
    union
    select attname from pg_attribute where attnum > 0 and not attisdropped
    union
    select proname from pg_proc
    union
    select name from pg_settings
) as known
"""
