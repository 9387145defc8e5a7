"""The command line answers at once, teaches, and ends in words."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dagster_project.outcome import RefreshOutcome
from p20w.cli import app
from p20w.commands.refresh import show
from p20w.pipeline.refreshes import Refresh
from p20w.plain_errors import AGAIN
from p20w.settings import Settings

SLOW = ("dagster", "great_expectations", "polars", "dbt", "splink", "sqlalchemy", "psycopg")


def test_help_imports_nothing_slow() -> None:
    program = (
        "import sys\nfrom typer.testing import CliRunner\nfrom p20w.cli import app\n"
        "CliRunner().invoke(app, ['--help'])\n"
        f"print([name for name in {SLOW!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "command", [[], ["refresh"], ["simulate"], ["evaluate"], ["drops"], ["quarantine"], ["db"], ["ui"]]
)
def test_every_command_has_help_that_says_what_it_is_for(command: list[str]) -> None:
    result = CliRunner().invoke(app, [*command, "--help"])
    assert result.exit_code == 0
    assert len(result.stdout.split()) > 20


def test_an_expected_error_is_told_in_words_and_exits_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("P20W_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("P20W_TRUTH", str(tmp_path / "nothing"))
    done = subprocess.run([sys.executable, "-m", "p20w.cli", "evaluate"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "contains no truth" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unexpected_error_does_not_repeat_its_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Settings:
        raise ValueError("Zyxwvutine")

    monkeypatch.setattr("p20w.settings.Settings.load", broken)
    result = CliRunner().invoke(app, ["db", "start"])
    assert result.exit_code == 1
    assert "Unexpected: ValueError" in result.output
    assert "Zyxwvutine" not in result.output


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("P20W_WORKERS", "abc", "P20W_WORKERS cannot be used: input should be a valid integer. (Processes and threads"),
        ("P20W_WORKERS", "0", "P20W_WORKERS cannot be used: input should be greater than or equal to 1. (Processes"),
        ("P20W_LINKAGE_BACKEND", "excel", "P20W_LINKAGE_BACKEND cannot be used: input should be 'duckdb' or 'spark'."),
        ("P20W_SPARK_OPTIONS", "{", 'error parsing value for field "spark_options"'),
    ],
)
def test_a_setting_that_cannot_be_is_told_with_what_it_is_for(
    name: str, value: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    result = CliRunner().invoke(app, ["drops", "status"])
    assert result.exit_code == 1
    assert result.output.startswith(told)
    assert "pydantic" not in result.output


def test_a_label_that_is_no_quarter_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("P20W_HOME", str(tmp_path / "home"))
    result = CliRunner().invoke(app, ["refresh", "--label", "2024Q9"])
    assert (result.exit_code, result.output) == (1, "'2024Q9' is no quarter; write it like 2024Q4\n")


def test_what_happens_to_machines_is_told_in_a_sentence_without_class_names(monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> Settings:
        with Path("/dev/full").open("w") as device:
            device.write("x" * 99_999)
        raise AssertionError

    def ended() -> Settings:
        raise KeyboardInterrupt

    monkeypatch.setattr("p20w.settings.Settings.load", full)
    result = CliRunner().invoke(app, ["db", "start"])
    assert (result.exit_code, result.output) == (1, f"The disk is full. Make room there. {AGAIN}\n")
    monkeypatch.setattr("p20w.settings.Settings.load", ended)
    result = CliRunner().invoke(app, ["db", "start"])
    assert (result.exit_code, result.output) == (130, f"Stopped by you. Nothing half-done counts. {AGAIN}\n")


def test_a_refresh_ends_with_a_table_of_stages(capsys: pytest.CaptureFixture[str]) -> None:
    from datetime import date

    outcome = RefreshOutcome(
        Refresh(1, "2024Q4", date(2024, 12, 31), "published"),
        opened=True,
        stages={"intake": {"lines_in": 1234, "gates_run": 3, "gates_passed": 2, "seconds": 1.26}},
        refused=("ui_wage 2024Q3 submission 2: refused (control total).",),
        report=Path("/reports/2024Q4/index.html"),
        seconds=12,
    )
    show(outcome, Settings())
    shown = capsys.readouterr().out
    for text in ("Refresh 2024Q4", "1,234", "2 of 3", "1.3", "control total", "/reports/2024Q4/index.html"):
        assert text in shown
