"""Build a complete set of marts beside the published one, and have it judged.

Here: the candidate schema, the mark that says whose it is and what belongs to it, the marts gate. Not here:
the SQL (`dbt/models/marts`), making the set visible (`publication`).
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import psycopg
from psycopg import sql

from p20w.database import Warehouse
from p20w.failpoints import reach
from p20w.pipeline import fingerprints
from p20w.pipeline.gates import require, run_gate
from p20w.settings import Settings
from p20w.warehouse import dbt_runs, uses
from p20w.warehouse.core import require_core, scope
from p20w.warehouse.outcome import BuildOutcome

SELECT = ("path:models/marts",)
CANDIDATE = "marts_candidate"


def build_marts(warehouse: Warehouse, settings: Settings, refresh_id: int) -> BuildOutcome:
    """Build every mart anew in the candidate schema, then run the marts gate. Nothing visible changes.

    Args:
        warehouse: the warehouse; the caller is its one writer.
        settings: of the installation.
        refresh_id: the refresh that `governance.current_refresh` names.

    Raises:
        GateMissing: the core gate has not passed for what core holds.
        BuildError: a mart failed.
    """
    require_core(warehouse, settings, refresh_id)
    forget_candidate(warehouse)
    started = time.monotonic()
    built = dbt_runs.build(warehouse, settings, SELECT)
    seconds = time.monotonic() - started
    marts = sorted(model.name for model in built.models)
    with warehouse.connect("transform") as connection:
        connection.execute("create table marts_candidate.build_mark (refresh_id bigint, marts text [])")
        connection.execute("insert into marts_candidate.build_mark values (%s, %s)", (refresh_id, marts))
        fingerprint = fingerprint_of(connection, CANDIDATE, marts)
    reach("marts.built")
    with warehouse.connect("gate") as connection:
        known_by = uses.record(connection, uses.uses(built.manifest))
    run = run_gate(
        warehouse,
        "marts",
        scope(refresh_id),
        fingerprint,
        settings.suites / "marts",
        refresh_id=refresh_id,
        parameters={"lineage": known_by},
    )
    return BuildOutcome(built.models, run, seconds)


def require_marts(warehouse: Warehouse, settings: Settings, refresh_id: int, fingerprint: str) -> None:
    """Demand that this set of marts passed the marts gate.

    Raises:
        GateMissing: it did not.
    """
    require(warehouse, "publisher", "marts", [(scope(refresh_id), fingerprint)], settings.suites / "marts")


def forget_candidate(warehouse: Warehouse) -> None:
    """Empty the candidate schema, which stays: transform may not make schemas."""
    with warehouse.connect("transform") as connection:
        rows = connection.execute(
            """
            select case relkind when 'v' then 'view' else 'table' end, relname
            from pg_class
            where relnamespace = 'marts_candidate'::regnamespace and relkind in ('r', 'v')
            """
        ).fetchall()
        for kind, name in rows:
            words = sql.SQL("drop view if exists {} cascade" if kind == "view" else "drop table if exists {} cascade")
            connection.execute(words.format(sql.Identifier(CANDIDATE, name)))


def fingerprint_of(connection: psycopg.Connection, schema: str, marts: Sequence[str]) -> str:
    """Fingerprint of all rows of a set of marts, the same wherever the set lies."""
    tables = (sql.Identifier(schema, mart).as_string(connection) for mart in marts)
    contents = fingerprints.of_queries(connection, (f"select * from {table}" for table in tables))
    return fingerprints.of_parts("marts", *marts, contents)
