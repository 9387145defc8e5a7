"""What is set aside in active drops: counts by drop, and by column and reason.

Here: reading them from the record; of a line, only that it is there. Not here: how they are shown
(`p20w.commands.quarantine`).
"""

from dataclasses import dataclass
from datetime import date

import psycopg


@dataclass(frozen=True)
class DropCounts:
    """One active drop: how many of its lines are set aside, and how many lack a field that is."""

    feed: str
    period: str
    submission: int
    delivered_on: date
    lines_total: int
    lines: int
    lines_lacking_fields: int
    to_correct: int
    """Lines of either kind, each counted once."""

    @property
    def scope(self) -> str:
        """`<feed>/<period>/<submission>`."""
        return f"{self.feed}/{self.period}/{self.submission}"


@dataclass(frozen=True)
class ReasonCounts:
    """One column (None: the whole line) and reason of a feed: in how many lines, of how many drops, last in which."""

    feed: str
    column: str | None
    reason: str
    sets_aside: str
    lines: int
    drops: int
    newest: str


@dataclass(frozen=True)
class Overview:
    """Drops, newest first, and reasons, by feed and most frequent first."""

    drops: tuple[DropCounts, ...]
    reasons: tuple[ReasonCounts, ...]


def overview(connection: psycopg.Connection, scope: str | None = None) -> Overview:
    """What is set aside in active drops.

    Args:
        connection: of a role that reads `governance.drop` and `intake.quarantine`.
        scope: `<feed>`, `<feed>/<period>` or `<feed>/<period>/<submission>`; None for all feeds.
    """
    drops = connection.execute(_DROPS, {"scope": scope}).fetchall()
    reasons = connection.execute(_REASONS, {"scope": scope}).fetchall()
    return Overview(tuple(DropCounts(*row) for row in drops), tuple(ReasonCounts(*row) for row in reasons))


_ACTIVE = """
with active as (

    select
        drop_id, feed, period, submission, delivered_on, coalesce(lines_total, 0) as lines_total,
        feed || '/' || period || '/' || submission as scope
    from governance.drop
    where status = 'accepted'
        and (
            %(scope)s::text is null
            or starts_with(feed || '/' || period || '/' || submission || '/', %(scope)s || '/')
        )

)
"""

_DROPS = f"""{_ACTIVE},

counted as (

    select
        drop_id,
        count(*) filter (where sets_aside = 'line') as lines,
        count(distinct line_number) filter (where sets_aside = 'field') as lines_lacking_fields,
        count(distinct line_number) as to_correct
    from intake.quarantine
    where drop_id in (select active.drop_id from active)
    group by drop_id

)

select
    active.feed, active.period, active.submission, active.delivered_on, active.lines_total,
    counted.lines, counted.lines_lacking_fields, counted.to_correct
from counted
inner join active on counted.drop_id = active.drop_id
order by active.delivered_on desc, active.drop_id desc
"""

_REASONS = f"""{_ACTIVE}
select
    active.feed, aside.column_name, aside.reason_code, aside.sets_aside,
    count(*) as lines,
    count(distinct active.drop_id) as drops,
    (array_agg(active.scope order by active.drop_id desc))[1] as newest
from intake.quarantine as aside
inner join active on aside.drop_id = active.drop_id
group by active.feed, aside.column_name, aside.reason_code, aside.sets_aside
order by active.feed, lines desc, aside.reason_code, aside.column_name
"""
