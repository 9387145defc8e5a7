"""What weights depend on beside the two records, frozen so that a pair weighs the same in every refresh.

Here: how many records there are (the prior) and how common values are (term frequencies), taken from the first refresh
of a model and used until the model changes or the registry has outgrown them. Not here: weighing (`engines`).

Values hold names and birth dates: they are kept in the vault, which linkage alone reads.
"""

from dataclasses import dataclass, replace
from uuid import UUID, uuid4

import duckdb
import psycopg
import pyarrow as pa

from p20w.database.bulk import Read, copy_arrow
from p20w.registry.engines import Engine, Search
from splink_models import Model
from splink_models.comparisons import COMPARISONS

OUTGROWN = 1.25
"""Growth or shrinkage of the registry at which weights are frozen anew: a third of a bit in the prior. A state that
takes in a twentieth of its records each quarter does so about once a year."""

TERMS = tuple(sorted({level.term_frequency for item in COMPARISONS for level in item.levels if level.term_frequency}))
"""Columns of `splink_models.features` whose values are weighed by how common they are."""


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


class FrozenEngine:
    """An engine that weighs by frozen values; `values` are those it took, None before it was asked to weigh."""

    def __init__(self, engine: Engine, read: Read) -> None:
        self.values: Frozen | None = None
        self._engine = engine
        self._read = read

    def __call__(self, con: duckdb.DuckDBPyConnection, search: Search) -> None:
        """Weigh, as an `Engine` does."""
        values = self.values = take_frozen(con, self._read, search.model, search.expected)
        self._engine(con, replace(search, expected=values.nodes, frequencies=values.frequencies))


def take_frozen(con: duckdb.DuckDBPyConnection, read: Read, model: Model, nodes: int) -> Frozen:
    """The values in force, or new ones counted in table `comparable`.

    In force are the latest values of the model that are still kept, whatever another model froze since. A value that
    was not there when they were frozen counts as one that was there once.

    Args:
        con: the workshop; `comparable` must be made.
        read: reads as role `linkage`.
        model: whose weights.
        nodes: groups of records there are now.
    """
    latest = f"({_LATEST.format(model=model.version)})"
    held = read(_WEIGHING.format(latest=latest)).to_pylist()
    frozen = None
    if held:
        then = held[0]["nodes"]
        if then / OUTGROWN <= nodes <= then * OUTGROWN:
            frozen = Frozen(UUID(held[0]["weighing_id"]), then, is_new=False)
    if frozen is None:
        for term in TERMS:
            con.execute(_COUNTED.format(term=term))
        return Frozen(uuid4(), nodes, is_new=True)
    con.register("read_term", read(_VALUES.format(latest=latest)))
    for term in TERMS:
        con.execute(_KNOWN.format(term=term))
    con.unregister("read_term")
    return frozen


def _values_of(con: duckdb.DuckDBPyConnection, frozen: Frozen) -> pa.Table:
    """How common all values are, as `vault.term_frequency` keeps it."""
    parts = "\nunion all\n".join(
        f"select '{term}' as term, {term} as value, tf_{term} as frequency from term_{term}" for term in TERMS
    )
    return con.sql(
        f"select cast(unhex('{frozen.weighing_id.hex}') as blob) as weighing_id, * from ({parts}) order by term, value"
    ).to_arrow_table()


def keep_frozen(
    connection: psycopg.Connection, con: duckdb.DuckDBPyConnection, frozen: Frozen, model: Model, refresh_id: int
) -> None:
    """Keep new values with the candidate that rests on them, and those they replace for a way back; no others.

    Args:
        connection: of role `linkage`; the caller commits.
        con: the workshop.
        frozen: the values in force.
        model: whose weights.
        refresh_id: the refresh that froze them.
    """
    connection.execute("delete from registry.weighing where refresh_id = %s", (refresh_id,))
    connection.execute(
        "insert into registry.weighing (weighing_id, model_version, refresh_id, nodes) values (%s, %s, %s, %s)",
        (frozen.weighing_id, model.version, refresh_id, frozen.nodes),
    )
    copy_arrow(connection, "vault.term_frequency", _values_of(con, frozen))
    connection.execute(_PRUNE)


_LATEST = """
select weighing_id from registry.weighing
where model_version = '{model}'
    and exists (select 1 from vault.term_frequency as term where term.weighing_id = weighing.weighing_id)
order by frozen_at desc, weighing_id
limit 1
"""

_WEIGHING = "select weighing_id::text as weighing_id, nodes from registry.weighing where weighing_id = {latest}"

_VALUES = "select term, value, frequency from vault.term_frequency where weighing_id = {latest}"

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
from comparable
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
from comparable
where {term} is not null and {term} not in (select value from known)
"""
