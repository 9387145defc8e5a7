"""Put drops before the drop and intake gates, many at once.

Here: the suites (the drop gate's from expectations/, the intake gate's from there and the contract's quality rules)
and the fingerprint of what the intake gate judged. Not here: measuring facts (`inspection`, `load`), running a suite
(`p20w.governance.facts`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from expectations.suites import Expectation, Suite, expectation, load_gate
from p20w.contracts import FeedContract, QualityRule, load_contracts
from p20w.database import Warehouse
from p20w.governance import fingerprints
from p20w.governance.facts import Subject, run_fact_gate
from p20w.governance.gates import GateRun
from p20w.settings import Settings


def drop_suite(suites: Path) -> Suite:
    """The suite of the drop gate."""
    return load_gate(suites / "drop").suites[0]


def intake_suite(suites: Path, contract: FeedContract) -> Suite:
    """The suite of the intake gate for one feed: what holds for all feeds, and the rules of its contract."""
    return load_gate(suites / "intake").suites[0].plus(_expectation(contract, rule) for rule in contract.rules)


def _expectation(contract: FeedContract, rule: QualityRule) -> Expectation:
    bounds: dict[str, object] = {
        "min_value": rule.minimum,
        "max_value": rule.maximum,
        "strict_min": rule.strict_minimum,
        "strict_max": rule.strict_maximum,
    }
    return expectation(
        {
            "type": "expect_column_values_to_be_between",
            "name": rule.name,
            "kwargs": {"column": rule.name, **{k: v for k, v in bounds.items() if v is not None and v is not False}},
            "severity": rule.severity,
            "meta": {
                "what": rule.description,
                "matters": rule.matters,
                "resolve": f"Ask the {contract.steward} about it, with the count and the column; "
                f"the rule is {rule.name} in contracts/{contract.feed}.yaml.",
                "since": f"contract {contract.version}",
            },
        }
    )


@dataclass(frozen=True)
class Loaded:
    """A drop whose lines lie in the database, as it is about to be judged."""

    drop_id: int
    feed: str
    scope: str
    sha256: str
    contract_version: str


def judge_files(warehouse: Warehouse, suites: Path, subjects: Mapping[int, tuple[str, str]]) -> dict[int, GateRun]:
    """Judge the facts of received drops.

    Args:
        warehouse: the warehouse; the facts are committed.
        suites: folder of the gates.
        subjects: scope and fingerprint by drop_id.
    """
    judged = [Subject(drop_id, scope, fingerprint) for drop_id, (scope, fingerprint) in subjects.items()]
    return run_fact_gate(warehouse, "intake", "drop", judged, drop_suite(suites))


def judge_lines(
    warehouse: Warehouse, suites: Path, contracts: Mapping[str, FeedContract], drops: Sequence[Loaded]
) -> dict[int, GateRun]:
    """Judge the facts of loaded drops, feed by feed, against what lies in the database now."""
    with warehouse.connect("intake") as connection:
        prints = slice_fingerprints(connection, drops)
    runs: dict[int, GateRun] = {}
    for feed, contract in contracts.items():
        judged = [Subject(d.drop_id, d.scope, prints[d.drop_id]) for d in drops if d.feed == feed]
        runs |= run_fact_gate(warehouse, "intake", "intake", judged, intake_suite(suites, contract))
    return runs


def slice_fingerprints(connection: psycopg.Connection, drops: Iterable[Loaded]) -> dict[int, str]:
    """Fingerprint of each drop's lines: which file they come from, and how many lie in which place now."""
    drops = list(drops)
    ids = [drop.drop_id for drop in drops]
    accepted: dict[int, int] = {}
    for feed in {drop.feed for drop in drops}:
        count = sql.SQL("select drop_id, count(*) from {} where drop_id = any(%s) group by drop_id").format(
            sql.Identifier("intake", feed)
        )
        accepted |= dict(connection.execute(count, (ids,)).fetchall())
    quarantined = dict(
        connection.execute(
            "select drop_id, count(*) from intake.quarantine where drop_id = any(%s) group by drop_id", (ids,)
        ).fetchall()
    )
    return {
        drop.drop_id: fingerprints.of_parts(
            drop.scope,
            drop.sha256,
            drop.contract_version,
            accepted.get(drop.drop_id, 0),
            quarantined.get(drop.drop_id, 0),
        )
        for drop in drops
    }


def accepted_passes(connection: psycopg.Connection) -> list[tuple[str, str]]:
    """Scope and fingerprint of every drop in force, as the registry demands them of the intake gate.

    Fingerprints are of what lies there now: lines that changed behind the gate's back have no pass.
    """
    rows = connection.execute(
        """
        select drop_id, feed, feed || '/' || period || '/' || submission, file_sha256, contract_version
        from governance.drop
        where status = 'accepted'
        order by drop_id
        """
    ).fetchall()
    drops = [Loaded(*row) for row in rows]
    prints = slice_fingerprints(connection, drops)
    return [(drop.scope, prints[drop.drop_id]) for drop in drops]


def contracts_of(settings: Settings) -> dict[str, FeedContract]:
    """The contracts of an installation."""
    return load_contracts(settings.contracts)
