"""`p20w drops …`: what arrived, what is missing, what was refused and why."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import typer
from rich.markup import escape
from rich.table import Table

from p20w.commands.console import console, progress
from p20w.contracts import FeedContract, load_contracts
from p20w.database import Warehouse
from p20w.reports import ledger
from p20w.reports.deliveries import Delivery, awaited, deliveries
from p20w.reports.ledger import Drop
from p20w.settings import Settings

LISTED = 20
STYLES = {"late": "yellow", "refused": "red", "missing": "red"}


class UnknownDrop(LookupError):
    """No such submission is on record."""


def status(feed: str | None, every: bool) -> None:
    """One line a feed, then what needs attention, or every period with `every`."""
    settings = Settings.load()
    contracts = load_contracts(settings.contracts)
    with Warehouse.open(settings).connect("report") as connection:
        record = ledger.read(connection)
    _tell_unread(settings, contracts)
    cutoff = record.refresh.cutoff if record.refresh else date.today()
    found = [item for item in deliveries(contracts, record.drops, cutoff) if feed is None or item.feed == feed]
    if not found:
        console.print("No drop is on record yet. Put files into the drops folder, then: p20w refresh")
        return
    console.print(_summary(found, cutoff))
    _tell_unforeseen(record.drops)
    shown = found if every else [item for item in found if item.state in STYLES]
    if shown:
        console.print(_periods(shown, cutoff))
    for day, name, period in awaited(contracts, cutoff)[:3]:
        console.print(f"Due next: {name} {period} on {day}")


def check(file: Path) -> None:
    """Print the receipt or the faults of a file; exit 1 when intake would refuse it or set lines aside."""
    from p20w.intake import check_file

    receipt = check_file(file.absolute(), Settings.load())
    for line in receipt.lines():
        console.print(line, markup=False, soft_wrap=True)
    if not receipt.ok:
        raise typer.Exit(1)


def show(drop: str, line: int | None) -> None:
    """What became of one drop, or one of its quarantined lines."""
    settings = Settings.load()
    warehouse = Warehouse.open(settings)
    if line is not None:
        from p20w.quarantine import read_line

        typer.echo(read_line(warehouse, settings, drop, line))
        return
    from p20w.commands import drop_on_screen  # not at the top: help should not wait for what reads files

    with warehouse.connect("report") as connection:
        found = drop_on_screen.read(connection, drop)
    if found is None:
        raise UnknownDrop(f"No drop {drop} is on record. Write it like ui_wage/2024Q3/1; see: p20w drops status")
    drop_on_screen.show(found, load_contracts(settings.contracts).get(drop.partition("/")[0]))


def fetch(source: str | None) -> None:
    """Bring drops here from elsewhere, and say of each what became of it."""
    from p20w.intake.fetch import FetchFailed, told
    from p20w.intake.fetch import fetch as bring

    settings = Settings.load()
    chosen = source or settings.drops_source
    if chosen is None:
        raise FetchFailed(
            "There is no source. Name one, or set P20W_DROPS_SOURCE: p20w drops fetch sftp://user@host/folder"
        )
    with progress():
        done = bring(chosen, settings)
    for line in told(done):
        console.print(line, markup=False, soft_wrap=True)
    if done.not_whole or done.different:
        raise typer.Exit(1)


def withdraw(drop: str, reason: str) -> None:
    """Take a drop out of force, and say what follows."""
    from p20w.intake import withdraw as take_out

    warehouse = Warehouse.open(Settings.load())
    with warehouse.writer("drops withdraw"):
        outcome = take_out(warehouse, drop, reason)
    again = outcome.restored_submission
    follows = f"submission {again} is active again" if again else "no submission of this period is active"
    console.print(f"{drop}: withdrawn; {follows}. Nothing else has changed yet. Now: p20w refresh", soft_wrap=True)


def waive(file: str, reason: str) -> None:
    """Let refreshes go on without a file, and say what follows."""
    from p20w.pipeline import waiting

    warehouse = Warehouse.open(Settings.load())
    feed, _, period = file.partition("/")
    with warehouse.writer("drops waive"):
        waiting.waive(warehouse, feed, period, reason)
    console.print(f"{file}: waived; refreshes go on without it until it comes. Now: p20w refresh", soft_wrap=True)


def _tell_unread(settings: Settings, contracts: Mapping[str, FeedContract]) -> None:
    """Folders that intake passes by, so that a name written wrong does not look like a file that never came."""
    from p20w.intake import strays

    tell_coming(settings)
    _tell_open(settings)
    unread = strays(settings, contracts)
    if not unread:
        return
    table = Table("not read", "why", title=f"In {settings.drops}, but no drops", title_justify="left")
    for stray in unread[:LISTED]:
        table.add_row(escape(stray.place), stray.why)
    console.print(table)
    if len(unread) > LISTED:
        console.print(f"and {len(unread) - LISTED:,} more")


def _tell_open(settings: Settings) -> None:
    """Drops that other users of the machine may read, and how to close them."""
    from p20w.intake.exposure import exposure

    found = exposure(settings.drops)
    if not found:
        return
    what = "files in it can be read" if found.files else "its names can be read"
    console.print(
        f"{settings.drops} is open: {what} by every user of this machine. "
        f"Close it: chmod -R go= {shlex.quote(str(settings.drops))}",
        style="red",
        markup=False,
        soft_wrap=True,
    )
    for name in found.files[:LISTED]:
        console.print(f"  {ascii(name)[1:-1]}", markup=False, soft_wrap=True)
    if len(found.files) > LISTED:
        console.print(f"  and {len(found.files) - LISTED:,} more")


def tell_coming(settings: Settings) -> None:
    """Drops that a refresh passes by for now, and how to see what they lack."""
    from p20w.intake import still_coming

    for drop in still_coming(settings)[:LISTED]:
        console.print(
            f"{drop.scope} is incomplete and has just changed: it is left to arrive. "
            f"What it lacks: p20w drops check {escape(str(drop.folder))}",
            soft_wrap=True,
        )


def _tell_unforeseen(drops: Sequence[Drop]) -> None:
    """Drops that the software failed on, apart from those that agencies can mend."""
    from p20w.intake.messages import UNFORESEEN

    names = [f"{d.feed}/{d.period}/{d.submission}" for d in drops if d.is_refused and d.reason_code == UNFORESEEN]
    if names:
        console.print(
            f"The software failed on {len(names):,} drops, which is not for an agency to mend: {', '.join(names[:5])}. "
            f"See: p20w drops show {names[0]}",
            style="red",
            soft_wrap=True,
        )


def _summary(found: list[Delivery], cutoff: date) -> Table:
    table = Table(title=f"Deliveries due by {cutoff}", title_justify="left")
    for heading in ("feed", "periods", "on time", "late", "refused", "missing", "newest active"):
        table.add_column(heading, justify="left" if heading in ("feed", "newest active") else "right")
    for feed in dict.fromkeys(item.feed for item in found):
        mine = [item for item in found if item.feed == feed]
        states = Counter(item.state for item in mine)
        held = [item.period for item in mine if item.in_force]
        counts = [f"{states[state]:,}" for state in ("on time", "late", "refused", "missing")]
        table.add_row(feed, f"{len(mine):,}", *counts, held[-1] if held else "none")
    return table


def _periods(shown: list[Delivery], cutoff: date) -> Table:
    table = Table("feed", "period", "due", "state", "days late", "why")
    for item in shown:
        refused = [drop.reason or drop.reason_code or "" for drop in item.drops if drop.is_refused]
        late = item.days_late(cutoff)
        table.add_row(
            item.feed,
            item.period,
            str(item.due or ""),
            item.state,
            str(late or ""),
            refused[-1].partition("\n")[0] if refused else "",
            style=STYLES.get(item.state),
        )
    return table
