"""Read and clean only what is new in the vault, and keep it there as columns for the next refresh.

Here: what is held of the vault, adding to it what came since, and keeping that. Not here: how names are cleaned
(`splink_models.features`), reading a vault of which nothing is held (`records`).

An identity's id is a digest of all that it says, and an accepted drop does not change, so what was made of them stays
right for as long as it is made in the same way. It is kept as Parquet in table `vault.prepared`: a million identities
are back from there in a second, instead of nine for reading and cleaning them.
"""

import hashlib
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial

import duckdb
import numpy as np
import psycopg
import pyarrow as pa

from p20w.database import Warehouse
from p20w.registry import records
from p20w.registry.columnar import packed, unpacked, with_halves
from p20w.registry.meanwhile import meanwhile
from p20w.registry.readings import Readings
from splink_models.features import features_version, make_features

LEAST_BYTES = 32 * 2**20
"""Size of `vault.identity` (about 200,000 identities) from which on this is done. Reading and cleaning fewer takes two
seconds, and keeping them most of one."""

MOST_CHUNKS = 12
"""Refreshes whose rows of `vault.prepared` lie side by side; then they are made one. Three years of quarters."""


@dataclass(frozen=True)
class Held:
    """What `vault.prepared` holds that is made as it would be made now."""

    chunks: int
    """Refreshes it was made in; none when it was made in another way."""

    is_worth_it: bool
    """Whether the vault is so large that reading it by row would take long."""

    @property
    def is_renewed(self) -> bool:
        """Whether everything is kept anew, and not only what is new."""
        return not 0 < self.chunks < MOST_CHUNKS

    def begin(self, ahead: Readings) -> None:
        """Start reading what is held, and what came since."""
        if not self.is_worth_it:
            ahead.begin(records.QUERIES)
        elif not self.chunks:
            ahead.begin({**records.QUERIES, "address": _ADDRESSES.format(only="true"), "drop": _DROPS})
        else:
            held = {f"held_{part}": f"select content from vault.prepared where part = '{part}'" for part in _EVERYTHING}
            ahead.begin(held, unpacked)
            ahead.begin({"drop": _DROPS, **_SINCE})


@cache
def made_by() -> str:
    """SHA-256 of how everything held is made: equal where the same vault gives the same."""
    return hashlib.sha256((features_version() + records.PLACE_SAID).encode()).hexdigest()


def held(warehouse: Warehouse) -> Held:
    """What there is to build upon."""
    with warehouse.connect("linkage") as connection:
        row = connection.execute(
            """
            select
                count(distinct drops),
                coalesce(bool_and(made_by = %s), false),
                pg_relation_size('vault.identity') >= %s
            from vault.prepared
            """,
            (made_by(), LEAST_BYTES),
        ).fetchone()
    chunks, is_made_so, is_large = row or (0, False, False)
    return Held(chunks if is_made_so else 0, is_large)


def take_prepared(con: duckdb.DuckDBPyConnection, ahead: Readings, held: Held) -> int:
    """Make tables `record`, `presence`, `near_ssn` and `features`, the same whatever was held.

    Where it is worth it, what `to_keep` needs is made as well.

    Args:
        con: the workshop.
        ahead: as `held` has begun it.
        held: what there is to build upon.

    Returns:
        the number of records.
    """
    if not held.is_worth_it:
        count = records.take_records(con, ahead)
        make_features(con)
        return count
    read(con, ahead, held)
    with cleaning(con, ahead):
        number(con)
    return join(con)


def read(con: duckdb.DuckDBPyConnection, ahead: Readings, held: Held) -> pa.Table:
    """Make tables of what is held and what came since, of identities, presence in drops and near tokens.

    Tables: `drop_said` (drop_id, year, is_accepted, is_held), `presence_said` (identity_id, drop_id) in accepted drops,
    `ssn_said` (ssn_token, near), `held_place`, and `known_identity` (identity_id, feed, id_space, source_id,
    is_ssn_verified, ssn_token, its `high` and `low`, and its position in what is held). Views of this connection:
    `held_identity` (as compared), `held_presence`, `held_ssn`.

    Returns:
        what is held of identities.
    """
    identities = with_halves(_held(ahead, held, "identity"))
    identities = identities.append_column("position", pa.array(np.arange(len(identities))))
    con.register("held_identity", identities)
    con.register("read_identity", with_halves(ahead.take("identity")))
    for part in ("presence", "ssn", "place"):
        con.register(f"held_{part}" if part != "place" else "read_place", _held(ahead, held, part))
    con.execute("create table held_place as from read_place")
    con.unregister("read_place")
    with records.registered(con, ahead, "drop"):
        con.execute(_IDENTITIES)
    con.unregister("read_identity")
    with records.registered(con, ahead, "presence", "ssn"):
        con.execute(_PRESENCE_SAID)
    return identities


@contextmanager
def cleaning(con: duckdb.DuckDBPyConnection, ahead: Readings) -> Generator[None]:
    """While the block runs, clean names that are new (table `identity_said`) and gather addresses (table `place`)."""
    with meanwhile(con, _clean), meanwhile(con, partial(_take_places, ahead=ahead)):
        yield


