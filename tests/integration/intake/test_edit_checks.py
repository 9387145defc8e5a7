"""Participants of workforce programs, each federal edit check broken once: what is set aside, told and mended.

One drop has a sound participant on every line but those that break a check; its correction has none of them.
"""

from typing import Any

import pytest

from p20w.database import Warehouse
from p20w.intake import DropOutcome, check_file
from tests.integration.intake.deliveries import CONTRACTS, Agency, take_in

COLUMNS = [column.name for column in CONTRACTS["wioa_participant"].columns]
PERIOD = "2024Q2"
SOUND = {
    "residence_state": "ZZ",
    "residence_county_code": "001",
    "birthdate": "19850412",
    "sex": "2",
    "veteran_status": "0",
    "date_of_program_entry": "20230410",
    "date_of_program_exit": "20230720",
    "adult_program": "1",
    "is_trained": "1",
    "training_1_date_entered": "20230420",
    "training_1_type": "06",
    "training_1_date_ended": "20230710",
    **{f"employed_quarter_{number}_after_exit": "1" for number in (1, 2)},
    **{f"employment_match_quarter_{number}_after_exit": "1" for number in (1, 2)},
    **{f"wages_quarter_{number}_after_exit_usd": "8120.50" for number in (1, 2)},
    **{f"employed_quarter_{number}_after_exit": "9" for number in (3, 4)},
    **{f"employment_match_quarter_{number}_after_exit": "5" for number in (3, 4)},
    **{f"wages_quarter_{number}_after_exit_usd": "999999.99" for number in (3, 4)},
    "credential_1_type": "5",
    "credential_1_date_attained": "20230801",
}
"""Left in 2023Q3; wages come two quarters late, so that the third quarter after exit is not known in 2024Q2."""

Broken = tuple[dict[str, str], str, str]
CHECKS: dict[str, Broken] = {
    "an exit before the entry": ({"date_of_program_exit": "20230409"}, "date_of_program_exit", "line"),
    "an exit after the report quarter": ({"date_of_program_exit": "20240701"}, "date_of_program_exit", "line"),
    "younger than nine at entry": ({"birthdate": "20150101"}, "birthdate", "field"),
    "older than a hundred at entry": ({"birthdate": "19220101"}, "birthdate", "field"),
    "a veteran without eligibility and date": ({"veteran_status": "1"}, "veteran_status", "field"),
    "employed without a match": (
        {"employment_match_quarter_1_after_exit": "0", "wages_quarter_1_after_exit_usd": "0"},
        "employment_match_quarter_1_after_exit",
        "line",
    ),
    "a match without employment": (
        {"employed_quarter_2_after_exit": "0"},
        "employment_match_quarter_2_after_exit",
        "line",
    ),
    "an outcome that is not yet known for too long": (
        {"employed_quarter_1_after_exit": "9", "employment_match_quarter_1_after_exit": "5"},
        "employed_quarter_1_after_exit",
        "line",
    ),
    "wages without a match": (
        {"employed_quarter_1_after_exit": "0", "employment_match_quarter_1_after_exit": "0"},
        "wages_quarter_1_after_exit_usd",
        "field",
    ),
    "a credential before the entry": (
        {"credential_1_date_attained": "20230101"},
        "credential_1_date_attained",
        "field",
    ),
    "a credential a year after exit": (
        {"credential_1_date_attained": "20240701"},
        "credential_1_date_attained",
        "field",
    ),
    "training without a date": ({"training_1_date_entered": "", "training_1_date_ended": ""}, "is_trained", "field"),
    "training without a type": ({"training_1_type": ""}, "is_trained", "field"),
    "training before the entry": ({"training_1_date_entered": "20230101"}, "training_1_date_entered", "field"),
    "training that ends before it begins": ({"training_1_date_ended": "20230411"}, "training_1_date_ended", "field"),
}
FINE: dict[str, dict[str, str]] = {
    "still served": {name: "" for name in SOUND if "exit" in name},
    "not yet known while it may be": {
        "employed_quarter_2_after_exit": "9",
        "employment_match_quarter_2_after_exit": "5",
        "wages_quarter_2_after_exit_usd": "999999.99",
    },
    "a veteran with eligibility": {"veteran_status": "1", "eligible_veteran_status": "2"},
    "a credential at the end of the third quarter after exit": {"credential_1_date_attained": "20240630"},
    "nine years old at entry": {"birthdate": "20140410"},
}
TOLD = {
    "employed without wages": {"wages_quarter_2_after_exit_usd": "0.00"},
    "no program": {"adult_program": "0"},
    "another birth date under the same number": {"participant_identifier": "W000000000", "birthdate": "19850413"},
}
FILL = 150
"""Sound lines around, so that the file as a whole is not refused."""


