"""Who is judged does not hold the stamp: verdicts, states, decisions, the audit, tried as each login."""

from collections.abc import Callable
from itertools import count, product

import psycopg
import pytest
from psycopg import sql

from p20w.database import ROLES, Role, Warehouse
from p20w.database.errors import WRONG_STATE
from p20w.pipeline.gates import GateResult, GateRun, close_runs, open_run

NOT_OWNER = tuple(role for role in ROLES if role != "owner")
_numbers = count(1)

WRITES = {
    "governance.gate_run": (
        "insert into governance.gate_run (gate, scope, input_fingerprint, suite_version, passed, finished_at) "
        "values ('marts', 'refresh/1', 'f', 'v', true, now())",
        "update governance.gate_run set passed = true, finished_at = now()",
        "update governance.gate_run set input_fingerprint = 'another'",
    ),
    "governance.gate_result": ("update governance.gate_result set passed = true",),
    "governance.drop": (
        "insert into governance.drop (drop_id, feed, period, submission, status) values (1, 'x', 'y', 1, 'accepted')",
        "update governance.drop set status = 'loaded'",
    ),
    "governance.refresh": (
        "insert into governance.refresh (refresh_id, label, cutoff, status) values (9, '2024Q4', now(), 'published')",
        "update governance.refresh set status = 'published'",
    ),
    "governance.refresh_drop": ("insert into governance.refresh_drop values (1, 1)",),
    "governance.current_refresh": ("update governance.current_refresh set refresh_id = 1",),
    "governance.audit": (
        "insert into governance.audit (action) values ('review pair read')",
        "update governance.audit set actor = 'someone else'",
    ),
    "registry.decision": (
        "insert into registry.decision (identity_left, identity_right, verdict) values "
        "('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000002', 'must_link')",
        "update registry.decision set revoked_at = now()",
    ),
    "registry.model_promotion": (
        "insert into registry.model_promotion (model_version, promoted_by) values ('v1', 'me')",
    ),
    "governance.purge": ("insert into governance.purge (purge_id, feed, said) values (1, 'ui_wage', '{}')",),
    "governance.certificate": ("insert into governance.certificate values (1, now(), '{}', 'h')",),
    "governance.access": ("insert into governance.access (version) values ('v')",),
    "governance.key": ("insert into governance.key values ('token', 'k', 'f')",),
}


def refused(connection: psycopg.Connection, statement: str | sql.Composed) -> bool:
    """Whether the server says that this login may not."""
    try:
        connection.execute(statement.encode() if isinstance(statement, str) else statement)
    except psycopg.errors.InsufficientPrivilege:
        return True
    return False


@pytest.mark.parametrize("role", NOT_OWNER)
def test_no_login_writes_verdicts_states_decisions_or_the_audit_by_hand(
    module_warehouse: Warehouse, role: Role, record_property: Callable[[str, object], None]
) -> None:
    tried = [
        statement
        for table, statements in WRITES.items()
        for statement in (*statements, f"delete from {table}", f"truncate {table} cascade")
    ]
    with module_warehouse.connect(role, autocommit=True) as connection:
        connection.execute("set default_transaction_read_only = off")
        for statement in tried:
            assert refused(connection, statement), statement
    record_property("tried", len(tried))


# ------------------------------------------------------------------- verdicts


def judged(warehouse: Warehouse, gate: str, scope: str, *, passed: bool) -> int:
    """The number of a finished run."""
    result = GateResult("rule", "critical", None, "0", 0, passed, "what", "matters", "resolve")
    with warehouse.connect("gate") as connection:
        run_id = open_run(connection, gate, "print", "v", None, [scope])[scope]
        close_runs(connection, {run_id: GateRun(gate, scope, "print", passed, (result,))})
    return run_id


def test_the_gate_cannot_change_a_verdict_it_gave(module_warehouse: Warehouse) -> None:
    run_id = judged(module_warehouse, "core", "refresh/1", passed=False)
    with module_warehouse.connect("gate", autocommit=True) as gate:
        for statement in (
            f"update governance.gate_run set passed = true where gate_run_id = {run_id}",
            f"insert into governance.gate_result (gate_run_id, result_number, expectation, severity, passed) "
            f"values ({run_id}, 2, 'r', 'critical', true)",
        ):
            with pytest.raises(psycopg.Error, match="PW003"):
                gate.execute(statement.encode())
        assert gate.execute("select passed from governance.gate_run where gate_run_id = %s", (run_id,)).fetchone() == (
            False,
        )


