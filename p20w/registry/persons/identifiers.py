"""Carry person ids forward from the current assignment, and mint new ones in a fixed order.

Here: which cluster keeps which id, the ids of new persons, and the events that tell what changed.
Not here: how clusters came about (`clustering`), writing (`candidate`).

The cluster that holds the largest part of a person's identities keeps the id; a cluster that holds the largest
parts of two persons keeps the one it holds more of, and of equals the older. Ids are never used again.
"""

import duckdb
import pyarrow as pa

from p20w.database.bulk import Read
from p20w.intake.tokens import keyed
from p20w.keys import TokenKey

_CURRENT = """
select uuid_send(assignment.identity_id) as identity_id, uuid_send(assignment.person_id) as person_id,
    person.mint_ordinal
from registry.assignment
inner join registry.person on assignment.person_id = person.person_id
where assignment.valid_to_refresh is null
"""

_LATEST = "select coalesce(max(mint_ordinal), 0) as latest from registry.person"


def read_members(con: duckdb.DuckDBPyConnection, read: Read) -> None:
    """Make table `member` as `place_members` does, from the current assignment."""
    place_members(con, read(_CURRENT))


def place_members(con: duckdb.DuckDBPyConnection, current: pa.Table) -> None:
    """Make tables `member`, `gone` and `overlap` from `record` and `cluster`.

    member (record, identity_id, cluster, old_person_id, old_ordinal). `cluster` is the smallest record of a person, so
    its order is fixed.

    Args:
        con: the scratch database.
        current: identity_id, person_id, mint_ordinal of each identity that has a person.
    """
    con.register("read_current", current)
    con.execute(_MEMBERS)
    con.unregister("read_current")


def assign_ids(con: duckdb.DuckDBPyConnection, read: Read, key: TokenKey) -> None:
    """Make tables `person` and `change` as `carry_forward` does; `read_members` came before."""
    carry_forward(con, read(_LATEST).column(0)[0].as_py(), key)


def carry_forward(con: duckdb.DuckDBPyConnection, latest: int, key: TokenKey) -> None:
    """Make tables `kept`, `minted`, `person` and `change` from what `place_members` made.

    person (cluster, person_id, mint_ordinal, is_new); change (kind, old_person_id, new_person_id, identity_id,
    identities), one row an event to be.

    Args:
        con: the scratch database.
        latest: the last mint ordinal that was ever given.
        key: the id key.
    """
    while con.execute(_KEEP).fetchall()[0][0]:
        pass
    _mint(con, latest, key)
    con.execute(_PERSONS)


def _mint(con: duckdb.DuckDBPyConnection, latest: int, key: TokenKey) -> None:
    """Table `minted`. An id is a keyed digest of its ordinal: it tells nothing and comes out the same again."""
    clusters = con.execute(
        "select distinct cluster from member where cluster not in (select cluster from kept) order by cluster"
    ).fetchnumpy()["cluster"]
    ordinals = range(latest + 1, latest + 1 + len(clusters))
    ids = keyed(key.secret)(b"person" + ordinal.to_bytes(8, "big") for ordinal in ordinals)
    minted = pa.table(
        {
            "cluster": pa.array(clusters, pa.int64()),
            "person_id": pa.array(ids, pa.binary()),
            "mint_ordinal": pa.array(ordinals, pa.int64()),
        }
    )
    con.register("read_minted", minted)
    con.execute("create table minted as select * from read_minted order by cluster")
    con.unregister("read_minted")


_MEMBERS = """
create table member as
select
    record.record,
    record.identity_id,
    cluster.cluster,
    read_current.person_id as old_person_id,
    read_current.mint_ordinal as old_ordinal
from record
inner join cluster on record.record = cluster.record
left join read_current on record.identity_id = read_current.identity_id;

create table gone as
select read_current.person_id as old_person_id, count(*) as identities
from read_current
where not exists (select 1 from member where member.identity_id = read_current.identity_id)
group by read_current.person_id
order by read_current.person_id;

create table overlap as
select cluster, old_person_id, old_ordinal, count(*) as identities
from member
where old_person_id is not null
group by cluster, old_person_id, old_ordinal
order by cluster, old_ordinal;

create table kept (cluster bigint, person_id blob, mint_ordinal bigint);
"""

# One round of keeping: a cluster and a person that are each other's largest part. Repeated until none is left.
_KEEP = """
insert into kept
with free as (

    select *
    from overlap
    where cluster not in (select cluster from kept) and old_ordinal not in (select mint_ordinal from kept)

),

ranked as (

    select
        *,
        row_number() over (partition by cluster order by identities desc, old_ordinal) as rank_in_cluster,
        row_number() over (partition by old_ordinal order by identities desc, cluster) as rank_of_person
    from free

)

select cluster, old_person_id, old_ordinal
from ranked
where rank_in_cluster = 1 and rank_of_person = 1
order by cluster
"""

_PERSONS = """
create table person as
select cluster, person_id, mint_ordinal, false as is_new from kept
union all
select cluster, person_id, mint_ordinal, true as is_new from minted
order by cluster;

create table moved as
select
    overlap.old_person_id,
    overlap.old_ordinal,
    person.person_id as new_person_id,
    person.cluster,
    overlap.identities,
    not exists (select 1 from kept where kept.mint_ordinal = overlap.old_ordinal) as is_lost,
    row_number() over (partition by overlap.old_ordinal order by overlap.identities desc, overlap.cluster) as part
from overlap
inner join person on overlap.cluster = person.cluster
where overlap.old_person_id <> person.person_id;

create table change as
with told as (

    select
        case when is_lost and part = 1 then 'merge' else 'split' end as kind,
        old_person_id,
        new_person_id,
        cast(null as blob) as identity_id,
        identities
    from moved

    union all

    select 'mint' as kind, null, person.person_id, null, count(*) as identities
    from person
    inner join member on person.cluster = member.cluster
    where person.is_new and not exists (select 1 from moved where moved.cluster = person.cluster)
    group by person.person_id

    union all

    select 'attach' as kind, null, person.person_id, member.identity_id, 1 as identities
    from member
    inner join person on member.cluster = person.cluster
    where member.old_person_id is null and not person.is_new

    union all

    select 'retire' as kind, gone.old_person_id, null, null, gone.identities
    from gone
    where gone.old_person_id not in (select old_person_id from overlap)

)

select row_number() over (order by kind, old_person_id, new_person_id, identity_id) as event_number, *
from told
order by event_number;
"""
