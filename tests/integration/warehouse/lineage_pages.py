"""Writes where each column of core comes from, and which facts share which dimensions: make handbook."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from p20w.contracts import FeedContract, load_contracts
from p20w.database import Warehouse, embedded
from p20w.settings import PROJECT
from p20w.warehouse import dbt_runs
from p20w.warehouse.lineage import Column, origins
from tests.own_state import forget_installation, installation

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

FOLDER = PROJECT / "docs" / "analysts"
LINEAGE, BUS_MATRIX = FOLDER / "lineage.md", FOLDER / "bus-matrix.md"
FACTS = ("fct_", "agg_")
MADE_HERE = {
    "person_identity": ("who is who", "made by the registry"),
    "person_profile": ("the registry's profile of a person", "made by the registry"),
    "bridge_identity": ("who is who", "made by the registry"),
    "drop": ("the record of drops", "kept of each drop"),
    "feed_period": ("the calendar of the feed", "the period of the drop"),
}
"""Of tables that are no feed: what they are called, and why their columns have no number in a standard."""

KEYS = ("_id", "_on", "_number", "quarter", "year")
"""Ends of names of columns that are handed on from the registry or from the record of drops."""

_LINEAGE = """# Where each column comes from

Written by `make handbook` from the SQL of the models and from the contracts; do not edit. Each table of `core` is
listed with the columns of files from which its columns are worked out. What a table is joined, filtered or sorted by is
not listed: see the model. A column that says whether something was found comes from the key it was found by.

"Standard" is the element of the Common Education Data Standards (CEDS) or of the Participant Individual Record Layout
(PIRL) that a column holds. `local` says why there is none. What an element means, and which codes it has, is in the
contract of its feed.
"""

_BUS_MATRIX = """# Which facts share which dimensions

Written by `make handbook` from what dimensions say they are joined by; do not edit. A cell names the columns by which
the fact of its row joins the dimension of its head. Facts that share a dimension can be compared along it. Persons are
joined through `core.person_identity` where a fact has identities.
"""


def pages(manifest: Manifest) -> Mapping[Any, str]:
    """Both pages as they should be, by path.

    Args:
        manifest: of the compiled project (`dbt_runs.compiled`).
    """
    return {LINEAGE: _lineage(manifest, load_contracts(PROJECT / "contracts")), BUS_MATRIX: _bus_matrix(manifest)}


def _lineage(manifest: Manifest, contracts: Mapping[str, FeedContract]) -> str:
    found = origins(manifest)
    parts = [_LINEAGE]
    for node in _core(manifest):
        rows = [
            f"| `{column.name}` | {_sources(found[made])} | {_standard(column, found[made], contracts)} |"
            for column in node.columns.values()
            if (made := Column(node.schema, node.alias, column.name)) in found
        ]
        parts.append("\n".join([f"## {node.name}\n", "| column | comes from | standard |", "|---|---|---|", *rows, ""]))
    return "\n".join(parts)


def _sources(found: Iterable[Column]) -> str:
    columns: dict[str, list[str]] = defaultdict(list)
    for one in sorted(found):
        if one.table in MADE_HERE:
            columns[MADE_HERE[one.table][0]] = []
        else:
            columns[f"`{one.table}`"].append(f"`{one.column}`")
    told = [f"{table}: {', '.join(names)}" if names else table for table, names in columns.items()]
    return "; ".join(told) or "counted, or the same in every row"


def _standard(column: Any, found: frozenset[Column], contracts: Mapping[str, FeedContract]) -> str:
    """The column's number in a standard: its own, or that of the one element that it hands on under the same name."""
    if number := (column.config.meta or {}).get("ceds"):
        return f"CEDS {number}"
    if len(found) != 1:
        return "local: worked out here"
    (one,) = found
    if one.table in MADE_HERE:
        is_key = column.name.endswith(KEYS) and not column.name.startswith(("is_", "has_"))
        return f"local: {MADE_HERE[one.table][1]}" if is_key else "local: worked out here"
    given = contracts.get(one.table)
    if not given:
        return "local: of the list that ships with the project"
    elements = {element.name: element for element in given.columns}
    if one.column not in elements:
        return "local: added at intake"
    element = elements[one.column]
    if column.name == element.name and (element.ceds or element.pirl):
        return f"CEDS {element.ceds}" if element.ceds else f"PIRL {element.pirl}"
    return "local: the agency's own element" if column.name == element.name else "local: worked out here"


def _bus_matrix(manifest: Manifest) -> str:
    joined_by: dict[str, list[str]] = {
        node.name: node.config.meta["joined_by"]
        for node in sorted(manifest.nodes.values(), key=lambda node: node.name)
        if node.resource_type in ("model", "seed") and node.config.meta.get("joined_by")
    }
    parts = [_BUS_MATRIX, "| fact | " + " | ".join(f"`{name}`" for name in joined_by) + " |"]
    parts.append("|---" * (len(joined_by) + 1) + "|")
    for node in _core(manifest):
        if node.name.startswith(FACTS):
            cells = [", ".join(f"`{key}`" for key in keys if key in node.columns) for keys in joined_by.values()]
            parts.append(f"| `{node.name}` | " + " | ".join(cells) + " |")
    return "\n".join([*parts, ""])


def _core(manifest: Manifest) -> list[Any]:
    models = [node for node in manifest.nodes.values() if node.resource_type == "model" and node.fqn[1] == "core"]
    return sorted(models, key=lambda node: node.name)


if __name__ == "__main__":
    forget_installation()
    with installation("lineage") as settings:
        embedded.start(settings)
        warehouse = Warehouse.open(settings)
        warehouse.migrate()
        for path, text in pages(dbt_runs.compiled(warehouse, settings)).items():
            path.write_text(text, encoding="utf-8")
