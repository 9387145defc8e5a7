"""Measure a candidate assignment: the figures that the registry gate judges.

Here: counts and shares over the scratch database. Not here: what figure is good enough (`expectations/registry`).
"""

import duckdb
import psycopg


def measure(con: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """Facts about the candidate, by name; counts and shares, nothing personal."""
    relation = con.sql(_FACTS)
    values = relation.fetchall()[0]
    return {name: float(value) for name, value in zip(relation.columns, values, strict=True) if value is not None}


def recorded(connection: psycopg.Connection, refresh_id: int) -> dict[str, float]:
    """What was measured of a refresh's candidate, current or not."""
    rows = connection.execute(
        "select fact, observed from registry.candidate_fact where refresh_id = %s", (refresh_id,)
    ).fetchall()
    return dict(rows)


_FACTS = """
with size as (

    select cluster, count(*) as identities from member group by cluster

),

named as (

    select member.cluster, record.feed, size.identities
    from member
    inner join record on member.record = record.record
    inner join size on member.cluster = size.cluster

),

owned as materialized (

    select record.ssn as number, member.cluster, sum(record.drops) as drops
    from member
    inner join record on member.record = record.record
    where record.ssn is not null
    group by record.ssn, member.cluster

),

persons_of_ssn as (

    select number, count(distinct cluster) as persons from owned group by number

),

ssns_of_person as (

    select cluster, count(distinct number) as ssns from owned where drops >= 4 group by cluster

),

ids_of_person as (

    select member.cluster, record.id_space, count(distinct record.source_id) as ids
    from member
    inner join record on member.record = record.record
    where record.id_space in ('k12_state_id', 'license_no')
    group by member.cluster, record.id_space

),

joined_by_verdict as (

    select cluster.cluster
    from decided
    inner join cluster on decided.left_record = cluster.record
    where decided.verdict = 'must_link'

),

joined as (

    select count(*) as pairs
    from component_pair
    inner join cluster as one on component_pair.left_record = one.record
    inner join cluster as other on component_pair.right_record = other.record
    where one.cluster = other.cluster
        -- a reviewer may join what a constraint keeps apart
        and (component_pair.reason = 'decided apart' or one.cluster not in (select cluster from joined_by_verdict))

),

by_name_alone as (

    select count(*) as edges
    from edge
    inner join record as left_record on edge.left_record = left_record.record
    inner join record as right_record on edge.right_record = right_record.record
    where starts_with(left_record.feed, 'k12') and right_record.feed = 'ui_wage'
        or starts_with(right_record.feed, 'k12') and left_record.feed = 'ui_wage'

),

carried as (

    select
        count(*) as known,
        count(*) filter (where member.old_person_id <> person.person_id) as renamed
    from member
    inner join person on member.cluster = person.cluster
    where member.old_person_id is not null

)

select
    (select count(*) from member) as identities,
    (select count(*) from size) as persons,
    (select count(*) from person where is_new) as persons_minted,
    (select coalesce(max(identities), 0) from size) as largest_person,
    (select count(*) from size where identities > 200) as persons_oversized,
    (select count(*) filter (where identities = 1)::double / nullif(count(*), 0) from named where feed <> 'ui_wage')
        as share_alone,
    (select count(*) filter (where identities = 1)::double / nullif(count(*), 0) from named where feed = 'ui_wage')
        as share_wages_alone,
    (select count(*) filter (where persons > 1)::double / nullif(count(*), 0) from persons_of_ssn)
        as share_ssns_with_several_persons,
    (select count(*) filter (where ssns > 2) from ssns_of_person) as persons_with_three_steady_ssns,
    (select coalesce(max(ids), 0) from ids_of_person) as most_ids_of_one_space,
    (select pairs from joined) as pairs_joined_against_a_rule,
    (select edges from by_name_alone) as k12_wage_links_without_evidence,
    (select count(*) from review) as reviews,
    (select count(*)::double from review) / nullif((select count(*) from member), 0) as reviews_per_identity,
    (select renamed from carried) as identities_renamed,
    (select renamed::double / nullif(known, 0) from carried) as share_renamed
"""
