"""Wages in the ICESA layout in the database: a first and a corrected file, people of the other one, no false totals."""

from pathlib import Path

import pytest

from p20w.database import Warehouse
from p20w.intake import DropOutcome
from p20w.quarantine import export
from p20w.quarantine.record import NotQuarantined
from tests.integration.intake.deliveries import Agency, count, take_in
from tests.unit.intake.icesa import Employers, Worker, file_of, lehd, lines_of

FEED = "ui_wage"
ANA, BO = Worker("734110421", "FAMILYA", "GIVENA", 1_234_549, "Q"), Worker("734110422", "FAMILYB", "GIVENB", 7_654_350)
NOBODY = Worker("000000000", "FAMILYC", "GIVENC", 99_00)
PAID: Employers = [("12345", "123456789", [ANA, BO]), ("9876543210", "987654321", [NOBODY])]
RAISED: Employers = [PAID[0], ("9876543210", "987654321", [Worker("000000000", "FAMILYC", "GIVENC", 120_00)])]


@pytest.fixture(scope="module")
def delivered(module_warehouse: Warehouse, module_agency: Agency) -> dict[str, DropOutcome]:
    """What became of a quarter as sent to LEHD, of the next in ICESA and corrected, and of one with a wrong total."""
    wrong = lines_of(PAID, 2023, 4)
    wrong[5] = wrong[5][:26] + f"{1:014d}" + wrong[5][40:]
    odd = lines_of(PAID, 2024, 1)
    odd[3] = odd[3][:43] + "XX" + odd[3][45:]  # no state
    files = (
        ("2023Q2", 1, lehd(PAID, 2023, 2)),
        ("2023Q3", 1, file_of(lines_of(PAID, 2023, 3))),
        ("2023Q3", 2, file_of(lines_of(RAISED, 2023, 3))),
        ("2023Q4", 1, file_of(wrong)),
        ("2024Q1", 1, file_of(odd)),
        ("2024Q2", 1, file_of(lines_of(PAID, 2024, 1))),
    )
    for period, submission, data in files:
        module_agency.deliver(FEED, period, data, submission, record_count=3)
    return {outcome.scope: outcome for outcome in take_in(module_warehouse)}


def test_both_layouts_are_the_same_people_and_the_correction_counts(
    module_warehouse: Warehouse, delivered: dict[str, DropOutcome]
) -> None:
    assert delivered[f"{FEED}/2023Q3/2"].status == "accepted"
    drops = [delivered[f"{FEED}/{scope}"].drop_id for scope in ("2023Q2/1", "2023Q3/2")]
    people = "select count(distinct identity_id) from intake.ui_wage where drop_id in ({}, {})".format(*drops)
    with module_warehouse.connect("intake") as connection:
        assert count(connection, people) == len([ANA, BO, NOBODY])
        rows = connection.execute(
            "select line_number, ui_account_number, federal_ein, wages_usd from intake.ui_wage where drop_id = %s "
            "order by 1",
            (drops[1],),
        ).fetchall()
        status = connection.execute(
            "select status from governance.drop where feed = %s and period = '2023Q3' order by submission", (FEED,)
        ).fetchall()
    assert rows == [
        (1, "0000012345", "123456789", 12_345),
        (2, "0000012345", "123456789", 76_544),
        (3, "9876543210", "987654321", 120),
    ]
    assert status == [("superseded",), ("accepted",)]


def test_a_false_total_refuses_the_file_with_its_line_and_no_wage(delivered: dict[str, DropOutcome]) -> None:
    refused = delivered[f"{FEED}/2023Q4/1"]
    assert (refused.status, refused.reason_code) == ("rejected", "unreadable")
    assert "The file cannot be read: its line 6 (T) gives at 27-40 a total of amounts that differs" in str(
        refused.reason
    )
    assert "Ask the agency for the file again" in str(refused.reason)
    assert not any(figure in str(refused.reason) for figure in ("7341", "8888", "1234549", "12,345"))


def test_a_file_of_another_quarter_is_refused_in_this_layout_too(delivered: dict[str, DropOutcome]) -> None:
    assert delivered[f"{FEED}/2024Q2/1"].reason_code == "another_period"


def test_lines_that_totals_count_are_not_exported_one_by_one(
    module_warehouse: Warehouse, delivered: dict[str, DropOutcome], tmp_path: Path
) -> None:
    drop = delivered[f"{FEED}/2024Q1/1"]
    assert (drop.status, drop.lines_accepted, drop.lines_quarantined) == ("accepted", 2, 1)
    said = (
        module_warehouse,
        module_warehouse.settings,
        drop.scope,
        tmp_path / "lines.zip",
        "a long pass phrase 7",
        "test",
    )
    with pytest.raises(NotQuarantined, match="cannot be corrected line by line"):
        export(*said)
