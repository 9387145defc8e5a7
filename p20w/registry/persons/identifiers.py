"""Carry person ids forward from the current assignment, and mint new ones in a fixed order.

Here: which cluster keeps which id, the ids of new persons, and the events that tell what changed.
Not here: how clusters came about (`clustering`), writing (`candidate`).

The cluster that holds the largest part of a person's identities keeps the id; a cluster that holds the largest
parts of two persons keeps the one it holds more of, and of equals the older. Ids are never used again.
"""

import duckdb
import pyarrow as pa

from p20w.database.bulk import Read
from p20w.intake.tokens import keyed
from p20w.keys import TokenKey
from p20w.registry.statements import arrays, run


def current_ids(read: Read) -> tuple[pa.Table, int]:
    """identity_id, person_id, mint_ordinal of the current assignment, and the last mint ordinal that was ever given."""
    return read(_CURRENT), read("select coalesce(max(mint_ordinal), 0) from registry.person").column(0)[0].as_py()


def carry_forward(con: duckdb.DuckDBPyConnection, current: pa.Table, latest: int, key: TokenKey) -> None:
    """Make tables `member`, `person` and `change` from `record` and `cluster`.

    Args:
        con: the scratch database.
        current: identity_id, person_id, mint_ordinal of each identity that has a person.
        latest: the last mint ordinal that was ever given.
        key: the id key.
    """
    run(con, "persons/member", read_current=current)
    while run(con, "persons/keep").fetchall()[0][0]:
        pass
    run(con, "persons/person", read_current=current, read_minted=_minted(con, latest, key))


def _minted(con: duckdb.DuckDBPyConnection, latest: int, key: TokenKey) -> pa.Table:
    """An id for each new cluster: a keyed digest of its ordinal, which tells nothing and comes out the same again."""
    (clusters,) = arrays(con.execute("select distinct cluster from member anti join kept using (cluster) order by 1"))
    ordinals = range(latest + 1, latest + 1 + len(clusters))
    ids = keyed(key.secret)(b"person" + ordinal.to_bytes(8, "big") for ordinal in ordinals)
    columns = [pa.array(clusters, pa.int64()), pa.array(ids, pa.binary()), pa.array(ordinals, pa.int64())]
    return pa.table(columns, ["cluster", "person_id", "mint_ordinal"])


_CURRENT = """
select
    uuid_send(assignment.identity_id) as identity_id, uuid_send(assignment.person_id) as person_id, person.mint_ordinal
from registry.assignment
inner join registry.person on assignment.person_id = person.person_id
where assignment.valid_to_refresh is null
"""
