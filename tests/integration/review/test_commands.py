"""`p20w review …` from the terminal."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from p20w.cli import app
from p20w.database import Warehouse
from p20w.registry.review.queue import PairKey
from p20w.settings import Settings
from tests.integration.review.made_up_pairs import FIRST_NAMES, SURNAMES, make_queue

Command = Callable[..., Result]


@pytest.fixture
def keys(warehouse: Warehouse) -> list[PairKey]:
    return make_queue(warehouse, 3)


@pytest.fixture
def p20w(warehouse: Warehouse, keys: list[PairKey], monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setattr(Settings, "load", lambda: warehouse.settings)
    monkeypatch.setenv("P20W_REVIEWER", "A. Steward")
    monkeypatch.setenv("COLUMNS", "160")
    return lambda *words: CliRunner().invoke(app, ["review", *map(str, words)])


def test_next_names_the_most_valuable_pair_and_nobody(p20w: Command, keys: list[PairKey]) -> None:
    said = p20w("next").output
    assert said.startswith(f"{keys[0].left} {keys[0].right}  evidence against, 3 files")
    assert not any(name.upper() in said.upper() for name in (*SURNAMES, *FIRST_NAMES))
    assert len(p20w("next", "--count", 9).output.splitlines()) == 3


def test_show_lays_two_records_side_by_side_in_either_order(p20w: Command, keys: list[PairKey]) -> None:
    said = p20w("show", keys[0].right, keys[0].left).output
    for text in (SURNAMES[0].upper(), "day and month swapped", "two persons", "other records of the two", "+6.7"):
        assert text in said
    assert "two persons because the rest of what their records say speaks against one person" in said
    blind = p20w("show", keys[0].left, keys[0].right, "--blind").output
    assert SURNAMES[0].upper() in blind
    assert "+6.7" not in blind
    assert "other records of the two" not in blind
    assert "because" not in blind


def test_a_verdict_is_given_shown_counted_and_revoked(p20w: Command, keys: list[PairKey]) -> None:
    said = p20w("decide", keys[0].left, keys[0].right, "must-link").output
    assert "same person, by A. Steward" in said
    number = re.findall(r"Decision (\d+)", said)[0]
    assert f"Decision {number} by A. Steward: same person" in p20w("show", keys[0].left, keys[0].right).output
    assert "2 pairs wait for a first opinion" in p20w("status").output
    p20w("decide", keys[0].left, keys[0].right, "cannot-link", "--reviewer", "B. Other")
    assert "0 of 1 the same (0%), kappa 0.00" in p20w("status").output
    assert p20w("revoke", number).exit_code == 0
    failed = p20w("revoke", number)
    assert failed.exit_code == 1
    assert f"No standing decision has number {number}" in failed.output


def test_a_sheet_goes_out_and_comes_back(p20w: Command, tmp_path: Path) -> None:
    file = tmp_path / "pairs.csv"
    assert "3 pairs in" in p20w("export", file).output
    file.write_text(re.sub(r",\r?$", ",undecided", file.read_text(), flags=re.MULTILINE))
    assert "3 verdicts by A. Steward are on record" in p20w("import", file).output
    assert p20w("next").output.strip() == "Nothing waits."


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("show", "x", "y"), "A pair is two ids"),
        (("decide", "x", "y", "perhaps"), "must-link, cannot-link or undecided"),
        (("next", "--reviewer", " "), "name has 1 to 60"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(p20w: Command, words: tuple[str, ...], told: str) -> None:
    result = p20w(*words)
    assert result.exit_code == 1
    assert told in result.output
    assert "Traceback" not in result.output
