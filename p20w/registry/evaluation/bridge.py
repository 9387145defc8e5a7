"""How far school records reach wage records, and how far they could.

Here: K-12 to wages in people, against what licenses and college records allow. Not here: pairs of other feeds.

K-12 knows no SSN and wages no birth date, so only a record that has both, or is joined to one that has, bridges them.
"""

from dataclasses import dataclass

import duckdb

from p20w.registry.quality.intervals import Share, share


@dataclass(frozen=True)
class Bridge:
    """True persons with school and wage records, as shares of them all.

    `by_license`: whose license record carries an SSN beside name and birth date. `by_any`: who can be reached at all,
    by license or college. `found`: some school record and some wage record are one person, rightly;
    `found_of_reachable`: the same among those who can be reached.
    """

    people: int
    by_license: Share
    by_any: Share
    found: Share
    found_of_reachable: Share


def bridge(con: duckdb.DuckDBPyConnection) -> Bridge | None:
    """Measure tables `use` and `identity`; None when nobody has both kinds of record."""
    people, license_, any_, found, found_reachable = con.execute(_BRIDGE).fetchall()[0]
    if not people:
        return None
    shares = [share(part, people) for part in (license_, any_, found)]
    return Bridge(people, *shares, found_of_reachable=share(found_reachable, any_))


# Who has both kinds of record at all, on one island, under one person.
_BRIDGE = """
with said as (

    select
        use.true_person,
        use.feed in ('k12_enrollment', 'k12_cte') as is_school,
        use.feed = 'ui_wage' as is_wage,
        use.feed = 'dmv_license' and identity.ssn is not null and identity.birthdate is not null
        and identity.first is not null and identity.last is not null as is_license,
        use.island,
        case when use.is_main then use.person end as person
    from use
    inner join identity on use.identity = identity.identity

),

beside as (

    select
        *,
        bool_or(is_school) over of_island and bool_or(is_wage) over of_island as is_reachable,
        person is not null and bool_or(is_school) over of_person and bool_or(is_wage) over of_person as is_found
    from said
    window of_island as (partition by true_person, island), of_person as (partition by true_person, person)

),

bridged as (

    select
        bool_or(is_license) as is_licensed,
        bool_or(is_reachable) as is_reachable,
        bool_or(is_found) as is_found
    from beside
    group by true_person
    having bool_or(is_school) and bool_or(is_wage)

)

select
    count(*) as people,
    count(*) filter (where is_licensed) as licensed,
    count(*) filter (where is_reachable) as reachable,
    count(*) filter (where is_found) as found,
    count(*) filter (where is_found and is_reachable) as found_of_reachable
from bridged
"""
