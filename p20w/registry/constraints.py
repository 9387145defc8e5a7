"""What two nodes may never be one person, however alike they look.

Here: strong facts about a node and the pairs they keep apart. Not here: weights (`links`), which of the allowed
links are followed (`resolve`).

Rules (each keeps apart what weights alone join: relatives at one address, namesakes):
- two SSNs, each verified by the licensing agency or steady under an agreeing name, and not a digit apart;
- two birth dates, each held by the licensing agency or repeated, that no common error explains;
- two generation suffixes (Jr, Sr, III);
- a reviewer's verdict that stands;
- two ids of one space in one drop, unless first name and birth date are the same to the letter and the surname
  agrees: an agency that holds two records at once means two people (twins, siblings), or one registered twice;
- enrollments at distant schools at one time (`p20w.registry.schools`);
- a K-12 record and a wage record have no direct link at all (`p20w.registry.links`): wages know no birth date.
"""

import duckdb
import numpy as np
import pyarrow as pa

from p20w.registry.agreement import level_of
from p20w.registry.components import components
from p20w.registry.links import ACCEPT
from p20w.registry.schools import Enrollments, find_two_schools
from splink_models.comparisons import BIRTH

STEADY_DROPS = 4
"""Files in which a number must appear under an agreeing name to be strong: four quarters, as for wages."""

REPEATED_DROPS = 2
"""Files in which a birth date must appear to be strong, where no licensing agency holds it."""

MARGIN = 4.0
"""Bits by which the best candidate must beat a rival that cannot be the same person: odds of 16 to 1."""

MOST_NODES = 60
"""Nodes that may hang together by links; more is a sign of a value that many share, and goes to review."""


def make_pairs(con: duckdb.DuckDBPyConnection, enrollments: Enrollments | None = None) -> None:
    """Make table `node_pair` from `link` and the nodes' facts.

    node_pair (left_node, right_node, match_weight, is_followable, is_apart, apart_reason): every pair of nodes
    of one neighborhood, linked or not (weight null), because what one link joins another may forbid.
    """
    con.execute(
        f"create table considered as select * from link where match_weight >= {ACCEPT - MARGIN} "
        "and first_level not in ('other', 'missing') order by left_node, right_node"
    )
    con.execute(
        "insert into considered by name select left_node, right_node, first_level, last_level, birth_level, "
        "false as is_followable from household anti join considered using (left_node, right_node)"
    )
    _make_neighborhoods(con)
    find_two_schools(con, enrollments)
    con.execute(_FACTS)
    con.execute(_PAIRS)


def _make_neighborhoods(con: duckdb.DuckDBPyConnection) -> None:
    """Table `neighbor` (node, neighborhood); oversized neighborhoods keep their strongest links only."""
    edges = con.execute(
        "select left_node, right_node, coalesce(match_weight, 0) as match_weight from considered"
    ).fetchnumpy()
    left, right = np.asarray(edges["left_node"], np.int64), np.asarray(edges["right_node"], np.int64)
    weight = np.asarray(edges["match_weight"], np.float64)
    nodes, position = np.unique(np.concatenate([left, right]), return_inverse=True)
    left, right = position[: len(left)], position[len(left) :]
    label = components(len(nodes), left, right)
    for floor in (ACCEPT + MARGIN, ACCEPT + 2 * MARGIN):
        oversized = np.bincount(label, minlength=len(nodes))[label] > MOST_NODES
        keep = ~oversized[left] | (weight >= floor)
        left, right, weight = left[keep], right[keep], weight[keep]
        label = components(len(nodes), left, right)
    fits = np.bincount(label, minlength=len(nodes))[label] <= MOST_NODES
    con.register("read_neighbor", pa.table({"node": nodes[fits], "neighborhood": nodes[label[fits]]}))
    con.execute("create table neighbor as select node, neighborhood from read_neighbor order by node")
    con.unregister("read_neighbor")


