"""Which deliveries are expected: the calendar begins with what was taken in."""

from datetime import date

from p20w.contracts import load_contracts
from p20w.reports.deliveries import deliveries
from p20w.reports.ledger import Drop
from p20w.settings import PROJECT

CONTRACTS = {"ui_wage": load_contracts(PROJECT / "contracts")["ui_wage"]}


def drop(period: str, status: str = "accepted") -> Drop:
    code = "record_count" if status == "rejected" else None
    return Drop(1, "ui_wage", period, 1, status, code, code, date(2024, 2, 1), 60, 60, 0, True)


def test_a_refused_period_of_long_ago_makes_nothing_missing() -> None:
    found = deliveries(CONTRACTS, [drop("1985Q1", "rejected"), drop("2023Q3")], date(2024, 3, 31))
    assert [(row.period, row.state) for row in found] == [
        ("1985Q1", "refused"),
        ("2023Q3", "late"),
        ("2023Q4", "missing"),
    ]


def test_until_something_is_taken_in_nothing_is_expected() -> None:
    found = deliveries(CONTRACTS, [drop("2014Q1", "rejected")], date(2024, 3, 31))
    assert [row.state for row in found] == ["refused"]


def test_a_purged_file_had_come_and_one_that_was_withdrawn_before_had_not() -> None:
    came, withdrawn = (
        Drop(1, "ui_wage", period, 1, "purged", code, None, date(2024, 2, 1), 60, 60, 0, False)
        for period, code in (("2023Q3", "purged"), ("2023Q4", "withdrawn"))
    )
    found = deliveries(CONTRACTS, [came, withdrawn], date(2024, 3, 31))
    assert [(row.period, row.state, row.in_force) for row in found] == [
        ("2023Q3", "late", None),
        ("2023Q4", "missing", None),
    ]
