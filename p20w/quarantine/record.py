"""Which lines of a drop were set aside, or a field of them, where they lie and why: from the record, without content.

Here: the drop as the desk works on it, and that its file is still the one that was loaded. Not here: what the lines say
(`splice`), putting on record who reads them (`line`, `export`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg

from p20w.intake.drops import sha256_of
from p20w.intake.sources import Limits, SourceError
from p20w.settings import Settings


class NotQuarantined(LookupError):
    """There is no such line to read, or no drop with such lines."""


@dataclass(frozen=True)
class Place:
    """Where a line lies: its number, its first byte in the unpacked file, its bytes without the line break."""

    number: int
    offset: int
    length: int


@dataclass(frozen=True)
class Fault:
    """Why a line, or the value of its column, was set aside."""

    line: int
    column: str | None
    reason: str


@dataclass(frozen=True)
class QuarantinedDrop:
    """An active drop with lines of which something was set aside: `places` by number, `faults` by line and column."""

    drop_id: int
    feed: str
    period: str
    submission: int
    file: Path
    places: Mapping[int, Place]
    faults: tuple[Fault, ...]

    @property
    def scope(self) -> str:
        """`<feed>/<period>/<submission>`."""
        return f"{self.feed}/{self.period}/{self.submission}"


def quarantined_drop(connection: psycopg.Connection, settings: Settings, scope: str) -> QuarantinedDrop:
    """The active drop of this name, with what of it is set aside.

    Args:
        connection: of a role that reads `governance.drop` and `intake.quarantine`.
        settings: where drops are.
        scope: `<feed>/<period>/<submission>`.

    Raises:
        NotQuarantined: no such drop is active, nothing of it is set aside, or its file is not the one that was loaded.
    """
    row = connection.execute(
        """
        select drop_id, feed, period, submission, file_name, file_sha256
        from governance.drop
        where feed || '/' || period || '/' || submission = %s and status = 'accepted'
        """,
        (scope,),
    ).fetchone()
    if row is None:
        raise NotQuarantined(
            f"{scope} is not an active drop. Write it like ui_wage/2024Q3/1; see which are: p20w quarantine list"
        )
    drop_id, feed, period, submission, name, sha256 = row
    aside = connection.execute(
        """
        select line_number, column_name, reason_code, byte_offset, byte_length
        from intake.quarantine
        where drop_id = %s
        order by line_number, column_name
        """,
        (drop_id,),
    ).fetchall()
    if not aside:
        raise NotQuarantined(f"{scope} has no quarantined line. See which drops have: p20w quarantine list")
    file = settings.drops / scope / name
    demand_unchanged(file, sha256, scope, Limits.of(settings))
    places = {number: Place(number, offset, length) for number, _, _, offset, length in aside}
    faults = tuple(Fault(number, column, reason) for number, column, reason, _, _ in aside)
    return QuarantinedDrop(drop_id, feed, period, submission, file, places, faults)


def demand_unchanged(file: Path, sha256: str, scope: str, limits: Limits) -> None:
    """Make sure that a drop's file is the one that was loaded: what is on record of its lines is about that one.

    Raises:
        NotQuarantined: it is not, or is gone.
    """
    try:
        found = sha256_of(file, limits)
    except SourceError:
        found = None
    if found != sha256:
        raise NotQuarantined(
            f"{scope}: the file {file.name} is not in the folder of drops, or is no longer the one that was loaded. "
            "Restore it from the archive of deliveries, then try again."
        )
