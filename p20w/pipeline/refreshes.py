"""Open, continue and close refreshes: which drops the warehouse stands on, and under which label.

Here: the rows of `governance.refresh`, `refresh_drop` and `current_refresh`. There is at most one refresh
that is not published; opening again continues it. A refresh with nothing new opens no row. Not here: taking
drops in (`p20w.intake`), the stages (`registry`, `warehouse`, `reports`).
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from datetime import date
from importlib import metadata

import psycopg

from p20w.database import Warehouse
from p20w.failpoints import reach
from p20w.pipeline import calendar
from p20w.pipeline.stages import record_arrivals
from p20w.pipeline.waiting import demand_awaited
from p20w.settings import PROJECT


class NoRefresh(RuntimeError):
    """A stage was started alone, and no refresh is open."""


class LaterDropsActive(RuntimeError):
    """A refresh was asked for up to a quarter, and later deliveries are active already."""


@dataclass(frozen=True)
class Refresh:
    """One refresh; `status` is running, failed or published."""

    refresh_id: int
    label: str
    cutoff: date
    status: str


def open_refresh(warehouse: Warehouse, label: str | None = None) -> Refresh | None:
    """Open a refresh over the drops now active, or continue the one that is not published.

    Args:
        warehouse: the warehouse; the caller is its one writer.
        label: quarter such as `2024Q4`; the quarter of the latest active delivery by default.

    Returns:
        the refresh, now running, or None when drops and model are those of the last published refresh. Its
        `started_at` is when it was first opened over these drops by this code: what was done since still counts.

    Raises:
        LaterDropsActive: deliveries after the label's quarter were accepted before.
        FileAwaited: a file is due that refreshes wait for, and nobody has waived it.
    """
    with warehouse.connect("intake") as connection:
        begun = unfinished(connection)
        if begun is None and not has_news(connection):
            return None
        latest = latest_label(connection)
        chosen = label or latest
        if chosen is None:
            return None
        if latest is not None and calendar.cutoff(latest) > calendar.cutoff(chosen):
            raise LaterDropsActive(
                f"Deliveries of {latest} are active already, so a refresh up to {chosen} cannot leave them out. "
                f"Run it without a label, or withdraw them first."
            )
        last_day = calendar.cutoff(chosen)
        demand_awaited(connection, last_day)
        said = (chosen, last_day, code_version(), begun is None or _differs(connection, begun.refresh_id))
        ((refresh_id,),) = connection.execute("select governance.open_refresh(%s, %s, %s, %s)", said).fetchall()
        record_arrivals(connection, refresh_id)
        reach("refresh.before_open")
        connection.commit()
    return Refresh(refresh_id, chosen, last_day, "running")


def current(warehouse: Warehouse) -> Refresh:
    """The refresh that stages work on: the one that is open, even if an earlier attempt failed.

    Raises:
        NoRefresh: none is; the message says how to open one.
    """
    with warehouse.connect("intake") as connection:
        refresh = unfinished(connection)
    if refresh is None:
        raise NoRefresh("No refresh is open, so this stage has nothing to work on. Start one: p20w refresh")
    return refresh


def finish_refresh(warehouse: Warehouse, refresh_id: int) -> None:
    """Publish: from now on this refresh is what the warehouse stands on. Its gates must have passed."""
    with warehouse.connect("publisher") as connection:
        connection.execute("select governance.finish_refresh(%s)", (refresh_id,))
        reach("refresh.before_published")
        connection.commit()


def fail_unfinished(warehouse: Warehouse) -> None:
    """Say that the open refresh, if there is one, stopped; the next `open_refresh` continues it."""
    with warehouse.connect("intake") as connection:
        refresh = unfinished(connection)
        if refresh is not None:
            connection.execute("select governance.fail_refresh(%s)", (refresh.refresh_id,))
            reach("refresh.before_failed")
            connection.commit()


def has_work(warehouse: Warehouse) -> bool:
    """Whether a refresh is unfinished, or there is news for one."""
    with warehouse.connect("intake") as connection:
        return unfinished(connection) is not None or has_news(connection)


def has_news(connection: psycopg.Connection) -> bool:
    """Whether drops, linkage model or reviewers' active verdicts differ from those of the last published refresh."""
    published = last_published(connection)
    if published is None:
        return _drops_differ(connection, None)
    return _differs(connection, published.refresh_id)


def latest_label(connection: psycopg.Connection) -> str | None:
    """The quarter of the latest active delivery."""
    row = connection.execute("select max(delivered_on) from governance.drop where status = 'accepted'").fetchone()
    return calendar.label_of(row[0]) if row and row[0] else None


def unfinished(connection: psycopg.Connection) -> Refresh | None:
    """The refresh that is running or failed, if there is one."""
    return _last(connection, "status <> 'published'")


def last_published(connection: psycopg.Connection) -> Refresh | None:
    """The refresh the warehouse stands on."""
    return _last(connection, "status = 'published'")


def code_version() -> str:
    """Version of this code: the package's, and the commit when it runs from a checkout."""
    version = metadata.version("p20w")
    try:
        commit = subprocess.run(
            ["git", "-C", str(PROJECT), "rev-parse", "--short", "HEAD"],
            capture_output=True,
            text=True,
            timeout=5,
            check=False,
        ).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        commit = ""
    return f"{version}+{commit}" if commit else version


def _differs(connection: psycopg.Connection, refresh_id: int) -> bool:
    """Whether drops, linkage model or verdicts are others than those a refresh has worked with."""
    news = (_drops_differ, _model_differs, _verdicts_differ)
    return any(differ(connection, refresh_id) for differ in news)


def _drops_differ(connection: psycopg.Connection, refresh_id: int | None) -> bool:
    """Whether the active drops are others than those of a refresh (None: than no drops at all)."""
    row = connection.execute(
        """
        with held as (
            select drop_id from governance.refresh_drop where refresh_id = %s
        ),

        in_force as (
            select drop_id from governance.drop where status = 'accepted'
        )

        select exists (
            (select drop_id from in_force except select drop_id from held)
            union all
            (select drop_id from held except select drop_id from in_force)
        )
        """,
        (refresh_id,),
    ).fetchone()
    return bool(row and row[0])


def _model_differs(connection: psycopg.Connection, refresh_id: int) -> bool:
    """Whether a refresh was linked by another model than the one promoted last."""
    row = connection.execute(
        """
        select exists (
            select 1
            from governance.refresh
            inner join governance.model_in_force as standing on refresh.model_version <> standing.model_version
            where refresh.refresh_id = %s
        )
        """,
        (refresh_id,),
    ).fetchone()
    return bool(row and row[0])


def _verdicts_differ(connection: psycopg.Connection, refresh_id: int) -> bool:
    """Whether a reviewer gave or revoked a verdict after a refresh began to link."""
    row = connection.execute(
        """
        select exists (
            select 1
            from governance.stage_run
            inner join governance.latest_verdict on stage_run.started_at < latest_verdict.changed_at
            where stage_run.refresh_id = %s and stage_run.stage = 'registry'
        )
        """,
        (refresh_id,),
    ).fetchone()
    return bool(row and row[0])


def _last(connection: psycopg.Connection, condition: str) -> Refresh | None:
    row = connection.execute(
        f"""
        select refresh_id, label, cutoff, status from governance.refresh
        where {condition}
        order by refresh_id desc
        limit 1
        """.encode()
    ).fetchone()
    return Refresh(*row) if row else None
