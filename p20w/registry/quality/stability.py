"""Which ids changed in a refresh, and whether an event says why.

Here: counts over assignments and events, with those of a candidate. Not here: making events
(`p20w.registry.persons.identifiers`).
"""

import psycopg

from p20w.registry.quality.figure import Figure, of_share
from p20w.registry.quality.intervals import share

KINDS = ("merge", "split", "retire", "manual")
"""Events that are counted: between two persons, persons without records, and what reviewers decided."""


def figures(connection: psycopg.Connection, refresh_id: int) -> list[Figure]:
    """How ids move in the candidate of this refresh, and what stands unexplained, in it or in any earlier refresh."""
    known, moved, unexplained = connection.execute(_CHANGES, {"refresh": refresh_id}).fetchall()[0]
    happened = dict(connection.execute(_HAPPENED, {"refresh": refresh_id}).fetchall())
    return [
        Figure("changed_without_event", unexplained),
        of_share("moved", share(moved, known)),
        *(Figure("events", happened.get(kind, 0), kind) for kind in KINDS),
    ]


_EVENT = """
event as (

    select refresh_id, kind, old_person_id, new_person_id, identity_id from registry.event
    union all
    select refresh_id, kind, old_person_id, new_person_id, identity_id from registry.candidate_event
    where refresh_id = %(refresh)s

)
"""

_HAPPENED = f"with {_EVENT} select kind, count(*) from event where refresh_id = %(refresh)s group by kind"

# A refresh that stopped and was worked out anew promotes more than once. What it had assigned before counts as never
# assigned; what it told then still counts. So a change may be told in several steps, and one who had left may have come
# back to a person that is told as minted.
_CHANGES = f"""
with recursive {_EVENT},

told_move as (

    select refresh_id, old_person_id, new_person_id from event where old_person_id is not null
    union
    select told_move.refresh_id, told_move.old_person_id, event.new_person_id
    from told_move
    inner join event on told_move.refresh_id = event.refresh_id and told_move.new_person_id = event.old_person_id

),

assigned as (

    select identity_id, person_id, valid_from_refresh as refresh_id, valid_to_refresh
    from registry.assignment
    where valid_from_refresh <> %(refresh)s
    union all
    select identity_id, person_id, refresh_id, null from registry.candidate where refresh_id = %(refresh)s

),

changed as (

    select *
    from (
        select refresh_id, identity_id, person_id,
            case when coalesce(lag(valid_to_refresh) over earlier, refresh_id) = refresh_id
                then lag(person_id) over earlier
            end as old_person_id
        from assigned
        window earlier as (partition by identity_id order by refresh_id)
    ) as beside
    where old_person_id is distinct from person_id

),

unexplained as (

    select changed.identity_id
    from changed
    where not exists (
        select 1
        from event
        where event.refresh_id = changed.refresh_id and event.new_person_id = changed.person_id
            and (
                event.kind = 'mint'
                or event.identity_id = changed.identity_id
                or event.identity_id is null and changed.old_person_id is null
            )
    )
    and not exists (
        select 1
        from told_move
        where told_move.refresh_id = changed.refresh_id and told_move.new_person_id = changed.person_id
            and told_move.old_person_id = changed.old_person_id
    )

)

select
    (
        select count(*)
        from registry.assignment
        where valid_from_refresh < %(refresh)s and (valid_to_refresh is null or valid_to_refresh >= %(refresh)s)
    ) as known,
    (select count(*) from changed where refresh_id = %(refresh)s and old_person_id is not null) as moved,
    (select count(*) from unexplained) as unexplained
"""
