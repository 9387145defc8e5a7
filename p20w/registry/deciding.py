"""The steps from records to persons, in their order.

Here: what is called after what, for every caller that decides who is who: a refresh, a sample linked once more, two
models held against each other, files from elsewhere. There is one way, and it is about everybody. Not here: the steps.
"""

from collections.abc import Mapping

import duckdb

from p20w.contracts import FeedContract
from p20w.database.bulk import Read
from p20w.progress import tell
from p20w.registry.constraints import make_pairs
from p20w.registry.decisions import read_decisions
from p20w.registry.engines import Engine
from p20w.registry.engines.on_duckdb import weigh
from p20w.registry.household import find_households
from p20w.registry.leftovers import follow_households
from p20w.registry.links import compare, lay_out
from p20w.registry.naming import find_naming
from p20w.registry.records import read_records
from p20w.registry.resolve import resolve
from p20w.registry.schools import Enrollments
from p20w.registry.tiers import make_groups
from splink_models import Model
from splink_models.features import make_features


def read_everybody(con: duckdb.DuckDBPyConnection, read: Read, contracts: Mapping[str, FeedContract]) -> int:
    """Make the tables that `decide` reads, of everybody in a drop in force.

    Args:
        con: the workshop.
        read: reads as role `linkage`.
        contracts: the feeds of this state.

    Returns:
        the number of records.
    """
    count = read_records(con, read)
    make_features(con)
    read_decisions(con, read)
    find_naming(con, read, contracts)
    return count


def decide(
    con: duckdb.DuckDBPyConnection,
    model: Model,
    engine: Engine = weigh,
    enrollments: Enrollments | None = None,
) -> None:
    """Make table `cluster` (node, cluster), and all that it rests on.

    Args:
        con: the workshop, with `record`, `presence`, `near_ssn`, `decided` and `features`; `record_naming` if known.
        model: whose weights.
        engine: weighs the pairs.
        enrollments: gives the enrollments of pupils; None where they are not known, and then keep nobody apart.
    """
    tell("joining by SSN and source ids")
    make_groups(con)
    lay_out(con)
    tell("comparing names, dates and addresses")
    compare(con, model, engine)
    find_households(con)
    tell("deciding who is who")
    make_pairs(con, enrollments)
    resolve(con)
    follow_households(con)
