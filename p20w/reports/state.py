"""Everything one report is written from, gathered before a word is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from p20w.contracts import FeedContract
from p20w.governance.access_log import Head
from p20w.pipeline import calendar
from p20w.reports import words
from p20w.reports.deliveries import Delivery, never_sent
from p20w.reports.headlines import Headlines
from p20w.reports.ledger import Drop, Ledger
from p20w.reports.masking import Mask

QUARTERS_SHOWN = 12
"""Length of the trends: three years, so that one school year can be held against two others."""


@dataclass(frozen=True)
class State:
    """The record, the contracts, the drops held against them, and figures from the marts."""

    ledger: Ledger
    contracts: Mapping[str, FeedContract]
    deliveries: tuple[Delivery, ...] = ()
    headlines: Headlines = field(default_factory=Headlines)
    open_files: int = 0
    """Delivered files that other users of the machine may read."""
    access: Head | None = None
    """The head of the access log when the report was written."""

    @property
    def mask(self) -> Mask:
        """What counts of people are too small to show."""
        return Mask.of(self.contracts.values())

    @property
    def label(self) -> str | None:
        """The refresh the report is about."""
        return self.ledger.refresh.label if self.ledger.refresh else None

    @property
    def cutoff(self) -> date | None:
        """Last day of delivery that counts; before the first refresh, the last day anything came."""
        if self.ledger.refresh:
            return self.ledger.refresh.cutoff
        return max((drop.delivered_on for drop in self.ledger.drops if drop.delivered_on), default=None)

    @property
    def new_drops(self) -> tuple[Drop, ...]:
        """Drops that came since the refresh before this one began."""
        return tuple(drop for drop in self.ledger.drops if drop.is_new)

    @property
    def silent(self) -> tuple[str, ...]:
        """Feeds of which nothing has ever come; none before the first delivery of any."""
        return never_sent(self.contracts, self.ledger.drops) if self.ledger.drops else ()

    @property
    def missing(self) -> list[Delivery]:
        """Deliveries that are due and not here, of feeds that have ever come."""
        silent = self.silent
        return [row for row in self.deliveries if row.state == "missing" and row.feed not in silent]

    @property
    def recent_quarters(self) -> list[str]:
        """The last quarters up to the cutoff, oldest first, from the first delivery on."""
        days = [drop.delivered_on for drop in self.ledger.drops if drop.delivered_on]
        if not days or not self.cutoff:
            return []
        first, last = calendar.label_of(min(days)), calendar.label_of(max(self.cutoff, max(days)))
        return calendar.labels(first, last)[-QUARTERS_SHOWN:]

    def name(self, feed: str) -> str:
        """What a feed is called on the page."""
        return words.feed_name(feed, self.contracts)

    def agency(self, feed: str) -> str:
        """Who sends a feed."""
        return words.agency(feed, self.contracts)
