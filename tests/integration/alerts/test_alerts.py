"""Who runs the warehouse hears once of what needs attention, and never anything about a person."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from dagster_project import refresh
from p20w.alerts import send_news
from p20w.alerts.channels import SHOWN, SIGNATURE
from p20w.cli import app
from p20w.database import Warehouse
from p20w.settings import Settings
from tests.integration.alerts.servers import Hook, MailServer, running
from tests.own_state import free_port

TODAY = date(2024, 12, 1)
PERSON = "MARIA GONZALEZ 123-45-6789"
"""What an agency might write where we ask for a period, a feed or a reason."""
REFRESHED = "insert into governance.refresh (refresh_id, label, cutoff, status) values (1, '2024Q3', '2024-09-30', %s)"


@pytest.fixture
def mail() -> Iterator[MailServer]:
    server = MailServer()
    with running(server):
        yield server


@pytest.fixture
def hook() -> Iterator[Hook]:
    server = Hook()
    with running(server):
        yield server


@pytest.fixture
def alerted(warehouse: Warehouse, mail: MailServer, hook: Hook) -> Settings:
    """Settings with both channels on, of a warehouse with a record in which everything has happened."""
    with warehouse.connect("owner") as connection:
        for period, submission, status, reason, delivered in (
            ("2024Q1", 1, "accepted", None, "2024-05-01"),
            ("2024Q2", 1, "rejected", "control_total", "2024-08-15"),
            ("2024Q2", 2, "accepted", None, "2024-11-28"),
            (PERSON, 1, "rejected", "period", "2024-11-28"),
        ):
            drop(connection, "ui_wage", period, submission, status, reason, delivered)
        drop(connection, PERSON, "2024Q2", 1, "rejected", "manifest", "2024-11-28")
        connection.execute(REFRESHED, ("running",))
        run = connection.execute(
            "insert into governance.gate_run (gate, scope, input_fingerprint, suite_version, refresh_id) "
            "values ('marts', 'refresh/1', 'f', 'v', 1) returning gate_run_id"
        ).fetchone()
        connection.execute(
            "insert into governance.gate_result (gate_run_id, result_number, expectation, severity, observed, passed) "
            "values (%s, 1, 'counts_nest', 'critical', %s, false)",
            (*(run or ()), PERSON),
        )
        connection.execute("update governance.gate_run set passed = false, finished_at = %s", (TODAY,))
        connection.commit()
    return warehouse.settings.model_copy(
        update={
            "alert_smtp_host": "127.0.0.1",
            "alert_smtp_port": mail.port,
            "alert_smtp_security": "none",
            "alert_mail_from": "warehouse@state.test",
            "alert_mail_to": "ops@state.test, board@state.test",
            "alert_webhook": hook.url,
        }
    )


def drop(
    connection: psycopg.Connection, feed: str, period: str, submission: int, status: str, reason: str | None, day: str
) -> None:
    """A drop as intake writes it down, with the agency's words in the reason."""
    number = connection.execute("select coalesce(max(drop_id), 0) + 1 from governance.drop").fetchone()
    connection.execute(
        "insert into governance.drop (drop_id, feed, period, submission, status, reason_code, reason, delivered_on, "
        "received_at, file_sha256) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (*(number or ()), feed, period, submission, status, reason, reason and PERSON, day, TODAY, "0" * 64),
    )


def test_everything_is_told_once_by_both_channels(
    warehouse: Warehouse, alerted: Settings, mail: MailServer, hook: Hook
) -> None:
    assert send_news(warehouse, alerted, TODAY).warnings == ()
    [(recipients, letter)] = mail.messages
    assert recipients == ["ops@state.test", "board@state.test"]
    [(_, body)] = hook.posts
    posted = json.loads(body)
    for words in (
        "Refused: ui_wage 2024Q2 submission 1 (control total)",
        "Late: ui_wage 2024Q2 came 91 days after it was due (2024-08-29)",
        "Missing: ui_wage 2024Q3 was due 2024-11-29, 2 days ago",
        "Closed: the marts gate of refresh 2024Q3 (counts_nest)",
        "a drop in a folder that no contract knows (manifest)",
    ):
        assert words in posted["text"]
        assert words in letter.replace("=\r\n", "")
    told = {(item["kind"], item["feed"], item["period"]) for item in posted["news"]}
    assert {("refused", "ui_wage", "2024Q2"), ("refused", None, None), ("gate", None, None)} <= told
    assert send_news(warehouse, alerted, TODAY).told == {"mail": 0, "webhook": 0}
    assert (len(mail.messages), len(hook.posts)) == (1, 1)


def test_nothing_of_an_agency_s_text_is_in_a_message(
    warehouse: Warehouse, alerted: Settings, mail: MailServer, hook: Hook
) -> None:
    send_news(warehouse, alerted, TODAY)
    said = mail.messages[0][1] + hook.posts[0][1].decode()
    assert not [word for word in (*PERSON.split(), PERSON) if word in said]


def test_only_what_is_new_is_told_the_next_time(
    warehouse: Warehouse, alerted: Settings, mail: MailServer, hook: Hook
) -> None:
    send_news(warehouse, alerted, TODAY)
    with warehouse.connect("owner") as connection:
        drop(connection, "ui_wage", "2024Q3", 1, "accepted", None, "2024-12-01")
        drop(connection, "ui_wage", "2024Q3", 2, "rejected", "truncated", "2024-12-01")
        connection.commit()
    assert send_news(warehouse, alerted, TODAY).told == {"mail": 2, "webhook": 2}
    text = json.loads(hook.posts[-1][1])["text"]
    assert "P-20W: 1 refused, 1 late" in text
    assert "Late: ui_wage 2024Q3 came 2 days after" in text


