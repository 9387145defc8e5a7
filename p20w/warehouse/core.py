"""Build the facts and dimensions, and have them judged.

Here: what must have passed before, the mark of a finished build, the core gate. Not here: the SQL (`dbt/`).
"""

from __future__ import annotations

import time
import uuid

import psycopg

from p20w.database import Warehouse
from p20w.failpoints import reach
from p20w.pipeline import fingerprints
from p20w.pipeline.gates import GateMissing, require, run_gate
from p20w.registry.persons.promotion import fingerprint_of_standing
from p20w.settings import Settings
from p20w.warehouse import dbt_runs, versions
from p20w.warehouse.outcome import BuildOutcome

SELECT = ("path:seeds", "path:models/staging", "path:models/core", "path:models/intermediate")


def build_core(warehouse: Warehouse, settings: Settings, refresh_id: int) -> BuildOutcome:
    """Bring facts and dimensions to the active drops and the current assignment, then run the core gate.

    Facts take in new drops and let go of those no longer active; a fact that is made by other SQL than before, and
    everything else, is built anew. Running it again builds the same.

    Args:
        warehouse: the warehouse; the caller is its one writer.
        settings: of the installation.
        refresh_id: the refresh that `governance.current_refresh` names.

    Raises:
        GateMissing: the registry gate has not passed for this refresh.
        BuildError: a model failed.
    """
    require_registry(warehouse, refresh_id)
    reach("core.before_build")
    with warehouse.connect("transform") as connection:
        _begin(connection)
        standing = versions.standing(connection)
    started = time.monotonic()
    built = dbt_runs.build(warehouse, settings, SELECT, standing)
    seconds = time.monotonic() - started
    with warehouse.connect("transform") as connection:
        versions.keep(connection, built.versions)
        connection.execute(
            "update core.build_mark set build_id = %s, refresh_id = %s, finished_at = clock_timestamp()",
            (uuid.uuid4(), refresh_id),
        )
    reach("core.built")
    run = run_gate(
        warehouse,
        "core",
        scope(refresh_id),
        core_fingerprint(warehouse, refresh_id),
        settings.suites / "core",
        refresh_id=refresh_id,
    )
    return BuildOutcome(built.models, run, seconds)


def require_core(warehouse: Warehouse, settings: Settings, refresh_id: int) -> None:
    """Demand that what core holds was built for this refresh and passed the core gate.

    Raises:
        GateMissing: it did not.
    """
    passes = [(scope(refresh_id), core_fingerprint(warehouse, refresh_id))]
    require(warehouse, "transform", "core", passes, settings.suites / "core")


def core_fingerprint(warehouse: Warehouse, refresh_id: int) -> str:
    """Which build core holds. Its mark is taken away before a build and set after it, so a half-built core has none.

    Raises:
        GateMissing: core holds no finished build, or that of another refresh.
    """
    with warehouse.connect("transform") as connection:
        _make_table(connection)
        row = connection.execute(
            "select build_id from core.build_mark where refresh_id = %s and finished_at is not null", (refresh_id,)
        ).fetchone()
    if row is None:
        raise GateMissing(f"Core has no finished build for refresh {refresh_id}. Build it again: p20w refresh")
    return fingerprints.of_parts("core", row[0], refresh_id)


def scope(refresh_id: int) -> str:
    """Scope of the registry, core and marts gates."""
    return f"refresh/{refresh_id}"


def require_registry(warehouse: Warehouse, refresh_id: int) -> None:
    """Demand that the assignment core is about to read is the one that passed the registry gate.

    Raises:
        GateMissing: it is not, or nothing was judged for this refresh.
    """
    with warehouse.connect("transform") as connection:
        fingerprint = fingerprint_of_standing(connection)
    require(warehouse, "transform", "registry", [(scope(refresh_id), fingerprint)])


def _begin(connection: psycopg.Connection) -> None:
    """Take the mark of a finished build away."""
    _make_table(connection)
    connection.execute("insert into core.build_mark default values on conflict do nothing")
    connection.execute("update core.build_mark set finished_at = null")


def _make_table(connection: psycopg.Connection) -> None:
    connection.execute(
        """
        create table if not exists core.build_mark (
            is_only boolean primary key default true check (is_only),
            build_id uuid,
            refresh_id bigint,
            finished_at timestamptz
        )
        """
    )
