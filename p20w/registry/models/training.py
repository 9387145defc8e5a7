"""Train a version of the linkage model, on this warehouse or on simulated states.

Here: where the records come from, where a version may be put. Not here: estimation (`linking.rates`), the card
(`splink_models.card`), which version is active (`versions`). Seeds 1, 2 and 3 judge the registry and are never trained
on.

Values trained on real people tell how common their names are: such a version goes to the private folder and nowhere
else. So does what a search for values needs on disk.
"""

import re
import shutil
import tempfile
from dataclasses import dataclass
from dataclasses import replace as replace_values
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from psycopg import sql

from p20w.database import Warehouse
from p20w.database.bulk import reader
from p20w.private import private_folder
from p20w.progress import tell
from p20w.registry.deciding import read_everybody
from p20w.registry.linking import rates
from p20w.registry.linking.engines import on_duckdb
from p20w.registry.linking.weighing import learned
from p20w.registry.models import versions
from p20w.registry.scratch import scratch_database
from p20w.registry.statements import run
from p20w.settings import Settings
from splink_models import Model
from splink_models.card import write_card
from splink_models.model import save
from splink_models.rates import untrained

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,30}")
"""Of a version, which is a folder's and shown in reports."""

JUDGES = (1, 2, 3)
APART = 10_000_000
"""Between the numbers of one state's records and the next's; SSNs of two states are never the same."""

BEFORE = "_before"
"""Folder of the version that is being replaced; no version can have that name."""

FEWEST_PAIRS = 1000
"""Pairs of two files that agree on something; rates of the rarer levels would be guesses with fewer."""


class NotTrained(ValueError):
    """A version cannot be trained so: its name, its seeds or its records are refused."""


@dataclass(frozen=True)
class States:
    """Simulated states to train on."""

    seeds: tuple[int, ...] = (101, 102)
    people: int = 10_000
    first: str = "2014Q3"
    last: str = "2024Q4"

    def __str__(self) -> str:
        """In words, for the card."""
        seeds = ", ".join(map(str, self.seeds))
        return f"simulated states of {self.people:,} people (seed {seeds}, {self.first} to {self.last})"


def make_version(
    warehouse: Warehouse, settings: Settings, name: str, states: States | None = None, replace: bool = False
) -> Path:
    """Train a version into this installation's own folder: values, summary, card and charts; where its card is.

    The same records give the same values. A version is written beside its place and then put there whole, so
    that a crash leaves the one it replaces; nobody else may train here meanwhile.

    Args:
        warehouse: whose identities to train on, read as role `linkage`.
        settings: where the private folder is.
        name: of the version.
        states: train on these instead.
        replace: a version of that name, if it was never active.

    Raises:
        NotTrained: the name is none for a version, or is taken; a seed is one that judges; files of a simulated state
            were not taken in; there is too little to learn from.
    """
    draft = _draft_folder(settings)
    _check_free(warehouse, settings, name, replace)
    tell("reading identities")
    records = simulated_records(settings, states) if states else records_of(warehouse)
    with scratch_database(settings) as con:
        model, summary = train(con, records, name, str(states or "identities of this warehouse"))
    private_folder(draft / name)
    tell("drawing the card")
    card = write_card(model, summary, draft)
    save(model, draft)
    place = versions.own_folder(settings) / name
    if place.exists():
        place.rename(private_folder(draft / BEFORE) / name)
    (draft / name).rename(place)
    shutil.rmtree(draft)
    return place / card.name


def train(
    con: duckdb.DuckDBPyConnection, records: pa.Table, name: str, trained_on: str
) -> tuple[Model, dict[str, Any]]:
    """Learn the values of a version from records, and how they were found, as a refresh learns from a state's files.

    Twice: first from round figures, then from what came of it, so that the figures leave no trace where files tell.

    Args:
        con: a scratch database.
        records: table `compared`, of one state or of several stacked.
        name: of the version.
        trained_on: what the records are, for the card.

    Raises:
        NotTrained: too few pairs of two files agree on a number, a birth date or both names.
    """
    con.from_arrow(records).order("record").create("compared")
    run(con, "linking/agreeing_pair")
    pairs = dict(con.execute("select block, count(*) from agreeing_pair group by block order by block").fetchall())
    con.execute("drop table agreeing_pair")
    if sum(pairs.values()) < FEWEST_PAIRS:
        raise NotTrained(
            f"Only {sum(pairs.values()):,} pairs of records agree on a number, a birth date or both names; "
            f"{FEWEST_PAIRS:,} are needed to train. Take in more drops first, or train on simulated states: "
            "p20w model train NAME --simulated"
        )
    model = learned(con, rates.learn(con, untrained(name)), on_duckdb.weigh).model
    counts = dict(con.execute("select feed, count(*) from compared group by feed order by feed").fetchall())
    summary = {"version": name, "trained_on": trained_on, "counts": counts, "pairs": pairs}
    return replace_values(model, trained_on=trained_on), summary


