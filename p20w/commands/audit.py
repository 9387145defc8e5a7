"""`p20w audit …`."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import typer
from rich.table import Table

from p20w.commands.console import console
from p20w.database import ROLES, DatabaseError, Warehouse
from p20w.database.recording import log_folder
from p20w.governance import access_log
from p20w.governance.access_log import Head
from p20w.settings import Settings

READ = "log_was_read"
"""The file in the private folder whose time says when the server's log was last read (docker-compose.yml)."""
SECONDS_BETWEEN_LOOKS = 10
FLOOD_BYTES = 100_000_000
"""So much more is not left on the disk until its time has come."""


def collect(every: int | None) -> None:
    """Take what the server has logged into the access log; with `every`, again after so many minutes, without end."""
    settings = Settings.load()
    warehouse = Warehouse.open(settings)
    while True:
        added = access_log.collect(warehouse, typer.echo)
        with warehouse.connect("auditor") as connection:
            head = access_log.head(connection)
        typer.echo(f"Added {added:,} rows to the access log. Its head: {head}")
        (settings.home / READ).touch()
        if every is None:
            return
        _wait(settings, every * 60)


def _wait(settings: Settings, seconds: int) -> None:
    """Wait, but not while a flood of statements comes in."""
    folder = log_folder(settings)
    before, end = _size(folder), time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0 and _size(folder) - before < FLOOD_BYTES:
        time.sleep(min(left, SECONDS_BETWEEN_LOOKS))


def _size(folder: Path | None) -> int:
    return sum(file.stat().st_size for file in folder.glob("*.csv")) if folder else 0


def verify(noted: str | None) -> None:
    """Say whether the chain is whole; exit with 1 where it is not."""
    try:
        expected = Head.read(noted) if noted else None
    except ValueError as problem:
        raise DatabaseError(f"{noted!r} is no head. {problem}") from None
    proof = access_log.verify(Warehouse.open(Settings.load()), expected)
    if proof.broken is not None:
        console.print(f"The access log is broken at row {proof.broken:,}: {proof.why}.", soft_wrap=True)
        console.print(f"It is whole up to {proof.head}. What to do: docs/ops/audit.md", soft_wrap=True)
        raise typer.Exit(1)
    console.print(f"The access log is whole: {proof.head.entry:,} rows. Its head: {proof.head}", soft_wrap=True)


def report(since: date | None, role: str | None) -> None:
    """Show who read what."""
    if role is not None and role not in ROLES:
        raise DatabaseError(f"There is no role {role!r}. Roles: {', '.join(ROLES)}.")
    warehouse = Warehouse.open(Settings.load())
    if late := access_log.overdue(warehouse):
        console.print(late, soft_wrap=True)
    found = access_log.uses(warehouse, since, role)
    if not found:
        console.print("Nothing is on record. Read the server's log first: p20w audit collect")
        return
    table = Table("day (UTC)", "login", "table, view or function")
    for title in ("statements", "failed"):
        table.add_column(title, justify="right")
    for use in found:
        told = (str(use.day), use.login.removeprefix("p20w_"), use.thing or "(none named)")
        table.add_row(*told, f"{use.statements:,}", f"{use.failed:,}" if use.failed else "")
    console.print(table)
