"""Follow links in order of strength, within what is allowed: nodes become persons.

Here: rounds of merging. Not here: links and what forbids them.

Not connected components, which join whole chains by one wrong link. In each round two clusters merge when each
is the other's best, nothing between any of their nodes forbids it, and neither has a rival nearly as good that
cannot be the same person as the best (CRATE asks for such a margin too). Rounds end when nothing merges. The
outcome depends on weights and ranks only, never on the order of rows.

Two merges look right link by link and wrong as a whole; they are left to a reviewer:
- a bridge: one link between two histories of several nodes each, which would agree in more if they were one person's;
- more ids of one agency than a person has.
"""

import duckdb

from p20w.registry.constraints import MARGIN

BRIDGED = 3
"""Nodes on either side of a single link from which on it is a bridge. A node is all that one number or id holds
together: of two histories with three numbers each up to nine pairs could agree, and one does."""

MOST_IDS = 3
"""Ids of one agency that links may give a person. Agencies register up to one student in fifty twice; three times is
rare, and four times is several people. A link that adds none is not held up by those an SSN holds together."""

SEVERAL_PEOPLE = "more ids than one person has"
"""Why a merge was doubted that would make several people one: what was to be merged is apart from then on."""

MOST_ROUNDS = 200
"""Never reached: each round merges something or sets contested links aside."""


def resolve(con: duckdb.DuckDBPyConnection) -> int:
    """Make tables `cluster` (node, cluster) and `contested` (left_node, right_node, match_weight, reason).

    Returns:
        the number of rounds.
    """
    con.execute("create table cluster as select node, node as cluster from (select distinct node from node) order by 1")
    con.execute("create table contested (left_node bigint, right_node bigint, match_weight double, reason varchar)")
    con.execute(
        "create table live_pair as select left_node, right_node, match_weight, is_followable, is_apart, "
        "is_followable as is_link "  # stays, also when the link is set aside
        "from node_pair where match_weight is not null or is_apart"
    )
    con.execute(_HELD)
    for number in range(1, MOST_ROUNDS + 1):
        con.execute(_BEST)
        if not con.execute("select count(*) from best").fetchall()[0][0]:
            return number
        con.execute(_ROUND)
        merges, doubts = con.execute("select (select count(*) from merge), (select count(*) from doubt)").fetchall()[0]
        if doubts:
            con.execute(_DOUBTED + _SET_ASIDE)
        elif merges:
            con.execute(MERGE)
        else:  # then there is a dispute: the strongest of all links would else be followed
            con.execute(_DISPUTED + _SET_ASIDE)
    raise RuntimeError(f"Linkage did not settle in {MOST_ROUNDS} rounds. Nothing was written.")


_BEST = """
create or replace temp table crossing as
select
    live_pair.*,
    least(left_side.cluster, right_side.cluster) as left_cluster,
    greatest(left_side.cluster, right_side.cluster) as right_cluster
from live_pair
inner join cluster as left_side on live_pair.left_node = left_side.node
inner join cluster as right_side on live_pair.right_node = right_side.node
where left_side.cluster <> right_side.cluster;

create or replace temp table cluster_pair as
select
    left_cluster,
    right_cluster,
    max(match_weight) as match_weight,
    bool_or(is_followable) as is_followable,
    bool_or(is_apart) as is_apart
from crossing
group by left_cluster, right_cluster;

create or replace temp table seen_from as
select left_cluster as cluster, right_cluster as other, * exclude (left_cluster, right_cluster) from cluster_pair
union all
select right_cluster as cluster, left_cluster as other, * exclude (left_cluster, right_cluster) from cluster_pair;

create or replace temp table best as
select cluster, other, match_weight
from seen_from
where is_followable and not is_apart
qualify row_number() over (partition by cluster order by match_weight desc, other) = 1;
"""

_ROUND = f"""
create or replace temp table dispute as
select distinct best.cluster, best.other, best.match_weight
from best
inner join seen_from as rival
    on best.cluster = rival.cluster
    and rival.other <> best.other
    and rival.match_weight > best.match_weight - {MARGIN}
    and not rival.is_apart
inner join cluster_pair as between_them
    on least(best.other, rival.other) = between_them.left_cluster
    and greatest(best.other, rival.other) = between_them.right_cluster
    and between_them.is_apart;

create or replace temp table merge as
select best.cluster, best.other
from best
inner join best as back on best.other = back.cluster and best.cluster = back.other
where best.cluster < best.other
    and not exists (
        select 1 from dispute
        where dispute.cluster in (best.cluster, best.other)
    );

create or replace temp table joined as
select merge.cluster, merge.other, false as is_other, cluster.node
from merge
inner join cluster on merge.cluster = cluster.cluster
union all
select merge.cluster, merge.other, true as is_other, cluster.node
from merge
inner join cluster on merge.other = cluster.cluster;

create or replace temp table doubt as
with large as (

    select cluster, other
    from joined
    group by cluster, other
    having count(*) filter (where is_other) >= {BRIDGED} and count(*) filter (where not is_other) >= {BRIDGED}

)

select large.cluster, large.other, 'one link between two histories' as reason
from large
-- also links that were set aside before: they are there, whoever decides them
inner join crossing
    on large.cluster = crossing.left_cluster
    and large.other = crossing.right_cluster
    and crossing.is_link
group by large.cluster, large.other
having count(*) = 1

union all

select distinct joined.cluster, joined.other, '{SEVERAL_PEOPLE}' as reason
from joined
inner join held_id on joined.node = held_id.node
group by joined.cluster, joined.other, held_id.id_space
having count(distinct held_id.source) > {MOST_IDS}
    and count(distinct held_id.source) filter (where joined.is_other) < count(distinct held_id.source)
    and count(distinct held_id.source) filter (where not joined.is_other) < count(distinct held_id.source);
"""

_HELD = """
create temp table held_id as
select distinct node.node, record.id_space, record.source
from record
inner join node on record.record = node.record
semi join (
    select left_node as node from live_pair union all select right_node as node from live_pair
) as live on node.node = live.node
where record.source is not null;
"""

MERGE = """
create or replace table cluster as
select
    cluster.node,
    coalesce(merge.cluster, cluster.cluster) as cluster
from cluster
left join merge on cluster.cluster = merge.other
order by cluster.node;
"""
"""Joins clusters as table `merge` (cluster, other) says."""

# Nothing merges any more, and some clusters cannot choose: their links to the best and to the rivals go to review.
_DISPUTED = f"""
create or replace temp table aside as
select distinct crossing.left_node, crossing.right_node, crossing.match_weight, 'a rival as good' as reason
from crossing
inner join dispute on dispute.cluster = crossing.left_cluster or dispute.cluster = crossing.right_cluster
where crossing.match_weight > dispute.match_weight - {MARGIN} and not crossing.is_apart;
"""

_DOUBTED = """
create or replace temp table aside as
select crossing.left_node, crossing.right_node, crossing.match_weight, min(doubt.reason) as reason
from crossing
inner join doubt on crossing.left_cluster = doubt.cluster and crossing.right_cluster = doubt.other
where crossing.is_followable
group by crossing.left_node, crossing.right_node, crossing.match_weight;
"""

_SET_ASIDE = f"""
insert into contested
select * from aside;

update live_pair
set
    match_weight = null,
    is_followable = false,
    is_apart = live_pair.is_apart or aside.reason = '{SEVERAL_PEOPLE}'
from aside
where live_pair.left_node = aside.left_node and live_pair.right_node = aside.right_node;
"""
