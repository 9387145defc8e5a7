"""Read what linkage needs from the vault into the workshop.

Here: identities present in accepted drops, where they are present, their addresses, near tokens of their SSNs.
Not here: cleaning names (`splink_models.features`), deciding anything.

Tables made, all keyed by `record`, the rank of an identity by its id (so that no order of reading matters):
    record (record, identity_id, feed, id_space, source_id, source, is_ssn_verified, ssn, drops, first_year);
    `ssn` and `source` are numbers that stand for the token and for the id within its space, `first_year` is that of
    the first drop
    presence (record, drop_id)
    identity (the input of `splink_models.features`); places and their parts are numbers that stand for the text,
    because they are only ever asked whether they are equal
"""

from collections.abc import Generator
from contextlib import contextmanager
from functools import partial

import duckdb
import numpy as np
import pyarrow as pa

from p20w.database import Warehouse
from p20w.registry.meanwhile import meanwhile
from p20w.registry.readings import Readings, readings
from splink_models.features import letters_of, place_key, place_parts

_IDENTITIES = """
select
    uuid_send(identity_id) as identity_id, feed, id_space, source_id, first_name, middle_name, last_or_surname,
    previous_last_name, generation_code_or_suffix, birthdate, sex, ssn_token, is_ssn_verified
from vault.identity
"""

_PRESENCE = """
select uuid_send(presence.identity_id) as identity_id, presence.drop_id
from vault.identity_presence as presence
inner join governance.drop on presence.drop_id = governance.drop.drop_id
where governance.drop.status = 'accepted'
"""

_ADDRESSES = """
select distinct uuid_send(address.identity_id) as identity_id, address.street, address.city, address.postal_code
from vault.address
inner join governance.drop on address.drop_id = governance.drop.drop_id
where governance.drop.status = 'accepted'
"""

_SSNS = "select ssn_token, near_tokens from vault.ssn"

_DROPS = "select drop_id, extract(year from delivered_on)::integer as year from governance.drop"

QUERIES = {"address": _ADDRESSES, "identity": _IDENTITIES, "presence": _PRESENCE, "ssn": _SSNS, "drop": _DROPS}


def read_records(con: duckdb.DuckDBPyConnection, warehouse: Warehouse) -> int:
    """Make the tables named above from the vault, as role `linkage`.

    Returns:
        the number of identities in accepted drops.
    """
    with readings(warehouse) as ahead:
        ahead.begin(QUERIES)
        return take_records(con, ahead)


def take_records(con: duckdb.DuckDBPyConnection, ahead: Readings) -> int:
    """As `read_records`, from `QUERIES` begun before."""
    with meanwhile(con, partial(take_places, ahead=ahead)):
        take_people(con, ahead)
    return join_places(con)


def take_people(con: duckdb.DuckDBPyConnection, ahead: Readings) -> None:
    """Make tables `record`, `presence`, `near_ssn`, and `person_said`, which is `identity` without places."""
    with registered(con, ahead, "identity", "presence", "drop", "ssn"):
        number(con, "read_identity", "read_presence", "read_ssn", "read_drop")
        con.execute(_PERSON_SAID)


RANK = "row_number() over (order by identity.identity_id) - 1"

BEGINNING = "cast(cast('0x' || left(hex(identity.identity_id), 16) as ubigint) >> 1 as bigint)"
"""In the order of ids as well, and the same whoever else is there. Two ids that begin alike get one number."""


def number(
    con: duckdb.DuckDBPyConnection,
    identities: str,
    presence: str,
    ssns: str,
    drops: str,
    elsewhere: str | None = None,
    after: tuple[int, int] = (0, 0),
) -> None:
    """Make tables `record`, `presence` and `near_ssn`.

    Args:
        con: the workshop.
        identities: table with identity_id, feed, id_space, source_id, is_ssn_verified, ssn_token.
        presence: table with identity_id, drop_id; identities that are nowhere present are left out.
        ssns: table with ssn_token and its near tokens as numbers.
        drops: table with drop_id and the year it was delivered in.
        elsewhere: table with ssn_token of SSNs that others have, who are not in `identities`; None where it has all.
            With it, records are not ranks but what ids begin with, so that others can be added.
        after: the last numbers that stand for an SSN and for a source elsewhere.
    """
    con.execute(
        _RECORDS.format(
            identities=identities,
            presence=presence,
            ssns=ssns,
            drops=drops,
            record=BEGINNING if elsewhere else RANK,
            last_ssn=after[0],
            last_source=after[1],
            far=_FAR.format(ssns=ssns, elsewhere=elsewhere) if elsewhere else "",
        )
    )


def take_places(con: duckdb.DuckDBPyConnection, ahead: Readings) -> None:
    """Make table `place` (identity_id, places, place_parts, postal_codes, cities)."""
    with registered(con, ahead, "address"):
        con.execute(f"create table place_said as {PLACE_SAID}")
    gather_places(con)


def gather_places(con: duckdb.DuckDBPyConnection) -> None:
    """Make table `place` from `place_said`."""
    con.execute(_PLACES)


def join_places(con: duckdb.DuckDBPyConnection) -> int:
    """Make table `identity` out of `person_said` and `place`, which go; the number of records."""
    con.execute(_IDENTITY)
    return con.execute("select count(*) from record").fetchall()[0][0]


@contextmanager
def registered(con: duckdb.DuckDBPyConnection, ahead: Readings, *names: str) -> Generator[None]:
    """Results of queries as `read_<name>`, for the block."""
    for name in names:
        rows = ahead.take(name)
        con.register(f"read_{name}", _with_near_list(rows) if name == "ssn" else rows)
    yield
    for name in names:
        con.unregister(f"read_{name}")


