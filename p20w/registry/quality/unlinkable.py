"""Records that nothing could join to another agency's, however alike.

Here: the share of such records a feed. Not here: records that could be joined and were not (`masked`).

A record is unlinkable when it has no SSN, no other feed knows its id, and an exact copy of it elsewhere would still
weigh less than the registry asks for (the idea of Splink's unlinkables), or could not be found because it has neither
birth date nor address.
"""

import duckdb

from p20w.registry.linking.levels import pairs_with_levels
from p20w.registry.linking.scores import ACCEPT
from p20w.registry.linking.weighing import Weighing
from p20w.registry.quality.figure import Figure, of_share
from p20w.registry.quality.intervals import share
from p20w.registry.statements import run
from splink_models.comparisons import COMPARISONS, EMPLOYER, ID, SSN

SILENT = (SSN, ID, EMPLOYER)
"""What another agency's copy does not have."""


def unlinkable(con: duckdb.DuckDBPyConnection, weighing: Weighing) -> list[Figure]:
    """The unlinkable share of each feed, from table `identity` and those of the refresh."""
    model, records = weighing.model, weighing.records
    stranger = [repr(model.prior(records)[0])]
    stranger += [model.stranger_bits(item, records, by_value=True) for item in COMPARISONS]
    rows = run(
        con,
        "quality/unlinkable",
        copies=pairs_with_levels("(select record as left_record, record as right_record from compared)"),
        silent=", ".join(f"-1 as gamma_{item.name}" for item in SILENT),
        stranger=" + ".join(stranger),
        household=model.against_household(records),
        accept=ACCEPT,
    ).fetchall()
    return [of_share("unlinkable", share(hopeless, identities), feed) for feed, identities, hopeless in rows]
