"""The feeds that Dagster shows: those whose contract can be read, and the others with the reason.

Here: contracts as assets need them, and when Dagster calls a feed overdue. Not here: what a contract says
(`p20w.contracts`), what of it is late in the board's report (`p20w.reports.deliveries`).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import dagster as dg

from p20w.contracts import ContractError, FeedContract, read_contracts

A_YEAR = date(2022, 1, 1), date(2022, 12, 31)
"""Any will do: a calendar is the same in each, but for the leap day."""
DEADLINE = 2
"""Day of the month. Not the first: 60 days after a year's end are 1 March or 29 February, and both belong to March."""


@dataclass(frozen=True)
class Feed:
    """A feed by its name, and its contract, or why that cannot be read."""

    name: str
    contract: FeedContract | None
    fault: ContractError | None

    def described(self, words: str) -> str:
        """What an asset of the feed says of itself: these words, or why nothing can be done with it."""
        return f"**The contract of this feed cannot be read.** {self.fault}" if self.fault else words

    def demand_contract(self) -> None:
        """Demand that there is one.

        Raises:
            ContractError: it cannot be read; the message says where it is broken.
        """
        if self.fault:
            raise ContractError(f"{self.fault}. Correct the contract, then reload Dagster's definitions.")

    @property
    def freshness(self) -> dg.FreshnessPolicy | None:
        """Overdue at the first deadline after the day a delivery was due, unless one came since its period ended.

        A cron expression has the same day in all its months, and days on which deliveries are due differ by month.
        Dagster looks back no further than from one deadline to the next.
        """
        if self.contract is None:
            return None
        spans = [(period.ends, _deadline(period.due)) for period in self.contract.calendar.between(*A_YEAR)]
        months = sorted({deadline.month for _, deadline in spans})
        deadlines = [date(year, month, DEADLINE) for year in range(2021, 2025) for month in months]
        return dg.FreshnessPolicy.cron(
            deadline_cron=f"0 7 {DEADLINE} {','.join(map(str, months))} *",
            lower_bound_delta=min(
                max(deadline - ends for ends, deadline in spans),
                min(later - earlier for earlier, later in pairwise(deadlines)),
            ),
        )


def feeds_of(contracts: Path) -> list[Feed]:
    """Every feed with a file in the folder, by name. One whose contract is broken hides no other."""
    read, broken = read_contracts(contracts)
    return [Feed(name, read.get(name), broken.get(name)) for name in sorted({*read, *broken})]


def _deadline(due: date) -> date:
    """The first deadline after the day."""
    first = due.replace(day=DEADLINE)
    return first if due < first else (first + timedelta(days=31)).replace(day=DEADLINE)