_FACTS = f"""
create table steady_ssn as
select
    node.node,
    list(distinct owned.ssn order by owned.ssn) as ssns
from (
    select node.node, grouped.number as ssn
    from grouped
    inner join node on grouped.record = node.record
    inner join neighbor on node.node = neighbor.node
    inner join record on grouped.record = record.record
    where grouped.tier = 'ssn' and grouped.is_owner
    group by node.node, grouped.number
    having bool_or(record.is_ssn_verified) or sum(record.drops) >= {STEADY_DROPS}
) as owned
inner join (select distinct node from neighbor) as node on owned.node = node.node
group by node.node;

create table strong_ssn as
select
    steady_ssn.node,
    any_value(steady_ssn.ssns) as ssns,
    list_distinct(flatten(list(coalesce(near_ssn.near, [])))) as near
from steady_ssn, unnest(steady_ssn.ssns) as each (ssn)
left join near_ssn on each.ssn = near_ssn.ssn
group by steady_ssn.node;

create table strong_birth as
with held as (

    select
        node.node,
        features.birth_text,
        features.birth_year,
        sum(record.drops) as drops,
        bool_or(record.feed = 'dmv_license') as is_licensed
    from features
    inner join node on features.record = node.record
    inner join neighbor on node.node = neighbor.node
    inner join record on features.record = record.record
    where features.birth_text is not null and substr(features.birth_text, 5) <> '0101'
    group by node.node, features.birth_text, features.birth_year

)

select node, birth_text, birth_year
from held
where is_licensed or drops >= {REPEATED_DROPS}
qualify row_number() over (partition by node order by is_licensed desc, drops desc, birth_text) = 1;

create table node_suffix as
select
    node.node,
    list(distinct features.suffix order by features.suffix) as suffixes
from features
inner join node on features.record = node.record
inner join neighbor on node.node = neighbor.node
where features.suffix is not null
group by node.node;

create table node_seen as
select distinct
    neighbor.neighborhood,
    node.node,
    record.id_space,
    record.source_id,
    presence.drop_id
from record
inner join node on record.record = node.record
inner join neighbor on node.node = neighbor.node
inner join presence on record.record = presence.record
where record.id_space is not null and record.source_id is not null;
"""

_PAIRS = f"""
create table same_time as
with pair as (

    select
        left_seen.node as left_node,
        right_seen.node as right_node,
        bool_or(left_seen.source_id = right_seen.source_id) as shares_an_id
    from node_seen as left_seen
    inner join node_seen as right_seen
        on left_seen.neighborhood = right_seen.neighborhood
        and left_seen.id_space = right_seen.id_space
        and left_seen.drop_id = right_seen.drop_id
        and left_seen.node < right_seen.node
    group by left_seen.node, right_seen.node

)

select pair.left_node, pair.right_node
from pair
left join considered on pair.left_node = considered.left_node and pair.right_node = considered.right_node
where not pair.shares_an_id
    and not coalesce(
        considered.first_level = 'exact' and considered.birth_level = 'exact'
        and considered.last_level in ('exact', 'part', 'begins', 'similar'),
        false
    );

create table decided_apart as
select distinct
    least(left_node.node, right_node.node) as left_node,
    greatest(left_node.node, right_node.node) as right_node
from decided
inner join node as left_node on decided.left_record = left_node.record
inner join node as right_node on decided.right_record = right_node.record
where decided.verdict = 'cannot_link';

create table node_pair as
with pair as (

    select
        left_neighbor.neighborhood,
        left_neighbor.node as left_node,
        right_neighbor.node as right_node
    from neighbor as left_neighbor
    inner join neighbor as right_neighbor
        on left_neighbor.neighborhood = right_neighbor.neighborhood
        and left_neighbor.node < right_neighbor.node

),

factual as (

    select
        pair.*,
        considered.match_weight,
        coalesce(considered.is_followable, false) as is_followable,
        considered.left_record,
        considered.right_record,
        considered.is_near_ssn,
        coalesce(
            not list_has_any(left_ssn.ssns, right_ssn.ssns) and not list_has_any(left_ssn.near, right_ssn.near), false
        ) as has_two_ssns,
        left_birth.birth_text as birth_text_l,
        right_birth.birth_text as birth_text_r,
        left_birth.birth_year as birth_year_l,
        right_birth.birth_year as birth_year_r,
        coalesce(not list_has_any(left_suffix.suffixes, right_suffix.suffixes), false) as has_two_suffixes,
        same_time.left_node is not null as is_at_one_time,
        two_schools.left_node is not null as is_at_two_schools,
        decided_apart.left_node is not null as is_decided_apart
    from pair
    left join considered on pair.left_node = considered.left_node and pair.right_node = considered.right_node
    left join strong_ssn as left_ssn on pair.left_node = left_ssn.node
    left join strong_ssn as right_ssn on pair.right_node = right_ssn.node
    left join strong_birth as left_birth on pair.left_node = left_birth.node
    left join strong_birth as right_birth on pair.right_node = right_birth.node
    left join node_suffix as left_suffix on pair.left_node = left_suffix.node
    left join node_suffix as right_suffix on pair.right_node = right_suffix.node
    left join same_time on pair.left_node = same_time.left_node and pair.right_node = same_time.right_node
    left join two_schools on pair.left_node = two_schools.left_node and pair.right_node = two_schools.right_node
    left join decided_apart on pair.left_node = decided_apart.left_node and pair.right_node = decided_apart.right_node

),

judged as (

    select
        * exclude (birth_text_l, birth_text_r, birth_year_l, birth_year_r),
        case
            when is_decided_apart then 'decided apart'
            when has_two_ssns then 'two SSNs'
            when {level_of(BIRTH)} = 'other' then 'two birth dates'
            when has_two_suffixes then 'two generations'
            when is_at_one_time then 'two ids at one time'
            when is_at_two_schools then 'two schools at one time'
        end as apart_reason
    from factual

)

select
    *,
    apart_reason is not null as is_apart
from judged
order by left_node, right_node;
"""
