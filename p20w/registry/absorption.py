"""Work out who is who for a refresh and set the result aside as a candidate.

Here: the order of the steps, and what came of them. Not here: the steps.
"""

import time
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any

import duckdb
import psycopg

from p20w.contracts import load_contracts
from p20w.database import Warehouse
from p20w.governance.gates import GateRun, require, results_of, run_gate
from p20w.intake.gate import accepted_passes
from p20w.keys import KeyRing
from p20w.progress import tell
from p20w.registry import decisions, frozen, identifiers, models, naming, prepared, profile, settled, touched
from p20w.registry.account import ask_reviewers, give_account
from p20w.registry.assigned import fingerprint_of_candidate, fingerprint_of_standing
from p20w.registry.candidate import candidate_writer
from p20w.registry.deciding import decide
from p20w.registry.engines import Search, engine_of
from p20w.registry.evaluation.check import check
from p20w.registry.facts import find_feeds, measure, measure_components, recorded
from p20w.registry.meanwhile import meanwhile
from p20w.registry.pair_weights import weigh_reviews
from p20w.registry.promotion import GATE, scope_of
from p20w.registry.readings import readings
from p20w.registry.remembered import memory_of, remember, remembering
from p20w.registry.schools import enrollments_of
from p20w.registry.workshop import workshop
from p20w.settings import Settings
from splink_models import Model


@dataclass(frozen=True)
class RegistryOutcome:
    """What absorbing came to: figures about the candidate, and the gate's verdict on it."""

    facts: dict[str, float]
    model_version: str
    gate_run: GateRun
    seconds: float

    def figures(self) -> dict[str, Any]:
        """Counts and shares for the stage's record; nothing personal."""
        whole = {name: int(value) if value == int(value) else round(value, 6) for name, value in self.facts.items()}
        return {**whole, "model_version": self.model_version, "linkage_seconds": round(self.seconds, 2)}


