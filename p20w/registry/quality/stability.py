"""Which ids changed in a refresh, and whether an event says why.

Here: counts over assignments and events, of past refreshes and of a candidate. Not here: making events
(`p20w.registry.persons.identifiers`).
"""

from dataclasses import dataclass

from psycopg.rows import class_row

from p20w.database import Role, Warehouse
from p20w.registry.quality.figure import Figure, of_share
from p20w.registry.quality.intervals import share


@dataclass(frozen=True)
class Change:
    """What one refresh did to ids, or would do.

    `known`: identities that had a person before; `moved`: those of them whose person is another now; `unexplained`:
    assignments, old or new, that no event of the refresh accounts for. `merges` and `splits` count events between two
    persons, `retired` persons without records, `manual` what reviewers decided.
    """

    refresh_id: int
    known: int
    moved: int
    unexplained: int
    new: int
    merges: int
    splits: int
    retired: int
    manual: int

    @property
    def share_moved(self) -> float | None:
        """Share of known identities whose person is another now; None in a first refresh."""
        return self.moved / self.known if self.known else None


def changes(warehouse: Warehouse, role: Role = "linkage") -> list[Change]:
    """What each promoted refresh did, oldest first."""
    return _read(warehouse, role, _HISTORY, _EVENTS, "select refresh_id from registry.promotion")


def waiting(warehouse: Warehouse, refresh_id: int) -> Change | None:
    """What the candidate of a refresh would do; None when none is set aside."""
    number = int(refresh_id)
    asked = f"select distinct refresh_id from registry.candidate where refresh_id = {number}"
    events = _CANDIDATE_EVENTS.format(refresh_id=number)
    found = _read(warehouse, "linkage", _CANDIDATE.format(refresh_id=number), events, asked)
    return found[0] if found else None


def changed_without_event(warehouse: Warehouse) -> int:
    """Assignments of any refresh that no event accounts for. There should be none."""
    return sum(change.unexplained for change in changes(warehouse))


def figures(warehouse: Warehouse, refresh_id: int) -> list[Figure]:
    """What stands unexplained, and how ids move in this refresh."""
    history = {change.refresh_id: change for change in changes(warehouse)}
    if (candidate := waiting(warehouse, refresh_id)) is not None:
        history[refresh_id] = candidate
    found = [Figure("changed_without_event", sum(change.unexplained for change in history.values()))]
    if (change := history.get(refresh_id)) is not None:
        found.append(of_share("moved", share(change.moved, change.known)))
        kinds = {"merge": change.merges, "split": change.splits, "retire": change.retired, "manual": change.manual}
        found += [Figure("events", count, kind) for kind, count in kinds.items()]
    return found


def _read(warehouse: Warehouse, role: Role, assigned: str, events: str, asked: str) -> list[Change]:
    query = _CHANGES.format(assigned=assigned, events=events, asked=asked)
    with warehouse.connect(role) as connection, connection.cursor(row_factory=class_row(Change)) as cursor:
        return cursor.execute(query.encode()).fetchall()


_HISTORY = """
select
    later.identity_id,
    later.valid_from_refresh as refresh_id,
    later.person_id as new_person_id,
    earlier.person_id as old_person_id
from registry.assignment as later
left join registry.assignment as earlier
    on later.identity_id = earlier.identity_id
    and later.valid_from_refresh = earlier.valid_to_refresh
"""

_EVENTS = "select refresh_id, kind, old_person_id, new_person_id, identity_id from registry.event"

# What the refresh itself had assigned before its candidate was made again counts as never assigned; what it told then
# still counts.
_CANDIDATE_EVENTS = (
    _EVENTS
    + """
    where refresh_id = {refresh_id}
    union all
    select refresh_id, kind, old_person_id, new_person_id, identity_id from registry.candidate_event
"""
)

