"""Linkage against bare Splink: the same comparisons on the same table, reading and writing Postgres on both sides.

Ours is `absorb` and `promote` less the gate: reading the vault, deterministic tiers, the model, rules, ids, events,
profiles, the candidate and its promotion. Bare is what a Splink user would write: the same reading and features, all
pairs of all blocking rules, clusters at the same weight, edges and clusters into two tables.
"""

import logging
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from splink import DuckDBAPI, Linker

import splink_models
from p20w import registry
from p20w.database import Warehouse, embedded
from p20w.database.bulk import copy_arrow
from p20w.governance.gates import GateRun
from p20w.intake import receive
from p20w.registry import absorption, promotion
from p20w.registry.decisions import read_decisions
from p20w.registry.links import ACCEPT
from p20w.registry.records import read_records
from p20w.registry.workshop import workshop
from p20w.settings import Settings
from p20w.simulator import simulate
from splink_models.features import make_features
from tests.benchmarks import Figure

PEOPLE, FIRST, LAST, SEED = 10_000, "2014Q3", "2024Q4", 1
ROUNDS = 5


def run() -> list[Figure]:
    """Measure on the default state; the order of the two alternates, and the median round counts."""
    home = Path(tempfile.mkdtemp(prefix="p20w-bench-"))
    settings = Settings(home=home / "home", drops=home / "drops", truth=home / "truth", database="bench_linkage")
    settings.private_folder()
    try:
        warehouse = Warehouse.open(settings)
        warehouse.migrate()
        simulate(PEOPLE, FIRST, LAST, SEED, settings.drops, settings.truth)
        receive(warehouse, settings)
        _prepare(warehouse)
        ours, bare = _rounds(lambda number: _ours(warehouse, number), lambda number: _bare(warehouse, number))
        identities = _identities(warehouse)
    finally:
        embedded.destroy(settings)
        shutil.rmtree(home, ignore_errors=True)
    ratio = statistics.median(one / other for one, other in zip(ours, bare, strict=True))
    return [
        Figure("identities linked", identities, ""),
        Figure("bare Splink, Postgres to Postgres, median", statistics.median(bare), "s"),
        Figure("linkage, Postgres to Postgres, median", statistics.median(ours), "s"),
        Figure("linkage against bare Splink", ratio, "x", bar=1.3),
    ]


def _rounds(ours: Callable[[int], None], bare: Callable[[int], None]) -> tuple[list[float], list[float]]:
    """Seconds of each, after a round that warms both up."""
    found: tuple[list[float], list[float]] = ([], [])
    for number in range(ROUNDS + 1):
        for place, work in sorted(enumerate((ours, bare)), reverse=number % 2 == 1):
            began = time.perf_counter()
            work(number)
            if number:
                found[place].append(time.perf_counter() - began)
    return found


def _prepare(warehouse: Warehouse) -> None:
    with warehouse.connect("owner") as connection:
        connection.execute(
            "create table public.bare_edge (record_l bigint, record_r bigint, weight float8, chance float8)"
        )
        connection.execute("create table public.bare_cluster (identity_id uuid, cluster_id bigint)")
        connection.execute("grant usage on schema public to p20w_linkage")
        connection.execute("grant all on public.bare_edge, public.bare_cluster to p20w_linkage")

    def no_judgment(judged: Warehouse, refresh_id: int) -> GateRun:
        return GateRun(promotion.GATE, promotion.scope_of(refresh_id), "", True)

    absorption._judge = no_judgment
    promotion.require = lambda *_, **__: None


def _ours(warehouse: Warehouse, number: int) -> None:
    """From an empty registry to a current assignment."""
    with warehouse.connect("owner") as connection:
        connection.execute(
            "truncate registry.assignment, registry.person, registry.event, registry.edge, registry.promotion, "
            "registry.review_queue, registry.person_profile, governance.match_rate"
        )
    registry.absorb(warehouse, warehouse.settings, number)
    registry.promote(warehouse, number)


def _bare(warehouse: Warehouse, number: int) -> None:
    with warehouse.connect("owner") as connection:
        connection.execute("truncate public.bare_edge, public.bare_cluster")
    model = splink_models.load()
    with workshop(warehouse.settings) as con:
        records = read_records(con, warehouse)
        read_decisions(con, warehouse)
        make_features(con)
        linker = Linker(
            DuckDBAPI(con).register("features"),
            model.settings(records),
            log_level=logging.ERROR,
            validate_settings=False,
        )
        edges = linker.inference.predict(threshold_match_weight=ACCEPT)
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(edges, threshold_match_weight=ACCEPT)
        edge_rows = con.sql(
            f"select record_l, record_r, match_weight as weight, match_probability as chance from {edges.physical_name}"
        ).to_arrow_table()
        cluster_rows = con.sql(
            "select record.identity_id, cast(clustered.cluster_id as bigint) as cluster_id "
            f"from {clusters.physical_name} as clustered inner join record on clustered.record = record.record"
        ).to_arrow_table()
    with warehouse.connect("linkage") as connection:
        copy_arrow(connection, "public.bare_edge", edge_rows)
        copy_arrow(connection, "public.bare_cluster", cluster_rows)


def _identities(warehouse: Warehouse) -> int:
    with warehouse.connect("linkage") as connection:
        row = connection.execute("select count(*) from core.person_identity").fetchone()
    return int(row[0]) if row else 0
