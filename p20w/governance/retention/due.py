"""Until when each drop may be kept: the last day of its period and the years that its agreement allows.

Here: reading that. Not here: the rule (view `governance.drop_retention`), purging (`purging`).
"""

from dataclasses import dataclass
from datetime import date

import psycopg
from psycopg.rows import class_row


@dataclass(frozen=True)
class Held:
    """A drop that was decided on and not purged, whatever its status: refused ones leave a file."""

    drop_id: int
    feed: str
    period: str
    submission: int
    status: str
    lines: int
    file_sha256: str | None
    held_since: date
    kept_until: date

    @property
    def scope(self) -> str:
        """The drop's name everywhere: `<feed>/<period>/<submission>`."""
        return f"{self.feed}/{self.period}/{self.submission}"

    def is_due(self, on: date) -> bool:
        """Whether it may be kept no longer on a day."""
        return self.kept_until < on


def read(connection: psycopg.Connection) -> list[Held]:
    """All drops that are held, by feed and by the day until which they may be; for any role that reads drops."""
    with connection.cursor(row_factory=class_row(Held)) as cursor:
        return cursor.execute(_HELD).fetchall()


def purged(connection: psycopg.Connection) -> set[str]:
    """What was purged, by the names that a purge takes: `<feed>/<period>`, and that with the submission."""
    rows = connection.execute(
        """
        select feed || '/' || period from governance.drop where purge_id is not null
        union
        select feed || '/' || period || '/' || submission from governance.drop where purge_id is not null
        """
    ).fetchall()
    return {name for (name,) in rows}


_HELD = """
select
    held.drop_id,
    held.feed,
    held.period,
    held.submission,
    held.status,
    coalesce(delivery.lines_total, 0) as lines,
    delivery.file_sha256,
    held.held_since,
    held.kept_until
from governance.drop_retention as held
inner join governance.drop as delivery on held.drop_id = delivery.drop_id
order by held.feed, held.kept_until, held.period, held.submission, held.drop_id
"""
