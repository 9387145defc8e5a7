"""Which pairs a reviewer should look at, and why.

Here: the review queue of a candidate, as table `review` of the scratch database (`review.sql`). Not here: writing it
(`p20w.registry.persons.candidate`), the desk that shows it.
"""

import duckdb

from p20w.registry.clustering.edges import is_level
from p20w.registry.linking.scores import ACCEPT, REVIEW
from p20w.registry.statements import run
from splink_models.comparisons import ID, SSN

MOST_IDENTITIES = 200
"""Identities of one person; more are looked at by a reviewer. The longest simulated histories have 60."""


def ask_reviewers(con: duckdb.DuckDBPyConnection) -> None:
    """Make table `review` (see `review.sql`), also from `member`, `refused` and `decided`."""
    run(
        con,
        "review/review",
        accept=str(ACCEPT),
        nearly=str(REVIEW),
        same_ssn=is_level(SSN, "exact", "within"),
        same_id=is_level(ID, "exact", "within"),
        most_identities=str(MOST_IDENTITIES),
    )
