"""Make a judged candidate the current assignment, in one transaction.

Here: assignment, persons, events, edges, review queue and profiles, all or nothing. Not here: the candidate
(`candidate`), its judgment (`expectations/registry`).
"""

import psycopg

from p20w.database import Warehouse
from p20w.failpoints import reach
from p20w.governance.gates import require
from p20w.registry.persons import replacing
from p20w.registry.persons.assigned import fingerprint_of_standing

GATE = "registry"


class NothingToPromote(RuntimeError):
    """There is no candidate for the refresh, and none was promoted."""


def scope_of(refresh_id: int) -> str:
    """What the registry gate calls a candidate."""
    return f"refresh/{refresh_id}"


def promote(warehouse: Warehouse, refresh_id: int) -> None:
    """Make the candidate of a refresh current, if the registry gate passed for exactly the assignment that comes of it.

    What came of it is fingerprinted as core will do it, so that nothing becomes current that core then refuses. Doing
    it again changes nothing.

    Raises:
        GateMissing: no passed run of the gate for what would stand; nothing has changed.
        NothingToPromote: there is no candidate, and none was promoted before.
    """
    with warehouse.connect("linkage") as connection:
        waiting = _count(connection, "select count(*) from registry.candidate where refresh_id = %s", refresh_id)
        if not waiting:
            if _count(connection, "select count(*) from registry.promotion where refresh_id = %s", refresh_id):
                return
            raise NothingToPromote(f"Refresh {refresh_id} has no candidate assignment. Run: p20w refresh")
        for statement in _STATEMENTS:
            connection.execute(statement, {"refresh": refresh_id})
        fingerprint = fingerprint_of_standing(connection)
        require(
            warehouse,
            "linkage",
            GATE,
            [(scope_of(refresh_id), fingerprint)],
            suite=warehouse.settings.suites / GATE,
        )
        connection.execute(_NOTE, {"refresh": refresh_id, "fingerprint": fingerprint})
        reach("registry.promoting")
        connection.commit()
    reach("registry.promoted")


def _count(connection: psycopg.Connection, query: str, refresh_id: int) -> int:
    row = connection.execute(query.encode(), (refresh_id,)).fetchone()
    return int(row[0]) if row else 0


_STATEMENTS = (
    # nothing is known of tables that were just filled, and row by row these joins would take hours
    b"set local enable_nestloop = off",
    b"""
    insert into registry.person (person_id, mint_ordinal, minted_refresh)
    select person_id, mint_ordinal, refresh_id
    from registry.candidate_person
    where refresh_id = %(refresh)s
    order by mint_ordinal
    on conflict (person_id) do nothing
    """,
    b"""
    create temporary table changed on commit drop as
    select
        coalesce(standing.identity_id, candidate.identity_id) as identity_id,
        candidate.person_id,
        candidate.method,
        candidate.match_weight
    from (select * from registry.assignment where valid_to_refresh is null) as standing
    full join (select * from registry.candidate where refresh_id = %(refresh)s) as candidate
        on standing.identity_id = candidate.identity_id
    where standing.person_id is distinct from candidate.person_id
    """,
    # what this very refresh assigned and now changes was never seen by another
    b"""
    delete from registry.assignment
    using changed
    where assignment.identity_id = changed.identity_id
        and assignment.valid_to_refresh is null
        and assignment.valid_from_refresh = %(refresh)s
    """,
    b"""
    update registry.assignment
    set valid_to_refresh = %(refresh)s
    from changed
    where assignment.identity_id = changed.identity_id and assignment.valid_to_refresh is null
    """,
    b"""
    insert into registry.assignment (identity_id, person_id, valid_from_refresh, method, match_weight)
    select identity_id, person_id, %(refresh)s, method, match_weight
    from changed
    where person_id is not null
    order by identity_id
    """,
    b"""
    insert into registry.event (refresh_id, kind, old_person_id, new_person_id, identity_id, evidence)
    select
        candidate_event.refresh_id,
        candidate_event.kind,
        candidate_event.old_person_id,
        candidate_event.new_person_id,
        candidate_event.identity_id,
        jsonb_build_object('identities', candidate_event.identities)
    from registry.candidate_event
    where candidate_event.refresh_id = %(refresh)s
    order by candidate_event.event_number
    """,
    b"""
    update registry.person
    set retired_refresh = %(refresh)s, merged_into = candidate_event.new_person_id
    from registry.candidate_event
    where candidate_event.refresh_id = %(refresh)s
        and candidate_event.kind in ('merge', 'retire')
        and person.person_id = candidate_event.old_person_id
    """,
    *(statement for item in replacing.TABLES for statement in replacing.forth(item)),
    b"""
    truncate registry.candidate, registry.candidate_person, registry.candidate_event, registry.candidate_edge,
    registry.candidate_review, registry.candidate_profile
    """,
)

_NOTE = b"""
insert into registry.promotion (refresh_id, candidate_fingerprint)
values (%(refresh)s, %(fingerprint)s)
on conflict (refresh_id) do update set
    candidate_fingerprint = excluded.candidate_fingerprint, promoted_at = excluded.promoted_at
"""
