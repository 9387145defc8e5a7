"""What the warehouse has written down about its refreshes, drops, gates and links, read for the report.

Here: the SELECTs over `governance`, `intake.quarantine` and `registry.event`, as small values.
Not here: what they mean for the reader (deliveries, checks, matching, changes), and figures of the marts (headlines).
Everything is read as the role `report`, which sees no name, no birth date and no line of a file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

import psycopg
from psycopg.rows import class_row

Row = TypeVar("Row")
NOT_YET = "not-yet"
"""Folder of the report while no refresh has been started."""


@dataclass(frozen=True)
class Refresh:
    """One refresh. The report is written before it is closed, so that published means its marts are shown."""

    refresh_id: int
    label: str
    cutoff: date
    is_published: bool
    code_version: str | None
    model_version: str | None


@dataclass(frozen=True)
class Drop:
    """One submission of a feed for a period and what became of it."""

    drop_id: int
    feed: str
    period: str
    submission: int
    status: str
    reason_code: str | None
    reason: str | None
    delivered_on: date | None
    lines_total: int
    lines_accepted: int
    lines_quarantined: int
    is_new: bool
    """Whether it came after the refresh before this one had begun."""

    @property
    def is_refused(self) -> bool:
        """Whether nothing of it was loaded."""
        return self.status == "rejected" and self.reason_code is not None

    @property
    def was_taken_in(self) -> bool:
        """Whether its lines were accepted at some time, even if a later submission took its place or it was purged."""
        return self.status in ("accepted", "superseded") or (self.is_purged and self.reason_code == "purged")

    @property
    def is_purged(self) -> bool:
        """Whether what was held of it is destroyed."""
        return self.status in ("purging", "purged")


@dataclass(frozen=True)
class Quarantined:
    """Lines of one drop quarantined for one reason, or of which one column was."""

    drop_id: int
    reason_code: str
    column_name: str | None
    lines: int
    sets_aside: str
    """`line`, or `field` where the line is used without this column."""


@dataclass(frozen=True)
class Verdict:
    """How one expectation of a gate turned out, over the scopes it judged in one refresh or delivery quarter."""

    gate: str
    quarter: str | None
    """Label of the refresh, or for drop and intake gates the quarter of delivery."""
    is_new: bool
    """Whether it belongs to what came since the refresh before this one."""
    expectation: str
    severity: str
    runs: int
    failed: int
    scopes_failed: tuple[str, ...]
    observed: str | None
    what: str | None
    matters: str | None
    resolve: str | None


@dataclass(frozen=True)
class MatchRate:
    """How many people of two feeds are known in both, after one refresh."""

    refresh_id: int
    left_feed: str
    right_feed: str
    persons_left: int
    persons_right: int
    persons_both: int


@dataclass(frozen=True)
class Event:
    """How often one kind of registry event happened in a refresh."""

    refresh_id: int
    kind: str
    events: int


@dataclass(frozen=True)
class Retention:
    """How many drops were purged since the refresh before, and how many may be kept no longer as of the cutoff."""

    purged: int = 0
    due: int = 0


@dataclass(frozen=True)
class Waiver:
    """A due file that refreshes went on without, and why."""

    feed: str
    period: str
    reason: str
    waived_on: date


@dataclass(frozen=True)
class Ledger:
    """Everything the report needs from the record, read in one transaction."""

    refreshes: tuple[Refresh, ...] = ()
    drops: tuple[Drop, ...] = ()
    quarantined: tuple[Quarantined, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    match_rates: tuple[MatchRate, ...] = ()
    events: tuple[Event, ...] = ()
    retention: Retention = Retention()
    waivers: tuple[Waiver, ...] = ()
    figures: Mapping[tuple[int, str], Mapping[str, Any]] = field(default_factory=dict)
    """Figures of a stage by refresh and stage name."""

    @property
    def refresh(self) -> Refresh | None:
        """The refresh the report is about: the latest, whatever became of it."""
        return self.refreshes[-1] if self.refreshes else None

    @property
    def previous(self) -> Refresh | None:
        """The published refresh before it."""
        earlier = [refresh for refresh in self.refreshes[:-1] if refresh.is_published]
        return earlier[-1] if earlier else None

    @property
    def published(self) -> Refresh | None:
        """The refresh whose figures the marts show."""
        done = [refresh for refresh in self.refreshes if refresh.is_published]
        return done[-1] if done else None

    @property
    def folder(self) -> str:
        """Name of the report's folder."""
        return self.refresh.label if self.refresh else NOT_YET


def read(connection: psycopg.Connection) -> Ledger:
    """Read the record on one connection of the role `report`.

    Args:
        connection: open; its transaction is left to the caller.

    Returns:
        the record; empty when nothing has happened yet.
    """
    refreshes = _rows(connection, Refresh, REFRESHES)
    previous = [refresh.refresh_id for refresh in refreshes[:-1] if refresh.is_published]
    values = {"previous": previous[-1] if previous else None}
    return Ledger(
        refreshes=refreshes,
        drops=_rows(connection, Drop, DROPS, values),
        quarantined=_rows(connection, Quarantined, QUARANTINED),
        verdicts=_rows(connection, Verdict, VERDICTS, values),
        match_rates=_rows(connection, MatchRate, MATCH_RATES),
        events=_rows(connection, Event, EVENTS),
        retention=_rows(connection, Retention, RETENTION, values)[0],
        waivers=_rows(connection, Waiver, WAIVERS),
        figures={
            (refresh_id, stage): figures
            for refresh_id, stage, figures in connection.execute(
                "select refresh_id, stage, figures from governance.stage_run order by refresh_id, stage"
            )
        },
    )


