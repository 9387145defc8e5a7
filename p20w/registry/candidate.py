"""Write a candidate assignment aside, with what it rests on.

Here: from the workshop's tables to `registry.candidate*`, in one transaction. Not here: making it current
(`promotion`), judging it (the suites in `expectations/registry`).
"""

from collections.abc import Callable, Generator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import duckdb
import psycopg

from p20w.database import Warehouse
from p20w.database.bulk import copy_arrow
from p20w.failpoints import reach

TABLES = (
    *("candidate", "candidate_person", "candidate_event", "candidate_edge", "candidate_review"),
    "candidate_profile",
)
"""Emptied once the candidate is current; its facts stay, one set a refresh."""


class CandidateWriter:
    """Sends tables to the server while the next ones are computed; they stand together or not at all."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        connection: psycopg.Connection,
        threads: Executor,
        refresh_id: int,
        model_version: str,
    ) -> None:
        self._con = con
        self._connection = connection
        self._threads = threads
        self._begun: list[Future[object]] = []
        self._refresh_id = refresh_id
        self._queries = _queries(refresh_id, model_version)

    def begin(self, work: Callable[[psycopg.Connection], object]) -> None:
        """Do something in the candidate's transaction, after what was begun before."""
        self._begun.append(self._threads.submit(work, self._connection))

    def clear(self) -> None:
        """Take away whatever candidate there was."""
        reach("registry.before_candidate")
        self.begin(partial(_clear, refresh_id=self._refresh_id))

    def send(self, *tables: str) -> None:
        """Read tables of the candidate from the workshop, and copy them into the warehouse meanwhile."""
        for table in tables:
            rows = self._con.sql(self._queries[table]).to_arrow_table()
            self.begin(partial(copy_arrow, table=table, rows=rows))

    def finish(self, facts: dict[str, float]) -> None:
        """Wait for everything and commit; the first error of anything begun is raised here.

        Args:
            facts: what `facts.measure` found.
        """
        self.begin(partial(_write_facts, refresh_id=self._refresh_id, facts=facts))
        for work in self._begun:
            work.result()
        self._connection.commit()
        reach("registry.candidate_written")


@contextmanager
def candidate_writer(
    con: duckdb.DuckDBPyConnection, warehouse: Warehouse, refresh_id: int, model_version: str
) -> Generator[CandidateWriter]:
    """A writer of the one candidate; what is not finished has not happened.

    Args:
        con: the workshop.
        warehouse: written to as role `linkage`.
        refresh_id: the refresh the candidate is for.
        model_version: of the model that weighs the links.
    """
    with (
        warehouse.connect("linkage") as connection,
        ThreadPoolExecutor(1, thread_name_prefix="candidate") as threads,
    ):
        try:
            yield CandidateWriter(con, connection, threads, refresh_id, model_version)
        finally:
            threads.shutdown(wait=True, cancel_futures=True)
            connection.rollback()


def _clear(connection: psycopg.Connection, refresh_id: int) -> None:
    connection.execute("delete from registry.settled where not is_promoted")
    connection.execute(("truncate " + ", ".join(f"registry.{table}" for table in TABLES)).encode())
    connection.execute("delete from governance.match_rate where refresh_id = %s", (refresh_id,))


def _write_facts(connection: psycopg.Connection, refresh_id: int, facts: dict[str, float]) -> None:
    connection.execute("delete from registry.candidate_fact where refresh_id = %s", (refresh_id,))
    connection.execute(
        "insert into registry.candidate_fact (refresh_id, fact, observed) "
        "select %s, t.fact, t.observed from unnest(%s::text[], %s::float8[]) as t (fact, observed)",
        (refresh_id, list(facts), list(facts.values())),
    )


_MATCH_RATES = """
with person as (

    select feeds, count(*) as persons
    from (select feeds from person_feed union all select feeds from elsewhere_feed) as every_person
    group by feeds

),

seen as (

    select feeds, persons, unnest(feeds) as feed from person

),

size as (

    select feed, sum(persons) as persons from seen group by feed

),

shared as (

    select left_seen.feed as left_feed, right_seen.feed as right_feed, sum(left_seen.persons) as persons
    from seen as left_seen
    inner join seen as right_seen on left_seen.feeds = right_seen.feeds and left_seen.feed < right_seen.feed
    group by left_seen.feed, right_seen.feed

)

select
    cast({refresh_id} as bigint) as refresh_id,
    left_size.feed as left_feed,
    right_size.feed as right_feed,
    cast(left_size.persons as bigint) as persons_left,
    cast(right_size.persons as bigint) as persons_right,
    cast(coalesce(shared.persons, 0) as bigint) as persons_both
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
            select {number}, * exclude (record)
            from (
                select member.record, member.identity_id, person.person_id, method.method, method.match_weight
                from member
                inner join person on member.cluster = person.cluster
                inner join method on member.record = method.record
                union all
                select null, identity_id, null, 'none', null from left_out
            ) as assigned
            order by record
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
