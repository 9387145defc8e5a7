"""The federal TANF data report in the database: two people of a line apart, SSNs as tokens, no file without frame."""

import os
from pathlib import Path

import pytest

from p20w.database import Warehouse
from p20w.intake import DropOutcome
from p20w.settings import PROJECT
from tests.integration.intake.deliveries import Agency, count, take_in
from tests.unit.intake.test_record_types import ADULT, FAMILY, HEADER, LETTERED, TWO_CHILDREN, file_of, trailer, whole

FEED = "tanf_report"
SAMPLES = Path(os.environ.get("P20W_TEST_SAMPLES", PROJECT.parent / "shared" / "samples")) / "tanf"
SAMPLE = SAMPLES / "small_correct_file.txt"
NO_NUMBER = ADULT.replace("734110421", "999999999")
PLAIN, SPELLED = whole(FAMILY, ADULT, NO_NUMBER, TWO_CHILDREN), ADULT.replace("734110421", "YZP@@TP9@")
AGAIN = whole(FAMILY.replace("202010", "202110"), SPELLED.replace("202010", "202110"),
              header=LETTERED.replace("20204", "20214"))  # fmt: skip


@pytest.fixture(scope="module")
def delivered(module_warehouse: Warehouse, module_agency: Agency) -> dict[str, DropOutcome]:
    """What became of a file with digits, one with letters, and one with two headers."""
    for period, data, lines in (
        ("2020Q4-active", PLAIN, 4),
        ("2021Q4-active", AGAIN, 2),
        ("2022Q4-active", file_of(HEADER, FAMILY, HEADER, trailer(2)), 2),
    ):
        module_agency.deliver(FEED, period, data, record_count=lines, delivered_on="2024-02-10")
    if SAMPLE.exists():
        module_agency.deliver(FEED, "2020Q4-active", SAMPLE.read_bytes(), 2, record_count=1, delivered_on="2024-02-12")
    return {outcome.scope: outcome for outcome in take_in(module_warehouse)}


def test_a_line_of_two_children_is_two_lines_with_people_of_their_own(
    module_warehouse: Warehouse, delivered: dict[str, DropOutcome]
) -> None:
    drop = delivered[f"{FEED}/2020Q4-active/1"]
    assert (drop.lines_accepted, drop.lines_quarantined) == (5, 0)
    with module_warehouse.connect("intake") as connection:
        rows = connection.execute(
            "select line_number, record_type, identity_id is not null from intake.tanf_report where drop_id = %s "
            "order by 1",
            (drop.drop_id,),
        ).fetchall()
        children = f"select count(distinct identity_id) from intake.tanf_report where drop_id = {drop.drop_id}"
        assert count(connection, children + " and record_type = 'T3'") == 2
    assert rows == [(1, "T1", False), (2, "T2", True), (3, "T2", False), (4, "T3", True), (5, "T3", True)]


def test_an_ssn_in_letters_is_the_person_of_the_same_digits(
    module_warehouse: Warehouse, delivered: dict[str, DropOutcome]
) -> None:
    drops = [delivered[f"{FEED}/{period}/1"].drop_id for period in ("2020Q4-active", "2021Q4-active")]
    with module_warehouse.connect("intake") as connection:
        query = f"select count(distinct identity_id) from intake.tanf_report where drop_id in ({drops[0]}, {drops[1]})"
        assert count(connection, query + " and record_type = 'T2'") == 1


def test_two_headers_refuse_the_file_with_the_line(delivered: dict[str, DropOutcome]) -> None:
    refused = delivered[f"{FEED}/2022Q4-active/1"]
    assert (refused.status, refused.reason_code) == ("rejected", "unreadable")
    assert "line 3 is a second HEADER" in str(refused.reason)
    assert "7341" not in str(refused.reason)


@pytest.mark.skipif(not SAMPLE.exists(), reason="agencies' sample files are not here")
def test_the_federal_sample_is_taken_in(delivered: dict[str, DropOutcome]) -> None:
    drop = delivered[f"{FEED}/2020Q4-active/2"]
    assert (drop.status, drop.lines_accepted, drop.lines_quarantined) == ("accepted", 1, 0)