def number(
    con: duckdb.DuckDBPyConnection,
    identities: str = "known_identity",
    elsewhere: str | None = None,
    after: tuple[int, int] = (0, 0),
) -> None:
    """Make tables `record`, `presence` and `near_ssn` of all that `read` made, or of a part; see `records.number`."""
    records.number(con, identities, "presence_said", "ssn_said", "drop_said", elsewhere, after)


def join(con: duckdb.DuckDBPyConnection, held_identities: pa.Table | None = None) -> int:
    """Make table `features` of what `number` and `cleaning` made.

    Args:
        con: the workshop.
        held_identities: what is held of those that were numbered, where these are few; None for all that is held,
            which is let go of then.

    Returns:
        the number of records.
    """
    if held_identities is None:
        con.execute(_FEATURES.format(held="held_identity"))
        release(con)
    else:
        con.register("held_of_few", held_identities)
        con.execute(_FEATURES.format(held="held_of_few"))
        con.unregister("held_of_few")
    return con.execute("select count(*) from record").fetchall()[0][0]


def release(con: duckdb.DuckDBPyConnection) -> None:
    """Let go of what `read` holds in memory, when no more `features` are to be made of it."""
    for part in ("identity", "presence", "ssn"):
        con.unregister(f"held_{part}")


def _clean(con: duckdb.DuckDBPyConnection) -> None:
    make_features(con, "new_identity", "new_features")
    con.execute(_IDENTITY_SAID)


def _take_places(con: duckdb.DuckDBPyConnection, ahead: Readings) -> None:
    with records.registered(con, ahead, "address"):
        con.execute(_PLACE_SAID)
    records.gather_places(con)


def _held(ahead: Readings, held: Held, part: str) -> pa.Table:
    """What is held of a part; a table without lines where nothing is."""
    if not held.chunks:
        return _SCHEMAS[part].empty_table()
    return pa.concat_tables(ahead.take(f"held_{part}"))


def to_keep(con: duckdb.DuckDBPyConnection, held: Held) -> list[tuple[str, bytes]]:
    """Rows for `vault.prepared`, part and content: everything when `held` is renewed, or else what is not held yet.

    Reads what `take_prepared` made.
    """
    if not held.is_worth_it:
        return []
    queries = _EVERYTHING if held.is_renewed else _NEW
    return [(part, content) for part, query in queries.items() for content in packed(con, query, _SCHEMAS[part])]


def forget(con: duckdb.DuckDBPyConnection, held: Held) -> None:
    """Drop what `take_prepared` made and nothing but `to_keep` needs."""
    if held.is_worth_it:
        con.execute(_FORGOTTEN)


def keep(connection: psycopg.Connection, held: Held, rows: list[tuple[str, bytes]]) -> None:
    """Keep what `to_keep` gave, with the drops that are accepted now.

    Args:
        connection: of role `linkage`; the caller commits.
        held: what was there when they were made.
        rows: from `to_keep`.
    """
    if held.is_renewed:
        connection.execute("delete from vault.prepared")
    drops = connection.execute(_DROPS_SINCE).fetchall()
    for part, content in rows if drops else ():
        connection.execute(
            b"insert into vault.prepared (part, made_by, drops, content) values (%s, %s, %s, %b)",
            (part, made_by(), [drop for (drop,) in drops], content),
        )


# ------------------------------------------------------------------ what is read

_ADDRESSES = """
select
    uuid_send(address.identity_id) as identity_id,
    address.street,
    address.city,
    address.postal_code,
    array_agg(address.drop_id) as drops
from vault.address
inner join governance.drop on address.drop_id = governance.drop.drop_id
where governance.drop.status = 'accepted' and {only}
group by address.identity_id, address.street, address.city, address.postal_code
"""

_HELD_DROPS = "select unnest(drops) from vault.prepared"

_DROPS = f"""
select
    drop_id,
    extract(year from delivered_on)::integer as year,
    status = 'accepted' as is_accepted,
    drop_id in ({_HELD_DROPS}) as is_held
from governance.drop
"""

_DROPS_SINCE = f"""
select drop_id from governance.drop where status = 'accepted' and drop_id not in ({_HELD_DROPS}) order by drop_id
"""

_PRESENT_SINCE = f"""
select identity_id from vault.identity_presence where drop_id in ({_DROPS_SINCE})
"""

# Of drops that nothing was made from yet. Many of their identities and SSNs are known from others all the same.
_SINCE = {
    "identity": f"{records.QUERIES['identity']} where identity_id in ({_PRESENT_SINCE})",
    "presence": f"{records.QUERIES['presence']} and presence.drop_id not in ({_HELD_DROPS})",
    "address": _ADDRESSES.format(only=f"address.drop_id not in ({_HELD_DROPS})"),
    "ssn": f"{records.QUERIES['ssn']} where ssn_token in "
    f"(select ssn_token from vault.identity where identity_id in ({_PRESENT_SINCE}))",
}

# ------------------------------------------------------------------ what is made

