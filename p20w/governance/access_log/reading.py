"""Who read what, from the access log.

Here: the one query of `p20w audit report`. Not here: proving the log (`chain`), showing it (`p20w.commands.audit`).
"""

from dataclasses import dataclass
from datetime import date

from p20w.database import Warehouse


@dataclass(frozen=True)
class Use:
    """What one login did with one table, view or function on one day (UTC); `thing` is None where none is named.

    A statement that names two things counts for each. `failed` of the `statements` ended with an error.
    """

    login: str
    day: date
    thing: str | None
    statements: int
    failed: int


def uses(warehouse: Warehouse, since: date | None = None, role: str | None = None) -> list[Use]:
    """Who did what, the last day first.

    Args:
        warehouse: read as the role `report`.
        since: the first day; all by default.
        role: of one login only, such as `analyst`.
    """
    with warehouse.connect("report") as connection:
        rows = connection.execute(_USES, {"since": since, "login": f"p20w_{role}" if role else None}).fetchall()
    return [Use(*row) for row in rows]


_USES = """
select
    login,
    (happened_at at time zone 'UTC')::date as day,
    thing,
    count(*) filter (where kind = 'statement') as statements,
    count(*) filter (where kind = 'error') as failed
from governance.access_log
left join lateral unnest(relations) as thing on true
where
    kind <> 'unreadable'
    and (%(since)s::date is null or happened_at >= %(since)s::date::timestamp at time zone 'UTC')
    and (%(login)s::text is null or login = %(login)s)
group by login, day, thing
order by day desc, login, thing nulls last
"""
