"""What a file looks like is told beside what the contract wants, by the check and by intake alike."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from p20w.database import Warehouse
from p20w.intake import DropOutcome, Receipt, check_file
from tests.integration.intake.deliveries import Agency, participation, take_in, wages

PERIODS = {"ui_wage": "2023Q4", "k12_cte": "2023-24"}
LINES = {"ui_wage": wages, "k12_cte": participation}


@dataclass
class Odd:
    """How a sound file was spoiled, and what is to be told of it."""

    feed: str
    change: Callable[[bytes], bytes]
    told: str
    status: str = "rejected"


def before(title: bytes) -> Callable[[bytes], bytes]:
    return lambda data: title + data


def behind(row: bytes) -> Callable[[bytes], bytes]:
    return lambda data: data + row


def semicolons(data: bytes) -> bytes:
    return data.replace(b",", b";")


WITHOUT = "The last line looks like a row of totals; send the file without it."
TOTALS = "The last line is no row of totals, count or trailer."
ODD = {
    "semicolons": Odd("k12_cte", semicolons, "The file looks delimited by a semicolon."),
    "tabs": Odd("k12_cte", lambda d: d.replace(b",", b"\t"), "The file looks delimited by a tab."),
    "a title": Odd("k12_cte", before(b"Participation, 2023-24\n"), "as if 1 line of title came before the header"),
    "a title and a blank line": Odd("k12_cte", before(b"Participation\n\n"), "as if 2 lines of title came before"),
    "no header": Odd("k12_cte", lambda d: d.partition(b"\n")[2], "It looks as if the header was missing."),
    "fixed width": Odd(
        "k12_cte", lambda d: b"".join(b"%-90d\n" % n for n in range(60)), "fixed width, 90 bytes a line."
    ),
    "shorter records": Odd(
        "ui_wage", lambda d: b"".join(line[:88] + b"\n" for line in d.split(b"\n")[:-1]), "records look 88 bytes long."
    ),
    "delimited": Odd("ui_wage", lambda d: d.replace(b"Q", b",Q,"), "delimited by a comma."),
    "a row of totals": Odd("k12_cte", behind(b"TOTAL,,,,,,,,61,,,,\n"), WITHOUT),
    "a count": Odd("k12_cte", behind(b"61\n"), WITHOUT),
    "a trailer": Odd("ui_wage", behind(b"TRAILER 0000000060\n"), WITHOUT),
    "a trailer without line break": Odd("ui_wage", behind(b"T0000000060"), WITHOUT),
    "a trailer of the record's length": Odd("ui_wage", behind(b"%-92s\n" % b"T 60"), WITHOUT),
    "a header in capitals": Odd(
        "k12_cte", lambda d: d.replace(b"CipCode", b"CIP_CODE"), "The header spells every column", "accepted"
    ),
}


@pytest.fixture(scope="module")
def found(module_warehouse: Warehouse, module_agency: Agency) -> dict[str, tuple[DropOutcome, Receipt]]:
    scopes: dict[str, str] = {}
    for submission, (name, odd) in enumerate(ODD.items(), start=1):
        period = PERIODS[odd.feed]
        module_agency.deliver(odd.feed, period, LINES[odd.feed](), submission, change=odd.change)
        scopes[name] = f"{odd.feed}/{period}/{submission}"
    for name, row, count in (("counted", b"TOTAL,,,,,,,,61,,,,\n", 61), ("ordinary", b"1,2\n", 61)):
        module_agency.deliver("k12_cte", "2022-23", participation(), len(name), change=counted(row), record_count=count)
        scopes[name] = f"k12_cte/2022-23/{len(name)}"
    receipts = {
        name: check_file(module_agency.drops / scope, module_warehouse.settings) for name, scope in scopes.items()
    }
    outcomes = {outcome.scope: outcome for outcome in take_in(module_warehouse)}
    return {name: (outcomes[scope], receipts[name]) for name, scope in scopes.items()}


def counted(row: bytes) -> Callable[[bytes], bytes]:
    return lambda data: data.replace(b",2024,", b",2023,") + row


@pytest.mark.parametrize("name", ODD)
def test_what_the_file_looks_like_is_told(name: str, found: dict[str, tuple[DropOutcome, Receipt]]) -> None:
    outcome, receipt = found[name]
    odd = ODD[name]
    assert outcome.status == odd.status
    if odd.status == "rejected":
        assert odd.told in (outcome.reason or "")
    assert odd.told in "\n".join((*receipt.refusals, *receipt.warnings))
    assert receipt.ok == (odd.status == "accepted")


def test_a_row_of_totals_that_was_counted_is_quarantined_and_told(
    found: dict[str, tuple[DropOutcome, Receipt]],
) -> None:
    for name, told in (("counted", True), ("ordinary", False)):
        outcome, receipt = found[name]
        assert (outcome.status, outcome.lines_quarantined) in (("accepted", 1), ("superseded", 1))
        failed = [item.expectation for run in outcome.gate_runs for item in run.results if not item.passed]
        assert ("no_row_of_totals" in failed) is told
        assert any(TOTALS in warning for warning in receipt.warnings) is told
