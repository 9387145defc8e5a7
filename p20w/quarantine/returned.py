"""Read what an agency sends back: corrected lines, and the table that says which lines of the drop they are.

Here: an archive, encrypted or not, or a folder with the two files, read strictly. Not here: whether the lines are of
the drop (`compose`). No message repeats anything of a line.
"""

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from p20w.intake.sources import Limits, SourceError, open_regular
from p20w.quarantine import archive
from p20w.quarantine.letter import DROP, LEAVE_OUT, LINE, LINES, TABLE

_NUMBER = re.compile(r"[0-9]{1,18}")
_YES, _NO = ("yes", "y", "x", "1", "true"), ("", "no", "n", "0", "false")


class ReturnedError(ValueError):
    """What came back cannot be read as lines and their table; the message says what to ask for."""


@dataclass(frozen=True)
class Returned:
    """Corrected lines as a file, the numbers of those lines in its order, and the numbers of lines to leave out."""

    scope: str
    lines: bytes
    numbers: tuple[int, ...]
    left_out: frozenset[int]


def is_encrypted(path: Path) -> bool:
    """Whether a password is needed to read what came back.

    Raises:
        ArchiveError: it is neither a folder nor a zip archive.
    """
    return not path.is_dir() and archive.is_encrypted(path)


def read_returned(path: Path, password: str | None, limits: Limits) -> Returned:
    """Read an archive, or a folder with the two files.

    Raises:
        ArchiveError: the archive cannot be read.
        ReturnedError: a file is missing, or the table is not as it was sent.
    """
    files = _files(path, limits) if path.is_dir() else archive.unpack(path, password, limits)
    lines = [content for name, content in files.items() if name.lower().startswith(f"{LINES}.")]
    tables = [content for name, content in files.items() if name.lower() == TABLE]
    if len(lines) != 1 or len(tables) != 1:
        raise ReturnedError(
            f"{path.name}: there should be one file called {LINES} (.csv, .txt …) and one called {TABLE} in it, as "
            "they were exported."
        )
    return _read(tables[0], lines[0])


def _files(folder: Path, limits: Limits) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for path in sorted(folder.iterdir()):
        if path.name.lower() == TABLE or path.name.lower().startswith(f"{LINES}."):
            try:
                with open_regular(path) as file:
                    found[path.name] = file.read(limits.file_bytes)
            except SourceError as error:
                raise ReturnedError(f"{path.name}: {error}.") from None
    return found


def _read(table: bytes, lines: bytes) -> Returned:
    try:
        rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig", errors="replace"), newline="")))
    except csv.Error:
        rows = []
    if not rows or any(name not in rows[0] for name in (DROP, LINE, LEAVE_OUT)):
        raise ReturnedError(
            f"{TABLE} has no rows, or not the columns {DROP}, {LINE} and {LEAVE_OUT}. Its commas and its first line "
            "stay as they were exported."
        )
    scopes = {(row[DROP] or "").strip() for row in rows}
    if len(scopes) > 1:
        raise ReturnedError(f"{TABLE} is of several drops. Send each drop's lines back on their own.")
    numbers: dict[int, bool] = {}
    for place, row in enumerate(rows, start=1):
        number, mark = (row[LINE] or "").strip(), (row[LEAVE_OUT] or "").strip().lower()
        if not _NUMBER.fullmatch(number):
            raise ReturnedError(f"{TABLE}: row {place:,} has no number under {LINE}.")
        if mark not in (*_YES, *_NO):
            raise ReturnedError(f'{TABLE}: row {place:,} has something else than "yes" or nothing under {LEAVE_OUT}.')
        numbers[int(number)] = numbers.get(int(number), False) or mark in _YES
    kept = tuple(number for number, is_left_out in numbers.items() if not is_left_out)
    return Returned(scopes.pop(), lines, kept, frozenset(numbers.keys() - set(kept)))
