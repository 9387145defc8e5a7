"""Errors by cause: what two people have in common who were joined, what differs where one person was not.

Here: naming a cause for each pair of people joined and each pair of parts left apart, counts only. Not here: repairs.

A cause is what the records show, the first that holds in the order of `JOINED` and `APART`; several may be at work.
The truth says who is related to whom; nothing a record says leaves the scratch database.
"""

from dataclasses import dataclass

import duckdb

JOINED = {
    "one SSN": "records of both carry one SSN: borrowed, or mistyped into the other's",
    "one id": "records of both carry one student, license or college number",
    "near SSN": "their SSNs differ by one digit, or two neighbors are swapped",
    "twins": "twins",
    "siblings": "brothers or sisters",
    "generations": "father and son of one name",
    "relatives": "parent and child, or one household",
    "one name and birth date": "strangers of one name and birth date",
    "lookalikes": "strangers with names and birth dates much alike",
}
"""Why two people were joined."""

APART = {
    "with somebody else": "one part lies with somebody else's records",
    "one SSN, short name": "one SSN, but an employer sends initials, cut, swapped or blank names",
    "one SSN, other surname": "one SSN, but the surname changed",
    "one SSN, other name": "one SSN, but names differ otherwise",
    "another's SSN": "one part carries an SSN that is somebody else's",
    "two SSNs": "the parts carry different SSNs: mistyped, invented, or an own number later",
    "wrong birth date": "birth dates differ",
    "surname change": "no SSN in common, and the surname changed",
    "other first name": "no SSN in common, and the first name differs: short form, middle name, spelling",
    "other surname": "no SSN in common, and the surname differs: part dropped, spelling",
    "a relative in the way": "alike, but a twin, brother, sister or namesake is as alike",
    "little evidence": "alike, but what is there is not enough",
}
"""Why records of one person were left apart."""


@dataclass(frozen=True)
class Cause:
    """A cause, how many people it befell, and the pairs of identities it made wrong or missing."""

    cause: str
    about: str
    people: int
    pairs: int


def wrongly_joined(con: duckdb.DuckDBPyConnection) -> tuple[Cause, ...]:
    """Causes of predicted pairs that are not true, the commonest first. Makes `joined_pair`."""
    con.execute(_PART)
    con.execute(_JOINED)
    return _listed(con, JOINED, "joined_pair")


def left_apart(con: duckdb.DuckDBPyConnection) -> tuple[Cause, ...]:
    """Causes of reachable pairs that are not predicted, the commonest first. Call `wrongly_joined` first."""
    con.execute(_APART)
    return _listed(con, APART, "apart_pair")


def _listed(con: duckdb.DuckDBPyConnection, about: dict[str, str], table: str) -> tuple[Cause, ...]:
    rows = con.execute(
        f"select cause, count(distinct true_person) as people, cast(sum(pairs) as bigint) as pairs from {table} "
        "where pairs > 0 group by cause order by pairs desc, cause"
    ).fetchall()
    return tuple(Cause(cause, about[cause], people, pairs) for cause, people, pairs in rows)


# What the identities of one true person under one person say, taken together.
_PART = """
create table part as
select
    use.true_person,
    use.island,
    use.person,
    count(*) as identities,
    list(use.feed) as feeds,
    list(distinct identity.ssn) filter (where identity.ssn is not null) as ssns,
    list(distinct identity.id_space || ' ' || identity.source_id) filter (where identity.source_id is not null) as ids,
    list(distinct identity.birthdate) filter (where identity.birthdate is not null) as birthdates,
    list(distinct identity.first) filter (where identity.first is not null) as firsts,
    list_distinct(flatten(list(string_split(coalesce(identity.last, ''), ' ')))) as surnames,
    bool_and(
        use.feed = 'ui_wage' and (
            identity.first is null or length(identity.first) <= 4 or identity.last is null or length(identity.last) <= 6
        )
    ) as is_short
from use
inner join identity on use.identity = identity.identity
where use.is_main
group by use.true_person, use.island, use.person;

create table own_ssn as
select identity.ssn, use.true_person
from use
inner join identity on use.identity = identity.identity
where use.is_main and identity.ssn is not null
group by identity.ssn, use.true_person
qualify row_number() over (partition by identity.ssn order by sum(use.lines) desc, use.true_person) = 1;
"""

# Pairs of identities of different feeds between two lists of feeds.
_CROSS = """
    (left_part.identities * right_part.identities - list_sum(list_transform(
        list_distinct(left_part.feeds),
        lambda feed: len(list_filter(left_part.feeds, lambda one: one = feed))
            * len(list_filter(right_part.feeds, lambda one: one = feed))
    )))
"""

