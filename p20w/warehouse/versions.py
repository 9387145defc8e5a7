"""By what the rows of each growing (incremental) model were made: its version.

A growing model keeps rows that earlier refreshes wrote. They may stay only while everything that made them is the same:
the model's SQL and columns, the macros it uses, and the same of all models and seeds it stands on. Its version is a
digest of these; data and dbt's own macros are no part of it. The version that a table was built by is the comment of
the table: it comes and goes with the table, so that a build which stops half-way leaves none that is wrong.

Here: versions of a parsed dbt project, reading and writing them in core. Not here: running dbt (`dbt_runs`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import psycopg
import yaml
from psycopg import sql

from p20w.pipeline import fingerprints
from p20w.settings import Settings

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

MARK = "Made by version {}."


def versions(manifest: Manifest, settings: Settings) -> dict[str, str]:
    """The version of each growing model of a parsed project, by the model's name."""
    variables = yaml.safe_load((settings.dbt / "dbt_project.yml").read_text(encoding="utf-8")).get("vars", {})
    growing = [node for node in manifest.nodes.values() if node.config.materialized == "incremental"]
    return {node.name: _version(manifest, node.unique_id, variables) for node in growing}


def standing(connection: psycopg.Connection) -> dict[str, str]:
    """The comment of each table of core that has one, by the table's name."""
    return dict(
        connection.execute(
            """
            select relname, obj_description(oid, 'pg_class')
            from pg_class
            where relnamespace = 'core'::regnamespace and obj_description(oid, 'pg_class') is not null
            """
        ).fetchall()
    )


def keep(connection: psycopg.Connection, built: Mapping[str, str]) -> None:
    """Write down by which version each of these tables was built, as their owner; the caller commits."""
    for name, version in built.items():
        words = sql.SQL("comment on table {} is {}")
        connection.execute(words.format(sql.Identifier("core", name), sql.Literal(version)))


def _version(manifest: Manifest, unique_id: str, variables: Mapping[str, Any]) -> str:
    """Digest of a model and all it stands on."""
    models, macros = _ancestry(manifest, unique_id)
    parts = [(name, *_made_by(manifest.nodes[name], variables)) for name in sorted(models)]
    parts += [(name, *_text(manifest.macros[name].macro_sql, variables)) for name in sorted(macros)]
    return MARK.format(fingerprints.of_parts(*parts))


def _ancestry(manifest: Manifest, unique_id: str) -> tuple[set[str], set[str]]:
    """Models and seeds that a model is made of, itself included, and the project's macros that they use."""
    models: set[str] = set()
    macros: set[str] = set()
    waiting = [unique_id]
    while waiting:
        name = waiting.pop()
        if name in manifest.nodes and name not in models:
            models.add(name)
            waiting += [*manifest.nodes[name].depends_on_nodes, *manifest.nodes[name].depends_on_macros]
        elif name in manifest.macros and name not in macros and not name.startswith("macro.dbt"):
            macros.add(name)
            waiting += manifest.macros[name].depends_on.macros
    return models, macros


def _made_by(node: Any, variables: Mapping[str, Any]) -> tuple[object, ...]:
    """What a model or seed itself adds: its file, its columns and their types, its key."""
    constraints = [constraint.to_dict() for constraint in getattr(node, "constraints", ())]
    columns = [(column.name, column.data_type) for column in node.columns.values()]
    return node.checksum.checksum, columns, constraints, *_text(node.raw_code, variables)


def _text(text: str, variables: Mapping[str, Any]) -> tuple[object, ...]:
    """A text, with the values of the project's variables if it asks for any."""
    return (text, variables) if "var(" in text else (text,)
