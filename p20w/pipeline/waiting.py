"""Files that a refresh waits for, and waivers: going on without one is somebody's decision, on record.

Here: which files of the feeds that refreshes wait for (`refreshWaits` of their contracts) are due and not here, and
waiving one. Not here: what is late for readers of a report (`p20w.reports.deliveries`), opening a refresh
(`refreshes`).
"""

from __future__ import annotations

import getpass
from datetime import date

import psycopg

from p20w.database import Warehouse
from p20w.database.errors import WRONG_STATE


class FileAwaited(RuntimeError):
    """A file is due that refreshes wait for, and nobody has waived it."""


class NotAwaited(LookupError):
    """A file cannot be waived, for no refresh waits for it."""


def demand_awaited(connection: psycopg.Connection, cutoff: date) -> None:
    """Demand that each file due up to the cutoff, of feeds that refreshes wait for, is here or waived.

    What was due when the last refresh was published is not asked for again, nor what is due after today.

    Raises:
        FileAwaited: names feed, period and day, and says what to do.
    """
    rows = connection.execute("select feed, period, due_on from governance.awaited(%s)", (cutoff,)).fetchall()
    if rows:
        files = "; ".join(f"{feed} {period}, due on {due_on}" for feed, period, due_on in rows)
        feed, period, _ = rows[0]
        raise FileAwaited(
            f"Still to come, and refreshes wait for it: {files}. What has arrived is taken in, and nothing is "
            f"published yet. When the file is here, run p20w refresh again; to go on without it: "
            f"p20w drops waive {feed}/{period} --reason '...'"
        )


def waive(warehouse: Warehouse, feed: str, period: str, reason: str) -> None:
    """Let refreshes go on without a file, on record. A file that comes later is taken in as any other.

    Args:
        warehouse: the caller is its one writer; written to as role `intake`.
        feed: one that refreshes wait for.
        period: one of its periods.
        reason: why, in words that name nobody.

    Raises:
        NotAwaited: refreshes do not wait for this file.
        ValueError: there is no reason.
    """
    if not reason.strip():
        raise ValueError("A waiver needs a reason, for the board's report shows it: --reason '...'")
    with warehouse.connect("intake") as connection:
        try:
            connection.execute("select governance.waive(%s, %s, %s, %s)", (feed, period, reason, getpass.getuser()))
        except psycopg.Error as error:
            if error.sqlstate != WRONG_STATE:
                raise
        else:
            connection.commit()
            return
    raise NotAwaited(
        f"No refresh waits for {feed}/{period}, so there is nothing to waive. Write it like ui_wage/2024Q3; which "
        "feeds are waited for is in their contracts (refreshWaits)."
    )
