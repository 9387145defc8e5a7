"""Read, pair, score, cluster: the steps from the vault to who is with whom, in their order.

Here: what is called after what, for every caller that decides who is who: a refresh, an evaluation, two models held
against each other, files from elsewhere. There is one way, and it is about everybody. Not here: the steps,
ids of persons (`assigning`). What each step makes: `scratch_tables.yaml`.
"""

from collections.abc import Callable
from functools import partial

import duckdb

from p20w.contracts import fillers, load_contracts
from p20w.database.bulk import Read
from p20w.progress import tell
from p20w.registry.clustering.resolution import resolve
from p20w.registry.inputs.enrollments import Enrollments, enrollments_of
from p20w.registry.inputs.naming import read_employed
from p20w.registry.inputs.records import read_decisions, read_records
from p20w.registry.linking.engines import Engine, engine_of
from p20w.registry.linking.engines.on_duckdb import weigh
from p20w.registry.linking.scores import score
from p20w.registry.linking.weighing import Weighing, active, learned
from p20w.registry.statements import run
from p20w.settings import Settings
from splink_models import Model
from splink_models.features import make_features

Weigher = Callable[[duckdb.DuckDBPyConnection, Model, Engine], Weighing]
"""Gives the values that pairs are weighed by, once table `compared` is made."""


def decide_everybody(con: duckdb.DuckDBPyConnection, read: Read, settings: Settings, model: Model) -> Weighing:
    """Decide who is who among all records of active drops, by the values this state's weights are frozen at.

    Args:
        con: an empty scratch database.
        read: reads as role `linkage`.
        settings: where contracts and reference files are, and which engine weighs.
        model: the version to decide by.
    """
    tell("reading identities")
    read_everybody(con, read, settings)
    enrollments = enrollments_of(read, load_contracts(settings.contracts), settings.reference)
    return decide(con, model, partial(active, read), engine_of(settings), enrollments)


def read_everybody(con: duckdb.DuckDBPyConnection, read: Read, settings: Settings) -> int:
    """Make the tables that `decide` reads, of everybody in an active drop; how many records there are."""
    count = read_records(con, read)
    make_features(con, fillers=fillers(settings.contracts))
    read_decisions(con, read)
    read_employed(con, read, load_contracts(settings.contracts))
    return count


def decide(
    con: duckdb.DuckDBPyConnection,
    model: Model,
    weigher: Weigher = learned,
    engine: Engine = weigh,
    enrollments: Enrollments | None = None,
) -> Weighing:
    """Make table `cluster`, and all that it rests on.

    Args:
        con: the scratch database, with `record`, `presence`, `near_ssn`, `employed`, `decided` and `features`.
        model: the version whose comparisons and starting values are used.
        weigher: gives the values to weigh by; learned from the records if not given.
        engine: weighs candidate pairs.
        enrollments: gives the enrollments of pupils; None where they are not known, and then keep nobody apart.

    Returns:
        the values that pairs were weighed by.
    """
    tell("comparing names, dates, numbers and addresses")
    run(con, "linking/compared")
    weighing = weigher(con, model, engine)
    score(con, weighing.model, weighing.records, engine)
    tell("deciding who is who")
    resolve(con, enrollments)
    return weighing
