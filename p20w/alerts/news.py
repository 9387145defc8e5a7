"""What there is to tell: drops refused, missing or late, and gates that closed.

Here: one `News` each, in our own words. Feeds and periods are named only where a contract knows them: a folder's name
is the agency's text. Not here: what was told before (`told`), how it is sent (`channels`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import psycopg

from p20w.contracts import FeedContract, PeriodError
from p20w.intake.messages import REASONS
from p20w.reports import ledger
from p20w.reports.deliveries import deliveries

Kind = Literal["refused", "missing", "late", "gate"]
OLD = timedelta(days=7)
"""What was refused or closed before that is history, to a warehouse that turns alerts on today."""
_REASON_WORDS = {code: words for code, words, _ in REASONS.values()}
_UNKNOWN = "a drop in a folder that no contract knows"


@dataclass(frozen=True)
class News:
    """One thing to tell; `key` is the same for the same thing, whenever it is asked."""

    kind: Kind
    key: str
    words: str
    feed: str | None = None
    period: str | None = None


def gather(connection: psycopg.Connection, contracts: Mapping[str, FeedContract], today: date) -> list[News]:
    """All there is to tell as of a day, whether or not it was told, read as the role `report`.

    A message shows the first of them only, so what stops the warehouse comes first, and of files the newest.
    """
    record = ledger.read(connection)
    came = connection.execute("select drop_id from governance.drop where received_at >= %s", (today - OLD,))
    recent = {row[0] for row in came}
    return [
        *_gates(connection, today),
        *(_refused(drop, contracts) for drop in record.drops if drop.is_refused and drop.drop_id in recent),
        *sorted(_deliveries(contracts, record, recent, today), key=lambda news: news.kind),  # late, then missing
    ]


def _refused(drop: ledger.Drop, contracts: Mapping[str, FeedContract]) -> News:
    feed, period = _named(drop.feed, drop.period, contracts)
    what = f"{feed} {period} submission {drop.submission}" if feed and period else _UNKNOWN
    reason = _REASON_WORDS.get(drop.reason_code or "", "see the record")
    words = f"Refused: {what} ({reason}). Nothing of it was loaded. See: p20w drops status"
    return News("refused", f"refused {drop.drop_id}", words, feed, period)


def _deliveries(
    contracts: Mapping[str, FeedContract], record: ledger.Ledger, recent: set[int], today: date
) -> Iterator[News]:
    found = deliveries(contracts, record.drops, today)
    for item in sorted(found, key=lambda item: item.due or date.min, reverse=True):
        feed, period = _named(item.feed, item.period, contracts)
        if feed is None or period is None:
            continue
        if item.state == "missing":
            words = f"Missing: {feed} {period} was due {item.due}, {item.days_late(today)} days ago."
            yield News("missing", f"missing {feed} {period}", words, feed, period)
        elif item.state == "late" and any(drop.drop_id in recent for drop in item.drops):
            words = f"Late: {feed} {period} came {item.days_late(today)} days after it was due ({item.due})."
            yield News("late", f"late {feed} {period}", words, feed, period)


def _named(feed: str, period: str, contracts: Mapping[str, FeedContract]) -> tuple[str | None, str | None]:
    """Feed and period where a contract knows them; nothing of other folders' names."""
    if feed not in contracts:
        return None, None
    try:
        return feed, contracts[feed].period(period).label
    except PeriodError:
        return feed, None


def _gates(connection: psycopg.Connection, today: date) -> Iterator[News]:
    """Gates over a refresh that closed; what gates over drops refuse is told as a refusal."""
    for run_id, gate, label, expectations in connection.execute(_CLOSED, (today - OLD,)):
        named = ", ".join(expectations) or "see governance.gate_result"
        words = (
            f"Closed: the {gate} gate of refresh {label} ({named}). Nothing after it was changed; what was published "
            "before stays. See: docs/ops/restart-after-a-crash.md"
        )
        yield News("gate", f"gate {run_id}", words)


_CLOSED = """
select
    run.gate_run_id,
    run.gate,
    refresh.label,
    coalesce(
        array_agg(result.expectation order by result.expectation)
            filter (where not result.passed and result.severity = 'critical'),
        '{}'
    ) as expectations
from governance.gate_run as run
inner join governance.refresh as refresh on run.refresh_id = refresh.refresh_id
left join governance.gate_result as result on run.gate_run_id = result.gate_run_id
where run.passed is false and run.finished_at >= %s and run.gate not in ('drop', 'intake')
group by run.gate_run_id, run.gate, refresh.label
order by run.gate_run_id
"""
