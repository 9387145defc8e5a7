"""Give account of a candidate: by what each identity hangs on its person, and what a reviewer should look at.

Here: edges, methods and the review queue as tables in the workshop. Not here: writing them (`candidate`).
"""

import duckdb

from p20w.registry.links import ACCEPT

MOST_IDENTITIES = 200
"""Identities of one person; more are looked at by a reviewer. The longest simulated histories have 60."""

NEARLY = 2.0
"""Bits below acceptance within which a link is worth a reviewer's look."""


def give_account(con: duckdb.DuckDBPyConnection) -> None:
    """Make tables `edge` and `method` from `cluster` and what it rests on.

    edge (left_record, right_record, tier, match_weight, match_probability); method (record, method, match_weight).
    """
    con.execute(_EDGES)
    con.execute(_METHODS)


def ask_reviewers(con: duckdb.DuckDBPyConnection) -> None:
    """Make table `review` (left_record, right_record, reason, match_weight, worth), also from `member`."""
    con.execute(_REVIEW)


_EDGES = f"""
create table followed as
select
    link.*,
    left_cluster.cluster
from link
inner join cluster as left_cluster on link.left_node = left_cluster.node
inner join cluster as right_cluster
    on link.right_node = right_cluster.node
    and left_cluster.cluster = right_cluster.cluster
inner join node_pair
    on link.left_node = node_pair.left_node
    and link.right_node = node_pair.right_node
where node_pair.is_followable and not node_pair.is_apart;

create table edge as
with every_edge as (

    select
        group_edge.first_record as left_record,
        group_edge.record as right_record,
        group_edge.tier,
        null as match_weight,
        null as match_probability
    from group_edge
    inner join node as first_node on group_edge.first_record = first_node.record
    inner join node as own_node on group_edge.record = own_node.record and first_node.node = own_node.node
    where group_edge.first_record <> group_edge.record

    union all

    select
        left_record,
        right_record,
        case when is_near_ssn then 'near_ssn' else 'model' end as tier,
        match_weight,
        match_probability
    from followed

    union all

    select
        left_record,
        right_record,
        'household' as tier,
        {ACCEPT} as match_weight,
        null as match_probability
    from followed_household

)

-- of several reasons the last by name: ssn, near_ssn, model, id, household, decision
select
    left_record,
    right_record,
    max(tier) as tier,
    arg_max_null(match_weight, tier) as match_weight,
    arg_max_null(match_probability, tier) as match_probability
from every_edge
group by left_record, right_record;
"""

_METHODS = """
create table method as
with joined as (

    select record, bool_or(tier = 'ssn') as by_ssn, bool_or(tier = 'id') as by_id
    from (
        select record, tier from group_edge where tier <> 'decision'
        union all
        select distinct first_record as record, tier from group_edge where tier <> 'decision'
    ) as ends
    group by record

),

best as (

    select
        node,
        max(match_weight) as match_weight,
        bool_or(is_near_ssn) as by_near_ssn
    from (
        select left_node as node, match_weight, is_near_ssn from followed
        union all
        select right_node as node, match_weight, is_near_ssn from followed
    ) as ends
    group by node

)

select
    node.record,
    case
        when decided.record is not null then 'decision'
        when joined.by_ssn then 'ssn'
        when joined.by_id then 'id'
        when best.by_near_ssn then 'near_ssn'
        when best.node is not null then 'model'
        when housed.node is not null then 'household'
        else 'alone'
    end as method,
    best.match_weight
from node
left join joined on node.record = joined.record
left join best on node.node = best.node
left join (
    select left_node as node from followed_household
    union
    select right_node as node from followed_household
) as housed on node.node = housed.node
left join (
    select left_record as record from decided where verdict = 'must_link'
    union
    select right_record as record from decided where verdict = 'must_link'
) as decided on node.record = decided.record;
"""

_REVIEW = f"""
create table review as
with several as (

    select distinct tier, number from grouped where not is_owner

),

part as (

    select grouped.tier, grouped.number, grouped.part, grouped.is_owner, min(grouped.record) as record
    from grouped
    semi join several on grouped.tier = several.tier and grouped.number = several.number
    group by grouped.tier, grouped.number, grouped.part, grouped.is_owner

),

asked as (

    select
        least(owner.record, other.record) as left_record,
        greatest(owner.record, other.record) as right_record,
        case owner.tier when 'ssn' then 'same SSN, other name' else 'same id, other name' end as reason,
        cast(null as double) as match_weight
    from part as owner
    inner join part as other on owner.tier = other.tier and owner.number = other.number
    where owner.is_owner and not other.is_owner

    union all

    select link.left_record, link.right_record, contested.reason, link.match_weight
    from contested
    inner join link on contested.left_node = link.left_node and contested.right_node = link.right_node

    union all

    select left_record, right_record, apart_reason as reason, match_weight
    from node_pair
    where is_followable and is_apart and apart_reason <> 'decided apart'

    union all

    select left_record, right_record, 'nearly enough evidence' as reason, match_weight
    from link
    where match_weight between {ACCEPT - NEARLY} and {ACCEPT} and first_level not in ('other', 'missing')

    union all

    select link.left_record, link.right_record, 'too many alike' as reason, link.match_weight
    from link
    where link.is_followable and link.left_node not in (select node from neighbor)

    union all

    select min(record) as left_record, max(record) as right_record, 'a person of many identities', null
    from member
    group by cluster
    having count(*) > {MOST_IDENTITIES}

),

asked_node as (

    select node from node semi join asked on node.record = asked.left_record
    union
    select node from node semi join asked on node.record = asked.right_record

),

node_presence as (

    select node.node, sum(record.drops) as drops
    from node
    semi join asked_node on node.node = asked_node.node
    inner join record on node.record = record.record
    group by node.node

)

select
    asked.left_record,
    asked.right_record,
    asked.reason,
    asked.match_weight,
    cast(least(left_presence.drops, right_presence.drops) as double) as worth
from asked
inner join member as left_member on asked.left_record = left_member.record
inner join member as right_member on asked.right_record = right_member.record
inner join node as left_node on asked.left_record = left_node.record
inner join node as right_node on asked.right_record = right_node.record
inner join node_presence as left_presence on left_node.node = left_presence.node
inner join node_presence as right_presence on right_node.node = right_presence.node
where (left_member.cluster <> right_member.cluster or asked.reason = 'a person of many identities')
    and not exists (
        select 1 from decided
        where decided.left_record = asked.left_record and decided.right_record = asked.right_record
    )
    and not exists (
        select 1 from decided_apart
        where decided_apart.left_node = least(left_node.node, right_node.node)
            and decided_apart.right_node = greatest(left_node.node, right_node.node)
    )
qualify row_number() over (
    partition by asked.left_record, asked.right_record
    order by asked.match_weight desc nulls last, asked.reason
) = 1
order by asked.left_record, asked.right_record;
"""
