"""A small record of three refreshes, written straight into the tables the report reads.

Everything a board could meet is in it: files on time, late, missing, refused and replaced; lines set aside; gates
with warnings; links; merges and splits; figures with small groups, figures not held and figures too early.
"""

import json
from datetime import date, timedelta

import psycopg

from p20w.contracts import load_contracts
from p20w.database import Warehouse
from p20w.pipeline import calendar
from tests.integration.reports.story_marts import SMALL, tell_marts

REFRESHES = ("2022Q2", "2022Q3", "2022Q4")
LATE, MISSING = ("ps_enrollment", "2022-summer"), ("employer", "2022Q2")
REFUSED, REPLACED = ("ui_wage", "2022Q2", 2), ("ui_wage", "2021Q4")
WAIVED = "The agency moves its system."
REFUSAL = "ui_wage 2022Q2 submission 2: refused (control total).\nThe manifest says 10; the lines add up to 9.\nAsk."


def tell(warehouse: Warehouse, until: str = "2022Q4") -> None:
    """Write the record of the refreshes up to `until`."""
    labels = [label for label in REFRESHES if label <= until]
    with warehouse.connect("owner") as connection:
        connection.execute(
            "insert into governance.waiver (feed, period, waived_at, waived_by, reason) values (%s, %s, %s, 'ops', %s)",
            (*MISSING, date(2022, 9, 28), WAIVED),
        )
        for number, label in enumerate(labels, 1):
            _drops(connection, warehouse, label, REFRESHES[number - 2] if number > 1 else None)
            _refresh(connection, number, label)
        connection.commit()
    with warehouse.connect("publisher") as connection:
        tell_marts(connection)
        connection.commit()


def _refresh(connection: psycopg.Connection, refresh_id: int, label: str) -> None:
    when = calendar.cutoff(label) + timedelta(days=3)
    connection.execute(
        """
        insert into governance.refresh
            (refresh_id, label, cutoff, status, code_version, model_version, started_at, finished_at)
        values (%s, %s, %s, 'published', %s, 'simulator-1', %s, %s)
        """,
        (refresh_id, label, calendar.cutoff(label), f"0.{refresh_id}.0", when, when),
    )
    connection.execute(
        "insert into governance.refresh_drop select %s, drop_id from governance.drop where status = 'accepted'",
        (refresh_id,),
    )
    persons = 12_340 + 412 * (refresh_id - 1) - 5 * (refresh_id - 1)
    for stage, figures in (
        ("registry", {"persons": persons, "reviews": 53 if refresh_id == 3 else 0}),
        ("marts", {"marts": 3}),
    ):
        connection.execute(
            """
            insert into governance.stage_run (refresh_id, stage, started_at, finished_at, figures)
            values (%s, %s, %s, %s, %s)
            """,
            (refresh_id, stage, when, when, json.dumps(figures)),
        )
    kinds = {"mint": 412 if refresh_id > 1 else 12_340, "merge": 5 if refresh_id > 1 else 0}
    for kind, events in kinds.items():
        connection.execute(
            "insert into registry.event (refresh_id, kind) select %s, %s from generate_series(1, %s)",
            (refresh_id, kind, events),
        )
    pairs = {
        ("k12_enrollment", "ps_enrollment"): (6200, 2400, 1480 + 20 * refresh_id),
        ("k12_enrollment", "ui_wage"): (6200, 5100, 2110),
        ("ps_enrollment", "ui_wage"): (2400, 5100, 1990),
        ("dmv_license", "ui_wage"): (4805, 5100, 4805 - SMALL),
        ("dmv_license", "k12_enrollment"): (4805, 6200, SMALL),
        ("dmv_license", "ps_enrollment"): (4805, 2400, 0),
        ("k12_cte", "ps_award"): (900, 640, 300),
        ("k12_cte", "k12_enrollment"): (900, 6200, 900),
    }
    for (left, right), counts in pairs.items():
        connection.execute(
            "insert into governance.match_rate values (%s, %s, %s, %s, %s, %s)", (refresh_id, left, right, *counts)
        )
    for gate in ("registry", "core", "marts"):
        failed = gate == "registry" and refresh_id == 3
        _gate(connection, gate, f"refresh/{refresh_id}", when, refresh_id, [
            ("no_identity_is_lost", "critical", True, "0"),
            ("few_persons_hold_two_numbers", "warning", not failed, str(SMALL)),
        ])  # fmt: skip