def _draft_folder(settings: Settings) -> Path:
    """An empty folder to write a version in; one that a killed run had taken from its place goes back there first."""
    folder = versions.own_folder(settings)
    draft = folder / f".draft-{settings.database}"
    for taken in (draft / BEFORE).glob("*"):
        if not (folder / taken.name).exists():
            taken.rename(folder / taken.name)
    shutil.rmtree(draft, ignore_errors=True)
    return private_folder(draft)


def _check_free(warehouse: Warehouse, settings: Settings, name: str, replace: bool) -> None:
    if not NAME.fullmatch(name):
        raise NotTrained(
            "A model's name has up to 31 lower-case letters, digits, dots, underscores and hyphens, and begins with a "
            "letter or digit. For example: home-2026"
        )
    known = versions.versions(settings).get(name)
    if known is not None and not known.is_own:
        other = f"home-{date.today():%Y}"
        raise NotTrained(f"Model {name} comes with this software. Choose another name, such as {other}.")
    if versions.was_promoted(warehouse, name):
        raise NotTrained(f"Model {name} is or was active, and earlier refreshes depend on it. Choose another name.")
    if known is not None and not replace:
        raise NotTrained(f"There is a model {name} already. Choose another name, or train it again with --replace.")


def records_of(warehouse: Warehouse) -> pa.Table:
    """Records of active drops, as they are compared (table `compared`). Personal data."""
    settings = warehouse.settings
    with scratch_database(settings) as con, reader(warehouse.libpq("linkage")) as read:
        read_everybody(con, read, settings)
        run(con, "linking/compared")
        return con.sql("select * from compared order by record").to_arrow_table()


def simulated_records(settings: Settings, states: States) -> pa.Table:
    """Records of several simulated states, stacked; each gets a database of its own meanwhile.

    Raises:
        NotTrained: a seed is one that judges, or files of a state were not taken in.
    """
    if forbidden := sorted(set(states.seeds) & set(JUDGES)):
        raise NotTrained(f"States of seed {' and '.join(map(str, forbidden))} judge the registry and cannot train it.")
    stacked: list[pa.Table] = []
    for place, seed in enumerate(states.seeds):
        tell(f"simulating state {seed} and taking its files in", place / len(states.seeds))
        with tempfile.TemporaryDirectory(prefix="p20w-training-") as folder:
            records = _one_state(settings, seed, states, Path(folder))
        by = place * APART
        stacked.append(
            duckdb.from_arrow(records)
            .project(
                f"* replace (record + {by} as record, ssn + {by} as ssn, source + {by} as source, "
                f"list_transform(near, lambda token: hash(token, {by})) as near, "
                f"list_transform(remainders, lambda token: hash(token, {by})) as remainders)"
            )
            .to_arrow_table()
        )
    return pa.concat_tables(stacked)


def _one_state(settings: Settings, seed: int, states: States, folder: Path) -> pa.Table:
    from p20w.intake import receive
    from p20w.simulator import simulate

    drops, truth = folder / "drops", folder / "truth"
    simulate(states.people, states.first, states.last, seed, drops, truth)
    changes = {"database": f"{settings.database}_training_{seed}", "drops": drops, "truth": truth}
    warehouse = Warehouse.open(settings.model_copy(update=changes))
    _drop(warehouse)  # a run that was killed left its own, with other files in it
    try:
        warehouse.migrate()
        outcomes = receive(warehouse, warehouse.settings, delivered_from=date.min, delivered_to=date.max)
        refused = [item for item in outcomes if item.status not in ("accepted", "superseded")]
        if refused:
            raise NotTrained(
                f"{len(refused)} of {len(outcomes)} files of simulated state {seed} were not taken in, the first of "
                f"them {refused[0].scope} ({refused[0].reason_code or refused[0].status}). Nothing is trained. See "
                f"whether contracts or suites here are others than those that the simulator writes for."
            )
        return records_of(warehouse)
    finally:
        _drop(warehouse)


def _drop(warehouse: Warehouse) -> None:
    with warehouse.connect_administrator() as admin:
        for name in (warehouse.settings.database, warehouse.dagster_database):
            admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