def _with_near_list(ssns: pa.Table) -> pa.Table:
    """Nine numbers for each SSN instead of 144 bytes: the first eight bytes of each near token.

    Eight bytes of a keyed digest are as good as sixteen here: a chance agreement still has to agree in name.
    """
    joined = b"".join(ssns.column("near_tokens").to_pylist())
    numbers = np.frombuffer(joined, dtype=">u8").reshape(-1, 2)[:, 0].astype(np.uint64)
    near = pa.FixedSizeListArray.from_arrays(pa.array(numbers), 9).cast(pa.list_(pa.uint64()))
    return pa.table({"ssn_token": ssns.column("ssn_token"), "near": near})


_RECORDS = """
create table known as
with numbered_ssn as (

    select ssn_token, row_number() over (order by ssn_token) + {last_ssn} as ssn
    from (select distinct ssn_token from {identities} where ssn_token is not null) as tokens

),

numbered_source as (

    select id_space, source_id, row_number() over (order by id_space, source_id) + {last_source} as source
    from (select distinct id_space, source_id from {identities}) as sources
    where id_space is not null and source_id is not null

)

select
    {record} as record,
    identity.identity_id,
    identity.feed,
    identity.id_space,
    identity.source_id,
    numbered_source.source,
    coalesce(identity.is_ssn_verified, false) as is_ssn_verified,
    numbered_ssn.ssn,
    identity.ssn_token
from {identities} as identity
semi join {presence} as seen on identity.identity_id = seen.identity_id
left join numbered_ssn on identity.ssn_token = numbered_ssn.ssn_token
left join numbered_source
    on identity.id_space = numbered_source.id_space
    and identity.source_id = numbered_source.source_id;

create table presence as
select distinct known.record, seen.drop_id
from {presence} as seen
inner join known on seen.identity_id = known.identity_id;

create table record as
with counted as (

    select presence.record, count(*) as drops, min(delivered.year) as first_year
    from presence
    inner join {drops} as delivered on presence.drop_id = delivered.drop_id
    group by presence.record

)

select known.*, counted.drops, counted.first_year
from known
inner join counted on known.record = counted.record
order by known.record;

drop table known;

-- near tokens matter only where two SSNs share one
create table near_ssn as
with used as (

    select distinct ssn, ssn_token from record where ssn is not null

),

token as (

    select distinct used.ssn, unnest(said.near) as near
    from {ssns} as said
    inner join used on said.ssn_token = used.ssn_token

),

shared as (

    select near from token group by near having count(*) > 1{far}

)

select token.ssn, list(token.near order by token.near) as near
from token
inner join shared on token.near = shared.near
group by token.ssn
order by token.ssn;
"""

_FAR = """
    union
    select token.near
    from token
    semi join (
        select unnest(said.near) as near
        from {ssns} as said
        semi join {elsewhere} as elsewhere on said.ssn_token = elsewhere.ssn_token
    ) as far on token.near = far.near"""

_PERSON_SAID = """
create table person_said as
select
    record.record,
    record.identity_id,
    record.feed,
    read_identity.first_name,
    read_identity.middle_name,
    read_identity.last_or_surname,
    read_identity.previous_last_name,
    read_identity.generation_code_or_suffix,
    read_identity.birthdate,
    read_identity.sex,
    record.ssn,
    near_ssn.near
from record
inner join read_identity on record.identity_id = read_identity.identity_id
left join near_ssn on record.ssn = near_ssn.ssn;
"""

PLACE_SAID = f"""
with written as (

    select
        street,
        city,
        postal_code,
        hash({place_key("street", "postal_code")}) as place,
        {place_key("street", "postal_code")} is not null as is_place,
        list_transform(
            list_filter({place_parts("street", "city", "postal_code")}, lambda part: part is not null),
            lambda part: hash(part)
        ) as parts,
        substr(postal_code, 1, 5) as code,
        {letters_of("city")} as town
    from (select distinct street, city, postal_code from read_address) as address

)

select
    address.* exclude (street, city, postal_code),
    if(written.is_place, written.place, null) as place,
    written.parts,
    written.code,
    written.town
from read_address as address
inner join written
    on address.street is not distinct from written.street
    and address.city is not distinct from written.city
    and address.postal_code is not distinct from written.postal_code
"""
"""Columns of `read_address`, with place, parts, code and town for the text."""

# most identities have one address, and nothing to gather
_PLACES = """
create table place as
with several as (

    select identity_id from place_said group by identity_id having count(*) > 1

),

grouped as (

    select
        place_said.identity_id,
        list(distinct place_said.place) filter (where place_said.place is not null) as places,
        list_distinct(flatten(list(place_said.parts))) as place_parts,
        list(distinct place_said.code) filter (where place_said.code is not null) as postal_codes,
        list(distinct place_said.town) filter (where place_said.town is not null) as cities
    from place_said
    semi join several on place_said.identity_id = several.identity_id
    group by place_said.identity_id

)

select
    identity_id,
    list_sort(places) as places,
    list_sort(place_parts) as place_parts,
    list_sort(postal_codes) as postal_codes,
    list_sort(cities) as cities
from grouped
union all
select
    place_said.identity_id,
    case when place_said.place is not null then [place_said.place] end as places,
    list_sort(list_distinct(place_said.parts)) as place_parts,
    case when place_said.code is not null then [place_said.code] end as postal_codes,
    case when place_said.town is not null then [place_said.town] end as cities
from place_said
anti join several on place_said.identity_id = several.identity_id;
"""

_IDENTITY = """
create table identity as
select
    person_said.* exclude (identity_id),
    place.* exclude (identity_id)
from person_said
left join place on person_said.identity_id = place.identity_id;

drop table person_said;
drop table place;
drop table place_said;
"""
