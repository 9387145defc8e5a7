"""Go back to who was who before the last refresh.

Here: taking back what a promotion did, in one transaction and on record. Not here: drops, core and marts, which the
next refresh brings in line (`p20w.commands.registry` says what to do).

Ids that the refresh minted retire and are not used again, because somebody may have seen them. Its events move to
`registry.undone_event`; one event and one line of the audit say what happened.
"""

import getpass
import json
from dataclasses import asdict, dataclass

from p20w.database import Warehouse
from p20w.failpoints import reach
from p20w.registry.persons import candidate, replacing


class NothingToRollBack(RuntimeError):
    """No refresh was promoted, or only one was: before it there is nobody."""


@dataclass(frozen=True)
class Rollback:
    """What going back came to."""

    undone_refresh: int
    standing_refresh: int
    assignments_undone: int
    assignments_restored: int
    persons_restored: int
    persons_retired: int


def roll_back(warehouse: Warehouse) -> Rollback:
    """Undo the last promotion: assignments, persons, edges, review queue, profiles and match rates as they were.

    `core.person_identity` follows at once. The refresh counts as stopped, so that the next one does its work anew.

    Args:
        warehouse: the caller is its one writer; written to as role `linkage`.

    Raises:
        NothingToRollBack: fewer than two refreshes were promoted, or another one has begun since.
    """
    with warehouse.connect("linkage") as connection:
        promoted = connection.execute(
            "select refresh_id from registry.promotion order by refresh_id desc limit 2"
        ).fetchall()
        if len(promoted) < 2:
            raise NothingToRollBack(
                "The registry has no refresh to go back to. To start over, remove the database and refresh: "
                "p20w db destroy"
            )
        (undone,), (standing,) = promoted
        later = connection.execute("select label from governance.refresh where refresh_id > %s", (undone,)).fetchone()
        if later:
            raise NothingToRollBack(
                f"Refresh {later[0]} has begun since and is not published. Finish it before you go back: p20w refresh"
            )
        numbers = {"refresh": undone}
        counts = [connection.execute(statement, numbers).rowcount for statement in _PERSONS]
        for item in replacing.TABLES:
            for statement in replacing.back(item):
                connection.execute(statement.encode(), numbers)
        for statement in _REST:
            connection.execute(statement, numbers)
        candidate.forget(connection)
        outcome = Rollback(undone, standing, *counts)
        connection.execute(
            "insert into registry.event (refresh_id, kind, evidence) values (%s, 'manual', %s)",
            (standing, json.dumps({"action": "rollback", **asdict(outcome)})),
        )
        said = json.dumps({**asdict(outcome), "person": getpass.getuser()})
        connection.execute("select governance.take_back_refresh(%s, %s)", (undone, said))
        reach("registry.rolling_back")
        connection.commit()
    return outcome


_PERSONS = (
    "delete from registry.assignment where valid_from_refresh = %(refresh)s",
    "update registry.assignment set valid_to_refresh = null where valid_to_refresh = %(refresh)s",
    """
    update registry.person set retired_refresh = null, merged_into = null
    where retired_refresh = %(refresh)s and minted_refresh < %(refresh)s
        and exists (select from registry.assignment where assignment.person_id = person.person_id)
    """,
    "update registry.person set retired_refresh = %(refresh)s, merged_into = null where minted_refresh = %(refresh)s",
)

_REST = (
    """
    with undone as (delete from registry.event where refresh_id = %(refresh)s returning *)
    insert into registry.undone_event (event_id, refresh_id, kind, old_person_id, new_person_id, identity_id, evidence)
    select event_id, refresh_id, kind, old_person_id, new_person_id, identity_id, evidence from undone
    """,
    "delete from registry.candidate_fact where refresh_id = %(refresh)s",
    "delete from registry.promotion where refresh_id = %(refresh)s",
    "delete from registry.weighing where refresh_id = %(refresh)s",
    "delete from governance.match_rate where refresh_id = %(refresh)s",
    "delete from governance.linkage_figure where refresh_id = %(refresh)s",
    "delete from governance.answer_range where refresh_id = %(refresh)s",
)
