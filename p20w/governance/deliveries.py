"""What should have been delivered, and what was: the contracts' calendars against the drops on record.

Here: expected, missing, late and refused deliveries. Not here: reading drops (`p20w.intake`), when a feed is
due (its contract).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import psycopg

from p20w.contracts import FeedContract

State = Literal["in force", "refused", "under way", "missing", "expected"]


@dataclass(frozen=True)
class Delivery:
    """One period of one feed: when it was due and what became of it."""

    feed: str
    period: str
    due: date
    state: State
    submission: int | None = None
    delivered_on: date | None = None
    reason: str | None = None
    lines: int | None = None
    quarantined: int | None = None

    @property
    def days_late(self) -> int | None:
        """Days from the due day to the delivery; None while nothing is in force."""
        return (self.delivered_on - self.due).days if self.state == "in force" and self.delivered_on else None


def deliveries(
    connection: psycopg.Connection, contracts: Mapping[str, FeedContract], first: date, today: date
) -> list[Delivery]:
    """Every period that ends from `first` on and has a drop or is due by `today`, by feed and due day."""
    rows = connection.execute(
        """
        select distinct on (feed, period)
            feed, period, submission, status, delivered_on, reason, lines_total, lines_quarantined
        from governance.drop
        order by feed, period, status = 'accepted' desc, submission desc
        """
    ).fetchall()
    found = {(row[0], row[1]): row[2:] for row in rows}
    listed: list[Delivery] = []
    for feed, contract in contracts.items():
        expected = contract.expected_periods(first, today)
        held = [period for name, period in found if name == feed]
        for period in sorted({*expected, *held}, key=lambda label: _due(contract, label, today)):
            due = _due(contract, period, today)
            listed.append(_delivery(feed, period, due, found.get((feed, period))))
    return listed


def due_on(contracts: Mapping[str, FeedContract], day: date) -> list[tuple[str, str]]:
    """Feed and period of each delivery that is due on `day`."""
    start = day - timedelta(days=400)
    return [
        (feed, period)
        for feed, contract in contracts.items()
        for period in contract.expected_periods(start, day)
        if contract.delivery_due(period) == day
    ]


def next_due(contracts: Mapping[str, FeedContract], day: date) -> tuple[str, str, date] | None:
    """The first delivery due after `day`: feed, period and due day."""
    ahead = [
        (contract.delivery_due(period), feed, period)
        for feed, contract in contracts.items()
        for period in contract.expected_periods(day - timedelta(days=400), day + timedelta(days=400))
        if contract.delivery_due(period) > day
    ]
    if not ahead:
        return None
    due, feed, period = min(ahead)
    return feed, period, due


def _due(contract: FeedContract, period: str, today: date) -> date:
    try:
        return contract.delivery_due(period)
    except ValueError:  # a refused drop may name a period that is none
        return today


def _delivery(feed: str, period: str, due: date, row: tuple[object, ...] | None) -> Delivery:
    if row is None:
        return Delivery(feed, period, due, "missing")
    submission, status, delivered_on, reason, lines, quarantined = row
    states: dict[object, State] = {"accepted": "in force", "rejected": "refused", "withdrawn": "missing"}
    return Delivery(
        feed,
        period,
        due,
        states.get(status, "under way"),
        submission,  # pyright: ignore[reportArgumentType]
        delivered_on,  # pyright: ignore[reportArgumentType]
        reason,  # pyright: ignore[reportArgumentType]
        lines,  # pyright: ignore[reportArgumentType]
        quarantined,  # pyright: ignore[reportArgumentType]
    )
