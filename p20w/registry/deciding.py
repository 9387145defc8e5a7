"""The steps from records to persons, in their order.

Here: what is called after what, for every caller that decides who is who: a refresh, a sample linked once more, two
models held against each other, files from elsewhere. Not here: the steps.
"""

from collections.abc import Callable

import duckdb

from p20w.progress import tell
from p20w.registry.constraints import make_pairs
from p20w.registry.engines import Engine
from p20w.registry.engines.on_duckdb import weigh
from p20w.registry.household import find_households, find_meetings
from p20w.registry.leftovers import follow_households
from p20w.registry.links import compare, lay_out, make_comparable
from p20w.registry.meanwhile import meanwhile
from p20w.registry.resolve import resolve
from p20w.registry.schools import Enrollments
from p20w.registry.tiers import make_groups
from splink_models import Model


def decide(
    con: duckdb.DuckDBPyConnection,
    model: Model,
    engine: Engine = weigh,
    enrollments: Enrollments | None = None,
    habits: Callable[[duckdb.DuckDBPyConnection], object] | None = None,
    are_grouped: bool = False,
) -> None:
    """Make table `cluster` (node, cluster), and all that it rests on.

    Args:
        con: the workshop, with `record`, `presence`, `near_ssn`, `decided` and `features`.
        model: whose weights.
        engine: weighs the pairs.
        enrollments: gives the enrollments of pupils; None where they are not known, and then keep nobody apart.
        habits: recognizes how employers write names (`naming.take_naming`); None where no employer is known.
        are_grouped: the first steps have been done, up to `comparable` (`touched`).
    """
    if not are_grouped:
        tell("joining by SSN and source ids")
        make_groups(con, habits)
        lay_out(con)
    tell("comparing names, dates and addresses")
    with meanwhile(con, find_meetings):
        if not are_grouped:
            make_comparable(con)
        compare(con, model, engine)
    find_households(con)
    tell("deciding who is who")
    make_pairs(con, enrollments)
    resolve(con)
    follow_households(con)
