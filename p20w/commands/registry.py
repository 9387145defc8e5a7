"""`p20w registry …`: what the registry stands on, and the way back.

Here: commands, options and what they print. Not here: what they do (`p20w.registry`, imported when a command runs).
"""

from __future__ import annotations

from typing import Annotated

import typer

registry = typer.Typer(no_args_is_help=True, help="Who is who: status, reasons, estimated errors, and going back.")


@registry.command("status")
def status() -> None:
    """The last refreshes: how many identities and persons, and what happened to persons in each."""
    from rich.table import Table

    from p20w.commands.console import console
    from p20w.database import Warehouse
    from p20w.registry.persons import history
    from p20w.settings import Settings

    refreshes, waiting = history.read(Warehouse.open(Settings.load()))
    if not refreshes:
        console.print("Nobody is in the registry yet. Put files into the drops folder, then: p20w refresh")
    else:
        table = Table("refresh", "label", "model", "promoted", "identities", "persons", *history.KINDS)
        for item in refreshes:
            table.add_row(
                *(str(item.refresh_id), item.label, item.model_version or "", f"{item.promoted_at:%Y-%m-%d %H:%M}"),
                *(f"{item.identities:,}", f"{item.persons:,}"),
                *(f"{item.events.get(kind, 0):,}" for kind in history.KINDS),
            )
        console.print(table)
    if waiting is not None:
        console.print(f"A candidate of refresh {waiting} waits for its gate. Continue with: p20w refresh")
    if len(refreshes) > 1:
        console.print(f"Back to refresh {refreshes[1].refresh_id}: p20w registry rollback")


@registry.command("rollback")
def rollback(yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Go back to who was who before the last refresh. This is audited.

    Restores assignments, persons, edges, review queue, profiles and match rates, and shows the marts of that refresh
    again. Person ids that were new retire and are never reused.
    """
    from p20w.commands.console import console
    from p20w.database import Warehouse
    from p20w.pipeline.gates import GateMissing
    from p20w.registry.persons.rollback import roll_back
    from p20w.settings import Settings
    from p20w.warehouse.publication import IncompleteSet, publish_marts

    warehouse = Warehouse.open(Settings.load())
    if not yes:
        typer.confirm("Undo what the last refresh did to the registry?", abort=True)
    with warehouse.writer("registry rollback"):
        outcome = roll_back(warehouse)
        try:
            publish_marts(warehouse, outcome.standing_refresh)
            marts = f"The marts show refresh {outcome.standing_refresh} again."
        except (GateMissing, IncompleteSet):
            marts = "The marts are as before."
    console.print(
        f"Refresh {outcome.undone_refresh} is undone: the registry and core.person_identity are as after refresh "
        f"{outcome.standing_refresh}.\n"
        f"{outcome.assignments_undone:,} assignments were undone, {outcome.assignments_restored:,} restored; "
        f"{outcome.persons_restored:,} persons were restored, {outcome.persons_retired:,} new ones retired.\n"
        f"{marts}\n"
        f"Facts of its drops stay in core until the next refresh. Correct what was wrong (p20w drops withdraw "
        f"feed/period/submission, or a verdict of p20w review), then: p20w refresh",
        soft_wrap=True,
        markup=False,
    )


@registry.command("check")
def check(by_group: Annotated[bool, typer.Option("--by-group", help="Also by group of people.")] = False) -> None:
    """What the last refresh estimated of its own errors, without a truth, and reviewers' verdicts since then.

    Each refresh hides every SSN and clusters by the rest, to see what is found and what an SSN disproves. It also
    clusters without licenses, and looks for records that cannot be joined, for drift, and for rates that fell.
    How to read it: docs/linkage.md.
    """
    from p20w.commands.registry_check import check as run

    run(by_group)


@registry.command("why")
def why(
    one: Annotated[str, typer.Argument(help="Id of a record, or a line, such as ui_wage/2024Q3/1:17.")],
    other: Annotated[str, typer.Argument(help="The other record.")],
) -> None:
    """Why two records are one person, or two: the evidence for and against, in bits and in words. Nothing personal.

    Weighs the two with the frozen weights of a refresh: each bit doubles the odds of one person. Also lists verdicts
    and cannot-links between their records and, if other records make the two one person, the links in between.

    Name a record by its id, as p20w review next prints it, or by a line: its drop, a colon, its number (the header is
    not counted). Example: p20w registry why ui_wage/2024Q3/1:17 dmv_license/2024-06-30/1:402
    """
    from p20w.commands.console import console
    from p20w.commands.pair_on_screen import weights_table
    from p20w.database import Warehouse
    from p20w.registry.explaining import explain
    from p20w.registry.review.weights import waterfall
    from p20w.settings import Settings

    settings = Settings.load()
    found = explain(Warehouse.open(settings), settings, one, other)
    console.print(f"{found.sentence}\n", markup=False)
    if fall := waterfall(found.evidence):
        console.print(weights_table(fall))
        console.print(f"Linked from {fall.accept_bits:+.1f} bits on; {fall.odds}. Model {fall.model_version}.")
    for note in (f"Person {' and person '.join(map(str, found.persons))}.", *found.notes):
        console.print(note, markup=False, soft_wrap=True)
    for number, link in enumerate(found.chain, 1):
        console.print(f"Link {number}: {link}", markup=False, soft_wrap=True)


@registry.command("sample")
def sample(each: Annotated[int, typer.Option(help="Links of each kind, by weight.")] = 20) -> None:
    """Queue random links for review, so that verdicts show how many of all links are right."""
    from p20w.commands.registry_check import draw

    draw(each)
