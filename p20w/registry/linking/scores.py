"""Score candidate pairs: one person, or two members of one household, or strangers.

Here: counting how common values are, having an engine weigh, and putting both weights together. Not here: weights of
levels (`splink_models.model`), which scores make a person (`p20w.registry.clustering`).
"""

from math import log2

import duckdb

from p20w.registry.linking.engines import Engine, Search
from p20w.registry.linking.levels import GAMMAS
from p20w.registry.statements import run
from splink_models import Model
from splink_models.comparisons import TERMS

ACCEPT_PROBABILITY = 0.98
"""Fixed beforehand, tried on no file it is judged by: one wrong link in fifty at the very least certain."""

ACCEPT = round(log2(ACCEPT_PROBABILITY / (1 - ACCEPT_PROBABILITY)), 6)
"""The same in bits."""

REVIEW_PROBABILITY = 0.3
"""From which on a pair is worth a reviewer's look."""

REVIEW = round(log2(REVIEW_PROBABILITY / (1 - REVIEW_PROBABILITY)), 6)
"""The same in bits."""


def count_terms(con: duckdb.DuckDBPyConnection) -> None:
    """Make tables `term_<column>` (<column>, tf_<column>) from `compared`: how common values are."""
    for term in TERMS:
        con.execute(
            f"create table term_{term} as select {term}, count(*)::double / sum(count(*)) over () as tf_{term} "
            f"from compared where {term} is not null group by {term}"
        )


def score(con: duckdb.DuckDBPyConnection, model: Model, records: int, engine: Engine) -> None:
    """Make table `scored` (see `scored.sql`) from `compared` and the terms.

    Args:
        con: the scratch database.
        model: whose values.
        records: how many records the model takes there to be.
        engine: weighs against strangers.
    """
    known = con.execute("select count(*) from compared").fetchall()[0][0]
    if known < 2:
        gammas = ", ".join(f"{gamma} tinyint" for gamma in GAMMAS)
        con.execute(f"create table predicted (record_l bigint, record_r bigint, stranger_weight double, {gammas})")
    else:
        engine(con, Search(model, records))
    run(con, "linking/scored", against_household=model.against_household(records), gammas=", ".join(GAMMAS))
    con.execute("drop table predicted")
