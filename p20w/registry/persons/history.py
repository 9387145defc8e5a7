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
    """One refresh whose assignment became current; `events` by kind."""

    refresh_id: int
    label: str
    model_version: str | None
    promoted_at: datetime
    identities: int
    persons: int
    events: dict[str, int]


def read(warehouse: Warehouse, refreshes: int = 6) -> tuple[list[Promoted], int | None]:
    """The last promoted refreshes, newest first, and the refresh of a candidate that waits."""
    with warehouse.connect("linkage") as connection, connection.cursor(row_factory=class_row(Promoted)) as cursor:
        waiting = connection.execute("select min(refresh_id) from registry.candidate").fetchone()
        return cursor.execute(_PROMOTED, (refreshes,)).fetchall(), waiting[0] if waiting else None


_PROMOTED = """
select
    promotion.refresh_id,
    refresh.label,
    refresh.model_version,
    promotion.promoted_at,
    assigned.identities,
    assigned.persons,
    coalesce(event.events, '{}') as events
from (select * from registry.promotion order by refresh_id desc limit %s) as promotion
inner join governance.refresh as refresh on promotion.refresh_id = refresh.refresh_id
cross join lateral (
    select count(*) as identities, count(distinct person_id) as persons
    from registry.person_as_of(promotion.refresh_id)
) as assigned
cross join lateral (
    select jsonb_object_agg(kind, events) as events
    from (
        select kind, count(*) as events from registry.event where refresh_id = promotion.refresh_id group by kind
    ) as counted
) as event
order by promotion.refresh_id desc
"""