_CANDIDATE = """
select
    candidate.identity_id,
    candidate.refresh_id,
    candidate.person_id as new_person_id,
    standing.person_id as old_person_id
from registry.candidate
left join registry.assignment as standing
    on candidate.identity_id = standing.identity_id
    and standing.valid_from_refresh < candidate.refresh_id
    and (standing.valid_to_refresh is null or standing.valid_to_refresh = candidate.refresh_id)
where candidate.refresh_id = {refresh_id}
"""

# A refresh that stopped and was worked out anew promotes more than once. Then a change may be told in several steps,
# and one who had left may have come back to a person that is told as minted.
_CHANGES = """
with recursive assigned as ({assigned}),

event as ({events}),

told_move as (

    select distinct refresh_id, old_person_id, new_person_id from event where old_person_id is not null

),

told_person as (

    select distinct refresh_id, new_person_id from event where identity_id is null

),

told_mint as (

    select distinct refresh_id, new_person_id from event where kind = 'mint'

),

told_identity as (

    select distinct refresh_id, new_person_id, identity_id from event where identity_id is not null

),

explained as (

    select
        assigned.refresh_id,
        assigned.old_person_id,
        assigned.new_person_id,
        assigned.old_person_id is null as is_new,
        told_move.refresh_id is not null
        or assigned.old_person_id is null and told_person.refresh_id is not null
        or told_mint.refresh_id is not null
        or told_identity.refresh_id is not null as is_told
    from assigned
    left join told_move
        on assigned.refresh_id = told_move.refresh_id
        and assigned.old_person_id = told_move.old_person_id
        and assigned.new_person_id = told_move.new_person_id
    left join told_person
        on assigned.refresh_id = told_person.refresh_id
        and assigned.new_person_id = told_person.new_person_id
    left join told_mint
        on assigned.refresh_id = told_mint.refresh_id
        and assigned.new_person_id = told_mint.new_person_id
    left join told_identity
        on assigned.refresh_id = told_identity.refresh_id
        and assigned.new_person_id = told_identity.new_person_id
        and assigned.identity_id = told_identity.identity_id
    where assigned.old_person_id is distinct from assigned.new_person_id

),

reached as (

    select refresh_id, old_person_id, old_person_id as person_id from explained where not is_told and not is_new
    union
    select reached.refresh_id, reached.old_person_id, told_move.new_person_id
    from reached
    inner join told_move
        on reached.refresh_id = told_move.refresh_id
        and reached.person_id = told_move.old_person_id

),

moved as (

    select
        explained.refresh_id,
        count(*) filter (where not explained.is_new) as moved,
        count(*) filter (where explained.is_new) as new,
        count(*) filter (where not explained.is_told and reached.refresh_id is null) as unexplained
    from explained
    left join reached
        on explained.refresh_id = reached.refresh_id
        and explained.old_person_id = reached.old_person_id
        and explained.new_person_id = reached.person_id
    group by explained.refresh_id

),

happened as (

    select
        refresh_id,
        count(*) filter (where kind = 'merge') as merges,
        count(*) filter (where kind = 'split') as splits,
        count(*) filter (where kind = 'retire') as retired,
        count(*) filter (where kind = 'manual') as manual
    from event
    group by refresh_id

)

select
    refresh.refresh_id,
    (
        select count(*)
        from registry.assignment
        where valid_from_refresh < refresh.refresh_id
            and (valid_to_refresh is null or valid_to_refresh >= refresh.refresh_id)
    ) as known,
    coalesce(moved.moved, 0) as moved,
    coalesce(moved.unexplained, 0) as unexplained,
    coalesce(moved.new, 0) as new,
    coalesce(happened.merges, 0) as merges,
    coalesce(happened.splits, 0) as splits,
    coalesce(happened.retired, 0) as retired,
    coalesce(happened.manual, 0) as manual
from ({asked}) as refresh
left join moved on refresh.refresh_id = moved.refresh_id
left join happened on refresh.refresh_id = happened.refresh_id
order by refresh.refresh_id
"""
