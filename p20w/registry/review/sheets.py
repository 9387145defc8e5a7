"""Verdicts as a sheet: pairs out, verdicts in, for work away from the desk.

Here: CSV files with one pair a line. Not here: verdicts themselves (`verdicts`).

By default a sheet names pairs by their ids and holds nothing personal. With values it is as sensitive as the vault:
every pair in it counts as read by the reviewer, and the file is for its owner's eyes only (mode 0600).
"""

import csv
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psycopg

from p20w.registry.review import verdicts
from p20w.registry.review.queue import PairKey, UnknownPair, Waiting, waiting
from p20w.registry.review.reading import Side, read

PAIR = ("identity_left", "identity_right", "reason", "match_weight", "worth", "verdict")
VALUES = (
    *("feed", "first_name", "middle_name", "last_or_surname", "previous_last_name", "generation_code_or_suffix"),
    *("birthdate", "sex"),
)


class BadSheet(ValueError):
    """A sheet that cannot be taken in; nothing of it was."""


@dataclass(frozen=True)
class Taken:
    """What importing a sheet came to."""

    given: int
    blank: int


def export(connection: psycopg.Connection, file: Path, reviewer: str, *, second: bool, with_values: bool) -> int:
    """Write the pairs that wait for a reviewer, the verdict left blank.

    Args:
        connection: of the steward.
        file: must not be there yet.
        reviewer: who will judge.
        second: pairs others have judged instead of pairs nobody has.
        with_values: add the two records; each reading is put on record.

    Returns:
        the number of pairs.

    Raises:
        BadSheet: the file is there already.
    """
    pairs = waiting(connection, reviewer, second=second)
    extra = [f"{name}_{side}" for side in ("left", "right") for name in VALUES] if with_values else []
    likeness = ["ssn", "source_id"] if with_values else []
    try:
        handle = os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", newline="")
    except FileExistsError:
        raise BadSheet(f"{file} is there already. Choose another name, or remove it first.") from None
    with handle:
        writer = csv.writer(handle)
        writer.writerow([*PAIR, *likeness, *extra])
        for pair in pairs:
            line = _line(pair)
            if with_values:
                found = read(connection, pair.key, reviewer)
                line += [found.ssn, found.source_id, *_values(found.left), *_values(found.right)]
            writer.writerow(line)
    return len(pairs)


def take_in(connection: psycopg.Connection, file: Path, reviewer: str) -> Taken:
    """Put the verdicts of a sheet on record in a reviewer's name, all or none. Lines without a verdict are left out.

    Raises:
        BadSheet: lines and what is wrong with them. Nothing was put on record.
    """
    faults: list[str] = []
    given = blank = 0
    with connection.transaction():
        for number, key, word in _read(file):
            if not word.strip():
                blank += 1
                continue
            try:
                verdict = verdicts.verdict_of(word)
                with connection.transaction():  # a refused verdict does not end the outer transaction
                    verdicts.decide(connection, PairKey.of(*key), verdict, reviewer, is_blind=False)
                given += 1
            except (verdicts.UnknownVerdict, verdicts.Contradiction, UnknownPair) as fault:
                faults.append(f"line {number}: {str(fault).splitlines()[0]}")
        if faults:
            listed = "\n".join(faults[:20])
            raise BadSheet(f"{len(faults)} lines cannot be taken in, so none was.\n{listed}")
    return Taken(given, blank)


def _read(file: Path) -> Iterable[tuple[int, tuple[str, str], str]]:
    with file.open(newline="", encoding="utf-8-sig") as handle:
        reader = csv.DictReader(handle)
        missing = {"identity_left", "identity_right", "verdict"} - set(reader.fieldnames or ())
        if missing:
            raise BadSheet(f"{file} has no column {', '.join(sorted(missing))}. Start from: p20w review export")
        for row in reader:
            yield reader.line_num, (row["identity_left"] or "", row["identity_right"] or ""), row["verdict"] or ""


def _line(pair: Waiting) -> list[object]:
    return [pair.identity_left, pair.identity_right, pair.reason, pair.match_weight, pair.worth, ""]


def _values(side: Side) -> list[object]:
    return [_harmless(getattr(side, name)) for name in VALUES]


def _harmless(value: object) -> object:
    """A text that a spreadsheet would take for a formula gets an apostrophe in front."""
    return f"'{value}" if isinstance(value, str) and value[:1] in tuple("=+-@\t\r") else value
