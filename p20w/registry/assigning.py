"""Assign, set aside, judge: work out who is who for a refresh, as a candidate that `promotion` may make current.

Here: the order of the steps after `deciding` (read, pair, score, cluster), and what came of them. Not here: the steps.
"""

import time
from dataclasses import dataclass
from typing import Any

import duckdb

from p20w.database import Warehouse
from p20w.database.bulk import Read, reader
from p20w.failpoints import reach
from p20w.intake.gate import accepted_passes
from p20w.keys import KeyRing, TokenKey
from p20w.pipeline.gates import GateRun, require, results_of, run_gate
from p20w.progress import tell
from p20w.registry.clustering.edges import make_edges
from p20w.registry.deciding import decide_everybody
from p20w.registry.inputs.traits import read_traits
from p20w.registry.linking.weighing import Weighing, keep
from p20w.registry.models import versions
from p20w.registry.persons.candidate import measure, recorded, write_candidate
from p20w.registry.persons.identifiers import carry_forward, current_ids
from p20w.registry.persons.promotion import GATE, fingerprint_of_candidate, fingerprint_of_standing, scope_of
from p20w.registry.quality.check import check, estimate
from p20w.registry.quality.figure import Figure
from p20w.registry.review.asking import ask_reviewers
from p20w.registry.review.pair_weights import weigh_reviews
from p20w.registry.scratch import scratch_database
from p20w.registry.statements import run
from p20w.settings import Settings
from splink_models import Model


@dataclass(frozen=True)
class RegistryOutcome:
    """What the assignment came to: figures about the candidate, and the gate's verdict on it."""

    facts: dict[str, float]
    model_version: str
    gate_run: GateRun
    seconds: float

    def figures(self) -> dict[str, Any]:
        """Counts and shares for the stage's record; nothing personal."""
        whole = {name: int(value) if value == int(value) else round(value, 6) for name, value in self.facts.items()}
        return {**whole, "model_version": self.model_version, "linkage_seconds": round(self.seconds, 2)}


def assign(warehouse: Warehouse, settings: Settings, refresh_id: int) -> RegistryOutcome:
    """Assign every identity of an accepted drop to a person, as a candidate, and have the gate judge it.

    The same drops, keys and model give the same candidate. Nothing becomes visible: that is `promote`.

    Raises:
        GateMissing: a drop of this refresh has no pass of the intake gate for what lies in intake now.
    """
    started = time.monotonic()
    with warehouse.connect("intake") as connection:
        passes = accepted_passes(connection, new_in_refresh=refresh_id)
    require(warehouse, "linkage", "intake", passes)
    model = versions.active(warehouse, settings)
    key = KeyRing.open(settings, warehouse).id
    with scratch_database(settings) as con, reader(warehouse.libpq("linkage")) as read:
        weighing = make_candidate(con, read, settings, model, key)
        facts = measure(con)
        estimated = estimate(con, read, weighing, model)
        tell("setting the candidate aside")
        with warehouse.connect("linkage") as connection:
            write_candidate(con, connection, refresh_id, model.version, facts)
            if weighing.is_new:
                keep(connection, con, weighing, refresh_id)
            connection.commit()
        reach("registry.candidate_written")
    tell("judging the candidate")
    return RegistryOutcome(facts, model.version, _judge(warehouse, refresh_id, estimated), time.monotonic() - started)


def make_candidate(
    con: duckdb.DuckDBPyConnection, read: Read, settings: Settings, model: Model, key: TokenKey
) -> Weighing:
    """From the vault to all that a candidate consists of: the tables of `scratch_tables.yaml`, by the id key given."""
    weighing = decide_everybody(con, read, settings, model)
    carry_forward(con, *current_ids(read), key)
    make_edges(con)
    ask_reviewers(con)
    weigh_reviews(con, weighing)
    read_traits(con, read)
    run(con, "persons/profile")
    return weighing


def standing(warehouse: Warehouse, refresh_id: int) -> RegistryOutcome | None:
    """What the assignment came to, if this refresh's candidate is current already: a refresh that stopped later on.

    None when it was not promoted since the refresh was (re)opened over its drops, or by another model, or when
    something else stands; then who is who has to be worked out (again).
    """
    with warehouse.connect("linkage") as connection:
        row = connection.execute(
            """
            select promotion.candidate_fingerprint, refresh.model_version
            from registry.promotion as promotion
            inner join governance.refresh as refresh on promotion.refresh_id = refresh.refresh_id
            where refresh.refresh_id = %s and promotion.promoted_at >= refresh.started_at
            """,
            (refresh_id,),
        ).fetchone()
        if row is None or row[1] != versions.standing_promotion(connection).name:
            return None
        if row[0] != fingerprint_of_standing(connection):
            return None
        run = results_of(connection, GATE, scope_of(refresh_id), row[0])
        return RegistryOutcome(recorded(connection, refresh_id), row[1], run, 0.0) if run else None


def _judge(warehouse: Warehouse, refresh_id: int, estimated: list[Figure]) -> GateRun:
    check(warehouse, refresh_id, estimated)
    with warehouse.connect("linkage") as connection:
        fingerprint = fingerprint_of_candidate(connection, refresh_id)
    suite = warehouse.settings.suites / GATE
    return run_gate(warehouse, GATE, scope_of(refresh_id), fingerprint, suite, refresh_id=refresh_id)