_JOINED = f"""
create table joined_pair as
with pair as (

    select
        left_part.true_person,
        right_part.true_person as other,
        {_CROSS} as pairs,
        list_has_any(coalesce(left_part.ssns, []), coalesce(right_part.ssns, [])) as has_one_ssn,
        list_has_any(coalesce(left_part.ids, []), coalesce(right_part.ids, [])) as has_one_id,
        exists (
            select 1 from edge
            inner join use as l on edge.left_identity = l.identity and l.is_main
            inner join use as r on edge.right_identity = r.identity and r.is_main
            where edge.tier = 'near_ssn' and l.person = left_part.person
                and l.true_person in (left_part.true_person, right_part.true_person)
                and r.true_person in (left_part.true_person, right_part.true_person)
                and l.true_person <> r.true_person
        ) as has_near_ssn,
        one.mother = two.mother and one.birthdate = two.birthdate as is_twin,
        coalesce(one.mother = two.mother, false) or coalesce(one.father = two.father, false) as is_sibling,
        (coalesce(one.father = two.true_person, false) and one.is_named_after_father)
        or (coalesce(two.father = one.true_person, false) and two.is_named_after_father) as is_generation,
        coalesce(two.true_person in (one.father, one.mother), false)
        or coalesce(one.true_person in (two.father, two.mother), false)
        or coalesce(one.household = two.household, false) as is_relative,
        list_has_any(coalesce(left_part.birthdates, []), coalesce(right_part.birthdates, []))
        and list_has_any(coalesce(left_part.firsts, []), coalesce(right_part.firsts, [])) as is_namesake
    from part as left_part
    inner join part as right_part
        on left_part.person = right_part.person and left_part.true_person < right_part.true_person
    left join truth_person as one on left_part.true_person = one.true_person
    left join truth_person as two on right_part.true_person = two.true_person

)

select
    true_person,
    other,
    pairs,
    case
        when has_one_ssn then 'one SSN'
        when has_one_id then 'one id'
        when has_near_ssn then 'near SSN'
        when is_twin then 'twins'
        when is_generation then 'generations'
        when is_sibling then 'siblings'
        when is_relative then 'relatives'
        when is_namesake then 'one name and birth date'
        else 'lookalikes'
    end as cause
from pair;
"""

_APART = f"""
create table apart_pair as
with twin as (

    select distinct one.true_person
    from truth_person as one
    inner join truth_person as other on one.mother = other.mother and one.true_person <> other.true_person
    union
    select true_person from truth_person where is_named_after_father
    union
    select father from truth_person where is_named_after_father

),

pair as (

    select
        left_part.true_person,
        {_CROSS} as pairs,
        left_owner.true_person <> left_part.true_person or right_owner.true_person <> right_part.true_person
        as is_with_another,
        list_has_any(coalesce(left_part.ssns, []), coalesce(right_part.ssns, [])) as has_one_ssn,
        left_part.ssns is not null and right_part.ssns is not null as has_ssns,
        exists (
            select 1 from own_ssn
            where own_ssn.true_person <> left_part.true_person
                and list_contains(list_concat(coalesce(left_part.ssns, []), coalesce(right_part.ssns, [])), own_ssn.ssn)
        ) as has_anothers_ssn,
        left_part.is_short or right_part.is_short as is_short,
        list_has_any(left_part.surnames, right_part.surnames) as has_one_surname,
        list_has_any(coalesce(left_part.firsts, []), coalesce(right_part.firsts, [])) as has_one_first,
        list_has_any(left_part.birthdates, right_part.birthdates) as has_one_birthdate,
        coalesce(truth_person.has_former_surname, false) as has_former_surname,
        twin.true_person is not null as has_lookalike
    from part as left_part
    inner join part as right_part
        on left_part.true_person = right_part.true_person
        and left_part.island = right_part.island
        and left_part.person < right_part.person
    inner join owner as left_owner on left_part.person = left_owner.person
    inner join owner as right_owner on right_part.person = right_owner.person
    left join truth_person on left_part.true_person = truth_person.true_person
    left join twin on left_part.true_person = twin.true_person

)

select
    true_person,
    pairs,
    case
        when is_with_another then 'with somebody else'
        when has_one_ssn and is_short then 'one SSN, short name'
        when has_one_ssn and not has_one_surname and has_former_surname then 'one SSN, other surname'
        when has_one_ssn then 'one SSN, other name'
        when has_anothers_ssn then 'another''s SSN'
        when has_ssns then 'two SSNs'
        when has_one_birthdate = false then 'wrong birth date'
        when not has_one_surname and has_former_surname then 'surname change'
        when not has_one_first then 'other first name'
        when not has_one_surname then 'other surname'
        when has_lookalike then 'a relative in the way'
        else 'little evidence'
    end as cause
from pair;
"""
