"""Follow what reviewers decided: pairs that must be one person, pairs that cannot.

Here: reading standing verdicts, naming the records they bind. Not here: giving verdicts (the review desk).

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
    """Make table `decided`, of identities in table `record`."""
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
