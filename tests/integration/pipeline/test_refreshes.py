"""Refreshes: at most one is open, it stands on the drops in force, and with nothing new there is none."""

from datetime import date

import psycopg
import pytest

from p20w.database import Warehouse
from p20w.pipeline import calendar, refreshes, waiting
from p20w.pipeline.gates import GateRun, close_runs, open_run
from p20w.pipeline.stages import stage


def put_drop(warehouse: Warehouse, drop_id: int, status: str = "accepted", day: str = "2024-11-20") -> None:
    with warehouse.connect("owner") as connection:
        connection.execute(
            """
            insert into governance.drop
                (drop_id, feed, period, submission, status, delivered_on, lines_total, lines_accepted)
            values (%s, 'ui_wage', 'p' || %s, 1, %s, %s, 10, 9)
            """,
            (drop_id, drop_id, status, day),
        )


def drops_of(warehouse: Warehouse, refresh_id: int) -> set[int]:
    with warehouse.connect("intake") as connection:
        rows = connection.execute(
            "select drop_id from governance.refresh_drop where refresh_id = %s", (refresh_id,)
        ).fetchall()
    return {row[0] for row in rows}


def judge(warehouse: Warehouse, refresh_id: int, gate: str, *, passed: bool = True) -> None:
    """Write a verdict as the gate does."""
    with warehouse.connect("gate") as connection:
        fingerprints = {f"refresh/{refresh_id}": "print"}
        runs = open_run(connection, gate, fingerprints, "v", refresh_id, list(fingerprints))
        close_runs(connection, {run_id: GateRun(gate, scope, "print", passed) for scope, run_id in runs.items()})


def publish(warehouse: Warehouse, refresh_id: int) -> None:
    """Let the gates pass, and publish."""
    for gate in ("registry", "core", "marts"):
        judge(warehouse, refresh_id, gate)
    refreshes.finish_refresh(warehouse, refresh_id)


def test_with_nothing_accepted_no_refresh_opens(warehouse: Warehouse) -> None:
    put_drop(warehouse, 1, "rejected")
    assert refreshes.open_refresh(warehouse) is None


def test_the_label_is_the_quarter_of_the_latest_delivery(warehouse: Warehouse) -> None:
    put_drop(warehouse, 1, day="2024-10-01")
    put_drop(warehouse, 2, day="2024-08-01")
    opened = refreshes.open_refresh(warehouse)
    assert opened is not None
    assert (opened.label, opened.cutoff, opened.status) == ("2024Q4", date(2024, 12, 31), "running")


def test_a_label_cannot_leave_out_what_is_in_force(warehouse: Warehouse) -> None:
    put_drop(warehouse, 1, day="2024-10-01")
    with pytest.raises(refreshes.LaterDropsActive, match="2024Q4"):
        refreshes.open_refresh(warehouse, "2024Q3")


def test_opening_again_continues_the_unfinished_refresh_with_what_has_arrived_since(warehouse: Warehouse) -> None:
    put_drop(warehouse, 1)
    first = refreshes.open_refresh(warehouse)
    refreshes.fail_unfinished(warehouse)
    put_drop(warehouse, 2)
    second = refreshes.open_refresh(warehouse)
    assert first is not None
    assert second is not None
    assert first.refresh_id == second.refresh_id
    assert drops_of(warehouse, second.refresh_id) == {1, 2}


def test_after_publication_only_a_change_of_what_is_in_force_opens_another(warehouse: Warehouse) -> None:
    put_drop(warehouse, 1)
    put_drop(warehouse, 2)
    first = refreshes.open_refresh(warehouse)
    assert first is not None
    publish(warehouse, first.refresh_id)
    assert refreshes.open_refresh(warehouse) is None
    with warehouse.connect("owner") as connection:
        connection.execute("update governance.drop set status = 'withdrawn' where drop_id = 2")
    second = refreshes.open_refresh(warehouse)
    assert second is not None
    assert drops_of(warehouse, second.refresh_id) == {1}


def test_a_refresh_is_published_once_the_last_run_of_each_of_its_gates_has_passed(warehouse: Warehouse) -> None:
    put_drop(warehouse, 1)
    first = refreshes.open_refresh(warehouse)
    assert first is not None
    for gate in ("registry", "core", "marts"):
        with pytest.raises(psycopg.Error, match=f"no passed run of the {gate} gate"):
            refreshes.finish_refresh(warehouse, first.refresh_id)
        judge(warehouse, first.refresh_id, gate)
    judge(warehouse, first.refresh_id, "core", passed=False)
    with pytest.raises(psycopg.Error, match="no passed run of the core gate"):
        refreshes.finish_refresh(warehouse, first.refresh_id)
    judge(warehouse, first.refresh_id, "core")
    refreshes.finish_refresh(warehouse, first.refresh_id)
    with pytest.raises(psycopg.Error, match="refresh 1 cannot be published now"):
        refreshes.finish_refresh(warehouse, first.refresh_id)


def test_a_verdict_given_or_revoked_since_opens_another_and_one_undecided_does_not(warehouse: Warehouse) -> None:
    put_drop(warehouse, 1)
    first = refreshes.open_refresh(warehouse)
    assert first is not None
    with stage(warehouse, "linkage", first.refresh_id, "registry"):
        pass
    publish(warehouse, first.refresh_id)

    def opens_after(statement: str) -> bool:
        with warehouse.connect("owner") as connection:
            connection.execute("delete from registry.decision")
            connection.execute(statement.encode())
        with warehouse.connect("intake") as connection:
            return refreshes.has_news(connection)

    said = (
        "insert into registry.decision (identity_left, identity_right, verdict, decided_at, revoked_at) values "
        "('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000002', '{}', {}, {})"
    )
    assert opens_after(said.format("must_link", "now()", "null"))
    assert opens_after(said.format("cannot_link", "now() - interval '1 day'", "now()"))
    assert not opens_after(said.format("undecided", "now()", "null"))
    assert not opens_after(said.format("must_link", "now() - interval '1 day'", "null"))


