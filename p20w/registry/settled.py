"""What the last refresh settled of each identity, so that the next one decides again only what a delivery can touch.

Here: what hangs together (components), keeping that with the candidate it belongs to, reading it back. Not here: which
components a delivery touches (`touched`), figures of a component (`facts`).

A component is everything that had a say in who is who: records that share a number, a node, a person, a link that
counted, an address that counted, a reviewer's verdict. Nothing in one component bears on another, but for a few things
that `touched` looks after. What is kept tells ids and figures, no names.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from uuid import UUID

import duckdb
import numpy as np
import psycopg
import pyarrow as pa

import splink_models
from p20w.contracts import FeedContract
from p20w.database import Warehouse
from p20w.registry.columnar import packed, unpacked, with_halves
from p20w.registry.components import components_of
from p20w.registry.links import ACCEPT
from p20w.registry.readings import Readings
from p20w.registry.schools import REFERENCES
from p20w.settings import Settings
from splink_models import Model

MOST_CHUNKS = 12
"""Refreshes that add to what one settled of everybody; then all are decided about again. Three years of quarters."""


@dataclass(frozen=True)
class Settled:
    """What a current assignment rests on, beside what table `settled` says of each identity."""

    drops: tuple[int, ...]
    decisions: tuple[str, ...]
    are_unrelated: bool

    def begin(self, ahead: Readings) -> None:
        """Start reading what is said of each identity."""
        ahead.begin({"settled": "select content from registry.settled where is_promoted order by chunk_id"}, _numbered)


def made_by(settings: Settings, model: Model, contracts: Mapping[str, FeedContract]) -> str:
    """SHA-256 of everything but the vault that who is who depends on: the code, the model, the state's own files."""
    digest = hashlib.sha256()
    folders = (Path(__file__).parent, Path(splink_models.__file__).parent)
    sources = (file for folder in folders for kind in ("*.py", "*.csv") for file in folder.rglob(kind))
    references = (settings.reference / name for name in REFERENCES)
    for file in sorted(sources) + [file for file in references if file.exists()]:
        digest.update(file.read_bytes())
    said = (model.digest, settings.linkage_backend, version("duckdb"), version("splink"), sorted(contracts.items()))
    digest.update(repr(said).encode())
    return digest.hexdigest()


def standing(warehouse: Warehouse, made_by: str, model: Model) -> Settled | None:
    """What the current assignment rests on; None where nothing is known that a refresh could build upon."""
    with warehouse.connect("linkage") as connection:
        rows = connection.execute(
            """
            select
                settled.is_whole,
                settled.refresh_id,
                settled.made_by = %(made_by)s
                and settled.weighing_id = (
                    select weighing_id
                    from registry.weighing
                    where model_version = %(model)s
                    order by frozen_at desc, weighing_id
                    limit 1
                ) as is_of_use,
                settled.drops,
                settled.decisions,
                settled.are_unrelated
            from registry.settled
            where settled.is_promoted
            order by settled.chunk_id
            """,
            {"made_by": made_by, "model": model.version},
        ).fetchall()
    added = {refresh_id for is_whole, refresh_id, *_ in rows if not is_whole}
    if not rows or not all(is_of_use for _, _, is_of_use, *_ in rows) or len(added) >= MOST_CHUNKS:
        return None
    *_, drops, decisions, are_unrelated = rows[-1]
    return Settled(tuple(drops), tuple(decisions), are_unrelated)


def take_settled(con: duckdb.DuckDBPyConnection, ahead: Readings) -> None:
    """Make table `settled`, a row an identity as `_SETTLED` has it, with its `high` and `low` (`columnar`)."""
    con.register("read_settled", ahead.take("settled"))
    con.execute(_LATEST)
    con.unregister("read_settled")


def _numbered(rows: pa.Table) -> pa.Table:
    chunks = enumerate(unpacked(rows))
    numbered = [chunk.append_column("chunk", pa.array(np.full(len(chunk), at))) for at, chunk in chunks]
    return with_halves(pa.concat_tables(numbered))


SAID = "concat_ws(' ', lower(hex(identity_left)), lower(hex(identity_right)), verdict)"
"""SQL for a verdict as text."""


