"""The view `registry.record_person`: which person each accepted line is about.

Here: the view, made from the contracts because feeds are. Not here: the assignment it reads.
"""

from collections.abc import Mapping

import psycopg
from psycopg import sql

from p20w.contracts import FeedContract


def create_view(connection: psycopg.Connection, contracts: Mapping[str, FeedContract]) -> None:
    """Make or replace the view over all feeds with identities; safe to repeat.

    Args:
        connection: of the owner; committed by the caller.
        contracts: by feed; their intake tables must be there.
    """
    lines = sql.SQL("\nunion all\n").join(
        sql.SQL("select drop_id, line_number, identity_id from {}").format(sql.Identifier("intake", feed))
        for feed, contract in contracts.items()
        if contract.has_identities
    )
    connection.execute(
        sql.SQL(
            """
            create or replace view registry.record_person as
            with line as (
            {}
            )

            select
                accepted.feed,
                accepted.period,
                accepted.submission,
                line.line_number,
                line.identity_id,
                assignment.person_id
            from line
            inner join governance.drop as accepted
                on line.drop_id = accepted.drop_id
                and accepted.status = 'accepted'
            inner join registry.assignment
                on line.identity_id = assignment.identity_id
                and assignment.valid_to_refresh is null
            """
        ).format(lines)
    )
    connection.execute("grant select on registry.record_person to p20w_linkage, p20w_steward")
