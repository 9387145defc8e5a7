"""Who would be who on less and on more evidence, laid down so that answers can be computed over it.

Here: writing `registry.other_map` from the current edges. Not here: maps at a threshold (`thresholds`), answers over
them (`p20w.warehouse.ranges`).
"""

import duckdb
import numpy as np
import pyarrow as pa

from p20w.database import Warehouse
from p20w.database.bulk import copy_arrow
from p20w.registry.evaluation import reading
from p20w.registry.evaluation.thresholds import persons_at
from p20w.registry.linking.scores import ACCEPT
from p20w.registry.scratch import scratch_database
from p20w.settings import Settings

STRICTER = ACCEPT + 4.0
"""Bits: odds of 780 to 1 for every link."""

LOOSER = ACCEPT - 2.0
"""Bits: odds of 12 to 1."""

MAPS = {"stricter": STRICTER, "looser": LOOSER}


def write_maps(warehouse: Warehouse, settings: Settings) -> dict[str, int]:
    """Replace both maps.

    Returns:
        for each map, how many identities have another person than in the map in use.
    """
    with scratch_database(settings) as con:
        reading.read_registry(con, warehouse)
        reading.read_edges(con, warehouse)
        moved = {name: _moved(con, name, threshold) for name, threshold in MAPS.items()}
    with warehouse.connect("linkage") as connection:
        connection.execute("truncate registry.other_map")
        for rows in moved.values():
            copy_arrow(connection, "registry.other_map", rows)
        connection.commit()
    return {name: rows.num_rows for name, rows in moved.items()}


def _moved(con: duckdb.DuckDBPyConnection, name: str, threshold: float) -> pa.Table:
    """Identities whose person is another at this threshold: map, identity_id, person_id.

    Each new group keeps the person it holds most of; what a person loses gets an id of its own.
    """
    labels = persons_at(con, threshold)
    con.register("read_label", pa.table({"identity": np.arange(len(labels)), "label": labels}))
    moved = con.sql(_MOVED, params={"map": name}).to_arrow_table()
    con.unregister("read_label")
    return moved


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
