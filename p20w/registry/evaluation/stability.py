"""Which ids changed in a refresh, and whether an event says why.

Here: counts over the history of assignments and events. Not here: making events (`p20w.registry.identifiers`).
"""

from dataclasses import dataclass

from psycopg.rows import class_row

from p20w.database import Role, Warehouse
from p20w.registry.evaluation.figure import Figure


@dataclass(frozen=True)
class Change:
    """What one refresh did to ids.

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
    """What each refresh did, oldest first."""
    with warehouse.connect(role) as connection, connection.cursor(row_factory=class_row(Change)) as cursor:
        return cursor.execute(_CHANGES).fetchall()


def figures(warehouse: Warehouse, refresh_id: int) -> list[Figure]:
    """What earlier refreshes left unexplained, and how ids moved in this one, if it was promoted already."""
    history = changes(warehouse)
    found = [Figure("changed_without_event", sum(change.unexplained for change in history))]
    for change in history:
        if change.refresh_id == refresh_id and change.share_moved is not None:
            found.append(Figure("moved", change.share_moved, part=change.moved, whole=change.known))
    return found


def changed_without_event(warehouse: Warehouse) -> int:
    """Assignments of any refresh that no event accounts for. There should be none."""
    return sum(change.unexplained for change in changes(warehouse))


_CHANGES = """
with assigned as (

    select
        later.identity_id,
        later.valid_from_refresh as refresh_id,
        later.person_id as new_person_id,
        earlier.person_id as old_person_id
    from registry.assignment as later
    left join registry.assignment as earlier
        on later.identity_id = earlier.identity_id
        and later.valid_from_refresh = earlier.valid_to_refresh

),

told_move as (

    select distinct refresh_id, old_person_id, new_person_id
    from registry.event
    where old_person_id is not null

),

told_person as (

    select distinct refresh_id, new_person_id
    from registry.event
    where identity_id is null

),

told_identity as (

    select distinct refresh_id, new_person_id, identity_id
    from registry.event
    where identity_id is not null

),

explained as (

    select
        assigned.refresh_id,
        assigned.old_person_id is null as is_new,
        told_move.refresh_id is not null
        or assigned.old_person_id is null and told_person.refresh_id is not null
        or told_identity.refresh_id is not null as is_told
    from assigned
    left join told_move
        on assigned.refresh_id = told_move.refresh_id
        and assigned.old_person_id = told_move.old_person_id
        and assigned.new_person_id = told_move.new_person_id
    left join told_person
        on assigned.refresh_id = told_person.refresh_id
        and assigned.new_person_id = told_person.new_person_id
    left join told_identity
        on assigned.refresh_id = told_identity.refresh_id
        and assigned.new_person_id = told_identity.new_person_id
        and assigned.identity_id = told_identity.identity_id
    where assigned.old_person_id is distinct from assigned.new_person_id

),

moved as (

    select
        refresh_id,
        count(*) filter (where not is_new) as moved,
        count(*) filter (where is_new) as new,
        count(*) filter (where not is_told) as unexplained
    from explained
    group by refresh_id

),

happened as (

    select
        refresh_id,
        count(*) filter (where kind = 'merge') as merges,
        count(*) filter (where kind = 'split') as splits,
        count(*) filter (where kind = 'retire') as retired,
        count(*) filter (where kind = 'manual') as manual
    from registry.event
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
from registry.promotion as refresh
left join moved on refresh.refresh_id = moved.refresh_id
left join happened on refresh.refresh_id = happened.refresh_id
order by refresh.refresh_id
"""
