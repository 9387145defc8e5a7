"""What weights depend on beside the two records, frozen so that a pair weighs the same in every refresh.

Here: how many records there are (the prior), how common values are (term frequencies) and how files err (rates),
learned in the first refresh of a model and used until the model changes or the registry has outgrown them. Not here:
learning (`rates`), weighing (`scores`).

How common values are tells names and birth dates: it is kept in the vault, which linkage alone reads.
"""

import json
from dataclasses import dataclass
from uuid import UUID, uuid4

import duckdb
import psycopg
import pyarrow as pa

from p20w.database.bulk import Read, copy_arrow
from p20w.registry.linking import rates, scores
from p20w.registry.linking.engines import Engine
from splink_models import Model, OutdatedModel, of_plain
from splink_models.comparisons import TERMS

OUTGROWN = 1.25
"""Growth or shrinkage of the registry at which weights are frozen anew: a third of a bit in the prior. A state that
takes in a twentieth of its records each quarter does so about once a year."""


@dataclass(frozen=True)
class Weighing:
    """The active values: `model` with the rates of these files, learned when there were so many records.

    Tables `term_<column>` are in the scratch database.
    """

    weighing_id: UUID
    model: Model
    records: int
    is_new: bool


def learned(con: duckdb.DuckDBPyConnection, model: Model, engine: Engine) -> Weighing:
    """Values learned from table `compared`.

    How many partners a record has is part of the prior, and known only when pairs are scored: they are scored once
    with the version's, and forgotten.
    """
    records = con.execute("select count(*) from compared").fetchall()[0][0]
    scores.count_terms(con)
    taught = rates.learn(con, model)
    scores.score(con, taught, records, engine)
    taught = rates.with_partners(con, taught)
    con.execute("drop table scored")
    return Weighing(uuid4(), taught, records, is_new=True)


def active(read: Read, con: duckdb.DuckDBPyConnection, model: Model, engine: Engine) -> Weighing:
    """The values to weigh everybody by: those `frozen`, or new ones."""
    records = con.execute("select count(*) from compared").fetchall()[0][0]
    return frozen(read, con, model, records) or learned(con, model, engine)


def frozen(read: Read, con: duckdb.DuckDBPyConnection, model: Model, records: int | None = None) -> Weighing | None:
    """The latest values of the model that are still kept, whatever another model froze since.

    A value that was not there when they were frozen counts as one that was there once.

    Returns:
        None where there are none, where a registry of so many `records` has outgrown them, and where a release compares
        otherwise.
    """
    latest = f"({_LATEST.format(model=model.version)})"
    found = read(_WEIGHING.format(latest=latest)).to_pylist()
    if not found:
        return None
    if records is not None and not found[0]["records"] / OUTGROWN <= records <= found[0]["records"] * OUTGROWN:
        return None
    try:
        taught = of_plain(json.loads(found[0]["rates"]))
    except OutdatedModel:
        return None
    con.register("read_term", read(_VALUES.format(latest=latest)))
    for term in TERMS:
        con.execute(_KNOWN.format(term=term))
    con.unregister("read_term")
    return Weighing(UUID(found[0]["weighing_id"]), taught, found[0]["records"], is_new=False)


def keep(connection: psycopg.Connection, con: duckdb.DuckDBPyConnection, weighing: Weighing, refresh_id: int) -> None:
    """Keep new values with the candidate that rests on them, and those they replace for a way back; no others.

    Args:
        connection: of role `linkage`; the caller commits.
        con: the scratch database.
        weighing: the active values.
        refresh_id: the refresh that learned them.
    """
    connection.execute("delete from registry.weighing where refresh_id = %s", (refresh_id,))
    connection.execute(
        "insert into registry.weighing (weighing_id, model_version, refresh_id, nodes, rates) "
        "values (%s, %s, %s, %s, %s)",
        (
            weighing.weighing_id,
            weighing.model.version,
            refresh_id,
            weighing.records,
            json.dumps(weighing.model.plain()),
        ),
    )
    copy_arrow(connection, "vault.term_frequency", _values_of(con, weighing))
    connection.execute(_PRUNE)


def _values_of(con: duckdb.DuckDBPyConnection, weighing: Weighing) -> pa.Table:
    """How common all values are, as `vault.term_frequency` keeps it."""
    parts = "\nunion all\n".join(
        f"select '{term}' as term, {term} as value, tf_{term} as frequency from term_{term}" for term in TERMS
    )
    return con.sql(
        f"select cast(unhex('{weighing.weighing_id.hex}') as blob) as weighing_id, * from ({parts}) "
        "order by term, value"
    ).to_arrow_table()


_LATEST = """
select weighing_id from registry.weighing
where model_version = '{model}' and rates is not null
    and exists (select 1 from vault.term_frequency as term where term.weighing_id = weighing.weighing_id)
order by frozen_at desc, weighing_id
limit 1
"""

_WEIGHING = """
select weighing_id::text as weighing_id, nodes as records, rates::text as rates
from registry.weighing where weighing_id = {latest}
"""

_VALUES = "select term, value, frequency from vault.term_frequency where weighing_id = {latest}"

# A rollback goes back by one refresh; older values tell names and are of no use any more. Each model keeps its own,
# because one that was tried and refused must not take the place of the active one.
_PRUNE = """
delete from vault.term_frequency
where weighing_id not in (
    select weighing_id
    from (
        select
            weighing_id,
            row_number() over (partition by model_version order by frozen_at desc, weighing_id) as nth_latest
        from registry.weighing
    ) as ranked
    where nth_latest <= 2
)
"""

_KNOWN = """
create table term_{term} as
with known as (

    select value, frequency from read_term where term = '{term}'

)

select value as {term}, frequency as tf_{term}
from known
union all
select distinct {term}, (select min(frequency) from known) as tf_{term}
from compared
where {term} is not null and {term} not in (select value from known)
"""
