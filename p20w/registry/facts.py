"""Measure a candidate assignment: the figures that the registry gate judges.

Here: counts and shares over the workshop's tables, for each part of the registry that hangs together and added up. Not
here: what figure is good enough (`expectations/registry`), which parts there are (`settled`).
"""

import duckdb
import psycopg

COUNTS = (
    *("identities", "persons", "persons_oversized", "schooled", "schooled_alone", "waged", "waged_alone"),
    *("ssns", "ssns_of_several", "persons_with_three_steady_ssns", "pairs_joined_against_a_rule"),
    *("k12_wage_links_without_evidence", "reviews", "nodes"),
)
"""What is added up over components, in the order of `component_fact.counts`; `nodes` are those that are compared."""

LARGEST = ("largest_person", "most_ids_of_one_space")
"""What the largest component stands for, in the order of `component_fact.largest`."""


def find_feeds(con: duckdb.DuckDBPyConnection) -> None:
    """Make table `person_feed` (cluster, feeds): the feeds that know a person, in order.

    Table `elsewhere_feed` (feeds) may say the same of persons that were not decided about again.
    """
    con.execute("create table if not exists elsewhere_feed (feeds varchar[])")
    con.execute(_PERSON_FEEDS)


def measure_components(con: duckdb.DuckDBPyConnection) -> None:
    """Make table `component_fact` (component, counts, largest), counts as lists of `COUNTS` and `LARGEST`.

    Reads `component`, and all that a candidate consists of.
    """
    con.execute(_COMPONENT_FACTS)


