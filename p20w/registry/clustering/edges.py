"""By which links each person hangs together, and on which of them each identity rests.

Here: edges and methods as tables of the scratch database. Not here: writing them (`p20w.registry.persons.candidate`),
what a reviewer should look at (`p20w.registry.review.asking`).
"""

import duckdb
import numpy as np
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree

from p20w.registry.statements import arrays, run
from splink_models.comparisons import ADDRESS, BIRTH, EMPLOYER, ID, SSN
from splink_models.levels import is_level


def make_edges(con: duckdb.DuckDBPyConnection) -> None:
    """Make tables `edge` and `method` (see `edge.sql`) from `link`, `scored` and `cluster`."""
    con.execute(_RANKED)
    place, left, right = arrays(con.execute("select place, left_record, right_record from ranked_link order by place"))
    kept = pa.table({"place": _spanning(place, left, right)})
    run(con, "clustering/edge", tier=tier_of("ranked_link.is_decided"), read_place=kept)


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
    graph = coo_array((place.astype(float), tuple(ends.reshape(2, -1))), (len(names), len(names)))
    return np.sort(minimum_spanning_tree(graph.tocsr()).data.astype(np.int64))


def tier_of(is_decided: str) -> str:
    """SQL for what a link of `scored` hangs on: the strongest kind of evidence that agrees.

    Args:
        is_decided: SQL for whether a reviewer decided it.
    """
    by_address = f"{is_level(ADDRESS, 'exact', 'near')} and not {is_level(BIRTH, 'exact', 'swapped', 'digit', 'year')}"
    return f"""
    case
        when {is_decided} then 'decision'
        when {is_level(SSN, "exact", "within")} then 'ssn'
        when {is_level(ID, "exact", "within")} then 'id'
        when {is_level(SSN, "near", "two")} then 'near_ssn'
        when {is_level(EMPLOYER, "exact")} then 'employer'
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