def test_when_a_verdict_was_given_is_the_server_s_word(module_warehouse: Warehouse) -> None:
    run_id = judged(module_warehouse, "core", "refresh/2", passed=True)
    with module_warehouse.connect("gate", autocommit=True) as gate:
        for column in ("started_at", "finished_at"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                gate.execute(f"update governance.gate_run set {column} = '2020-01-01'".encode())
        row = gate.execute(
            "select finished_at between started_at and now() from governance.gate_run where gate_run_id = %s", (run_id,)
        ).fetchone()
    assert row == (True,)


# ---------------------------------------------------------------------- drops

STATES = ("none", "received", "loaded", "accepted", "rejected", "superseded", "withdrawn", "purging", "purged")
STEPS: dict[str, tuple[str, set[str]]] = {
    "receive": ("governance.receive_drop({0}, 'ui_wage', '{1}', 1, false, 'f', 'h', '2024-01-01', '1', 9)",
                {"none", "received"}),
    "load": ("governance.load_drop({0}, 9, 8, 1)", {"received"}),
    "accept": ("governance.accept_drop({0})", {"loaded"}),
    "refuse": ("governance.refuse_drop({0}, 'code', 'why', 9)", {"received", "loaded"}),
    "withdraw": ("governance.withdraw_drop('ui_wage/{1}/1', 'why', 'me')", {"accepted"}),
}  # fmt: skip


def a_drop(warehouse: Warehouse, state: str) -> int:
    """A drop in a state, that the intake gate let pass."""
    drop_id = next(_numbers)
    if state != "none":
        with warehouse.connect("owner") as owner:
            owner.execute(
                "insert into governance.drop (drop_id, feed, period, submission, status, reason_code, loaded_at) "
                "values (%s, 'ui_wage', %s, 1, %s, %s, now())",
                (drop_id, f"p{drop_id}", state, "code" if state == "rejected" else None),
            )
    judged(warehouse, "intake", f"ui_wage/p{drop_id}/1", passed=True)
    return drop_id


@pytest.mark.parametrize(("step", "state"), product(STEPS, STATES))
def test_a_drop_takes_a_step_only_from_the_state_before_it(module_warehouse: Warehouse, step: str, state: str) -> None:
    drop_id = a_drop(module_warehouse, state)
    call, allowed = STEPS[step]
    with module_warehouse.connect("intake", autocommit=True) as intake:
        statement = f"select {call.format(drop_id, f'p{drop_id}')}".encode()
        if state in allowed:
            intake.execute(statement)
            row = intake.execute(
                "select changed_by, changed_at > now() - interval '1 minute' from governance.drop where drop_id = %s",
                (drop_id,),
            ).fetchone()
            assert row == ("p20w_intake", True)
        else:
            with pytest.raises(psycopg.Error) as caught:
                intake.execute(statement)
            assert caught.value.sqlstate == WRONG_STATE


@pytest.mark.parametrize("verdict", ["none", "failed", "of before it was loaded", "passed, then failed"])
def test_no_drop_is_accepted_without_the_pass_of_the_gate(module_warehouse: Warehouse, verdict: str) -> None:
    drop_id = next(_numbers)
    scope = f"ui_wage/p{drop_id}/1"
    if verdict == "of before it was loaded":
        judged(module_warehouse, "intake", scope, passed=True)
    with module_warehouse.connect("intake", autocommit=True) as intake:
        for step in ("receive", "load"):
            intake.execute(f"select {STEPS[step][0].format(drop_id, f'p{drop_id}')}".encode())
        if verdict == "passed, then failed":
            judged(module_warehouse, "intake", scope, passed=True)
        if verdict in ("failed", "passed, then failed"):
            judged(module_warehouse, "intake", scope, passed=False)
        with pytest.raises(psycopg.Error, match="no passed run of the intake gate"):
            intake.execute("select governance.accept_drop(%s)", (drop_id,))
        judged(module_warehouse, "intake", scope, passed=True)
        assert intake.execute("select governance.accept_drop(%s)", (drop_id,)).fetchone() == ("accepted",)


def test_intake_cannot_make_the_vault_forget_the_people_of_a_drop_in_force(module_warehouse: Warehouse) -> None:
    drop_id = a_drop(module_warehouse, "accepted")
    with module_warehouse.connect("owner") as owner:
        owner.execute("insert into vault.identity_presence values (gen_random_uuid(), %s)", (drop_id,))
        owner.execute("update governance.drop set accepted_at = now() where drop_id = %s", (drop_id,))
    with module_warehouse.connect("intake", autocommit=True) as intake:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            intake.execute("select vault.forget_drop(%s)", (drop_id,))
        for call in (f"load_drop({drop_id}, 9, 9, 0)", f"refuse_drop({drop_id}, 'c', 'w', 9)"):
            with pytest.raises(psycopg.Error, match=WRONG_STATE):
                intake.execute(f"select governance.{call}".encode())
    with module_warehouse.connect("owner", autocommit=True) as owner:
        owner.execute("update governance.drop set status = 'loaded' where drop_id = %s", (drop_id,))
        with pytest.raises(psycopg.Error, match="is active or was"):  # not even when a state was set by hand
            owner.execute("select vault.forget_drop(%s)", (drop_id,))
        query = "select count(*) from vault.identity_presence where drop_id = %s"
        assert owner.execute(query, (drop_id,)).fetchone() == (1,)


@pytest.mark.parametrize("role", [role for role in NOT_OWNER if role != "intake"])
def test_only_intake_moves_drops(module_warehouse: Warehouse, role: Role) -> None:
    for call, _ in STEPS.values():
        with module_warehouse.connect(role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"select {call.format(1, 'p1')}".encode())


@pytest.mark.parametrize("role", NOT_OWNER)
def test_nobody_but_the_owner_purges(module_warehouse: Warehouse, role: Role) -> None:
    drop_id = a_drop(module_warehouse, "accepted")
    with module_warehouse.connect(role, autocommit=True) as connection:
        connection.execute("set default_transaction_read_only = off")
        for statement in (
            f"select governance.purge_drop({drop_id}, 1, true)",
            "select governance.certify_purge(1, '{}')",
            f"delete from vault.identity_presence where drop_id = {drop_id}",
            f"delete from intake.ui_wage where drop_id = {drop_id}",
        ):
            assert refused(connection, statement), statement


# ------------------------------------------------------------------- refreshes


def test_linkage_takes_back_no_refresh_whose_assignment_stands_and_names_no_model_of_a_published_one(
    warehouse: Warehouse,
) -> None:
    with warehouse.connect("owner") as owner:
        owner.execute(
            "insert into governance.refresh (refresh_id, label, cutoff, status) "
            "values (1, '2024Q4', now(), 'published')"
        )
        owner.execute("insert into registry.promotion values (1, 'f')")
    with warehouse.connect("linkage", autocommit=True) as linkage:
        for call in ("take_back_refresh(1, '{}')", "note_model(1, 'another')"):
            with pytest.raises(psycopg.Error, match=WRONG_STATE):
                linkage.execute(f"select governance.{call}".encode())
        linkage.execute("delete from registry.promotion")
        linkage.execute("select governance.take_back_refresh(1, '{}')")
    with warehouse.connect("report") as report:
        assert report.execute("select status, changed_by from governance.refresh").fetchall() == [
            ("failed", "p20w_linkage")
        ]
        assert report.execute("select actor, action from governance.audit").fetchall() == [
            ("p20w_linkage", "registry rolled back")
        ]


# ------------------------------------------------------- no name beside a fact

ADDRESS = {"drop_id", "line_number", "identity_id"}
GROUPS = {"is_english_learner", "is_foster_care", "is_homeless", "race_ethnicity", "locale_code"}
"""What errors are counted by, of whichever feed tells it."""
FOR_PAIRS = {
    "k12_enrollment": {"school_identifier_sea", "school_year", "enrollment_entry_date", "enrollment_exit_date",
                       "exit_or_withdrawal_type"},
    "ui_wage": {"ui_account_number"},
}  # fmt: skip
"""What linkage reads of lines to compare pairs; no outcome."""


def test_whoever_sees_names_sees_of_a_line_only_what_linkage_takes(
    module_warehouse: Warehouse, record_property: Callable[[str, object], None]
) -> None:
    with module_warehouse.connect("owner") as owner:
        tables = owner.execute(
            "select table_name, column_name from information_schema.columns where table_schema = 'intake'"
        ).fetchall()
    tried = 0
    with module_warehouse.connect("linkage", autocommit=True) as linkage:
        for table, column in tables:
            is_open = table != "quarantine" and column in ADDRESS | GROUPS | FOR_PAIRS.get(table, set())
            query = sql.SQL("select {} from {}").format(sql.Identifier(column), sql.Identifier("intake", table))
            if is_open:
                linkage.execute(query)
            else:
                tried += 1
                assert refused(linkage, query), f"{table}.{column}"
    assert tried > 70
    record_property("tried", tried)


def test_a_decision_names_the_login_beside_the_name_that_was_given(
    warehouse: Warehouse, make_warehouse: Callable[..., Warehouse]
) -> None:
    left, right = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"
    with warehouse.connect("owner") as owner:
        owner.execute(
            "insert into registry.review_queue (refresh_id, identity_left, identity_right, reason) "
            "values (1, %s, %s, 'r')",
            (left, right),
        )
    with warehouse.connect("steward", autocommit=True) as steward:
        (given,) = steward.execute(
            "select registry.review_decide(%s, %s, 'must_link', 'the director')", (left, right)
        ).fetchall()[0]
        steward.execute("select registry.review_revoke(%s, 'the governor')", (given,))
        row = steward.execute("select decided_by, reviewer, revoked_as, revoked_by from registry.decision").fetchone()
    assert row == ("p20w_steward", "the director", "p20w_steward", "the governor")
