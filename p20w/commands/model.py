"""`p20w model …`: versions of the linkage model, how they differ, and which one refreshes use.

Here: commands, options and what they print. Not here: what they do (`p20w.registry`, imported when a command runs),
tables (`p20w.commands.model_tables`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from p20w.database import Warehouse
    from p20w.registry.models.comparison import ModelComparison
    from p20w.settings import Settings
    from splink_models import Model

model = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="""
Versions of the linkage model: train, compare, promote.

A version is a set of trained weights: how often names, birth dates and addresses agree among records of one person,
and among strangers. All versions make the same comparisons. One comes with the software; a state trains its own on its
own records, compares it with the active one, and promotes it if it is better:

    p20w model train home-2026

    p20w model compare home-2026

    p20w model promote home-2026

More: docs/models.md.
""",
)

Name = Annotated[str, typer.Argument(help="Name of the version; `p20w model list` shows all.")]
Truth = Annotated[
    Path | None, typer.Option(help="Truth of a simulated state, to score both. A real state has none.", exists=True)
]


@model.command("list")
def list_versions() -> None:
    """All versions, what they were trained on, which one is active and since when."""
    from p20w.commands import model_tables
    from p20w.commands.console import console
    from p20w.registry.models import versions

    settings, warehouse = _open()
    with warehouse.connect("linkage") as connection:
        standing = versions.standing_promotion(connection)
    found = versions.versions(settings)
    console.print(model_tables.versions(list(found.values()), standing))
    console.print(f"Cards: {settings.model_folder}/NAME/card.md, and for your own {versions.own_folder(settings)}")


@model.command("train")
def train(
    name: Annotated[str, typer.Argument(help="Name of the new version, such as home-2026.")],
    simulated: Annotated[
        bool, typer.Option("--simulated", help="Train on simulated states, not on the warehouse's records.")
    ] = False,
    states: Annotated[
        str, typer.Option(help="Seeds of the simulated states; never 1, 2 or 3, which are for judging.")
    ] = "101,102",
    people: Annotated[int, typer.Option(help="People of each simulated state.")] = 10_000,
    first: Annotated[str, typer.Option("--from", help="Simulated: first quarter of deliveries.")] = "2014Q3",
    last: Annotated[str, typer.Option("--to", help="Simulated: last quarter of deliveries.")] = "2024Q4",
    replace: Annotated[bool, typer.Option("--replace", help="Replace a version that was never active.")] = False,
) -> None:
    """Train a version without labels, on the identities of active drops. Changes no refresh.

    Writes trained values, a summary, a card and charts into the private folder, because values trained on real people
    reveal how common their names are. Charts show made-up people.
    """
    from p20w.commands.console import console, progress
    from p20w.registry.models.training import States, make_version

    settings, warehouse = _open()
    chosen = States(_seeds(states), people, first, last) if simulated else None
    with progress(), warehouse.writer("model train"):
        card = make_version(warehouse, settings, name, chosen, replace)
    console.print(
        f"Model {name} is trained. Read its card: {card}\n"
        f"No refresh uses it yet. See what it would change: p20w model compare {name}",
        soft_wrap=True,
        markup=False,
    )


@model.command("compare")
def compare(
    name: Name,
    against: Annotated[str | None, typer.Option(help="Version to compare it with. Default: the active one.")] = None,
    truth: Truth = None,
    output: Annotated[Path | None, typer.Option("--json", help="Also write every count to this file.")] = None,
) -> None:
    """Work out who is who under two versions, and count where they differ. Changes nothing, shows only counts.

    Pairs gained and lost, by pair of feeds and by what joins them; persons before and after; ids that would change.
    Takes about as long as two full refreshes of the registry.
    """
    import json

    from p20w.commands.console import console
    from p20w.registry.models import versions

    settings, warehouse = _open()
    standing = versions.find(settings, against).load() if against else versions.active(warehouse, settings)
    if standing.version == name:
        raise typer.BadParameter(f"{name} would be compared with itself. Name another with --against.")
    found = _compare(warehouse, settings, standing, versions.find(settings, name).load(), truth)
    if output:
        output.write_text(json.dumps(found.counts(), indent=2) + "\n", encoding="utf-8")
        console.print(f"Counts: {output}", soft_wrap=True, markup=False)


@model.command("promote")
def promote(
    name: Name,
    truth: Truth = None,
    without_comparison: Annotated[
        bool, typer.Option("--without-comparison", help="Do not compare first. The record will say so.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Compare a version with the active one, ask, and make it active. This is audited.

    Takes effect with the next `p20w refresh`, which works out again who is who even if no file has arrived. Until then
    nothing changes. To go back, promote the earlier version. Changed values under the active name cannot be compared,
    and open no refresh by themselves.
    """
    import getpass

    from p20w.commands.console import console
    from p20w.registry.models import versions
    from p20w.registry.models.comparison import NothingToCompare

    settings, warehouse = _open()
    proposed = versions.find(settings, name).load()
    with warehouse.connect("linkage") as connection:
        standing = versions.standing_promotion(connection)
    if standing.name == name and standing.digest in (None, proposed.digest):
        console.print(f"Model {name} is already active.")
        return
    counts = None
    if not without_comparison:
        before = versions.find(settings, standing.name).load()
        if standing.digest not in (None, before.digest):
            console.print(
                f"The values that were promoted as {standing.name} are no longer on file, so there is nothing "
                f"to compare with. The record will say so.",
                soft_wrap=True,
                markup=False,
            )
        else:
            try:
                counts = _compare(warehouse, settings, before, proposed, truth).counts()
            except NothingToCompare as nothing:
                console.print(str(nothing), soft_wrap=True, markup=False)
    is_renewed = standing.name == name
    if not yes:
        place = "its earlier values" if is_renewed else standing.name
        typer.confirm(f"Promote model {name} to replace {place}?", abort=True)
    versions.promote(warehouse, settings, proposed, standing, getpass.getuser(), counts)
    if is_renewed:
        told = (
            f"Model {name} is active with the values on file. Its name has not changed, so they open no refresh by "
            f"themselves: they take effect with the next one that opens because of files, verdicts or another model.\n"
            f"To go back: restore the earlier values, then p20w model promote {name}"
        )
    else:
        told = (
            f"Model {name} is active. It takes effect with the next refresh, which works out again who is who even if "
            f"no file has arrived: p20w refresh\nTo go back: p20w model promote {standing.name}"
        )
    console.print(told, soft_wrap=True, markup=False)


def _open() -> tuple[Settings, Warehouse]:
    from p20w.database import Warehouse
    from p20w.settings import Settings

    settings = Settings.load()
    warehouse = Warehouse.open(settings)
    warehouse.migrate()
    return settings, warehouse


def _compare(
    warehouse: Warehouse, settings: Settings, standing: Model, proposed: Model, truth: Path | None
) -> ModelComparison:
    from p20w.commands.console import console, progress
    from p20w.commands.model_tables import comparison
    from p20w.registry.models.comparison import compare as run

    with progress(), warehouse.writer("model compare"):
        found = run(warehouse, settings, standing, proposed, truth)
    for table in comparison(found):
        console.print(table)
    return found


def _seeds(text: str) -> tuple[int, ...]:
    try:
        return tuple(sorted({int(part) for part in text.split(",")}))
    except ValueError:
        raise typer.BadParameter("Seeds are numbers with commas between them: 101,102", param_hint="--states") from None
