"""One drop on the screen says how a value is wanted, as the check of an agency does."""

from datetime import date

import pytest

from p20w.commands.drop_on_screen import Found, show
from p20w.contracts import load_contracts
from p20w.settings import PROJECT


def test_what_is_quarantined_is_shown_with_the_form_that_the_contract_wants(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("p20w.commands.drop_on_screen.console.width", 200, raising=False)
    set_aside = [
        ("line", "out_of_range", "hours_worked", 3, 7),
        ("line", "line_length", None, 1, 9),
        ("field", "impossible_date", "hours_worked", 2, 4),
    ]
    found = Found("ui_wage/2024Q3/1", "accepted", date(2024, 11, 1), (60, 56, 4), None, [], set_aside, {})
    show(found, load_contracts(PROJECT / "contracts")["ui_wage"])
    lines = capsys.readouterr().out.splitlines()
    (ranged,) = [line for line in lines if "out_of_range" in line]
    assert "a whole number from 0 to 2,208" in ranged
    (whole,) = [line for line in lines if "line_length" in line]
    assert "the whole line" in whole
    assert not any("whole number" in line for line in lines if line != ranged)
    assert "60 lines: 56 accepted, 4 quarantined" in lines
    show(found, None)  # of a feed whose contract is gone
    assert "whole number" not in capsys.readouterr().out
