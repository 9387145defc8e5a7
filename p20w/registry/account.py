"""Give account of a candidate: by which links each person hangs together, and what a reviewer should look at.

Here: edges, methods and the review queue as tables in the scratch database. Not here: writing them (`candidate`).
"""

import duckdb
import numpy as np
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree

from p20w.registry.linking.scores import ACCEPT, REVIEW
from p20w.registry.statements import run
from splink_models.comparisons import ADDRESS, BIRTH, EMPLOYER, ID, SSN, Comparison

MOST_IDENTITIES = 200
"""Identities of one person; more are looked at by a reviewer. The longest simulated histories have 60."""


def give_account(con: duckdb.DuckDBPyConnection) -> None:
    """Make tables `edge` and `method` (see `edge.sql`, `method.sql`) from `link`, `scored` and `cluster`."""
    con.execute(_RANKED)
    ranked = con.execute("select place, left_record, right_record from ranked_link order by place").fetchnumpy()
    place, left, right = (np.asarray(ranked[name], np.int64) for name in ("place", "left_record", "right_record"))
    kept = _spanning(place, left, right)
    con.register("read_place", pa.table({"place": kept}))
    run(con, "edge", tier=tier_of("ranked_link.is_decided"))
    con.unregister("read_place")
    run(con, "method")


def ask_reviewers(con: duckdb.DuckDBPyConnection) -> None:
    """Make table `review` (see `review.sql`), also from `member`, `refused` and `decided`."""
    same_ssn, same_id = _is(SSN, "exact", "within"), _is(ID, "exact", "within")
    run(
        con,
        "review",
        accept=str(ACCEPT),
        nearly=str(REVIEW),
        same_ssn=same_ssn,
        same_id=same_id,
        most_identities=str(MOST_IDENTITIES),
    )


def _spanning(place: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Places of the links that hold everybody together, the strongest first (maximum spanning forest, Kruskal 1956).

    Args:
        place: rank of each link from 1, the strongest first.
        left: one end.
        right: the other.
    """
    if not len(place):
        return place
    names, ends = np.unique(np.concatenate([left, right]), return_inverse=True)
    size = len(names)
    graph = coo_array((place.astype(float), (ends[: len(left)], ends[len(left) :])), (size, size))
    return np.sort(minimum_spanning_tree(graph.tocsr()).data.astype(np.int64))


def _is(comparison: Comparison, *levels: str) -> str:
    numbers = ", ".join(str(comparison.gamma(level)) for level in levels)
    return f"coalesce(scored.gamma_{comparison.name} in ({numbers}), false)"


def tier_of(is_decided: str) -> str:
    """SQL for what a link of `scored` hangs on: the strongest kind of evidence that agrees.

    Args:
        is_decided: SQL for whether a reviewer decided it.
    """
    by_address = f"{_is(ADDRESS, 'exact', 'near')} and not {_is(BIRTH, 'exact', 'swapped', 'digit', 'year')}"
    return f"""
    case
        when {is_decided} then 'decision'
        when {_is(SSN, "exact", "within")} then 'ssn'
        when {_is(ID, "exact", "within")} then 'id'
        when {_is(SSN, "near")} then 'near_ssn'
        when {_is(EMPLOYER, "exact")} then 'employer'
        when {by_address} then 'household'
        else 'model'
    end
    """


# Links within a person; of a pair both decided and scored, the verdict.
_RANKED = """
create table ranked_link as
with followed as (

    select
        least(link.left_record, link.right_record) as left_record,
        greatest(link.left_record, link.right_record) as right_record,
        max(link.bits) as bits,
        max(link.bits) > 1000 as is_decided
    from link
    inner join cluster as one on link.left_record = one.record
    inner join cluster as other on link.right_record = other.record and one.cluster = other.cluster
    group by 1, 2

)

select *, row_number() over (order by bits desc, left_record, right_record) as place from followed
"""
