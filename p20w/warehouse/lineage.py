"""From which columns of which feeds each column of the warehouse is made, read from the SQL that dbt compiles.

Here: origins by column, through all models, to feeds, reference files, the registry and the record of refreshes. Not
here: which feeds a mart may use (`uses`), the page that shows this (`make handbook`).

A column comes from another if its value is worked out from it. What a query joins, filters, groups or orders by does
not count, or nearly everything would come from the drop it came with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlglot import exp, parse_one
from sqlglot.lineage import lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import build_scope

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest


@dataclass(frozen=True, order=True)
class Column:
    """A column of a table of some schema: `intake` are feeds, `reference` the files that ship with the project."""

    schema: str
    table: str
    column: str


Origins = Mapping[Column, frozenset[Column]]


def origins(manifest: Manifest) -> Origins:
    """What each column of each model before the marts is made of in the end; nothing for a count or a literal.

    Args:
        manifest: of a project that is compiled (`dbt_runs.compiled`).
    """
    models = [node for node in manifest.nodes.values() if node.resource_type == "model" and node.fqn[1] != "marts"]
    known = _columns([*manifest.nodes.values(), *manifest.sources.values()])
    direct = {made: found for node in models for made, found in _direct(node, known).items()}
    whole: dict[Column, frozenset[Column]] = {}

    def follow(column: Column) -> frozenset[Column]:
        if column not in direct:
            return frozenset({column})
        if column not in whole:
            whole[column] = frozenset().union(*map(follow, direct[column]))
        return whole[column]

    return {column: follow(column) for column in direct}


def _columns(nodes: Iterable[Any]) -> dict[str, dict[str, dict[str, str]]]:
    """Schema -> table -> column -> type, of all that says its columns."""
    known: dict[str, dict[str, dict[str, str]]] = {}
    for node in nodes:
        if getattr(node, "columns", None) and node.resource_type in ("model", "seed", "source"):
            table = getattr(node, "identifier", None) or node.alias
            said = {name: column.data_type or "text" for name, column in node.columns.items()}
            known.setdefault(node.schema, {})[table] = said
    return known


def _direct(node: Any, known: dict[str, Any]) -> dict[Column, frozenset[Column]]:
    """What each column of a model is made of in the tables that the model reads."""
    query = parse_one(node.compiled_code, dialect="postgres").transform(_without_windows)
    for table in query.find_all(exp.Table):
        table.set("catalog", None)
    query = qualify(query, schema=known, dialect="postgres", validate_qualify_columns=False, identify=False)
    scope = build_scope(query)
    names: list[str] = query.named_selects  # pyright: ignore[reportAttributeAccessIssue]
    return {
        Column(node.schema, node.alias, name): frozenset(
            Column(leaf.source.db, leaf.source.name, leaf.name.rpartition(".")[2])
            for leaf in lineage(name, query, schema=known, dialect="postgres", scope=scope).walk()
            if not leaf.downstream and isinstance(leaf.source, exp.Table) and leaf.source.db
        )
        for name in names
    }


def _without_windows(part: Any) -> Any:
    """A window function without what it partitions and orders by."""
    return part.this if isinstance(part, exp.Window) else part
