"""`p20w audit …`."""

from __future__ import annotations

from datetime import date

import typer
from rich.table import Table

from p20w.commands.console import console
from p20w.database import ROLES, DatabaseError, Warehouse
from p20w.governance import access_log
from p20w.governance.access_log import Head
from p20w.settings import Settings


def collect() -> None:
    """Take what the server has logged into the access log."""
    warehouse = Warehouse.open(Settings.load())
    added = access_log.collect(warehouse)
    console.print(f"Added {added:,} rows to the access log. Its head: {_head(warehouse)}", soft_wrap=True)


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
    found = access_log.uses(Warehouse.open(Settings.load()), since, role)
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


def _head(warehouse: Warehouse) -> Head:
    with warehouse.connect("report") as connection:
        return access_log.head(connection)
