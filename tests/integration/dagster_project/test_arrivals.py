"""The sensor asks for a run once for each new content, and says why it does not; the schedule follows contracts."""

import json
from datetime import UTC, date, datetime
from types import SimpleNamespace

import dagster as dg
import pytest

from dagster_project.schedules import deliveries_due
from dagster_project.sensors import arrivals, news
from p20w.database import Warehouse
from p20w.pipeline.calendar import label_of
from tests.own_state import free_port


def waiting(scope: str, mark: str, day: date) -> SimpleNamespace:
    return SimpleNamespace(scope=scope, mark=mark, delivered_on=day)


def look(warehouse: Warehouse, cursor: str | None = None) -> dg.SensorResult | dg.SkipReason:
    context = dg.build_sensor_context(cursor=cursor, resources={"warehouse": warehouse})
    return arrivals(context)  # pyright: ignore[reportReturnType]


def test_an_empty_folder_is_skipped_with_its_name(warehouse: Warehouse) -> None:
    skipped = look(warehouse)
    assert isinstance(skipped, dg.SkipReason)
    assert str(warehouse.settings.drops) in str(skipped.skip_message)


def test_new_drops_start_one_run_a_quarter_and_the_same_content_none(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [
        waiting("ui_wage/2024Q2/1", "aa", date(2024, 8, 24)),
        waiting("employer/2024Q2/1", "bb", date(2024, 9, 8)),
        waiting("ui_wage/2024Q3/1", "cc", date(2024, 11, 24)),
    ]
    monkeypatch.setattr("p20w.intake.pending", lambda warehouse, settings: found)
    first = look(warehouse)
    assert isinstance(first, dg.SensorResult)
    assert [request.partition_key for request in first.run_requests or []] == ["2024Q3", "2024Q4"]
    assert json.loads(first.cursor or "") == ["aa", "bb", "cc"]
    again = look(warehouse, first.cursor)
    assert isinstance(again, dg.SkipReason)
    assert "already asked for" in str(again.skip_message)


def test_a_corrected_file_is_asked_for_although_its_address_is_known(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [waiting("ui_wage/2024Q2/1", "dd", date(2024, 8, 24))]
    monkeypatch.setattr("p20w.intake.pending", lambda warehouse, settings: found)
    asked = look(warehouse, json.dumps(["aa"]))
    assert isinstance(asked, dg.SensorResult)


def test_a_drop_without_readable_manifest_starts_a_run_and_a_folder_of_no_feed_none(warehouse: Warehouse) -> None:
    for name, text in (("ui_wage/2023Q4/1", "rubbish"), ("UI_Wage/2023Q4/1", "{}"), ("ui_wage/2023Q4/²", "{}")):
        folder = warehouse.settings.drops / name
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text(text)
    asked = look(warehouse)
    assert isinstance(asked, dg.SensorResult)
    assert [request.partition_key for request in asked.run_requests or []] == [label_of(date.today())]
    assert isinstance(look(warehouse, asked.cursor), dg.SkipReason)


def test_the_schedule_looks_the_morning_after_a_delivery_was_due(warehouse: Warehouse) -> None:
    def on(day: date) -> object:
        moment = datetime(day.year, day.month, day.day, 6, tzinfo=UTC)
        context = dg.build_schedule_context(scheduled_execution_time=moment, resources={"warehouse": warehouse})
        return deliveries_due(context)

    skipped = on(date(2024, 11, 1))
    assert isinstance(skipped, dg.SkipReason)
    told = str(skipped.skip_message)
    due = date.fromisoformat(told.rstrip(".").rsplit(" ", 1)[-1])
    requested = on(date.fromordinal(due.toordinal() + 1))
    assert isinstance(requested, dg.RunRequest)
    assert requested.partition_key == f"{due.year}Q{(due.month - 1) // 3 + 1}"


def hear(warehouse: Warehouse) -> str:
    context = dg.build_sensor_context(resources={"warehouse": warehouse})
    skipped = news(context)
    assert isinstance(skipped, dg.SkipReason)
    return str(skipped.skip_message)


def test_the_sensor_for_alerts_starts_no_run_and_says_what_it_told(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert hear(warehouse) == "Alerts are off (docs/ops/alerts.md)."
    away = warehouse.settings.model_copy(update={"alert_webhook": f"http://127.0.0.1:{free_port()}/"})
    monkeypatch.setattr(warehouse, "settings", away)
    assert hear(warehouse) == "Told: 0 by webhook."  # nothing is expected of an empty warehouse
    with warehouse.connect("owner") as owner:
        owner.execute(
            "insert into governance.drop (drop_id, feed, period, submission, status, reason_code, received_at) "
            "values (1, 'ui_wage', '2024Q1', 1, 'rejected', 'manifest', now())"
        )
        owner.commit()
    assert "Alerts were not sent by webhook: the webhook was not reached (URLError)." in hear(warehouse)
