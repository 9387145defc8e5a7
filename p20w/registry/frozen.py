"""What weights depend on beside the two records, frozen so that a pair weighs the same in every refresh.

Here: how many records there are (the prior) and how common values are (term frequencies), taken from the first refresh
of a model and used until the model changes or the registry has outgrown them. Not here: weighing (`engines`), which
weights are remembered (`remembered`).

Values hold names and birth dates: they are kept in the vault, which linkage alone reads.
"""

from dataclasses import dataclass
from uuid import UUID, uuid4

import duckdb
import psycopg
import pyarrow as pa

from p20w.database.bulk import copy_arrow
from p20w.registry.readings import Readings
from splink_models import Model
from splink_models.comparisons import COMPARISONS

OUTGROWN = 1.25
"""Growth or shrinkage of the registry at which weights are frozen anew: a third of a bit in the prior. A state that
takes in a twentieth of its records each quarter weighs everything again about once a year."""

TERMS = tuple(sorted({level.term_frequency for item in COMPARISONS for level in item.levels if level.term_frequency}))
"""Columns of `splink_models.features` whose values are weighed by how common they are."""


def queries(model: Model) -> dict[str, str]:
    """What to read ahead: the latest values of a model that are still kept, whatever another model froze since."""
    latest = f"""
    select weighing_id from registry.weighing
    where model_version = '{model.version}'
        and exists (select 1 from vault.term_frequency as term where term.weighing_id = weighing.weighing_id)
    order by frozen_at desc, weighing_id
    limit 1
    """
    return {
        "weighing": f"select weighing_id::text as weighing_id, nodes from registry.weighing "
        f"where weighing_id = ({latest})",
        "term": f"select term, value, frequency from vault.term_frequency where weighing_id = ({latest})",
    }


@dataclass(frozen=True)
class Frozen:
    """The values in force. Tables `term_<column>` (<column>, tf_<column>) are in the workshop."""

    weighing_id: UUID
    nodes: int
    is_new: bool

    @property
    def frequencies(self) -> dict[str, str]:
        """Column -> its table, as a search takes them."""
        return {term: f"term_{term}" for term in TERMS}


def take_frozen(con: duckdb.DuckDBPyConnection, ahead: Readings, nodes: int, comparable: str = "comparable") -> Frozen:
    """The values in force, or new ones counted in the records that are compared.

    A value that was not there when values were frozen counts as one that was there once.

    Args:
        con: the workshop.
        ahead: with `queries` of the model begun.
        nodes: groups of records there are now.
        comparable: table of the records that are compared.
    """
    held, terms = ahead.take("weighing").to_pylist(), ahead.take("term")
    frozen = None
    if held:
        then = held[0]["nodes"]
        if then / OUTGROWN <= nodes <= then * OUTGROWN:
            frozen = Frozen(UUID(held[0]["weighing_id"]), then, is_new=False)
    con.register("read_term", terms)
    for term in TERMS:
        con.execute((_COUNTED if frozen is None else _KNOWN).format(term=term, comparable=comparable))
    con.unregister("read_term")
    return frozen or Frozen(uuid4(), nodes, is_new=True)


def values_of(con: duckdb.DuckDBPyConnection, frozen: Frozen) -> pa.Table:
    """How common all values are, as `vault.term_frequency` keeps it."""
    parts = "\nunion all\n".join(
        f"select '{term}' as term, {term} as value, tf_{term} as frequency from term_{term}" for term in TERMS
    )
    return con.sql(
        f"select cast(unhex('{frozen.weighing_id.hex}') as blob) as weighing_id, * from ({parts}) order by term, value"
    ).to_arrow_table()


def keep_frozen(
    connection: psycopg.Connection, frozen: Frozen, values: pa.Table, model: Model, refresh_id: int
) -> None:
    """Keep new values with the candidate that rests on them, and those they replace for a way back; no others.

    Args:
        connection: of role `linkage`; the caller commits.
        frozen: the values in force.
        values: from `values_of`.
        model: whose weights.
        refresh_id: the refresh that froze them.
    """
    connection.execute("delete from registry.weighing where refresh_id = %s", (refresh_id,))
    connection.execute(
        "insert into registry.weighing (weighing_id, model_version, refresh_id, nodes) values (%s, %s, %s, %s)",
        (frozen.weighing_id, model.version, refresh_id, frozen.nodes),
    )
    copy_arrow(connection, "vault.term_frequency", values)
    connection.execute(_PRUNE)


# A rollback goes back by one refresh; older values tell names and are of no use any more. Each model keeps its own,
# because one that was tried and refused must not take the place of the one in force.
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

_COUNTED = """
create table term_{term} as
select {term}, count(*)::double / sum(count(*)) over () as tf_{term}
from {comparable}
where {term} is not null
group by {term}
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
from {comparable}
where {term} is not null and {term} not in (select value from known)
"""