def measure(con: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """Facts about the candidate, by name; counts and shares, nothing personal.

    Reads `component_fact`, and `elsewhere_fact`, which is the same of components that were not decided again.
    """
    con.execute("create table if not exists elsewhere_fact as from component_fact limit 0")
    counted = ", ".join(f"coalesce(sum(counts[{place}]), 0) as {name}" for place, name in enumerate(COUNTS, 1))
    largest = ", ".join(f"coalesce(max(largest[{place}]), 0) as {name}" for place, name in enumerate(LARGEST, 1))
    relation = con.sql(_FACTS.format(counted=counted, largest=largest))
    values = relation.fetchall()[0]
    return {name: float(value) for name, value in zip(relation.columns, values, strict=True) if value is not None}


def recorded(connection: psycopg.Connection, refresh_id: int) -> dict[str, float]:
    """What was measured of a refresh's candidate, current or not."""
    rows = connection.execute(
        "select fact, observed from registry.candidate_fact where refresh_id = %s", (refresh_id,)
    ).fetchall()
    return dict(rows)


_PERSON_FEEDS = """
create table person_feed as
with feed as (

    select feed, row_number() over (order by feed) - 1 as bit from (select distinct feed from record) as feeds

),

known as (

    select member.cluster, bit_or(cast(1 as bigint) << cast(feed.bit as integer)) as bits
    from member
    inner join record on member.record = record.record
    inner join feed on record.feed = feed.feed
    group by member.cluster

),

listed as (

    select each.bits, list(feed.feed order by feed.feed) as feeds
    from (select distinct bits from known) as each
    inner join feed on (each.bits >> cast(feed.bit as integer)) & 1 = 1
    group by each.bits

)

select known.cluster, listed.feeds
from known
inner join listed on known.bits = listed.bits
"""

# Neither persons nor numbers reach from one component into another.
_COMPONENT_FACTS = f"""
create table component_fact as
with placed as materialized (

    select component.component, member.cluster, record.feed, record.id_space, record.source_id
    from member
    inner join record on member.record = record.record
    inner join component on member.record = component.record

),

size as (

    select component, cluster, count(*) as identities, count(*) filter (where feed = 'ui_wage') as waged
    from placed
    group by component, cluster

),

person_count as (

    select
        component,
        sum(identities) as identities,
        count(*) as persons,
        count(*) filter (where identities > 200) as persons_oversized,
        sum(identities - waged) as schooled,
        count(*) filter (where identities = 1 and waged = 0) as schooled_alone,
        sum(waged) as waged,
        count(*) filter (where identities = 1 and waged = 1) as waged_alone,
        max(identities) as largest_person
    from size
    group by component

),

owned as materialized (

    select grouped.number, member.cluster, any_value(component.component) as component, sum(record.drops) as drops
    from grouped
    inner join member on grouped.record = member.record
    inner join record on grouped.record = record.record
    inner join component on grouped.record = component.record
    where grouped.tier = 'ssn'
    group by grouped.number, member.cluster

),

ssn_count as (

    select component, count(*) as ssns, count(*) filter (where persons > 1) as ssns_of_several
    from (select number, any_value(component) as component, count(*) as persons from owned group by number) as held
    group by component

),

steady_count as (

    select component, count(*) as persons_with_three_steady_ssns
    from (
        select any_value(component) as component
        from owned
        where drops >= 4
        group by cluster
        having count(*) > 2
    ) as many
    group by component

),

id_count as (

    select component, max(ids) as most_ids_of_one_space
    from (
        select component, count(distinct source_id) as ids
        from placed
        where id_space in ('k12_state_id', 'license_no')
        group by component, cluster, id_space
    ) as held
    group by component

),

joined as (

    select component.component, count(*) as pairs_joined_against_a_rule
    from node_pair
    inner join cluster as left_cluster on node_pair.left_node = left_cluster.node
    inner join cluster as right_cluster on node_pair.right_node = right_cluster.node
    inner join component on node_pair.left_node = component.record
    where node_pair.is_apart and left_cluster.cluster = right_cluster.cluster
    group by component.component

),

by_name_alone as (

    select component.component, count(*) as k12_wage_links_without_evidence
    from edge
    inner join record as left_record on edge.left_record = left_record.record
    inner join record as right_record on edge.right_record = right_record.record
    inner join component on edge.left_record = component.record
    where starts_with(left_record.feed, 'k12') and right_record.feed = 'ui_wage'
        or starts_with(right_record.feed, 'k12') and left_record.feed = 'ui_wage'
    group by component.component

),

asked as (

    select component.component, count(*) as reviews
    from review
    inner join component on review.left_record = component.record
    group by component.component

),

compared as (

    select component.component, count(distinct comparable.node) as nodes
    from comparable
    inner join component on comparable.record = component.record
    group by component.component

)

select
    person_count.component,
    [{", ".join(f"coalesce({name}, 0)" for name in COUNTS)}] as counts,
    [{", ".join(f"coalesce({name}, 0)" for name in LARGEST)}] as largest
from person_count
left join ssn_count on person_count.component = ssn_count.component
left join steady_count on person_count.component = steady_count.component
left join id_count on person_count.component = id_count.component
left join joined on person_count.component = joined.component
left join by_name_alone on person_count.component = by_name_alone.component
left join asked on person_count.component = asked.component
left join compared on person_count.component = compared.component;
"""

# What was not decided again keeps its person.
_FACTS = """
with whole as (

    select {counted}, {largest}
    from (select * from component_fact union all select * from elsewhere_fact) as every_component

),

elsewhere as (

    select coalesce(sum(counts[1]), 0) as identities from elsewhere_fact

),

carried as (

    select
        count(*) + (select identities from elsewhere) as known,
        count(*) filter (where member.old_person_id <> person.person_id) as renamed
    from member
    inner join person on member.cluster = person.cluster
    where member.old_person_id is not null

)

select
    whole.identities,
    whole.persons,
    (select count(*) from person where is_new) as persons_minted,
    whole.largest_person,
    whole.persons_oversized,
    whole.schooled_alone::double / nullif(whole.schooled, 0) as share_alone,
    whole.waged_alone::double / nullif(whole.waged, 0) as share_wages_alone,
    whole.ssns_of_several::double / nullif(whole.ssns, 0) as share_ssns_with_several_persons,
    whole.persons_with_three_steady_ssns,
    whole.most_ids_of_one_space,
    whole.pairs_joined_against_a_rule,
    whole.k12_wage_links_without_evidence,
    whole.reviews,
    whole.reviews::double / nullif(whole.identities, 0) as reviews_per_identity,
    carried.renamed as identities_renamed,
    carried.renamed::double / nullif(carried.known, 0) as share_renamed
from whole
cross join carried
"""
