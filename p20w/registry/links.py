"""Weigh what the deterministic tiers left apart with the trained model.

Here: which records are compared (one a way of writing within a node), and reading the weights as links between
nodes. Not here: the engine that weighs (`engines`), which links are followed (`resolve`), which may not be
(`constraints`).
"""

import duckdb

from p20w.registry.agreement import LEVELS, pair_columns
from p20w.registry.engines import Engine, Search
from p20w.registry.engines.on_duckdb import weigh
from splink_models import Model

ACCEPT = 7.0
"""Bits: a posterior of 0.992 that two nodes are one person. Links above it are followed if nothing forbids."""

CONSIDER = 0.0
"""Bits: links above it are kept as rivals of better ones, and for review."""


def lay_out(con: duckdb.DuckDBPyConnection) -> None:
    """Make tables `node_place`, `owned_ssn` and `node_ssn` from `features`, `grouped` and `node`.

    node_place (node, places, place_parts, postal_codes, cities): of nodes that have an address.
    owned_ssn (record, ssn), node_ssn (node, ssn): the SSN that stands for a record, and for a node's other records.
    """
    con.execute(_LAID_OUT)


def compare(con: duckdb.DuckDBPyConnection, model: Model, engine: Engine = weigh) -> None:
    """Make tables `comparable` and `link` from what `lay_out` made, `features`, `node` and `near_ssn`.

    comparable: the columns of `features` and `node`, one row a node, way of writing and SSN.
    link (left_node, right_node, left_record, right_record, match_weight, match_probability, first_level,
    last_level, birth_level, is_near_ssn, is_followable): the best pair of records between two nodes.
    """
    con.execute(_COMPARABLE)
    nodes = con.execute("select count(distinct node) from comparable").fetchall()[0][0]
    if nodes < 2:
        con.execute(
            "create table scored (record_l bigint, record_r bigint, match_weight double, match_probability double)"
        )
    else:
        engine(con, Search(model, expected=nodes, at_least=CONSIDER))
    con.execute(_LINK)


# A node's own SSN stands for all its records; a number it does not own is no evidence.
_LAID_OUT = """
create table owned_ssn as
select record, number as ssn
from grouped
where tier = 'ssn' and is_owner;

create table node_ssn as
select
    node.node,
    mode(owned_ssn.ssn order by owned_ssn.ssn) as ssn
from owned_ssn
inner join node on owned_ssn.record = node.record
group by node.node;

-- most nodes have one record with an address, whose lists are theirs as they are
create table node_place as
with record_place as materialized (

    select node.node, features.places, features.place_parts, features.postal_codes, features.cities
    from features
    inner join node on features.record = node.record
    where len(features.postal_codes) > 0 or len(features.places) > 0

),

several as (

    select node from record_place group by node having count(*) > 1

)

select record_place.*
from record_place
anti join several on record_place.node = several.node
union all
select
    record_place.node,
    list_sort(list_distinct(flatten(list(record_place.places)))) as places,
    list_sort(list_distinct(flatten(list(record_place.place_parts)))) as place_parts,
    list_sort(list_distinct(flatten(list(record_place.postal_codes)))) as postal_codes,
    list_sort(list_distinct(flatten(list(record_place.cities)))) as cities
from record_place
semi join several on record_place.node = several.node
group by record_place.node;
"""

# One row a node and way of writing, for records with a birth date, and for wage records whose SSN has a near neighbor.
_COMPARABLE = """
create table comparable as
with candidate as (

    select
        features.record,
        features.writing,
        node.node,
        coalesce(owned_ssn.ssn, node_ssn.ssn) as ssn
    from features
    inner join node on features.record = node.record
    left join owned_ssn on features.record = owned_ssn.record
    left join node_ssn on node.node = node_ssn.node
    where (features.birthdate is not null and (features.first is not null or features.last is not null))
        or coalesce(owned_ssn.ssn, node_ssn.ssn) in (select ssn from near_ssn)

),

chosen as (

    select min(record) as record, node, ssn
    from candidate
    group by node, writing, ssn

)

select
    chosen.node,
    chosen.ssn,
    features.* exclude (feed, writing, ssn, near, places, place_parts, postal_codes, cities),
    coalesce(near_ssn.near, []) as near,
    coalesce(node_place.places, []) as places,
    coalesce(node_place.place_parts, []) as place_parts,
    coalesce(node_place.postal_codes, []) as postal_codes,
    coalesce(node_place.cities, []) as cities
from chosen
inner join features on chosen.record = features.record
left join near_ssn on chosen.ssn = near_ssn.ssn
left join node_place on chosen.node = node_place.node;
"""

_LINK = f"""
create table link as
with pair as (

    select
        scored.record_l as left_record,
        scored.record_r as right_record,
        scored.match_weight,
        scored.match_probability,
        left_side.node as left_node_read,
        right_side.node as right_node_read,
        coalesce(left_side.ssn <> right_side.ssn and list_has_any(left_side.near, right_side.near), false)
            as is_near_ssn,
        coalesce(left_side.ssn = right_side.ssn, false) as is_same_ssn,
        {pair_columns("left_side", "right_side")}
    from scored
    inner join comparable as left_side on scored.record_l = left_side.record
    inner join comparable as right_side on scored.record_r = right_side.record

),

levelled as (

    select
        least(left_node_read, right_node_read) as left_node,
        greatest(left_node_read, right_node_read) as right_node,
        *,
        {LEVELS}
    from pair

)

select
    left_node,
    right_node,
    least(left_record, right_record) as left_record,
    greatest(left_record, right_record) as right_record,
    match_weight,
    match_probability,
    first_level,
    last_level,
    birth_level,
    is_near_ssn,
    -- a full first name must agree: what twins and siblings share is everything else
    match_weight >= {ACCEPT} and first_level in ('exact', 'swapped', 'form', 'similar', 'middle', 'initial')
    and not (is_near_ssn and birth_level = 'missing' and first_level = 'initial') as is_followable
from levelled
qualify row_number() over (
    partition by left_node, right_node
    order by is_followable desc, match_weight desc, left_record, right_record
) = 1
order by left_node, right_node;
"""