def absorb(warehouse: Warehouse, settings: Settings, refresh_id: int) -> RegistryOutcome:
    """Assign every identity of an accepted drop to a person, as a candidate, and have the gate judge it.

    The same drops, keys and model give the same candidate. Nothing becomes visible: that is `promote`.

    Args:
        warehouse: read and written as role `linkage`.
        settings: where the model and the private folder are.
        refresh_id: the refresh the candidate is for.

    Returns:
        the figures and the gate's verdict, passed or not.

    Raises:
        GateMissing: a drop of this refresh has no pass of the intake gate for what lies in intake now.
    """
    started = time.monotonic()
    with warehouse.connect("intake") as connection:
        passes = accepted_passes(connection, new_in_refresh=refresh_id)
    require(warehouse, "linkage", "intake", passes)
    weighed_by: list[frozen.Frozen] = []
    with ExitStack() as stack:
        ahead = stack.enter_context(readings(warehouse))
        tell("reading identities")
        held = prepared.held(warehouse)
        model = models.in_force(warehouse, settings)
        key = KeyRing.open(settings, warehouse).id
        contracts = load_contracts(settings.contracts)
        engine = engine_of(settings)
        made_by = settled.made_by(settings, model, contracts) if held.is_worth_it else ""
        standing = None if held.is_renewed else settled.standing(warehouse, made_by, model)
        held.begin(ahead)
        ahead.begin(decisions.QUERIES)
        later = naming.queries(contracts) | frozen.queries(model)
        con = stack.enter_context(workshop(settings))
        writer = stack.enter_context(candidate_writer(con, warehouse, refresh_id, model.version))

        def keep_columns(other: duckdb.DuckDBPyConnection) -> None:
            writer.begin(partial(prepared.keep, held=held, rows=prepared.to_keep(other, held)))

        def beside_names(other: duckdb.DuckDBPyConnection) -> None:
            """What needs nothing but records, while names are laid side by side."""
            naming.take_naming(other, ahead, contracts)
            ahead.begin(profile.queries(contracts))
            keep_columns(other)
            prepared.forget(other, held)

        def beside_partners(other: duckdb.DuckDBPyConnection) -> None:
            """What needs no more than to know who is touched."""
            ahead.begin(identifiers.queries_of(other) | profile.queries(contracts, touched.chosen_ids(other)))
            keep_columns(other)

        known: frozen.Frozen | None = None
        if standing:
            standing.begin(ahead)
            ahead.begin(later)
            known = touched.take_touched(con, ahead, held, standing, model, engine, contracts, beside_partners)
        else:
            prepared.take_prepared(con, ahead, held)
            ahead.begin(later)
            decisions.say_decisions(con, ahead)
        if known is None:
            ahead.begin(identifiers.QUERIES)
            decisions.place_decisions(con)
        else:
            prepared.forget(con, held)

        def freeze(nodes: int) -> frozen.Frozen:
            weighed_by.append(known or frozen.take_frozen(con, ahead, nodes))
            return weighed_by[-1]

        memory = None if known else memory_of(settings, key, is_large=held.is_worth_it)
        remembered = remembering(engine, memory, freeze)

        def weigh(own: duckdb.DuckDBPyConnection, search: Search) -> None:
            remembered(own, search)
            if weighed_by[-1].is_new:
                writer.begin(
                    partial(_keep_frozen, own.cursor(), values=weighed_by[-1], model=model, refresh_id=refresh_id)
                )

        enrollments = enrollments_of(ahead, contracts, settings.reference)
        decide(con, model, weigh, enrollments, beside_names, are_grouped=known is not None)
        writer.clear()
        values = known or (weighed_by[0] if weighed_by else None)
        facts: dict[str, float] = {}

        def look_back(other: duckdb.DuckDBPyConnection) -> None:
            weigh_reviews(other, model, values)
            measure_components(other)
            facts.update(measure(other) | naming.figures(other))

        with meanwhile(con, partial(remember, memory=memory, model=model, frozen=values)):
            identifiers.take_members(con, ahead, part=known is not None)
            components = partial(settled.find_components, is_worth_it=held.is_worth_it)
            with meanwhile(con, components), meanwhile(con, give_account), meanwhile(con, ask_reviewers):
                identifiers.assign_ids(con, ahead, key)
            tell("setting the candidate aside")
            with meanwhile(con, look_back):
                writer.send("registry.candidate_person", "registry.candidate_event")
                writer.send("registry.candidate", "registry.candidate_edge")
                profile.make_profiles(con, ahead)
                find_feeds(con)
                writer.send("registry.candidate_profile", "governance.match_rate")
            writer.send("registry.candidate_review")
        if values and held.is_worth_it:
            basis = settled.Basis(made_by, values.weighing_id, is_whole=known is None)
            writer.begin(partial(_settle, con.cursor(), basis=basis, refresh_id=refresh_id))
        writer.begin(partial(models.note, refresh_id=refresh_id, model=model))
        writer.finish(facts)
    tell("judging the candidate")
    return RegistryOutcome(facts, model.version, _judge(warehouse, refresh_id), time.monotonic() - started)


def _settle(
    con: duckdb.DuckDBPyConnection, connection: psycopg.Connection, basis: settled.Basis, refresh_id: int
) -> None:
    """Keep what the candidate settles; `con` is for this alone."""
    with con:
        settled.settle(connection, con, basis, refresh_id)


def _keep_frozen(
    con: duckdb.DuckDBPyConnection,
    connection: psycopg.Connection,
    values: frozen.Frozen,
    model: Model,
    refresh_id: int,
) -> None:
    """Keep new values while the next steps are computed; `con` is for this alone."""
    with con:
        frozen.keep_frozen(connection, values, frozen.values_of(con, values), model, refresh_id)


def standing(warehouse: Warehouse, refresh_id: int) -> RegistryOutcome | None:
    """What absorbing came to, if this refresh's candidate is current already: a refresh that stopped later on.

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
        if row is None or row[1] != models.standing_promotion(connection).name:
            return None
        if row[0] != fingerprint_of_standing(connection):
            return None
        run = results_of(connection, GATE, scope_of(refresh_id), row[0])
        facts = recorded(connection, refresh_id)
    return RegistryOutcome(facts, row[1], run, 0.0) if run else None


def _judge(warehouse: Warehouse, refresh_id: int) -> GateRun:
    check(warehouse, warehouse.settings, refresh_id)
    with warehouse.connect("linkage") as connection:
        fingerprint = fingerprint_of_candidate(connection, refresh_id)
    return run_gate(
        warehouse,
        "linkage",
        GATE,
        scope_of(refresh_id),
        fingerprint,
        warehouse.settings.suites / GATE,
        refresh_id=refresh_id,
    )