def test_a_verdict_given_while_a_refresh_is_half_done_has_it_link_anew(warehouse: Warehouse) -> None:
    def started() -> object:
        with warehouse.connect("intake") as connection:
            return connection.execute("select started_at from governance.refresh").fetchall()

    put_drop(warehouse, 1)
    first = refreshes.open_refresh(warehouse)
    assert first is not None
    with stage(warehouse, "linkage", first.refresh_id, "registry"):
        pass
    refreshes.fail_unfinished(warehouse)
    before = started()
    assert refreshes.open_refresh(warehouse) is not None
    assert started() == before, "what is linked stays linked"
    with warehouse.connect("owner") as connection:
        connection.execute(
            "insert into registry.decision (identity_left, identity_right, verdict) values "
            "('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000002', 'must_link')"
        )
    assert refreshes.open_refresh(warehouse) is not None
    assert started() != before


def test_a_stage_started_alone_without_a_refresh_says_so(warehouse: Warehouse) -> None:
    with pytest.raises(refreshes.NoRefresh, match="p20w refresh"):
        refreshes.current(warehouse)


def test_the_calendar_of_refreshes_has_every_quarter_once() -> None:
    labels = calendar.labels()
    assert (labels[0], labels[-1], len(labels)) == ("2014Q3", "2035Q4", 86)
    assert all(calendar.label_of(calendar.first_day(label)) == label for label in labels)
    assert all(calendar.label_of(calendar.cutoff(label)) == label for label in labels)


def put_file(warehouse: Warehouse, feed: str, period: str, day: str, status: str = "accepted") -> None:
    with warehouse.connect("owner") as connection:
        connection.execute(
            """
            insert into governance.drop (drop_id, feed, period, submission, status, delivered_on, lines_total,
                lines_accepted)
            select coalesce(max(drop_id), 0) + 1, %s, %s, 1, %s, %s, 10, 9 from governance.drop
            """,
            (feed, period, status, day),
        )


def opened_and_published(warehouse: Warehouse, label: str) -> None:
    opened = refreshes.open_refresh(warehouse, label)
    assert opened is not None
    publish(warehouse, opened.refresh_id)


def test_a_refresh_waits_for_wages_that_are_due_and_goes_on_by_a_waiver_alone(warehouse: Warehouse) -> None:
    put_file(warehouse, "ui_wage", "2024Q1", "2024-05-20")
    opened_and_published(warehouse, "2024Q2")
    put_file(warehouse, "employer", "2024Q2", "2024-09-10")
    with pytest.raises(waiting.FileAwaited, match=r"ui_wage 2024Q2, due on 2024-08-29.*drops waive ui_wage/2024Q2"):
        refreshes.open_refresh(warehouse)
    with pytest.raises(ValueError, match="reason"):
        waiting.waive(warehouse, "ui_wage", "2024Q2", " ")
    for _ in range(2):
        waiting.waive(warehouse, "ui_wage", "2024Q2", "the agency's system is down until October")
    opened_and_published(warehouse, "2024Q3")
    with warehouse.connect("steward") as connection:
        said = connection.execute("select subject from governance.audit where action = 'file waived'").fetchall()
    assert [row[0]["period"] for row in said] == ["2024Q2"]
    with warehouse.connect("owner") as connection, pytest.raises(psycopg.Error, match="on record"):
        connection.execute("delete from governance.waiver")


@pytest.mark.parametrize("status", ["accepted", "withdrawn", "purged"])
def test_a_file_that_came_or_was_taken_back_on_record_is_not_waited_for(warehouse: Warehouse, status: str) -> None:
    put_file(warehouse, "ui_wage", "2024Q1", "2024-05-20")
    opened_and_published(warehouse, "2024Q2")
    put_file(warehouse, "ui_wage", "2024Q2", "2024-08-20", status)
    put_file(warehouse, "employer", "2024Q2", "2024-09-10")
    opened_and_published(warehouse, "2024Q3")


@pytest.mark.parametrize("status", ["received", "rejected"])
def test_a_file_that_was_refused_is_still_waited_for(warehouse: Warehouse, status: str) -> None:
    put_file(warehouse, "ui_wage", "2024Q1", "2024-05-20")
    opened_and_published(warehouse, "2024Q2")
    put_file(warehouse, "ui_wage", "2024Q2", "2024-08-20", status)
    put_file(warehouse, "employer", "2024Q2", "2024-09-10")
    with pytest.raises(waiting.FileAwaited):
        refreshes.open_refresh(warehouse)


def test_what_never_came_and_what_was_due_before_the_last_refresh_hold_up_nothing(warehouse: Warehouse) -> None:
    put_file(warehouse, "employer", "2024Q1", "2024-06-10")
    opened_and_published(warehouse, "2024Q2")
    put_file(warehouse, "employer", "2024Q2", "2024-09-10")
    opened_and_published(warehouse, "2024Q3")
    put_file(warehouse, "ui_wage", "2024Q2", "2024-09-10")
    opened_and_published(warehouse, "2024Q3")
    put_file(warehouse, "ui_wage", "2024Q3", "2024-11-10")
    opened_and_published(warehouse, "2024Q4")


def test_only_files_that_refreshes_wait_for_can_be_waived(warehouse: Warehouse) -> None:
    for feed, period in (("employer", "2024Q2"), ("ui_wage", "2024"), ("wages", "2024Q2")):
        with pytest.raises(waiting.NotAwaited, match=f"{feed}/{period}"):
            waiting.waive(warehouse, feed, period, "why")