_IDENTITIES = """
create table drop_said as select * from read_drop;

create table new_identity as
select
    row_number() over (order by read_identity.identity_id) - 1 as record,
    read_identity.* exclude (high, low),
    cast(null as bigint) as ssn,
    cast(null as ubigint[]) as near,
    cast(null as ubigint[]) as places,
    cast(null as ubigint[]) as place_parts,
    cast(null as varchar[]) as postal_codes,
    cast(null as varchar[]) as cities
from read_identity
anti join held_identity on read_identity.high = held_identity.high and read_identity.low = held_identity.low;

create table known_identity as
select identity_id, high, low, feed, id_space, source_id, is_ssn_verified, ssn_token, position from held_identity
union all by name
select identity_id, high, low, feed, id_space, source_id, is_ssn_verified, ssn_token
from read_identity
anti join held_identity on read_identity.high = held_identity.high and read_identity.low = held_identity.low;
"""

_SAID = """
select
    identity.identity_id,
    identity.feed,
    identity.id_space,
    identity.source_id,
    identity.is_ssn_verified,
    identity.ssn_token,
    features.* exclude (record, feed, ssn, near, places, place_parts, postal_codes, cities)
from {features} as features
inner join {identity} as identity on features.record = identity.record
"""

_IDENTITY_SAID = f"""
create table identity_said as {_SAID.format(features="new_features", identity="new_identity")};
drop table new_features;
drop table new_identity;
"""

_PRESENCE_SAID = """
create table presence_said as
select read_presence.identity_id, read_presence.drop_id from read_presence
union all
select held_presence.identity_id, held_presence.drop_id
from held_presence
semi join (select drop_id from drop_said where is_accepted) as accepted
    on held_presence.drop_id = accepted.drop_id;

create table ssn_said as
select read_ssn.ssn_token, read_ssn.near, true as is_new
from read_ssn
anti join held_ssn on read_ssn.ssn_token = held_ssn.ssn_token
union all
select ssn_token, near, false as is_new from held_ssn;
"""

_PLACE_SAID = f"""
create table place_said as
select *, true as is_new from ({records.PLACE_SAID}) as cleaned
union all by name
select *, false as is_new
from held_place
where list_has_any(drops, (select list(drop_id) from drop_said where is_accepted))
"""

_FEATURES = """
create table features as
select
    record.record,
    record.feed,
    said.* exclude (identity_id, feed, id_space, source_id, is_ssn_verified, ssn_token, position, high, low),
    record.ssn,
    coalesce(near_ssn.near, []) as near,
    coalesce(place.places, []) as places,
    coalesce(place.place_parts, []) as place_parts,
    coalesce(place.postal_codes, []) as postal_codes,
    coalesce(place.cities, []) as cities
from record
inner join (
    select * from {held}
    union all by name
    select * from identity_said
) as said on record.identity_id = said.identity_id
left join near_ssn on record.ssn = near_ssn.ssn
left join place on record.identity_id = place.identity_id;
"""

# ------------------------------------------------------------------ what is kept

_EVERYTHING = {
    "identity": _SAID.format(features="features", identity="record") + "order by identity.identity_id",
    "place": "select * exclude (is_new) from place_said order by identity_id",
    "presence": "select * from presence_said order by drop_id, identity_id",
    "ssn": "select * exclude (is_new) from ssn_said order by ssn_token",
}

_FORGOTTEN = "".join(f"drop table {part}_said;" for part in _EVERYTHING) + (
    "drop table drop_said; drop table known_identity; drop table held_place; drop table place"
)

_NEW = {
    "identity": "select * from identity_said order by identity_id",
    "place": "select * exclude (is_new) from place_said where is_new order by identity_id",
    "presence": "select * from presence_said where drop_id not in (select drop_id from drop_said where is_held) "
    "order by drop_id, identity_id",
    "ssn": "select * exclude (is_new) from ssn_said where is_new order by ssn_token",
}

_SCHEMAS = {
    "identity": pa.schema(
        [
            *(("identity_id", pa.binary()), ("feed", pa.string()), ("id_space", pa.string())),
            *(("source_id", pa.string()), ("is_ssn_verified", pa.bool_()), ("ssn_token", pa.binary())),
            *(("writing", pa.uint64()), ("first", pa.string()), ("first_forms", pa.list_(pa.string()))),
            *(("first_sound", pa.string()), ("middle", pa.string()), ("last", pa.string())),
            *(("last_whole", pa.string()), ("last_parts", pa.list_(pa.string())), ("last_sound", pa.string())),
            *(("suffix", pa.string()), ("birthdate", pa.date32()), ("birth_text", pa.string())),
            *(("birth_year", pa.int64()), ("sex", pa.string())),
        ]
    ),
    "place": pa.schema(
        [
            *(("identity_id", pa.binary()), ("drops", pa.list_(pa.int64())), ("place", pa.uint64())),
            *(("parts", pa.list_(pa.uint64())), ("code", pa.string()), ("town", pa.string())),
        ]
    ),
    "presence": pa.schema([("identity_id", pa.binary()), ("drop_id", pa.int64())]),
    "ssn": pa.schema([("ssn_token", pa.binary()), ("near", pa.list_(pa.uint64()))]),
}
