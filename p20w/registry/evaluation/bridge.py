"""How far school records reach wage records, and how far they could.

Here: K-12 to wages in people, against what licenses and college records allow. Not here: pairs of other feeds.

K-12 knows no SSN and wages no birth date, so only a record that has both, or is joined to one that has, bridges them.
"""

from dataclasses import dataclass

import duckdb

from p20w.registry.quality.intervals import Share, share

SCHOOL, WAGES, LICENSE = ("k12_enrollment", "k12_cte"), ("ui_wage",), ("dmv_license",)


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
    return Bridge(
        people, share(license_, people), share(any_, people), share(found, people), share(found_reachable, any_)
    )


def _feeds(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{name}'" for name in names)


_BRIDGE = f"""
with has_both as (

    select true_person
    from use
    group by true_person
    having bool_or(feed in ({_feeds(SCHOOL)})) and bool_or(feed in ({_feeds(WAGES)}))

),

licensed as (

    select distinct use.true_person
    from use
    inner join identity on use.identity = identity.identity
    where use.feed in ({_feeds(LICENSE)}) and identity.ssn is not null and identity.birthdate is not null
        and identity.first is not null and identity.last is not null

),

reachable as (

    select distinct true_person
    from (
        select true_person, island
        from use
        group by true_person, island
        having bool_or(feed in ({_feeds(SCHOOL)})) and bool_or(feed in ({_feeds(WAGES)}))
    ) as island

),

found as (

    select distinct true_person
    from (
        select true_person, person
        from use
        where is_main
        group by true_person, person
        having bool_or(feed in ({_feeds(SCHOOL)})) and bool_or(feed in ({_feeds(WAGES)}))
    ) as part

)

select
    count(*) as people,
    count(licensed.true_person) as licensed,
    count(reachable.true_person) as reachable,
    count(found.true_person) as found,
    count(found.true_person) filter (where reachable.true_person is not null) as found_of_reachable
from has_both
left join licensed on has_both.true_person = licensed.true_person
left join reachable on has_both.true_person = reachable.true_person
left join found on has_both.true_person = found.true_person
"""
