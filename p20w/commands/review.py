"""`p20w review …`: judge pairs of records that the linkage could not decide.

Here: commands, options and what they print. Not here: what they do (`p20w.registry.review`, imported when a command
runs).
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import psycopg

    from p20w.registry.review.queue import PairKey

review = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Judge pairs of records that linkage could not decide. For stewards; each look at a pair is on record.",
)

Reviewer = Annotated[
    str | None, typer.Option(help="The reviewer's name. Default: the system user.", envvar="P20W_REVIEWER")
]
Second = Annotated[bool, typer.Option("--second", help="Pairs that others have judged and you have not.")]
Left = Annotated[str, typer.Argument(help="Id of one record, as `next` and `export` give it.")]
Right = Annotated[str, typer.Argument(help="Id of the other record.")]


@review.command("status")
def status(reviewer: Reviewer = None) -> None:
    """How many pairs wait, who judged how many, and how reviewers agree."""
    from rich.table import Table

    from p20w.commands.console import console
    from p20w.registry.review import queue, verdicts, view
    from p20w.registry.review.agreement import agreements

    with _desk(reviewer) as (connection, name):
        counts = queue.counts(connection, name)
        given = verdicts.decisions(connection)
    console.print(f"{counts.first} pairs wait for a first opinion, {counts.second} for a second one by {name}.")
    if given:
        table = Table("reviewer", *verdicts.WORDS.values(), box=None, header_style="bold")
        for who, counted in view.tally(given):
            table.add_row(who, *map(str, counted.values()))
        console.print(table)
    for item in agreements(given):
        kappa = "not defined" if item.kappa is None else f"{item.kappa:.2f}"
        console.print(
            f"{item.one} and {item.other}: {item.agreed} of {item.pairs} the same ({item.share:.0%}), kappa {kappa}"
        )


@review.command("next")
def following(
    reviewer: Reviewer = None,
    second: Second = False,
    count: Annotated[int, typer.Option("--count", "-n", min=1, help="How many to list.")] = 1,
) -> None:
    """The pairs of highest review priority: their ids and why they wait. Nothing personal."""
    from p20w.commands.console import console
    from p20w.registry.review.queue import waiting

    with _desk(reviewer) as (connection, name):
        pairs = waiting(connection, name, second=second, limit=count)
    if not pairs:
        console.print("Nothing waits.")
    for pair in pairs:
        about = pair.reason or "judged before"
        files = f", {pair.worth:.0f} files" if pair.worth else ""
        console.print(f"{pair.identity_left} {pair.identity_right}  {about}{files}", soft_wrap=True)


@review.command("show")
def show(
    left: Left,
    right: Right,
    reviewer: Reviewer = None,
    blind: Annotated[bool, typer.Option("--blind", help="Without the reason and the weights.")] = False,
) -> None:
    """The two records side by side, on this screen. Put on record as read by you."""
    from p20w.commands.pair_on_screen import print_pair
    from p20w.registry.review import queue, reading, verdicts, view

    with _desk(reviewer) as (connection, name):
        key = _key(left, right)
        waits = queue.find(connection, key)
        pair = reading.read(connection, key, name)
        given = verdicts.decisions(connection, key)
    print_pair(view.pair_page(pair, waits, is_blind=blind), given, name)


@review.command("decide")
def decide(
    left: Left,
    right: Right,
    verdict: Annotated[str, typer.Argument(help="must-link, cannot-link or undecided.")],
    reviewer: Reviewer = None,
) -> None:
    """Say whether two records are one person. The verdict applies from the next refresh on, whatever the model."""
    from p20w.commands.console import console
    from p20w.registry.review import verdicts

    said = verdicts.verdict_of(verdict)
    with _desk(reviewer) as (connection, name):
        number = verdicts.decide(connection, _key(left, right), said, name)
    console.print(f"Decision {number}: {verdicts.WORDS[said]}, by {name}. It applies from the next refresh on.")


@review.command("revoke")
def revoke(
    decision: Annotated[int, typer.Argument(help="Number of the decision.")],
    reviewer: Reviewer = None,
) -> None:
    """Revoke a verdict. It stays on record, without effect from the next refresh on."""
    from p20w.commands.console import console
    from p20w.registry.review import verdicts

    with _desk(reviewer) as (connection, name):
        verdicts.revoke(connection, decision, name)
    console.print(f"Decision {decision} is revoked.")


@review.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="CSV to write; must not be there yet.")],
    reviewer: Reviewer = None,
    second: Second = False,
    with_values: Annotated[
        bool, typer.Option("--with-values", help="Add names and birth dates. Every pair counts as read by you.")
    ] = False,
) -> None:
    """Write the pairs that wait to a CSV, with a blank column for verdicts. No personal values unless asked for."""
    from p20w.commands.console import console
    from p20w.registry.review import sheets

    with _desk(reviewer) as (connection, name):
        pairs = sheets.export(connection, file, name, second=second, with_values=with_values)
    console.print(f"{pairs} pairs in {file}. Fill in the column verdict, then: p20w review import {file}")
    if with_values:
        console.print("It contains personal values: keep it where only you can read it, and remove it afterwards.")


@review.command("import")
def take_in(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV with verdicts.")],
    reviewer: Reviewer = None,
) -> None:
    """Put the verdicts of a CSV on record, all or none. Lines without a verdict are left out."""
    from p20w.commands.console import console
    from p20w.registry.review import sheets

    with _desk(reviewer) as (connection, name):
        taken = sheets.take_in(connection, file, name)
    console.print(f"{taken.given} verdicts by {name} are on record; {taken.blank} lines had none.")


@review.command("serve")
def serve(
    reviewer: Reviewer = None,
    port: Annotated[int, typer.Option(help="Port on this machine only; 0 takes a free one.")] = 0,
) -> None:
    """Open the desk as a page on this machine, for the keyboard: S same, D different, U cannot tell, N next."""
    from p20w.commands.console import console
    from p20w.database import Warehouse
    from p20w.registry.review.app import make_server
    from p20w.registry.review.steward import reviewer_name
    from p20w.settings import Settings

    server, bound, link = make_server(Warehouse.open(Settings.load()), reviewer_name(reviewer), port)
    console.print(f"Open {link}", soft_wrap=True)
    console.print("The link works once, on this machine. The page closes after half an hour without a click.")
    console.print("Ctrl+C ends it.")
    with bound:
        server.run(sockets=[bound])


@contextmanager
def _desk(reviewer: str | None) -> Generator[tuple[psycopg.Connection, str]]:
    from p20w.database import Warehouse
    from p20w.registry.review.steward import reviewer_name, steward
    from p20w.settings import Settings

    name = reviewer_name(reviewer)
    with steward(Warehouse.open(Settings.load())) as connection:
        yield connection, name


def _key(left: str, right: str) -> PairKey:
    from p20w.registry.review.queue import PairKey

    return PairKey.of(left, right)
