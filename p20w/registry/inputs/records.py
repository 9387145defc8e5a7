"""Read what linkage needs from the vault into the scratch database.

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

from collections.abc import Mapping

import duckdb
import numpy as np
import pyarrow as pa

from p20w.database.bulk import Read
from p20w.intake.tokens import DIGITS, NEAR_TOKENS, TOKEN_BYTES
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


def read_records(con: duckdb.DuckDBPyConnection, read: Read, queries: Mapping[str, str] = QUERIES) -> int:
    """Make the tables named above from the vault.

    Args:
        con: the scratch database.
        read: reads as role `linkage`.
        queries: `QUERIES`, or the same of a part of all identities.

    Returns:
        the number of identities in accepted drops.
    """
    con.register("read_address", read(queries["address"]))
    con.execute(_PLACES)
    con.unregister("read_address")
    for name in ("identity", "presence", "drop"):
        con.register(f"read_{name}", read(queries[name]))
    con.register("read_ssn", _with_near_lists(read(queries["ssn"])))
    con.execute(_RECORDS)
    con.execute(_IDENTITY)
    for name in ("identity", "presence", "drop", "ssn"):
        con.unregister(f"read_{name}")
    return con.execute("select count(*) from record").fetchall()[0][0]


def _with_near_lists(ssns: pa.Table) -> pa.Table:
    """Numbers for each SSN instead of bytes: the first eight of each token, of deletions (`near`) and of `remainders`.

    Eight bytes of a keyed digest are as good as sixteen here: a chance agreement still has to agree in name. An SSN
    that came before there were remainders has zeros in their place.
    """
    joined = b"".join(tokens.ljust(NEAR_TOKENS * TOKEN_BYTES, b"\0") for tokens in ssns["near_tokens"].to_pylist())
    numbers = np.frombuffer(joined, dtype=">u8").reshape(-1, NEAR_TOKENS, 2)[:, :, 0].astype(np.uint64)

    def lists(columns: np.ndarray) -> pa.Array:
        return pa.FixedSizeListArray.from_arrays(pa.array(columns.ravel()), columns.shape[1])

    near, remainders = lists(numbers[:, :DIGITS]), lists(numbers[:, DIGITS:])
    return pa.table({"ssn_token": ssns["ssn_token"], "near": near, "remainders": remainders})


_RECORDS = """
create table known as
with numbered_ssn as (

    select ssn_token, row_number() over (order by ssn_token) as ssn
    from (select distinct ssn_token from read_identity where ssn_token is not null) as tokens

),

numbered_source as (

    select id_space, source_id, row_number() over (order by id_space, source_id) as source
    from (select distinct id_space, source_id from read_identity) as sources
    where id_space is not null and source_id is not null

)

select
    row_number() over (order by identity.identity_id) - 1 as record,
    identity.identity_id,
    identity.feed,
    identity.id_space,
    identity.source_id,
    numbered_source.source,
    coalesce(identity.is_ssn_verified, false) as is_ssn_verified,
    numbered_ssn.ssn,
    identity.ssn_token
from read_identity as identity
semi join read_presence as seen on identity.identity_id = seen.identity_id
left join numbered_ssn on identity.ssn_token = numbered_ssn.ssn_token
left join numbered_source
    on identity.id_space = numbered_source.id_space
    and identity.source_id = numbered_source.source_id;

create table presence as
select distinct known.record, seen.drop_id
from read_presence as seen
inner join known on seen.identity_id = known.identity_id;

create table record as
with counted as (

    select presence.record, count(*) as drops, min(delivered.year) as first_year
    from presence
    inner join read_drop as delivered on presence.drop_id = delivered.drop_id
    group by presence.record

)

select known.*, counted.drops, counted.first_year
from known
inner join counted on known.record = counted.record
order by known.record;

drop table known;

-- deletions matter only where two SSNs share one
create table near_ssn as
with used as (

    select distinct ssn, ssn_token from record where ssn is not null

),

token as (

    select used.ssn, unnest(said.near) as near
    from read_ssn as said
    inner join used on said.ssn_token = used.ssn_token

),

shared as (

    select near from token group by near having min(ssn) < max(ssn)

),

near_list as (

    select token.ssn, list(distinct token.near order by token.near) as near
    from token
    semi join shared on token.near = shared.near
    group by token.ssn

)

select
    used.ssn,
    coalesce(near_list.near, []) as near,
    list_filter(said.remainders, lambda token: token > 0) as remainders
from used
inner join read_ssn as said on used.ssn_token = said.ssn_token
left join near_list on used.ssn = near_list.ssn
order by used.ssn;
"""

_PLACES = f"""
create table place_said as
with written as (

    select
        street,
        city,
        postal_code,
        if({place_key("street", "postal_code")} is null, null, hash({place_key("street", "postal_code")})) as place,
        list_transform(
            list_filter({place_parts("street", "city", "postal_code")}, lambda part: part is not null),
            lambda part: hash(part)
        ) as parts,
        substr(postal_code, 1, 5) as code,
        {letters_of("city")} as town
    from (select distinct street, city, postal_code from read_address) as address

)

select read_address.identity_id, written.place, written.parts, written.code, written.town
from read_address
inner join written
    on read_address.street is not distinct from written.street
    and read_address.city is not distinct from written.city
    and read_address.postal_code is not distinct from written.postal_code;

-- most identities have one address, and nothing to gather
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

drop table place_said;
"""

_IDENTITY = """
create table identity as
select
    record.record,
    record.feed,
    read_identity.first_name,
    read_identity.middle_name,
    read_identity.last_or_surname,
    read_identity.previous_last_name,
    read_identity.generation_code_or_suffix,
    read_identity.birthdate,
    read_identity.sex,
    record.ssn,
    near_ssn.near,
    place.* exclude (identity_id)
from record
inner join read_identity on record.identity_id = read_identity.identity_id
left join near_ssn on record.ssn = near_ssn.ssn
left join place on record.identity_id = place.identity_id;

drop table place;
"""