def test_history_is_no_news_to_a_warehouse_that_turns_alerts_on(
    warehouse: Warehouse, alerted: Settings, hook: Hook
) -> None:
    send_news(warehouse, alerted, TODAY + timedelta(days=30))
    kinds = {item["kind"] for item in json.loads(hook.posts[0][1])["news"]}
    assert kinds == {"missing"}


def test_a_long_list_is_cut_and_says_so(warehouse: Warehouse, alerted: Settings, hook: Hook) -> None:
    send_news(warehouse, alerted, date(2031, 1, 1))
    posted = json.loads(hook.posts[0][1])
    assert len(posted["news"]) == SHOWN
    assert "more. See: p20w drops status" in posted["text"]


def test_what_is_posted_is_signed(warehouse: Warehouse, alerted: Settings, hook: Hook, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("between us\n")
    settings = alerted.model_copy(update={"alert_webhook_secret_file": tmp_path / "secret"})
    send_news(warehouse, settings, TODAY)
    headers, body = hook.posts[0]
    sent = {name.lower(): value for name, value in headers.items()}[SIGNATURE.lower()]
    assert sent == hmac.new(b"between us", body, hashlib.sha256).hexdigest()


def broken(settings: Settings, how: str, mail: MailServer, hook: Hook) -> Settings:
    """The settings with one channel that fails."""
    match how:
        case "mail server away":
            return settings.model_copy(update={"alert_smtp_port": free_port()})
        case "mail server without TLS":
            return settings.model_copy(update={"alert_smtp_security": "starttls"})
        case "recipient refused":
            mail.refuses = True
        case "webhook fails":
            hook.status = 500
        case "webhook leads elsewhere":
            hook.status = 307
        case _:
            return settings.model_copy(update={"alert_webhook": "http://chat.state.test/hook"})
    return settings


FAILURES = {
    "mail server away": ("mail", "the mail server did not take the message (ConnectionRefusedError)"),
    "mail server without TLS": ("mail", "(SMTPNotSupportedError)"),
    "recipient refused": ("mail", "(SMTPRecipientsRefused)"),
    "webhook fails": ("webhook", "the webhook answered 500"),
    "webhook leads elsewhere": ("webhook", "the webhook answered 307"),
    "webhook without TLS": ("webhook", "P20W_ALERT_WEBHOOK is no address with https"),
}


@pytest.mark.parametrize("how", FAILURES)
def test_a_channel_that_fails_is_one_plain_warning_and_is_tried_again(
    warehouse: Warehouse, alerted: Settings, mail: MailServer, hook: Hook, how: str
) -> None:
    channel, words = FAILURES[how]
    sent = send_news(warehouse, broken(alerted, how, mail, hook), TODAY)
    [warning] = sent.warnings
    assert words in warning
    assert "The refresh is not affected" in warning
    for secret in ("state.test", "127.0.0.1", "a-secret-path"):
        assert secret not in warning
    assert channel not in sent.told
    assert len(sent.told) == 1  # the other one worked
    mail.refuses, hook.status = False, 204
    again = send_news(warehouse, alerted, TODAY)
    assert again.told[channel] > 0
    assert sum(again.told.values()) == again.told[channel]


def test_alerts_are_off_by_default(warehouse: Warehouse) -> None:
    assert warehouse.settings.alert_channels == ()
    assert send_news(warehouse, warehouse.settings, TODAY).told == {}


def test_a_refresh_tells_what_it_refused_and_a_dead_mail_server_does_not_stop_it(
    warehouse: Warehouse, mail: MailServer, hook: Hook, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = warehouse.settings.drops / "ui_wage" / "2024Q1" / "1"
    folder.mkdir(parents=True)
    (folder / "ui_wage.txt").write_text("not a wage\n")
    (folder / "manifest.json").write_text("{}")
    settings = warehouse.settings.model_copy(
        update={
            "alert_webhook": hook.url,
            "alert_smtp_host": "127.0.0.1",
            "alert_smtp_port": free_port(),
            "alert_mail_from": "warehouse@state.test",
            "alert_mail_to": "ops@state.test",
        }
    )
    outcome = refresh.run(settings, warehouse=warehouse)
    assert len(outcome.refused) == 1
    [(_, body)] = hook.posts
    assert "Refused: ui_wage 2024Q1 submission 1 (manifest)" in json.loads(body)["text"]


def test_a_trial_says_whether_each_channel_took_it(
    mail: MailServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("P20W_HOME", str(tmp_path))
    assert CliRunner().invoke(app, ["alerts", "try"]).exit_code == 1  # off
    for name, value in (
        ("SMTP_HOST", "127.0.0.1"),
        ("SMTP_PORT", str(mail.port)),
        ("SMTP_SECURITY", "none"),
        ("MAIL_FROM", "warehouse@state.test"),
        ("MAIL_TO", "ops@state.test"),
    ):
        monkeypatch.setenv(f"P20W_ALERT_{name}", value)
    result = CliRunner().invoke(app, ["alerts", "try"])
    assert (result.exit_code, len(mail.messages)) == (0, 1), result.output
    mail.refuses = True
    assert CliRunner().invoke(app, ["alerts", "try"]).exit_code == 1
