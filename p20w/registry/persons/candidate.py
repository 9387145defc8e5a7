"""Measure a candidate assignment and write it aside, with what it rests on.

Here: from the scratch database's tables to `registry.candidate*`, in one transaction. Not here: making it current
(`promotion`), judging it (the suites in `expectations/registry`).
"""

import duckdb
import psycopg

from p20w.database.bulk import copy_arrow
from p20w.failpoints import reach
from p20w.registry.inputs.naming import naming
from p20w.registry.statements import figures


def measure(con: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """Facts about the candidate, by name; counts and shares, nothing personal."""
    return figures(con, "persons/facts") | naming(con)


def recorded(connection: psycopg.Connection, refresh_id: int) -> dict[str, float]:
    """What was measured of a refresh's candidate, current or not."""
    query = "select fact, observed from registry.candidate_fact where refresh_id = %s"
    return dict(connection.execute(query, (refresh_id,)).fetchall())


def forget(connection: psycopg.Connection) -> None:
    """Empty the place of the one candidate; its facts stay, one set a refresh."""
    connection.execute(f"truncate {', '.join(name for name in QUERIES if name.startswith('registry.'))}".encode())


def write_candidate(
    con: duckdb.DuckDBPyConnection,
    connection: psycopg.Connection,
    refresh_id: int,
    model_version: str,
    facts: dict[str, float],
) -> None:
    """Write the one candidate in place of whatever candidate there was, and by which model; the caller commits.

    Args:
        con: the scratch database, with all that a candidate consists of.
        connection: of role `linkage`.
        refresh_id: the refresh the candidate is for.
        model_version: of the model that weighs the links.
        facts: what `measure` found.
    """
    reach("registry.before_candidate")
    forget(connection)
    connection.execute("select governance.note_model(%s, %s)", (refresh_id, model_version))
    connection.execute("delete from governance.match_rate where refresh_id = %s", (refresh_id,))
    for table, query in QUERIES.items():
        rows = f"select {int(refresh_id)}::bigint as refresh_id, * from ({query.format(model=model_version)})"
        copy_arrow(connection, table, con.sql(rows).to_arrow_table())
    connection.execute("delete from registry.candidate_fact where refresh_id = %s", (refresh_id,))
    connection.execute(
        "insert into registry.candidate_fact (refresh_id, fact, observed) "
        "select %s, t.fact, t.observed from unnest(%s::text[], %s::float8[]) as t (fact, observed)",
        (refresh_id, list(facts), list(facts.values())),
    )


_OF_PAIR = """
    inner join record as left_side on pair.left_record = left_side.record
    inner join record as right_side on pair.right_record = right_side.record
    order by pair.left_record, pair.right_record
"""

QUERIES = {
    "registry.candidate": """
        select member.identity_id, person.person_id, method.method, method.match_weight
        from member
        inner join person on member.cluster = person.cluster
        inner join method on member.record = method.record
        order by member.record
    """,
    "registry.candidate_person": "select person_id, mint_ordinal from person where is_new order by mint_ordinal",
    "registry.candidate_event": "from change order by event_number",
    "registry.candidate_profile": "from profile order by person_id",
    "registry.candidate_edge": f"""
        select
            left_side.identity_id as identity_left, right_side.identity_id as identity_right,
            pair.tier, pair.match_weight, pair.match_probability, '{{model}}' as model_version
        from edge as pair {_OF_PAIR}
    """,
    "registry.candidate_review": f"""
        select
            left_side.identity_id as identity_left, right_side.identity_id as identity_right,
            pair.reason, pair.match_weight, pair.worth, review_evidence.evidence
        from review as pair
        left join review_evidence using (left_record, right_record) {_OF_PAIR}
    """,
    "governance.match_rate": """
        with seen as (
            select distinct member.cluster, record.feed from member inner join record on member.record = record.record
        ),

        met as (
            select one.feed as left_feed, other.feed as right_feed, count(*) as persons
            from seen as one
            inner join seen as other on one.cluster = other.cluster and one.feed <= other.feed
            group by one.feed, other.feed
        )

        select
            one.left_feed, other.right_feed, one.persons as persons_left, other.persons as persons_right,
            coalesce(met.persons, 0) as persons_both
        from (from met where left_feed = right_feed) as one
        inner join (from met where left_feed = right_feed) as other on one.left_feed < other.right_feed
        left join met on one.left_feed = met.left_feed and other.right_feed = met.right_feed
        order by one.left_feed, other.right_feed
    """,
}
"""Table -> what it is made of, from the tables of the scratch database; `refresh_id` comes before."""
