"""Who would be who on less and on more evidence, laid down so that answers can be computed over it.

Here: writing `registry.other_map` from the current edges. Not here: maps at a threshold (`thresholds`), answers over
them (`p20w.warehouse.ranges`).
"""

from hashlib import sha256

import duckdb
import numpy as np
import pyarrow as pa

from p20w.database import Warehouse
from p20w.database.bulk import copy_arrow
from p20w.registry.evaluation import evidence, reading
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
        evidence.read_edges(con, warehouse)
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
    moved = con.execute(_MOVED).fetchall()
    con.unregister("read_label")
    people = [person if person is not None else sha256(name.encode() + seed).digest()[:16] for _, person, seed in moved]
    return pa.table(
        {
            "map": pa.array([name] * len(moved), pa.string()),
            "identity_id": pa.array([row[0] for row in moved], pa.binary()),
            "person_id": pa.array(people, pa.binary()),
        }
    )


_MOVED = """
with held as (

    select read_label.label, identity.person, count(*) as identities, min(identity.identity_id) as seed
    from identity
    inner join read_label on identity.identity = read_label.identity
    group by all

),

-- a group and a person that are each other's largest part belong together
ranked as (

    select
        *,
        row_number() over (partition by label order by identities desc, person) as place_in_label,
        row_number() over (partition by person order by identities desc, label) as place_in_person
    from held

),

kept as (

    select label, person from ranked where place_in_label = 1 and place_in_person = 1

),

seeded as (

    select label, min(seed) as seed from held group by label

)

select
    identity.identity_id,
    any_value(same.person_id) as person_id,
    any_value(seeded.seed) as seed
from identity
inner join read_label on identity.identity = read_label.identity
inner join seeded on read_label.label = seeded.label
left join kept on read_label.label = kept.label
left join identity as same on kept.person = same.person
where kept.person is distinct from identity.person
group by identity.identity_id
order by identity.identity_id
"""
