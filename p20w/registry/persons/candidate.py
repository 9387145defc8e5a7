"""Write a candidate assignment aside, with what it rests on.

Here: from the scratch database's tables to `registry.candidate*`, in one transaction. Not here: making it current
(`promotion`), judging it (the suites in `expectations/registry`).
"""

import duckdb
import psycopg

from p20w.database.bulk import copy_arrow
from p20w.failpoints import reach

TABLES = (
    *("candidate", "candidate_person", "candidate_event", "candidate_edge", "candidate_review"),
    "candidate_profile",
)
"""Emptied once the candidate is current; its facts stay, one set a refresh."""


def write_candidate(
    con: duckdb.DuckDBPyConnection,
    connection: psycopg.Connection,
    refresh_id: int,
    model_version: str,
    facts: dict[str, float],
) -> None:
    """Write the one candidate in place of whatever candidate there was; the caller commits.

    Args:
        con: the scratch database, with all that a candidate consists of.
        connection: of role `linkage`.
        refresh_id: the refresh the candidate is for.
        model_version: of the model that weighs the links.
        facts: what `facts.measure` found.
    """
    reach("registry.before_candidate")
    connection.execute(("truncate " + ", ".join(f"registry.{table}" for table in TABLES)).encode())
    connection.execute("delete from governance.match_rate where refresh_id = %s", (refresh_id,))
    for table, query in _queries(refresh_id, model_version).items():
        copy_arrow(connection, table, con.sql(query).to_arrow_table())
    _write_facts(connection, refresh_id, facts)


def _write_facts(connection: psycopg.Connection, refresh_id: int, facts: dict[str, float]) -> None:
    connection.execute("delete from registry.candidate_fact where refresh_id = %s", (refresh_id,))
    connection.execute(
        "insert into registry.candidate_fact (refresh_id, fact, observed) "
        "select %s, t.fact, t.observed from unnest(%s::text[], %s::float8[]) as t (fact, observed)",
        (refresh_id, list(facts), list(facts.values())),
    )


_MATCH_RATES = """
with seen as (

    select distinct member.cluster, record.feed
    from member
    inner join record on member.record = record.record

),

size as (

    select feed, count(*) as persons from seen group by feed

),

shared as (

    select left_seen.feed as left_feed, right_seen.feed as right_feed, count(*) as persons
    from seen as left_seen
    inner join seen as right_seen on left_seen.cluster = right_seen.cluster and left_seen.feed < right_seen.feed
    group by left_seen.feed, right_seen.feed

)

select
    cast({refresh_id} as bigint) as refresh_id,
    left_size.feed as left_feed,
    right_size.feed as right_feed,
    left_size.persons as persons_left,
    right_size.persons as persons_right,
    coalesce(shared.persons, 0) as persons_both
from size as left_size
inner join size as right_size on left_size.feed < right_size.feed
left join shared on left_size.feed = shared.left_feed and right_size.feed = shared.right_feed
order by left_feed, right_feed
"""


def _queries(refresh_id: int, model_version: str) -> dict[str, str]:
    number = f"cast({int(refresh_id)} as bigint) as refresh_id"
    return {
        "governance.match_rate": _MATCH_RATES.format(refresh_id=int(refresh_id)),
        "registry.candidate": f"""
            select {number}, member.identity_id, person.person_id, method.method, method.match_weight
            from member
            inner join person on member.cluster = person.cluster
            inner join method on member.record = method.record
            order by member.record
        """,
        "registry.candidate_person": f"""
            select {number}, person_id, mint_ordinal from person where is_new order by mint_ordinal
        """,
        "registry.candidate_event": f"""
            select {number}, event_number, kind, old_person_id, new_person_id, identity_id, identities
            from change
            order by event_number
        """,
        "registry.candidate_profile": f"""
            select {number}, person_id, birth_year, sex, race_ethnicity from profile order by person_id
        """,
        "registry.candidate_edge": f"""
            select
                {number}, left_record.identity_id as identity_left, right_record.identity_id as identity_right,
                edge.tier, edge.match_weight, edge.match_probability, '{model_version}' as model_version
            from edge
            inner join record as left_record on edge.left_record = left_record.record
            inner join record as right_record on edge.right_record = right_record.record
            order by edge.left_record, edge.right_record
        """,
        "registry.candidate_review": f"""
            select
                {number}, left_record.identity_id as identity_left, right_record.identity_id as identity_right,
                review.reason, review.match_weight, review.worth, review_evidence.evidence
            from review
            left join review_evidence
                on review.left_record = review_evidence.left_record
                and review.right_record = review_evidence.right_record
            inner join record as left_record on review.left_record = left_record.record
            inner join record as right_record on review.right_record = right_record.record
            order by review.left_record, review.right_record
        """,
    }
