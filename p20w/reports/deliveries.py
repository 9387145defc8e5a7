"""What arrived, what is missing or late, what was refused: the drops held against the contracts' calendar.

Here: one `Delivery` a feed and period that was due or came, and what stands out among them.
Not here: reading the record (ledger), how it looks on the page (sections).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from p20w.contracts import FeedContract, PeriodError
from p20w.reports.ledger import Drop

State = Literal["on time", "late", "refused", "missing"]


@dataclass(frozen=True)
class Delivery:
    """One feed and period: when its file was due, what came, and which submission counts."""

    feed: str
    period: str
    due: date | None
    state: State
    drops: tuple[Drop, ...]

    @property
    def in_force(self) -> Drop | None:
        """The submission whose lines the warehouse holds."""
        return next((drop for drop in reversed(self.drops) if drop.status == "accepted"), None)

    @property
    def first_came(self) -> date | None:
        """Day of the first submission that was taken in."""
        days = [drop.delivered_on for drop in self.drops if drop.was_taken_in and drop.delivered_on]
        return min(days) if days else None

    def days_late(self, cutoff: date) -> int:
        """Days between the due day and the delivery, or the cutoff while there is none."""
        came = self.first_came if self.state in ("on time", "late") else cutoff
        return max(0, (came - self.due).days) if self.due and came else 0


def deliveries(
    contracts: Mapping[str, FeedContract], drops: Sequence[Drop], cutoff: date | None
) -> tuple[Delivery, ...]:
    """Every period that was due by the cutoff or came, by feed in the contracts' order and by due day.

    A feed is expected from the first period that was taken in of it; one of which nothing ever was, from the first
    period of any feed that was. What was refused moves no calendar. Until then nothing is expected.
    """
    taken_in = [drop for drop in drops if drop.was_taken_in]
    start = min((ends for drop in taken_in if (ends := _ends(contracts, drop))), default=None)
    found: list[Delivery] = []
    for feed, contract in contracts.items():
        came: dict[str, list[Drop]] = {}
        for drop in drops:
            if drop.feed == feed:
                came.setdefault(drop.period, []).append(drop)
        first = min((ends for d in taken_in if d.feed == feed and (ends := _ends(contracts, d))), default=start)
        expected = contract.expected_periods(first, cutoff) if first and cutoff else ()
        rows = [_delivery(contract, period, came.get(period, [])) for period in dict.fromkeys([*expected, *came])]
        found.extend(sorted(rows, key=lambda row: (row.due or date.min, row.period)))
    return tuple(found)


def never_sent(contracts: Mapping[str, FeedContract], drops: Iterable[Drop]) -> tuple[str, ...]:
    """Feeds under contract of which no submission was ever taken in."""
    taken_in = {drop.feed for drop in drops if drop.was_taken_in}
    return tuple(feed for feed in contracts if feed not in taken_in)


def awaited(contracts: Mapping[str, FeedContract], cutoff: date, days: int = 100) -> tuple[tuple[date, str, str], ...]:
    """What is due in the days after the cutoff: day, feed and period."""
    ahead = cutoff + timedelta(days=days)
    return tuple(
        sorted(
            (due, feed, period)
            for feed, contract in contracts.items()
            for period in contract.expected_periods(cutoff - timedelta(days=400), ahead)
            if (due := contract.delivery_due(period)) > cutoff
        )
    )


def _delivery(contract: FeedContract, period: str, drops: list[Drop]) -> Delivery:
    try:
        due = contract.delivery_due(period)
    except PeriodError:
        due = None
    ordered = tuple(sorted(drops, key=lambda drop: drop.submission))
    days = [drop.delivered_on for drop in ordered if drop.was_taken_in and drop.delivered_on]
    if days:
        state: State = "late" if due and min(days) > due else "on time"
    elif any(drop.is_refused for drop in ordered):
        state = "refused"
    else:
        state = "missing"
    return Delivery(contract.feed, period, due, state, ordered)


def _ends(contracts: Mapping[str, FeedContract], drop: Drop) -> date | None:
    """Last day of a drop's period; None when its label is none of the feed's, or the feed is unknown."""
    try:
        return contracts[drop.feed].period(drop.period).ends
    except (KeyError, PeriodError):
        return None
