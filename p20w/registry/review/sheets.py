"""Verdicts as a sheet: pairs out, verdicts in, for work away from the desk.

Here: CSV files with one pair a line. Not here: verdicts themselves (`verdicts`).

By default a sheet names pairs by their ids and holds nothing personal. With values it is as sensitive as the vault:
every pair in it counts as read by the reviewer, and the file is for its owner's eyes only (mode 0600).
"""

import csv
import os
from dataclasses import dataclass
from pathlib import Path

import psycopg

from p20w.registry.review import verdicts
from p20w.registry.review.queue import PairKey, UnknownPair, waiting
from p20w.registry.review.reading import read

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
    """Write the pairs that wait for a reviewer, the verdict left blank; the number of pairs.

    With `second`, pairs others have judged instead of pairs nobody has. With `with_values`, the two records, too; each
    reading is put on record.

    Raises:
        BadSheet: the file is there already.
    """
    pairs = waiting(connection, reviewer, second=second)
    try:
        handle = os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", newline="")
    except FileExistsError:
        raise BadSheet(f"{file} is there already. Choose another name, or remove it first.") from None
    with handle:
        writer = csv.writer(handle)
        extra = ["ssn", "source_id", *(f"{name}_{side}" for side in ("left", "right") for name in VALUES)]
        writer.writerow([*PAIR, *(extra if with_values else ())])
        for pair in pairs:
            line = [pair.identity_left, pair.identity_right, pair.reason, pair.match_weight, pair.worth, ""]
            if with_values:
                found = read(connection, pair.key, reviewer)
                values = [getattr(side, name) for side in (found.left, found.right) for name in VALUES]
                line += [found.ssn, found.source_id, *map(_harmless, values)]
            writer.writerow(line)
    return len(pairs)


def take_in(connection: psycopg.Connection, file: Path, reviewer: str) -> Taken:
    """Put the verdicts of a sheet on record in a reviewer's name, all or none. Lines without a verdict are left out.

    Raises:
        BadSheet: lines and what is wrong with them. Nothing was put on record.
    """
    faults: list[str] = []
    given = blank = 0
    with file.open(newline="", encoding="utf-8-sig") as handle, connection.transaction():
        lines = csv.DictReader(handle, restval="")
        if missing := {"identity_left", "identity_right", "verdict"} - set(lines.fieldnames or ()):
            raise BadSheet(f"{file} has no column {', '.join(sorted(missing))}. Start from: p20w review export")
        for line in lines:
            if not line["verdict"].strip():
                blank += 1
                continue
            try:
                verdict = verdicts.verdict_of(line["verdict"])
                key = PairKey.of(line["identity_left"], line["identity_right"])
                with connection.transaction():  # a refused verdict does not end the outer transaction
                    verdicts.decide(connection, key, verdict, reviewer, is_blind=False)
                given += 1
            except (verdicts.Refused, UnknownPair) as fault:
                faults.append(f"line {lines.line_num}: {str(fault).splitlines()[0]}")
        if faults:
            listed = "\n".join(faults[:20])
            raise BadSheet(f"{len(faults)} lines cannot be taken in, so none was.\n{listed}")
    return Taken(given, blank)


def _harmless(value: object) -> object:
    """A text that a spreadsheet would take for a formula gets an apostrophe in front."""
    return f"'{value}" if isinstance(value, str) and value[:1] in tuple("=+-@\t\r") else value
