"""Follow what reviewers decided: pairs that must be one person, pairs that cannot.

Here: reading standing verdicts, joining and cutting nodes by them. Not here: giving verdicts (the review desk).

A verdict outlives models: it holds until it is revoked, whatever the weights say. It binds two identities; the
identities that hang on them by a number follow.
"""

import duckdb

from p20w.database.bulk import Read

_VERDICTS = """
select uuid_send(identity_left) as identity_left, uuid_send(identity_right) as identity_right, verdict
from registry.standing_decision
"""


def read_decisions(con: duckdb.DuckDBPyConnection, read: Read) -> None:
    """Make table `decided` (left_record, right_record, verdict), of identities in table `record`."""
    con.register("read_decision", read(_VERDICTS))
    con.execute(
        """
        create table decided as
        select
            least(left_side.record, right_side.record) as left_record,
            greatest(left_side.record, right_side.record) as right_record,
            read_decision.verdict
        from read_decision
        inner join record as left_side on read_decision.identity_left = left_side.identity_id
        inner join record as right_side on read_decision.identity_right = right_side.identity_id
        order by all
        """
    )
    con.unregister("read_decision")


def cut_nodes(con: duckdb.DuckDBPyConnection) -> None:
    """Take the record with less presence out of a node that holds a pair which cannot be one person."""
    if not con.execute("select 1 from decided where verdict = 'cannot_link' limit 1").fetchall():
        return
    con.execute(
        """
        create temp table cut as
        select distinct
            case
                when (right_side.drops, left_side.record) <= (left_side.drops, right_side.record)
                    then right_side.record
                else left_side.record
            end as record
        from decided
        inner join node as left_node on decided.left_record = left_node.record
        inner join node as right_node on decided.right_record = right_node.record and left_node.node = right_node.node
        inner join record as left_side on decided.left_record = left_side.record
        inner join record as right_side on decided.right_record = right_side.record
        where decided.verdict = 'cannot_link';

        -- a node is named by its smallest record, which may be the one that leaves
        create or replace table node as
        select
            node.record,
            case
                when cut.record is not null then node.record
                else min(node.record) filter (where cut.record is null) over (partition by node.node)
            end as node
        from node
        left join cut on node.record = cut.record
        order by node.record;

        drop table cut;
        """
    )