def find_components(con: duckdb.DuckDBPyConnection, is_worth_it: bool) -> None:
    """Make table `component` (record, component) from all that was decided; `component` is its smallest record.

    Args:
        con: the workshop.
        is_worth_it: whether it is needed which they are; else all records are taken to hang together.
    """
    if not is_worth_it:
        con.execute("create table component as select record, 0 as component from record")
        return
    records = np.asarray(con.execute("select record from record order by record").fetchnumpy()["record"], np.int64)
    edges = con.execute(_EDGES).fetchnumpy()
    left, right = (np.asarray(edges[side], np.int64) for side in ("one", "other"))
    label = components_of(records, left, right)
    con.register("read_component", pa.table({"record": records, "component": label}))
    con.execute("create table component as select record, component from read_component order by record")
    con.unregister("read_component")


@dataclass(frozen=True)
class Basis:
    """What a candidate rests on beside the vault."""

    made_by: str
    weighing_id: UUID
    is_whole: bool
    """Everybody was decided about; else what was settled before stands beside it."""


def settle(connection: psycopg.Connection, con: duckdb.DuckDBPyConnection, basis: Basis, refresh_id: int) -> None:
    """Keep what a candidate settles; it counts once that is promoted.

    Args:
        connection: of role `linkage`; the caller commits.
        con: the workshop, with all that a candidate consists of, `component`, `component_fact` and `person_feed`.
        basis: what it rests on.
        refresh_id: the refresh of the candidate.
    """
    (are_unrelated,) = con.execute("select is_unrelated from unrelated").fetchall()[0]
    verdicts = [row[0] for row in con.execute(f"select {SAID} from decision_said order by 1").fetchall()]
    for content in packed(con, _SETTLED, _SCHEMA):
        connection.execute(
            b"""
            insert into registry.settled
                (refresh_id, is_whole, made_by, weighing_id, drops, decisions, are_unrelated, content)
            select %s, %s, %s, %s, coalesce(array_agg(drop_id order by drop_id), '{}'), %s, %s, %b
            from governance.drop
            where status = 'accepted'
            """,
            (refresh_id, basis.is_whole, basis.made_by, basis.weighing_id, verdicts, are_unrelated, content),
        )


# Numbers are asked for apart from nodes, because a node joins only those of one number whose names agree.
_EDGES = f"""
select numbered.record as one, first_of.record as other
from numbered
inner join (select holder, min(record) as record from numbered group by holder having count(*) > 1) as first_of
    on numbered.holder = first_of.holder
where numbered.record <> first_of.record
union all
select record, node from node where record <> node
union all
select left_node, right_node from considered
union all
select left_node, right_node from link where match_weight >= {ACCEPT}
union all
select left_node, right_node from household
union all
select node, cluster from cluster where node <> cluster
union all
select left_record, right_record from decided
"""

_SCHEMA = pa.schema(
    [
        *(("identity_id", pa.binary()), ("component", pa.int64()), ("node", pa.int64()), ("is_owner", pa.bool_())),
        *(("first_year", pa.int32()), ("mint_ordinal", pa.int64())),
        *(("is_initials", pa.bool_()), ("cut_first", pa.int64()), ("cut_last", pa.int64())),
        *(("feeds", pa.list_(pa.string())), ("counts", pa.list_(pa.int64())), ("largest", pa.list_(pa.int64()))),
    ]
)

# A component and a node are called by a digest of their first identity. An identity without a component is in no drop
# in force. `feeds` stands with the first record of a person, figures with that of a component.
_SETTLED = """
select
    record.identity_id,
    cast(hash(first_of_component.identity_id) >> 1 as bigint) as component,
    cast(hash(first_of_node.identity_id) >> 1 as bigint) as node,
    owned_ssn.record is not null as is_owner,
    record.first_year,
    person.mint_ordinal,
    record_naming.is_initials,
    record_naming.cut_first,
    record_naming.cut_last,
    person_feed.feeds,
    component_fact.counts,
    component_fact.largest
from record
inner join member on record.record = member.record
inner join person on member.cluster = person.cluster
inner join component on record.record = component.record
inner join record as first_of_component on component.component = first_of_component.record
inner join node on record.record = node.record
inner join record as first_of_node on node.node = first_of_node.record
left join owned_ssn on record.record = owned_ssn.record
left join record_naming on record.record = record_naming.record
left join person_feed on record.record = person_feed.cluster
left join component_fact on record.record = component_fact.component
union all by name
select identity_id from left_out
"""

_LATEST = """
create table settled as
with later as (

    select identity_id, max(chunk) as chunk from read_settled where chunk > 0 group by identity_id

)

select read_settled.* exclude (chunk)
from read_settled
left join later on read_settled.identity_id = later.identity_id
where read_settled.chunk = coalesce(later.chunk, 0) and read_settled.component is not null
"""
