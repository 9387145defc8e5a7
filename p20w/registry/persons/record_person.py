"""The view `registry.record_person`: which person each accepted line is about.

Here: the view, made from the contracts because feeds are, and finding a record by a line. Not here: the assignment it
reads.
"""

import hashlib
import re
from collections.abc import Mapping
from uuid import UUID

import psycopg
from psycopg import sql

from p20w.contracts import FeedContract


class UnknownRecord(LookupError):
    """No record that has a person goes by this address."""


def create_view(connection: psycopg.Connection, contracts: Mapping[str, FeedContract]) -> None:
    """Make the view over all feeds with identities, as their owner; the caller commits.

    It is replaced only where it would become another: replacing waits for everybody who reads it.
    """
    feeds = [feed for feed, contract in contracts.items() if contract.has_identities]
    lines = " union all ".join(f"select drop_id, line_number, identity_id from intake.{feed}" for feed in feeds)
    view = f"""
        create or replace view registry.record_person as
        select
            accepted.feed, accepted.period, accepted.submission,
            line.line_number, line.identity_id, assignment.person_id
        from ({lines}) as line
        inner join governance.drop as accepted on line.drop_id = accepted.drop_id and accepted.status = 'accepted'
        inner join registry.assignment
            on line.identity_id = assignment.identity_id and assignment.valid_to_refresh is null
    """
    words = f"Which person each accepted line is about (form {hashlib.sha256(view.encode()).hexdigest()[:12]})."
    found = connection.execute("select obj_description(to_regclass('registry.record_person'))").fetchone()
    if found != (words,):
        connection.execute(view.encode())
        comment = sql.SQL("comment on view registry.record_person is {}")
        connection.execute(comment.format(sql.Literal(words)))


def identity_at(connection: psycopg.Connection, address: str) -> UUID:
    """The identity of an address, for role `linkage`.

    Args:
        connection: reads.
        address: the id of an identity, or an accepted line as `feed/period/submission:line`.

    Raises:
        UnknownRecord: nobody there has a person.
    """
    line = re.fullmatch(r"(.+)/(.+)/(\d{1,9}):(\d{1,18})", address)
    try:
        query, values = (_OF_LINE, line.groups()) if line else (_OF_ID, (UUID(address),))
        found = connection.execute(query, values).fetchone()
    except ValueError:
        found = None
    if found is None:
        raise UnknownRecord(
            f"The registry knows no record {address}. Give the id of one, as p20w review next prints it, or an "
            "accepted line, such as ui_wage/2024Q3/1:17."
        )
    return found[0]


_OF_ID = "select identity_id from core.person_identity where identity_id = %s"

_OF_LINE = """
select identity_id from registry.record_person
where feed = %s and period = %s and submission = %s::integer and line_number = %s::bigint
"""
