"""Who would be who on less and on more evidence, laid down so that answers can be computed over it.

Here: writing `registry.other_map` from the current edges. Not here: answers over the maps (`ranges`).

The stricter map drops links below its threshold from the current edges. The looser one adds to the current persons the
pairs that the registry left to a reviewer for want of evidence. Nothing is compared anew.
"""

import duckdb
import numpy as np
import pyarrow as pa

from p20w.database import Warehouse
from p20w.database.bulk import copy_arrow
from p20w.registry.clustering.components import components
from p20w.registry.evaluation import reading
from p20w.registry.linking.scores import ACCEPT
from p20w.registry.scratch import scratch_database
from p20w.registry.statements import arrays
from p20w.settings import Settings

STRICTER = ACCEPT + 4.0
"""Bits: odds of 780 to 1 for every link."""

LOOSER = ACCEPT - 2.0
"""Bits: odds of 12 to 1."""

NEARLY = "nearly enough evidence"
"""The reason under which the registry queues pairs below its threshold."""


def write_maps(warehouse: Warehouse, settings: Settings) -> dict[str, int]:
    """Replace both maps.

    Returns:
        for each map, how many identities have another person than in the map in use.
    """
    with scratch_database(settings) as con:
        reading.read_registry(con, warehouse)
        reading.read_edges(con, warehouse)
        moved = {name: _moved(con, name, links) for name, links in MAPS.items()}
    with warehouse.connect("linkage") as connection:
        connection.execute("truncate registry.other_map")
        for rows in moved.values():
            copy_arrow(connection, "registry.other_map", rows)
        connection.commit()
    return {name: rows.num_rows for name, rows in moved.items()}


def _moved(con: duckdb.DuckDBPyConnection, name: str, links: str) -> pa.Table:
    """Identities whose person is another when these links are followed: map, identity_id, person_id.

    Each new group keeps the person it holds most of; what a person loses gets an id of its own.
    """
    identities = con.execute("select count(*) from identity").fetchall()[0][0]
    label = components(identities, *arrays(con.execute(links)))
    con.register("read_label", pa.table({"identity": np.arange(identities), "label": label}))
    moved = con.sql(_MOVED, params={"map": name}).to_arrow_table()
    con.unregister("read_label")
    return moved


MAPS = {
    "stricter": f"""
        select left_identity, right_identity from edge where match_weight is null or match_weight >= {STRICTER}
    """,
    "looser": f"""
        select min(identity) over (partition by person) as left_identity, identity as right_identity from identity
        union all
        select left_identity, right_identity
        from asked
        where reason = '{NEARLY}' and match_weight >= {LOOSER} and match_weight < {ACCEPT}
    """,
}
"""Map -> SQL for the links it follows."""

# kept: a group and a person that are each other's largest part belong together
_MOVED = """
with labeled as (

    select identity.*, read_label.label, min(identity.identity_id) over (partition by read_label.label) as seed
    from identity
    inner join read_label on identity.identity = read_label.identity

),

kept as (

    select label, person, any_value(person_id) as person_id
    from labeled
    group by label, person
    qualify row_number() over (partition by label order by count(*) desc, person) = 1
        and row_number() over (partition by person order by count(*) desc, label) = 1

)

select
    $map as map,
    labeled.identity_id,
    coalesce(kept.person_id, unhex(substr(sha256(encode($map) || labeled.seed), 1, 32))) as person_id
from labeled
left join kept on labeled.label = kept.label
where kept.person is distinct from labeled.person
order by labeled.identity_id
"""
