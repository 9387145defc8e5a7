"""Lay the registry and the truth side by side in the scratch database.

Here: identities with what they say and whose they are, the truth about their lines and about people, what can be
joined at all. Not here: counting (`scores` and its neighbors).

Tables made:
    identity (identity, identity_id, person_id, feed, id_space, source_id, first, last, birthdate, sex, ssn, person):
        identities of active drops; `identity`, `person` and `ssn` are numbers for this run only
    use (use_number, identity, feed, person, true_person, lines, is_main, island): an identity and a true person whose
        lines it is on; `island` is what steps can join within a true person
    truth_person (true_person, ...): `truth/persons.parquet`, empty where the truth has none
    edge, asked (left_identity, right_identity, tier or reason, match_weight): links, and pairs in the review queue
"""

from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from p20w.database import Warehouse
from p20w.database.bulk import read_arrow
from p20w.registry.clustering.components import components
from p20w.registry.statements import arrays, execute

PERSONS = "persons.parquet"


class NoTruth(RuntimeError):
    """There is no truth for the active drops."""


def read_registry(con: duckdb.DuckDBPyConnection, warehouse: Warehouse) -> None:
    """Make table `identity` from the warehouse as it is now, read as role `linkage`."""
    execute(con, _IDENTITY, read_identity=read_arrow(warehouse.libpq("linkage"), _IDENTITIES))


def read_edges(con: duckdb.DuckDBPyConnection, warehouse: Warehouse) -> None:
    """Make tables `edge` and `asked`, once there is `identity`."""
    for name, source in {"edge": "tier from registry.edge", "asked": "reason from registry.review_queue"}.items():
        execute(con, _PAIR, name=name, read_pair=read_arrow(warehouse.libpq("linkage"), f"{_PAIRS} {source}"))


def read_truth(con: duckdb.DuckDBPyConnection, warehouse: Warehouse, truth: Path) -> None:
    """Make tables `use` and `truth_person`.

    Raises:
        NoTruth: `truth` has no file about an active drop.
    """
    require_truth(truth)
    con.from_parquet(str(truth / "*" / "*" / "*.parquet"), filename=True).create("truth_line")
    execute(con, _USES, read_line=read_arrow(warehouse.libpq("linkage"), _LINES))
    if not con.execute("select count(*) from one_use").fetchall()[0][0]:
        raise NoTruth(f"No truth file in {truth} is about an active drop.")
    _mark_islands(con)
    if (truth / PERSONS).exists():
        con.from_parquet(str(truth / PERSONS)).create("truth_person")
    else:
        con.execute(_NOBODY)


def require_truth(truth: Path) -> None:
    """For callers that work long before they read it.

    Raises:
        NoTruth: there are no files of a truth in the folder.
    """
    if not any(truth.glob("*/*/*.parquet")):
        raise NoTruth(f"{truth} contains no truth files (<feed>/<period>/<submission>.parquet).")


def _mark_islands(con: duckdb.DuckDBPyConnection) -> None:
    """Table `use` from `one_use`: uses of one true person that share a handle are on one island."""
    size = con.execute("select count(*) from one_use").fetchall()[0][0]
    uses, handles = arrays(con.execute(_HANDLES))
    label = components(size + int(handles.max(initial=-1)) + 1, uses, handles + size)[:size]
    island = pa.table({"use_number": np.arange(size), "island": label})
    execute(con, "create table use as from one_use inner join read_island using (use_number)", read_island=island)


_IDENTITIES = """
select
    uuid_send(identity.identity_id) as identity_id,
    uuid_send(assigned.person_id) as person_id,
    identity.feed,
    identity.id_space,
    identity.source_id,
    identity.first_name as first,
    identity.last_or_surname as last,
    identity.birthdate,
    identity.sex,
    identity.ssn_token
from registry.assignment as assigned
inner join vault.identity on assigned.identity_id = identity.identity_id
where assigned.valid_to_refresh is null
"""

_IDENTITY = """
create table identity as
select
    row_number() over (order by identity_id) - 1 as identity,
    identity_id,
    dense_rank() over (order by person_id) - 1 as person,
    case when ssn_token is not null then dense_rank() over (order by ssn_token) end as ssn,
    * exclude (identity_id, ssn_token)
from read_identity
order by identity;
"""

_PAIRS = "select uuid_send(identity_left) as identity_left, uuid_send(identity_right) as identity_right, match_weight,"

_PAIR = """
create table {name} as
select
    left_side.identity as left_identity,
    right_side.identity as right_identity,
    read_pair.* exclude (identity_left, identity_right)
from read_pair
inner join identity as left_side on read_pair.identity_left = left_side.identity_id
inner join identity as right_side on read_pair.identity_right = right_side.identity_id
order by all
"""

_LINES = """
select feed, period, submission, line_number, uuid_send(identity_id) as identity_id
from registry.record_person
where identity_id is not null
"""

_USES = """
create table one_use as
with counted as (

    select
        identity.identity,
        identity.feed,
        identity.person,
        truth_line.true_person,
        count(*) as lines
    from read_line
    inner join identity on read_line.identity_id = identity.identity_id
    inner join truth_line
        on truth_line.line_number = read_line.line_number
        and string_split(truth_line.filename, '/')[-3:]
        = [read_line.feed, read_line.period, read_line.submission || '.parquet']
    where truth_line.true_person is not null
    group by all

)

select
    row_number() over (order by identity, true_person) - 1 as use_number,
    *,
    row_number() over (partition by identity order by lines desc, true_person) = 1 as is_main
from counted
order by use_number;
"""

_HANDLES = """
with said as (

    select one_use.use_number, one_use.true_person, unnest([
        if(identity.ssn is not null, 'ssn', null),
        'id ' || identity.id_space,
        if(identity.first is not null and identity.last is not null and identity.birthdate is not null, 'name', null)
    ]) as kind
    from one_use
    inner join identity on one_use.identity = identity.identity

)

select use_number, dense_rank() over (order by true_person, kind) - 1 as handle from said where kind is not null
"""

_NOBODY = """
create table truth_person (
    true_person bigint, birthdate date, sex varchar, race_ethnicity varchar, name_origin varchar,
    mother bigint, father bigint, is_named_after_father boolean, has_former_surname boolean, household bigint
)
"""