def line(number: int, **changes: str) -> str:
    """One participant."""
    said = {"participant_identifier": f"W{number:09}", "ssn": f"7{40 + number % 9}{10 + number % 80}{1000 + number}"}
    return ",".join({**dict.fromkeys(COLUMNS, ""), **SOUND, **said, **changes}[name] for name in COLUMNS)


LINES = [line(number) for number in range(FILL)]
BREAKING = [*CHECKS.values(), *((changes, "", "") for changes in (*FINE.values(), *TOLD.values()))]
FIRST = [*LINES, *(line(FILL + number, **changes) for number, (changes, _, _) in enumerate(BREAKING))]
CORRECTED = [line(number) for number in range(len(FIRST))]
AT = {name: FILL + number for number, name in enumerate([*CHECKS, *FINE, *TOLD], start=1)}


@pytest.fixture(scope="module")
def delivered(module_warehouse: Warehouse, module_agency: Agency) -> list[DropOutcome]:
    """The drop that breaks every check, and then the mended one."""
    module_agency.deliver("wioa_participant", PERIOD, FIRST, delivered_on="2024-08-12")
    (first,) = take_in(module_warehouse)
    module_agency.deliver("wioa_participant", PERIOD, CORRECTED, 2, delivered_on="2024-09-12")
    (second,) = take_in(module_warehouse)
    return [first, second]


@pytest.fixture(scope="module")
def aside(module_warehouse: Warehouse, delivered: list[DropOutcome]) -> dict[int, list[tuple[Any, ...]]]:
    """What was set aside of the first drop, by line."""
    with module_warehouse.connect("intake") as connection:
        rows = connection.execute(
            "select line_number, column_name, reason_code, sets_aside from intake.quarantine where drop_id = %s",
            (delivered[0].drop_id,),
        ).fetchall()
    found: dict[int, list[tuple[Any, ...]]] = {}
    for number, *what in rows:
        found.setdefault(number, []).append(tuple(what))
    return found


@pytest.mark.parametrize("name", CHECKS)
def test_what_breaks_an_edit_check_is_set_aside(name: str, aside: dict[int, list[tuple[Any, ...]]]) -> None:
    _, column, sets_aside = CHECKS[name]
    assert aside[AT[name]] == [(column, "contradiction", sets_aside)]


def test_what_keeps_the_edit_checks_is_left_alone(aside: dict[int, list[tuple[Any, ...]]]) -> None:
    assert set(aside) == {AT[name] for name in CHECKS}


def test_checks_over_a_whole_file_are_told_by_its_gate(
    module_warehouse: Warehouse, delivered: list[DropOutcome]
) -> None:
    first, second = delivered
    assert first.status == second.status == "accepted"
    lines = sum(sets_aside == "line" for _, _, sets_aside in CHECKS.values())
    assert (first.lines_quarantined, second.lines_quarantined) == (lines, 0)
    with module_warehouse.connect("gate") as connection:
        told = connection.execute(
            """
            select gate_run.scope, gate_result.expectation
            from governance.gate_result
            inner join governance.gate_run on gate_result.gate_run_id = gate_run.gate_run_id
            where not gate_result.passed
            """
        ).fetchall()
    assert {scope for scope, _ in told} == {first.scope}
    expected = ("employed_without_wages", "every_line_names_a_program", "few_ids_are_of_two_people")
    assert {name for name in expected if not any(name in said for _, said in told)} == set(), told


def test_the_corrected_file_replaces_the_first(module_warehouse: Warehouse, delivered: list[DropOutcome]) -> None:
    with module_warehouse.connect("intake") as connection:
        status = connection.execute("select drop_id, status from governance.drop order by drop_id").fetchall()
    assert status == [(delivered[0].drop_id, "superseded"), (delivered[1].drop_id, "accepted")]
    assert delivered[1].lines_accepted == len(CORRECTED)


def test_the_agency_sees_the_same_before_it_sends(
    module_warehouse: Warehouse, module_agency: Agency, delivered: list[DropOutcome]
) -> None:
    assert delivered
    receipt = check_file(module_agency.drops / "wioa_participant" / PERIOD / "1", module_warehouse.settings)
    assert len(receipt.faults) == len(CHECKS)
    assert {fault.reason for fault in receipt.faults} == {"contradiction"}
    assert "contradicts another value of its line" in str(receipt.faults[0])
