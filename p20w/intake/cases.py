"""Drops on their way through intake: their numbers, what became of them, and what was decided before.

Here: one case a drop, and the history that tells repeats and resubmissions apart. Not here: the steps a case goes
through (`receive`).
"""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import psycopg

from p20w.intake.drops import DropPath
from p20w.intake.inspection import Inspection
from p20w.pipeline.gates import GateRun

_PER_DAY, _PER_FEED = 100_000, 1_000


@dataclass(frozen=True)
class DropOutcome:
    """What became of one drop."""

    drop_id: int
    feed: str
    period: str
    submission: int
    delivered_on: date
    status: str
    reason_code: str | None = None
    reason: str | None = None
    lines_total: int | None = None
    lines_accepted: int | None = None
    lines_quarantined: int | None = None
    gate_runs: tuple[GateRun, ...] = ()

    @property
    def scope(self) -> str:
        """The drop's name everywhere: `<feed>/<period>/<submission>`."""
        return f"{self.feed}/{self.period}/{self.submission}"


@dataclass
class Case:
    """A drop on its way through the room."""

    drop: DropPath
    drop_id: int
    status: str = "received"
    found: Inspection = field(default_factory=Inspection)
    reason_code: str | None = None
    reason: str | None = None
    lines: tuple[int | None, int | None, int | None] = (None, None, None)
    runs: list[GateRun] = field(default_factory=list[GateRun])

    def outcome(self) -> DropOutcome:
        """What became of the drop, as callers see it."""
        drop = self.drop
        return DropOutcome(
            self.drop_id,
            drop.feed,
            drop.period,
            drop.submission,
            drop.delivered_on,
            self.status,
            self.reason_code,
            self.reason,
            *self.lines,
            gate_runs=tuple(self.runs),
        )


class History:
    """What was decided before, and in this run: numbers of drops, and files already seen."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._rows: dict[tuple[str, str, int], tuple[int, str, str | None]] = {}
        self._begun: dict[tuple[str, str, int, str | None], int] = {}
        self._seen: dict[tuple[str, str | None], tuple[int, str]] = {}
        self._purged: dict[tuple[str, str | None], tuple[str, int, date]] = {}
        self._used: dict[int, int] = {}
        self._lines: dict[int, tuple[Any, Any, Any]] = {}
        rows = connection.execute(
            """
            select drop_id, feed, period, submission, status, file_sha256, reason_code, purge_id, changed_at::date,
                lines_total, lines_accepted, lines_quarantined
            from governance.drop
            order by drop_id
            """
        ).fetchall()
        for drop_id, feed, period, submission, status, sha256, reason, purge_id, day, *lines in rows:
            self._count(drop_id)
            self._lines[drop_id] = (lines[0], lines[1], lines[2])
            key = (feed, period, submission)
            if status == "rejected" and reason is None:
                self._begun[*key, sha256] = drop_id
            elif (status != "rejected" and purge_id is None) or key not in self._rows:
                self._rows[key] = (drop_id, status, sha256)
            if status in ("accepted", "superseded", "loaded"):
                self._seen.setdefault((feed, sha256), (drop_id, f"{feed}/{period}/{submission}"))
            if purge_id is not None:
                self._purged.setdefault((feed, sha256), (f"{feed}/{period}/{submission}", purge_id, day))

    def open_case(self, drop: DropPath, intake_order: int) -> Case | None:
        """The case of a drop: the one begun before, or a new one with the next number of its day and feed.

        A number is the day of delivery, the feed's order of intake (two digits) and a count (three): the same drops
        get the same numbers, whether they came quarter by quarter or all at once, and whatever other feeds there are.
        Without a number left, None: one more would be another's.
        """
        row = self._rows.get((drop.feed, drop.period, drop.submission))
        if row and row[1] == "loaded":  # whatever the folder holds by now, what was loaded comes first
            return Case(replace(drop, sha256=row[2]), row[0], "loaded", lines=self._lines[row[0]])
        if row and row[1] == "received":
            return Case(drop, row[0])
        if begun := self._begun.get((drop.feed, drop.period, drop.submission, drop.sha256)):
            return Case(drop, begun)
        first = int(drop.delivered_on.strftime("%Y%m%d")) * _PER_DAY + intake_order * _PER_FEED
        drop_id = first + self._used.get(first, 0) + 1
        if drop_id - first >= _PER_FEED:
            return None
        self._count(drop_id)
        return Case(drop, drop_id)

    def compare(self, case: Case) -> None:
        """Note whether the submission was used before for another file, or the file before, or was purged."""
        drop, facts = case.drop, case.found
        purged = self._purged.get((drop.feed, drop.sha256))
        if drop.sha256 and purged:
            facts.note("file_purged", purged_scope=purged[0], certificate=purged[1], purged_on=purged[2])
        row = self._rows.get((drop.feed, drop.period, drop.submission))
        if row and row[0] != case.drop_id:
            facts.note("submission_changed", earlier_sha256=(row[2] or "")[:12])
        seen = self._seen.get((drop.feed, drop.sha256))
        if drop.sha256 and seen and seen[0] != case.drop_id and seen[1] != drop.scope:
            facts.note("file_seen_before", earlier_scope=seen[1])
        if facts.first_fault is None:
            self._rows[drop.feed, drop.period, drop.submission] = (case.drop_id, "received", drop.sha256)
            self._seen.setdefault((drop.feed, drop.sha256), (case.drop_id, drop.scope))

    def _count(self, drop_id: int) -> None:
        first = drop_id - drop_id % _PER_FEED
        self._used[first] = max(self._used.get(first, 0), drop_id % _PER_FEED)
