"""`p20w contract …`: what follows from the contracts.

Here: commands, options and what they print. Not here: reading contracts (`p20w.contracts`), what is written
(`p20w.warehouse.staging`, imported when a command runs).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

BREAKS = 3
"""How a program is told that a new version of a contract breaks something."""

contract = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="""
Contracts of feeds, one file each in `contracts/`, and what follows from them.

A new feed needs two files: its contract (`p20w contract draft` begins one from a sample file), and a staging model in
`dbt/models/staging/`. Then:

    p20w contract generate

More: docs/agencies/new-feed.md.
""",
)


@contract.command("generate")
def generate() -> None:
    """Write what dbt is told of feeds: the source `intake`, and the columns of staging models.

    Columns are described as their contract describes them. A model without a yml gets one; what you write in it about
    the model, its rules and its tests stays.
    """
    from p20w.commands.console import console
    from p20w.contracts import load_contracts
    from p20w.settings import Settings
    from p20w.warehouse import staging

    settings = Settings.load()
    changed = staging.write(load_contracts(settings.contracts), settings.dbt)
    for path in changed:
        console.print(f"written: {path}")
    if not changed:
        console.print("Nothing to write: all of it says what the contracts say.")


@contract.command("draft")
def draft(
    file: Annotated[Path, typer.Argument(help="A sample of one delivery: delimited, fixed, JSON lines, Parquet, XML.")],
    feed: Annotated[str, typer.Option(help="Name of the feed, in snake case.")],
    to: Annotated[
        Path | None, typer.Option(help="Where to write the draft. Default: FEED.yaml in this folder.")
    ] = None,
    positions: Annotated[Path | None, typer.Option(help="Of fixed width: a table of name,first,last byte.")] = None,
    header: Annotated[bool | None, typer.Option(help="Whether the first line names the fields.")] = None,
    delimiter: Annotated[str | None, typer.Option(help="Between fields; found out without.")] = None,
    record: Annotated[str | None, typer.Option(help="Of XML: the element that is a record.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Found out without: utf-8 or windows-1252.")] = None,
) -> None:
    """Draft a contract from a sample file, to be completed by a person.

    Columns that say who somebody is, or may, come out restricted; no value of theirs is stored or shown. Places to be
    filled in say what to write and why, and the contract loads once all are.
    """
    from p20w.commands import contract_draft
    from p20w.onboarding import Told

    contract_draft.write(file, feed, to or Path(f"{feed}.yaml"), Told(delimiter, header, positions, record, encoding))


@contract.command("diff")
def diff(
    old: Annotated[Path | None, typer.Argument(help="The contract in force.")] = None,
    new: Annotated[Path | None, typer.Argument(help="The new version of it.")] = None,
    since: Annotated[
        str | None, typer.Option(help="Instead: compare all contracts with those of a git revision.")
    ] = None,
) -> None:
    """What a new version of a contract breaks, and for whom: files, models, marts, linkage, the agreement.

    Ends with 3 where something breaks, with 0 where nothing does. With --since it ends with 3 only where a contract's
    version does not say so: a breaking change takes a new first number.
    """
    from p20w.commands import contract_diff

    if (since is None) == (old is None) or (old is None) != (new is None):
        raise typer.BadParameter("give two files, or --since and a git revision")
    breaks = contract_diff.since(since) if since else contract_diff.between(old, new)  # pyright: ignore[reportArgumentType]
    if breaks:
        raise typer.Exit(BREAKS)


@contract.command("list")
def list_feeds() -> None:
    """All feeds in the order of intake, with sector, kind of period and whose ids their records carry."""
    from rich.table import Table

    from p20w.commands.console import console
    from p20w.contracts import SECTORS, load_contracts
    from p20w.settings import Settings

    table = Table("Order", "Feed", "Name", "Sector", "Period", "Ids", "Agreement", box=None)
    for feed, item in load_contracts(Settings.load().contracts).items():
        ids = f"of {item.parent}" if item.parent else item.id_space or ("SSN" if item.has_identities else "none")
        place, sector = str(item.intake_order), SECTORS[item.sector]
        table.add_row(place, feed, item.short_name, sector, item.calendar.kind, ids, item.agreement.id)
    console.print(table)


@contract.command("uses")
def show_uses() -> None:
    """Which mart is made of which feed, and for what; ends with code 1 where an agreement does not allow it.

    The marts gate judges the same at each refresh, and does not open where something is not allowed.
    """
    from rich.table import Table

    from p20w.commands.console import console
    from p20w.contracts import load_contracts
    from p20w.settings import Settings
    from p20w.warehouse import dbt_runs, uses

    settings = Settings.load()
    contracts = load_contracts(settings.contracts)
    found = uses.uses(dbt_runs.parse(settings))
    table = Table("Mart", "Feed", "Purpose", "Agreement", box=None)
    for use in found:
        table.add_row(use.mart, use.feed, use.purpose, contracts[use.feed].agreement.id)
    console.print(table)
    told = uses.not_allowed(found, contracts)
    for sentence in told or ["All of it is allowed."]:
        console.print(sentence)
    if told:
        raise typer.Exit(1)
