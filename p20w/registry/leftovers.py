"""Household follow-up: join what is left over at one address when nobody else can be meant.

Here: which pairs of `household` are joined, after everybody who agrees better has been found. Not here: finding the
pairs (`household`), following links by their weight (`resolve`).

Two persons are joined when they have no feed in common, each is the other's only candidate, no rule keeps any of their
records apart (`constraints`), and no link between them was left to a reviewer (`resolve`). A twin, a brother or a
namesake in the files is a second candidate, and then nobody is joined. After the household pass of the Census Bureau's
PVS, the most exact of its passes (.99991).
"""

import duckdb

from p20w.registry.resolve import MERGE

MOST_ROUNDS = 20
"""Never reached: a round that joins nothing is the last, and in files of households so is the first that joins."""

CLEARLY = 1
"""Points by which a candidate must beat the next one in files of unrelated people, where lookalikes are chance."""


def follow_households(con: duckdb.DuckDBPyConnection) -> int:
    """Join clusters of table `cluster`, and make table `followed_household` of the pairs that did it.

    followed_household (left_node, right_node, left_record, right_record).

    Returns:
        the number of such pairs.
    """
    con.execute("create table cluster_before as select node, cluster from cluster")
    for _ in range(MOST_ROUNDS):
        con.execute(_BETWEEN)
        if not con.execute("select count(*) from between_clusters").fetchall()[0][0]:
            break
        con.execute(_ROUND)
        if not con.execute("select count(*) from merge").fetchall()[0][0]:
            break
        con.execute(MERGE)
    con.execute(_FOLLOWED)
    return con.execute("select count(*) from followed_household").fetchall()[0][0]


_BETWEEN = """
create or replace temp table between_clusters as
select
    household.*,
    least(left_cluster.cluster, right_cluster.cluster) as left_cluster,
    greatest(left_cluster.cluster, right_cluster.cluster) as right_cluster
from household
inner join cluster as left_cluster on household.left_node = left_cluster.node
inner join cluster as right_cluster on household.right_node = right_cluster.node
where left_cluster.cluster <> right_cluster.cluster;
"""

_ROUND = f"""
create or replace temp table cluster_feed as
with wanted as (

    select left_cluster as cluster from between_clusters
    union
    select right_cluster as cluster from between_clusters

)

select cluster.cluster, list(distinct record.feed) as feeds
from wanted
inner join cluster on wanted.cluster = cluster.cluster
inner join node on cluster.node = node.node
inner join record on node.record = record.record
group by cluster.cluster;

create or replace temp table merge as
with candidate as (

    select
        between_clusters.left_cluster,
        between_clusters.right_cluster,
        max(between_clusters.points) as points,
        any_value(not list_has_any(own.feeds, theirs.feeds)) as has_no_common_feed
    from between_clusters
    inner join cluster_feed as own on between_clusters.left_cluster = own.cluster
    inner join cluster_feed as theirs on between_clusters.right_cluster = theirs.cluster
    group by between_clusters.left_cluster, between_clusters.right_cluster

),

seen_from as (

    select left_cluster as cluster, right_cluster as other, * exclude (left_cluster, right_cluster) from candidate
    union all
    select right_cluster as cluster, left_cluster as other, * exclude (left_cluster, right_cluster) from candidate

),

-- in files of households any second candidate is one, also if it can never be joined itself: the sign of a relative
rival as (

    select seen_from.*, unrelated.is_unrelated
    from seen_from
    cross join unrelated
    where seen_from.has_no_common_feed or not unrelated.is_unrelated

),

only_one as (

    select
        *,
        points - lead(points) over (partition by cluster order by points desc, other) as ahead
    from rival
    qualify row_number() over (partition by cluster order by points desc, other) = 1

),

sure as (

    select cluster, other
    from only_one
    where has_no_common_feed and (ahead is null or (is_unrelated and ahead > {CLEARLY}))

)

select one.cluster, one.other
from sure as one
inner join sure as back on one.other = back.cluster and one.cluster = back.other
where one.cluster < one.other
    -- where too many hang together, rules were not asked (`constraints`), and nobody is joined
    and exists (
        select 1
        from between_clusters
        inner join node_pair
            on between_clusters.left_node = node_pair.left_node
            and between_clusters.right_node = node_pair.right_node
        where between_clusters.left_cluster = one.cluster and between_clusters.right_cluster = one.other
    )
    -- neither what a rule forbids nor what was left to a reviewer
    and not exists (
        select 1
        from (
            select left_node, right_node from node_pair where is_apart
            union all
            select left_node, right_node from contested
        ) as closed
        inner join cluster as left_side on closed.left_node = left_side.node
        inner join cluster as right_side on closed.right_node = right_side.node
        where least(left_side.cluster, right_side.cluster) = one.cluster
            and greatest(left_side.cluster, right_side.cluster) = one.other
    );
"""

_FOLLOWED = """
create table followed_household as
select household.left_node, household.right_node, household.left_record, household.right_record
from household
inner join cluster as left_after on household.left_node = left_after.node
inner join cluster as right_after
    on household.right_node = right_after.node
    and left_after.cluster = right_after.cluster
inner join cluster_before as left_before on household.left_node = left_before.node
inner join cluster_before as right_before
    on household.right_node = right_before.node
    and left_before.cluster <> right_before.cluster
order by household.left_node, household.right_node;

drop table cluster_before;
"""