def _rows(
    connection: psycopg.Connection, kind: type[Row], query: str, values: Mapping[str, Any] | None = None
) -> tuple[Row, ...]:
    with connection.cursor(row_factory=class_row(kind)) as cursor:
        return tuple(cursor.execute(query.encode(), values).fetchall())


REFRESHES = """
select
    refresh.refresh_id,
    refresh.label,
    refresh.cutoff,
    refresh.status = 'published' or marts.finished_at is not null as is_published,
    refresh.code_version,
    refresh.model_version
from governance.refresh
left join governance.stage_run as marts on refresh.refresh_id = marts.refresh_id and marts.stage = 'marts'
order by refresh.refresh_id
"""

DROPS = """
with previous as (
    select started_at from governance.refresh where refresh_id = %(previous)s
)

select
    drop_id,
    feed,
    period,
    submission,
    status,
    reason_code,
    reason,
    delivered_on,
    coalesce(lines_total, 0) as lines_total,
    coalesce(lines_accepted, 0) as lines_accepted,
    coalesce(lines_quarantined, 0) as lines_quarantined,
    coalesce(received_at > (select started_at from previous), true) as is_new
from governance.drop
order by delivered_on nulls last, feed, period, submission
"""

QUARANTINED = """
select drop_id, reason_code, column_name, count(*) as lines, sets_aside
from intake.quarantine
group by drop_id, reason_code, column_name, sets_aside
order by drop_id, reason_code, column_name nulls first, sets_aside
"""

# The last finished run of a gate over a scope counts. Drop and intake gates are dated by the quarter of delivery,
# because one refresh can take in years of history.
VERDICTS = """
with previous as (
    select started_at from governance.refresh where refresh_id = %(previous)s
),

finished as (
    select distinct on (gate, scope, coalesce(refresh_id, 0))
        gate_run_id,
        gate,
        scope,
        refresh_id
    from governance.gate_run
    where finished_at is not null
    order by gate, scope, coalesce(refresh_id, 0), gate_run_id desc
),

of_drops as (
    select distinct on (finished.gate, finished.scope)
        finished.gate_run_id,
        finished.gate,
        finished.scope,
        to_char(delivery.delivered_on, 'YYYY"Q"Q') as quarter,
        coalesce(delivery.received_at > (select started_at from previous), true) as is_new
    from finished
    inner join governance.drop as delivery
        on finished.scope = delivery.feed || '/' || delivery.period || '/' || delivery.submission
    where finished.gate in ('drop', 'intake')
    order by finished.gate, finished.scope, finished.gate_run_id desc
),

of_refreshes as (
    select
        finished.gate_run_id,
        finished.gate,
        finished.scope,
        refresh.label as quarter,
        finished.refresh_id = max(finished.refresh_id) over (partition by finished.gate) as is_new
    from finished
    inner join governance.refresh as refresh on finished.refresh_id = refresh.refresh_id
    where finished.gate not in ('drop', 'intake')
),

judged as (
    select * from of_drops
    union all
    select * from of_refreshes
)

select
    judged.gate,
    judged.quarter,
    judged.is_new,
    result.expectation,
    result.severity,
    count(*) as runs,
    count(*) filter (where not result.passed) as failed,
    coalesce(array_agg(judged.scope order by judged.scope) filter (where not result.passed), '{}') as scopes_failed,
    max(result.observed) filter (where not result.passed) as observed,
    max(result.what) as what,
    max(result.matters) as matters,
    max(result.resolve) as resolve
from judged
inner join governance.gate_result as result on judged.gate_run_id = result.gate_run_id
group by judged.gate, judged.quarter, judged.is_new, result.expectation, result.severity
order by judged.gate, judged.quarter, judged.is_new, result.expectation, result.severity
"""

MATCH_RATES = """
select refresh_id, left_feed, right_feed, persons_left, persons_right, persons_both
from governance.match_rate
order by refresh_id, left_feed, right_feed
"""

EVENTS = """
select refresh_id, kind, count(*) as events
from registry.event
group by refresh_id, kind
order by refresh_id, kind
"""

RETENTION = """
with previous as (
    select started_at from governance.refresh where refresh_id = %(previous)s
),

purged as (
    select count(*) as drops
    from governance.drop
    inner join governance.purge on governance.drop.purge_id = purge.purge_id
    where purge.purged_at > coalesce((select started_at from previous), '-infinity')
),

due as (
    select count(*) as drops
    from governance.drop_retention
    where kept_until < (select cutoff from governance.refresh order by refresh_id desc limit 1)
)

select
    purged.drops as purged,
    due.drops as due
from purged
cross join due
"""

WAIVERS = """
select feed, period, reason, waived_at::date as waived_on
from governance.waiver
order by waived_at, feed, period
"""
