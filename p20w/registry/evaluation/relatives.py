"""Precision where mistakes are likeliest: twins, siblings, and fathers and sons of one name at one address; one SSN.

Here: who has such a relative in the files, and how right the links of their identities are; links under an SSN that a
household shares. Not here: how the registry keeps relatives apart (`clustering/component_pair.sql`).
"""

from dataclasses import dataclass

import duckdb

from p20w.database import Warehouse
from p20w.database.bulk import read_arrow
from p20w.registry.quality.intervals import Share, clustered
from p20w.registry.statements import arrays, execute
from splink_models.features import place_key

KINDS = {
    "twins": "twins at one address",
    "siblings": "brothers and sisters at one address",
    "generations": "father and son of one first name at one address",
}


@dataclass(frozen=True)
class Relatives:
    """People with a relative of this kind who is in the files at the same address.

    `precision`: of the ends of predicted links that lie in their identities, those whose other end does, too.
    `mixed_up`: people of whom an identity lies with such a relative.
    """

    kind: str
    about: str
    people: int
    precision: Share
    mixed_up: int


def relatives(con: duckdb.DuckDBPyConnection, warehouse: Warehouse) -> tuple[Relatives, ...]:
    """Measure tables `use`, `tally` and `truth_person`; empty where the truth does not know families."""
    if not con.execute("select count(*) from truth_person where mother is not null").fetchall()[0][0]:
        return ()
    execute(con, _FAMILY, read_address=read_arrow(warehouse.libpq("linkage"), _ADDRESSES))
    return tuple(_of_kind(con, kind, about) for kind, about in KINDS.items())


def under_one_ssn(con: duckdb.DuckDBPyConnection) -> Share:
    """Of linked pairs of identities under an SSN that members of one household share, those of one person.

    A number is shared when identities of two or more people carry it who live in one household, as the truth has it on
    the last day, or are parent and child. All linked pairs under such a number count, of one file or two, clustered by
    number; a stranger who carries it is wrong beside them, too. Nothing is counted where the truth knows no households.
    """
    return clustered(*arrays(con.execute(_UNDER_ONE_SSN), float))


def _of_kind(con: duckdb.DuckDBPyConnection, kind: str, about: str) -> Relatives:
    right, linked = arrays(con.execute(_LINKED, [kind]), float)
    mixed = con.execute(_MIXED_UP, [kind]).fetchall()[0][0]
    return Relatives(kind, about, len(linked), clustered(right, linked), mixed)


_ADDRESSES = """
select distinct uuid_send(address.identity_id) as identity_id, address.street, address.postal_code
from vault.address
inner join governance.drop on address.drop_id = governance.drop.drop_id
where governance.drop.status = 'accepted'
"""

_FAMILY = f"""
create table place_of as
select distinct use.true_person, {place_key("read_address.street", "read_address.postal_code")} as place
from read_address
inner join identity on read_address.identity_id = identity.identity_id
inner join use on identity.identity = use.identity and use.is_main
where read_address.street is not null and read_address.postal_code is not null;

create table family as
with related as (

    select one.true_person, other.true_person as relative,
        case when one.birthdate = other.birthdate then 'twins' else 'siblings' end as kind
    from truth_person as one
    inner join truth_person as other on one.mother = other.mother and one.true_person <> other.true_person

    union all

    select unnest([true_person, father]), unnest([father, true_person]) as relative, 'generations' as kind
    from truth_person
    where is_named_after_father and father is not null

)

select distinct related.*
from related
inner join place_of as own on related.true_person = own.true_person
inner join place_of as theirs on related.relative = theirs.true_person and own.place = theirs.place;
"""

_UNDER_ONE_SSN = """
with carrier as (

    select identity.identity, identity.ssn, use.person, use.true_person, kin.household, kin.mother, kin.father
    from identity
    inner join use on identity.identity = use.identity and use.is_main
    inner join truth_person as kin on use.true_person = kin.true_person
    where identity.ssn is not null

),

shared as (

    select distinct one.ssn
    from carrier as one
    inner join carrier as other on one.ssn = other.ssn and one.true_person <> other.true_person
    where one.household = other.household or one.true_person in (other.mother, other.father)

)

select count(*) filter (where one.true_person = other.true_person) as right_pairs, count(*) as pairs
from carrier as one
inner join carrier as other on one.ssn = other.ssn and one.person = other.person and one.identity < other.identity
semi join shared on one.ssn = shared.ssn
group by one.ssn
order by one.ssn
"""

_LINKED = """
select linked_right, linked from tally where true_person in (select true_person from family where kind = ?)
"""

_MIXED_UP = """
select count(distinct family.true_person)
from family
inner join use as own on family.true_person = own.true_person and own.is_main
inner join use as theirs on family.relative = theirs.true_person and theirs.is_main and own.person = theirs.person
where family.kind = ?
"""
