"""Make a judged candidate the current assignment, in one transaction.

Here: assignment, persons, events, edges, review queue and profiles, all or nothing; the fingerprint of who is who, as
the registry gate judges it and core reads it. Not here: the candidate (`candidate`), its judgment
(`expectations/registry`), the way back (`rollback`).
"""

from itertools import chain

import psycopg

from p20w.database import Warehouse
from p20w.failpoints import reach
from p20w.pipeline import fingerprints
from p20w.pipeline.gates import require
from p20w.registry.persons import candidate, replacing

GATE = "registry"


class NothingToPromote(RuntimeError):
    """There is no candidate for the refresh, and none was promoted."""


def scope_of(refresh_id: int) -> str:
    """What the registry gate calls a candidate."""
    return f"refresh/{refresh_id}"


def fingerprint_of_standing(connection: psycopg.Connection) -> str:
    """Fingerprint of the current assignment; for roles `linkage` and `transform`."""
    return fingerprints.of_queries(connection, ["select identity_id, person_id from core.person_identity"])


def fingerprint_of_candidate(connection: psycopg.Connection, refresh_id: int) -> str:
    """The same of the assignment as it will stand once the candidate of a refresh is current; for role `linkage`.

    A candidate names everybody in an active drop; whoever it leaves out has no person any more.
    """
    rows = f"select identity_id, person_id from registry.candidate where refresh_id = {int(refresh_id)}"
    return fingerprints.of_queries(connection, [rows])


def promote(warehouse: Warehouse, refresh_id: int) -> None:
    """Make the candidate of a refresh current, if the registry gate passed for exactly the assignment that comes of it.

    What came of it is fingerprinted as core will do it, so that nothing becomes current that core then refuses. Doing
    it again changes nothing.

    Raises:
        GateMissing: no passed run of the gate for what would stand; nothing has changed.
        NothingToPromote: there is no candidate, and none was promoted before.
    """
    numbers: dict[str, object] = {"refresh": refresh_id}
    with warehouse.connect("linkage") as connection:
        if not connection.execute(_WAITING, numbers).fetchone():
            if connection.execute(_PROMOTED, numbers).fetchone():
                return
            raise NothingToPromote(f"Refresh {refresh_id} has no candidate assignment. Run: p20w refresh")
        # nothing is known of tables that were just filled, and row by row these joins would take hours
        connection.execute("set local enable_nestloop = off")
        for statement in (*_STATEMENTS, *chain.from_iterable(map(replacing.forth, replacing.TABLES))):
            connection.execute(statement.encode(), numbers)
        candidate.forget(connection)
        fingerprint = fingerprint_of_standing(connection)
        suite = warehouse.settings.suites / GATE
        require(warehouse, "linkage", GATE, [(scope_of(refresh_id), fingerprint)], suite=suite)
        connection.execute(_NOTE, {**numbers, "fingerprint": fingerprint})
        reach("registry.promoting")
        connection.commit()
    reach("registry.promoted")


_WAITING = "select 1 from registry.candidate where refresh_id = %(refresh)s limit 1"
_PROMOTED = "select 1 from registry.promotion where refresh_id = %(refresh)s"

_STAYS = """
exists (
    select from registry.candidate
    where candidate.refresh_id = %(refresh)s
        and candidate.identity_id = assignment.identity_id
        and candidate.person_id = assignment.person_id
)
"""

_STATEMENTS = (
    """
    insert into registry.person (person_id, mint_ordinal, minted_refresh)
    select person_id, mint_ordinal, refresh_id
    from registry.candidate_person
    where refresh_id = %(refresh)s
    order by mint_ordinal
    on conflict (person_id) do nothing
    """,
    # what this very refresh assigned and now changes was never seen by another
    f"""
    delete from registry.assignment
    where valid_to_refresh is null and valid_from_refresh = %(refresh)s and not {_STAYS}
    """,
    f"update registry.assignment set valid_to_refresh = %(refresh)s where valid_to_refresh is null and not {_STAYS}",
    """
    insert into registry.assignment (identity_id, person_id, valid_from_refresh, method, match_weight)
    select identity_id, person_id, %(refresh)s, method, match_weight
    from registry.candidate
    where refresh_id = %(refresh)s and not exists (
        select from registry.assignment
        where assignment.identity_id = candidate.identity_id and assignment.valid_to_refresh is null
    )
    order by identity_id
    """,
    """
    insert into registry.event (refresh_id, kind, old_person_id, new_person_id, identity_id, evidence)
    select
        refresh_id, kind, old_person_id, new_person_id, identity_id, jsonb_build_object('identities', identities)
    from registry.candidate_event
    where refresh_id = %(refresh)s
    order by event_number
    """,
    """
    update registry.person
    set retired_refresh = %(refresh)s, merged_into = candidate_event.new_person_id
    from registry.candidate_event
    where candidate_event.refresh_id = %(refresh)s
        and candidate_event.kind in ('merge', 'retire')
        and person.person_id = candidate_event.old_person_id
    """,
)

_NOTE = """
insert into registry.promotion (refresh_id, candidate_fingerprint)
values (%(refresh)s, %(fingerprint)s)
on conflict (refresh_id) do update set
    candidate_fingerprint = excluded.candidate_fingerprint, promoted_at = excluded.promoted_at
"""
