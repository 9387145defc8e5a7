"""What the registry stands on: refreshes that were promoted, and what happened to persons in each.

Here: counts for people who run the warehouse. Not here: whether links are right (`evaluation`).
"""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from p20w.database import Warehouse

KINDS = ("mint", "attach", "merge", "split", "retire", "manual")


@dataclass(frozen=True)
class Promoted:
    """One refresh whose assignment became current."""

    refresh_id: int
    label: str
    model_version: str | None
    promoted_at: datetime
    identities: int
    persons: int
    events: dict[str, int]


@dataclass(frozen=True)
class Standing:
    """The registry as it is: refreshes, newest first, and a candidate that waits (its refresh)."""

    refreshes: tuple[Promoted, ...]
    waiting: int | None


def read(warehouse: Warehouse, refreshes: int = 6) -> Standing:
    """The last promoted refreshes, newest first."""
    with warehouse.connect("linkage") as connection:
        row = connection.execute("select min(refresh_id) from registry.candidate").fetchone()
        with connection.cursor(row_factory=class_row(Promoted)) as cursor:
            found = cursor.execute(_PROMOTED, {"refreshes": refreshes}).fetchall()
    return Standing(tuple(found), row[0] if row else None)


_PROMOTED = """
with shown as (

    select refresh_id, promoted_at from registry.promotion order by refresh_id desc limit %(refreshes)s

),

told as (

    select refresh_id, jsonb_object_agg(kind, events) as events
    from (select refresh_id, kind, count(*) as events from registry.event group by refresh_id, kind) as counted
    group by refresh_id

)

select
    shown.refresh_id,
    refresh.label,
    refresh.model_version,
    shown.promoted_at,
    assigned.identities,
    assigned.persons,
    coalesce(told.events, '{}') as events
from shown
inner join governance.refresh as refresh on shown.refresh_id = refresh.refresh_id
left join told on shown.refresh_id = told.refresh_id
cross join lateral (
    select count(*) as identities, count(distinct person_id) as persons
    from registry.person_as_of(shown.refresh_id)
) as assigned
order by shown.refresh_id desc
"""
