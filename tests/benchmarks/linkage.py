"""Linkage against bare Splink: the same comparisons on the same table, reading and writing Postgres on both sides.

Ours is `assign` without its gate: reading the vault, scoring, clustering, estimates of errors, ids carried forward,
events, review queue, profiles and facts, all written as a candidate. Making that current is measured separately. Bare
is what a Splink user would write: the same tables, the same features, all pairs of all blocking rules, clusters at the
same weight, edges and clusters copied into two tables without keys.
"""

import logging
import statistics
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial

import duckdb
from splink import DuckDBAPI, Linker

import splink_models
from p20w.database import Warehouse
from p20w.database.bulk import copy_arrow, reader
from p20w.intake import receive
from p20w.pipeline.refreshes import open_refresh
from p20w.registry import assigning
from p20w.registry.deciding import read_everybody
from p20w.registry.linking.scores import ACCEPT
from p20w.registry.persons import promotion
from p20w.registry.scratch import scratch_database
from p20w.registry.statements import run as make
from p20w.simulator import simulate
from tests.benchmarks import Figure
from tests.benchmarks._registry import without_judgment
from tests.own_state import installation

PEOPLE, FIRST, LAST, SEED = 40_000, "2020Q3", "2024Q4", 1
ROUNDS = 5


def run() -> list[Figure]:
    """Measure; the order of the two alternates, and medians count. Needs a few minutes, most of them for intake."""
    with state_of(PEOPLE) as (warehouse, refresh_id):
        seconds = measure(warehouse, refresh_id)
        known = identities(warehouse)
    ratio = statistics.median(ours / bare for ours, bare in zip(seconds["ours"], seconds["bare"], strict=True))
    return [
        Figure("identities linked", known, ""),
        Figure("bare Splink, Postgres to Postgres, median", statistics.median(seconds["bare"]), "s"),
        Figure("linkage, Postgres to Postgres, median", statistics.median(seconds["ours"]), "s"),
        Figure("making it current, median", statistics.median(seconds["promotion"]), "s"),
        Figure("linkage against bare Splink", ratio, "x", bar=1.6),
    ]


@contextmanager
def state_of(people: int) -> Generator[tuple[Warehouse, int]]:
    """A warehouse that has taken in a state of so many people, and its open refresh, ready for both sides."""
    with installation("bench_linkage") as settings:
        warehouse = Warehouse.open(settings)
        warehouse.migrate()
        simulate(people, FIRST, LAST, SEED, settings.drops, settings.truth)
        receive(warehouse, settings)
        prepare(warehouse)
        refresh = open_refresh(warehouse)
        if refresh is None:
            raise RuntimeError("a state that was just taken in needs a refresh")
        yield warehouse, refresh.refresh_id


def prepare(warehouse: Warehouse) -> None:
    """Tables for the bare side, and a database at rest; gates apart, because they are measured elsewhere."""
    with warehouse.connect("owner") as connection:
        connection.execute(
            "create table public.bare_edge (record_l bigint, record_r bigint, weight float8, chance float8)"
        )
        connection.execute("create table public.bare_cluster (identity_id uuid, cluster_id bigint)")
        connection.execute("grant usage on schema public to p20w_linkage")
        connection.execute("grant all on public.bare_edge, public.bare_cluster to p20w_linkage")
    with warehouse.connect("owner", autocommit=True) as connection:
        connection.execute("vacuum (analyze)")
    without_judgment()


def measure(warehouse: Warehouse, refresh_id: int, rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Seconds of each round after one that warms up."""
    found: dict[str, list[float]] = {"ours": [], "bare": [], "promotion": []}
    for number in range(rounds + 1):
        make_room(warehouse)
        work: dict[str, Callable[[], object]] = {
            "ours": partial(assigning.assign, warehouse, warehouse.settings, refresh_id),
            "bare": partial(bare, warehouse),
            "promotion": partial(promotion.promote, warehouse, refresh_id),
        }
        for name in ("ours", "bare", "promotion") if number % 2 else ("bare", "ours", "promotion"):
            began = time.perf_counter()
            work[name]()
            found[name].append(time.perf_counter() - began)
    return {name: seconds[1:] for name, seconds in found.items()}


def bare(warehouse: Warehouse) -> None:
    """What linkage costs without anything that makes it a registry."""
    model = splink_models.load()
    with scratch_database(warehouse.settings) as con, reader(warehouse.libpq("linkage")) as read:
        count = read_everybody(con, read, warehouse.settings)
        make(con, "linking/compared")
        edges, clusters = _splink(con, model, count)
    with warehouse.connect("linkage") as connection:
        copy_arrow(connection, "public.bare_edge", edges)
        copy_arrow(connection, "public.bare_cluster", clusters)


def _splink(con: duckdb.DuckDBPyConnection, model: splink_models.Model, count: int) -> tuple[object, object]:
    linker = Linker(
        DuckDBAPI(con).register("compared"), model.settings(count), log_level=logging.ERROR, validate_settings=False
    )
    edges = linker.inference.predict(threshold_match_weight=ACCEPT)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(edges, threshold_match_weight=ACCEPT)
    return (
        con.sql(
            f"select record_l, record_r, match_weight as weight, match_probability as chance from {edges.physical_name}"
        ).to_arrow_table(),
        con.sql(
            "select record.identity_id, cast(clustered.cluster_id as bigint) as cluster_id "
            f"from {clusters.physical_name} as clustered inner join record on clustered.record = record.record"
        ).to_arrow_table(),
    )


def make_room(warehouse: Warehouse) -> None:
    """Empty what linkage writes, on both sides."""
    with warehouse.connect("owner") as connection:
        connection.execute(
            "truncate registry.assignment, registry.person, registry.event, registry.edge, registry.promotion, "
            "registry.review_queue, registry.person_profile, governance.match_rate, "
            "public.bare_edge, public.bare_cluster"
        )


def identities(warehouse: Warehouse) -> int:
    """How many identities the vault has."""
    with warehouse.connect("linkage") as connection:
        row = connection.execute("select count(*) from vault.identity").fetchone()
    return int(row[0]) if row else 0