def _gate(connection, gate, scope, when, refresh_id, results) -> None:
    passed = all(ok for _, severity, ok, _ in results if severity == "critical")
    row = connection.execute(
        """
        insert into governance.gate_run
            (gate, scope, input_fingerprint, suite_version, refresh_id, started_at)
        values (%s, %s, 'f', 'v', %s, %s) returning gate_run_id
        """,
        (gate, scope, refresh_id, when),
    ).fetchone()
    for number, (name, severity, ok, observed) in enumerate(results, 1):
        connection.execute(
            """
            insert into governance.gate_result
                (gate_run_id, result_number, expectation, severity, observed, failing_count, passed,
                 what, matters, resolve)
            values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
            """,
            (
                row[0], number, name, severity, observed, 0 if ok else 1, ok,
                name.replace("_", " ").capitalize() + ".",
                "Figures by industry would be wrong.",
                "Look at the newest file of the feed, then ask the agency.",
            ),
        )  # fmt: skip
    connection.execute(
        "update governance.gate_run set passed = %s, finished_at = %s where gate_run_id = %s", (passed, when, row[0])
    )


def _drops(connection: psycopg.Connection, warehouse: Warehouse, label: str, previous: str | None) -> None:
    """Everything delivered after the previous refresh's cutoff and by this one's."""
    after = calendar.cutoff(previous) if previous else date(2019, 6, 30)
    by = calendar.cutoff(label)
    contracts = load_contracts(warehouse.settings.contracts)
    for feed, contract in contracts.items():
        for period in contract.expected_periods(date(2019, 1, 1), by + timedelta(days=40)):
            delivered = contract.delivery_due(period) - timedelta(days=3)
            if (feed, period) == LATE:
                delivered += timedelta(days=15)
            if (feed, period) == MISSING or not after < delivered <= by:
                continue
            lines = 4000 + 137 * len(period) + 11 * len(feed)
            aside = lines // 90 if feed == "ui_wage" and period >= "2021Q3" else lines // 700
            _drop(connection, feed, period, 1, delivered, lines, aside)
    if label == "2022Q4":
        _drop(connection, REPLACED[0], REPLACED[1], 2, date(2022, 11, 2), 5100, 12)
        feed, period, submission = REFUSED
        connection.execute(
            """
            insert into governance.drop
                (drop_id, feed, period, submission, status, reason_code, reason, delivered_on, lines_total, received_at)
            values (900, %s, %s, %s, 'rejected', 'control_total', %s, %s, 4321, %s)
            """,
            (feed, period, submission, REFUSAL, date(2022, 11, 3), date(2022, 11, 3)),
        )


def _drop(connection, feed, period, submission, delivered, lines, aside) -> None:
    received = delivered + timedelta(days=1)
    connection.execute(
        "update governance.drop set status = 'superseded' where (feed, period, status) = (%s, %s, 'accepted')",
        (feed, period),
    )
    row = connection.execute(
        """
        insert into governance.drop
            (drop_id, feed, period, submission, status, delivered_on, lines_total, lines_accepted, lines_quarantined,
             received_at, accepted_at)
        select coalesce(max(drop_id), 0) + 1, %s, %s, %s, 'accepted', %s, %s, %s, %s, %s, %s from governance.drop
        where drop_id < 900
        returning drop_id
        """,
        (feed, period, submission, delivered, lines, lines - aside, aside, received, received),
    ).fetchone()
    connection.execute(
        """
        insert into intake.quarantine (drop_id, line_number, column_name, reason_code, byte_offset, byte_length)
        select
            %s,
            line,
            case when line %% 3 = 0 then 'quarter_number' when line %% 3 = 1 then 'birthdate' end,
            case when line %% 3 = 0 then 'bad_code' when line %% 3 = 1 then 'impossible_date' else 'field_count' end,
            0,
            80
        from generate_series(1, %s) as line
        """,
        (row[0], aside),
    )
    connection.execute(
        """
        insert into intake.quarantine
            (drop_id, line_number, column_name, reason_code, byte_offset, byte_length, sets_aside)
        values
            (%(drop)s, 1000, 'birthdate', 'impossible_date', 0, 80, 'field'),
            (%(drop)s, 1000, 'sex', 'bad_code', 0, 80, 'field')
        """,
        {"drop": row[0]},
    )
    scope = f"{feed}/{period}/{submission}"
    share_is_high = aside / lines > 0.01
    _gate(connection, "drop", scope, received, None, [("checksum_agrees", "critical", True, "0")])
    _gate(connection, "intake", scope, received, None, [
        ("every_line_is_accounted_for", "critical", True, "0"),
        ("few_lines_are_set_aside", "warning", not share_is_high, f"{aside / lines:.4f}"),
    ])  # fmt: skip
