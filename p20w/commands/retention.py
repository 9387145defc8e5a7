"""`p20w retention …`: what may be kept no longer, destroying it, and proving that it was done.

Here: commands, options and what they print. Not here: purging (`p20w.governance.retention`, imported when a command
runs).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from p20w.governance.retention import Held
    from p20w.settings import Settings

LISTED = 20

retention = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="""
Destroy what agreements no longer allow to be kept, with a certificate.

An agreement says for how many years after the end of a period its data may be kept. More: docs/ops/retention.md.
""",
)

On = Annotated[
    datetime | None,
    typer.Option("--on", formats=["%Y-%m-%d"], help="Day to go by instead of today."),
]


class WhatToPurge(ValueError):
    """Neither drops nor all that are due were asked for, or both."""


@retention.command("due")
def due(on: On = None) -> None:
    """What may be kept no longer, by feed: drops, periods, lines, files that still lie in the drops folder."""
    from rich.table import Table

    from p20w.commands.console import console
    from p20w.database import Warehouse
    from p20w.governance.retention import read
    from p20w.governance.retention.files import folder_of
    from p20w.settings import Settings

    settings, day = Settings.load(), _day(on)
    with Warehouse.open(settings).connect("report") as connection:
        held = read(connection)
    table = Table(title=f"Data that may be kept no longer on {day}", title_justify="left")
    for heading in ("feed", "drops due", "of periods", "lines", "with files", "next due"):
        table.add_column(heading, justify="left" if heading in ("feed", "of periods", "next due") else "right")
    for feed in dict.fromkeys(drop.feed for drop in held):
        mine = [drop for drop in held if drop.feed == feed]
        over = [drop for drop in mine if drop.is_due(day)]
        later = [drop.kept_until for drop in mine if not drop.is_due(day)]
        lying = len({drop.scope for drop in over if folder_of(settings, drop.scope).exists()})
        lines = sum(drop.lines for drop in over)
        next_due = f"after {min(later)}" if later else ""
        table.add_row(feed, f"{len(over):,}", _periods(over), f"{lines:,}", f"{lying:,}", next_due)
    console.print(table)
    if any(drop.is_due(day) for drop in held):
        console.print('Look at what would go: p20w retention purge --all-due --reason "retention is over"')


def _periods(drops: Sequence[Held]) -> str:
    periods = list(dict.fromkeys(drop.period for drop in drops))
    return periods[0] if len(periods) == 1 else f"{periods[0]} to {periods[-1]}" if periods else ""


@retention.command("purge")
def purge(
    scopes: Annotated[
        list[str] | None, typer.Argument(help="feed/period, such as ui_wage/2014Q3, or feed/period/submission.")
    ] = None,
    all_due: Annotated[bool, typer.Option("--all-due", help="All that may be kept no longer.")] = False,
    reason: Annotated[str, typer.Option(help="Why, in words that name nobody. It is on the certificate.")] = "",
    on: On = None,
    early: Annotated[
        bool,
        typer.Option("--early", help="Also what may still be kept, as when its agreement has ended."),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Destroy drops for good: what the database holds, and the delivered files. Shows what will go, and asks.

    Takes the owner's password. People whom no other drop holds are forgotten; the next refresh takes the facts out. If
    it is interrupted, run it again: it goes on where it stopped.
    """
    from p20w.commands.console import console
    from p20w.database import Warehouse
    from p20w.governance.retention import choose, demand_due, finish, purged, read
    from p20w.governance.retention import purge as destroy
    from p20w.reports.certificate import write_certificates
    from p20w.settings import Settings

    if bool(scopes) == all_due:
        raise WhatToPurge("Say what to purge: feeds and periods such as ui_wage/2014Q3, or --all-due.")
    if not reason.strip():
        raise WhatToPurge("A purge needs a reason for its certificate, in words that name nobody: --reason TEXT")
    settings = Settings.load()
    warehouse = Warehouse.open(settings)
    with warehouse.writer("retention purge"):
        finished = finish(warehouse, settings)
        with warehouse.connect("report") as connection:
            held, gone = read(connection), purged(connection)
        chosen = [drop for drop in held if drop.is_due(_day(on))] if all_due else choose(held, gone, scopes or [])
        if chosen:
            if not early:
                demand_due(chosen)
            _show(chosen, settings)
            if not yes:
                typer.confirm("Destroy this for good?", abort=True)
            finished += destroy(warehouse, settings, chosen, reason.strip(), is_early=early)
        pages = write_certificates(warehouse, settings)
    if not finished:
        console.print("Nothing is left to purge: see p20w retention due, and the certificates in the reports folder.")
        return
    for number in finished:
        console.print(f"Certificate {number}: {pages[number - 1]}", soft_wrap=True)
    console.print("Facts made of these drops leave with the next refresh. Now: p20w refresh")


def _show(chosen: Sequence[Held], settings: Settings) -> None:
    from rich.table import Table

    from p20w.commands.console import console
    from p20w.governance.retention.files import folder_of

    table = Table("drop", "status", title="This will be destroyed", title_justify="left")
    table.add_column("lines", justify="right")
    table.add_column("may be kept until")
    table.add_column("in the drops folder")
    for drop in chosen[:LISTED]:
        lies = "yes" if folder_of(settings, drop.scope).exists() else "no"
        table.add_row(drop.scope, drop.status, f"{drop.lines:,}", str(drop.kept_until), lies)
    console.print(table)
    if len(chosen) > LISTED:
        console.print(f"and {len(chosen) - LISTED:,} more; {sum(drop.lines for drop in chosen):,} lines in all")


@retention.command("verify")
def verify(
    file: Annotated[Path, typer.Argument(help="A certificate as it was written: reports/certificates/….json.")],
) -> None:
    """Prove that a certificate is as it was issued, and say what is left of its drops. Exit code 1 where it is not."""
    from p20w.commands.console import console
    from p20w.database import Warehouse
    from p20w.governance.retention import issued, prove, remains
    from p20w.settings import Settings

    settings = Settings.load()
    content = file.read_text(encoding="utf-8")
    with Warehouse.open(settings).connect("report") as connection:
        found = issued(connection)
        proof = prove(found)
        mine = next((one for one in found if one.content == content), None)
        left = remains(connection, settings, mine) if mine else []
    if proof.broken is not None:
        console.print(f"The record is broken at certificate {proof.broken}: {proof.why}.", soft_wrap=True)
        raise typer.Exit(1)
    if mine is None:
        console.print(
            f"{file} is not, to the letter, a certificate on record. There are {proof.whole:,} on record, and they are "
            "whole; those in the reports folder are written again by the next purge.",
            soft_wrap=True,
        )
        raise typer.Exit(1)
    console.print(f"Certificate {mine.number} is as it was issued (SHA-256 {mine.hash}).", soft_wrap=True)
    console.print(f"All {proof.whole:,} certificates are whole; the last one's SHA-256: {proof.head}", soft_wrap=True)
    for line in left or ["Nothing of its drops is left in facts or in the drops folder."]:
        console.print(line, soft_wrap=True)


def _day(on: datetime | None) -> date:
    return on.date() if on else date.today()
