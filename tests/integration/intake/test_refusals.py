"""Drops that are refused whole: earlier state untouched, one row on record, a message that says what to do."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from p20w.contracts import load_contracts
from p20w.database import Warehouse
from p20w.intake import DropOutcome, check_file, strays
from p20w.settings import PROJECT
from tests.integration.intake.deliveries import (
    CTE_HEADER,
    Agency,
    contents,
    cte,
    drops,
    participation,
    take_in,
    wage,
    wages,
)


@dataclass
class Broken:
    """A second submission and what is wrong with it."""

    code: str
    says: str
    feed: str = "ui_wage"
    lines: Callable[[], list[str] | bytes] = wages
    changes: dict[str, Any] = field(default_factory=dict[str, Any])


def another(lines: list[str]) -> list[str]:
    """The lines and one more, so that the file is a new one."""
    return [*lines, cte(99) if "," in lines[0] else wage(99)]


def more_wages() -> list[str]:
    return another(wages())


def more_participation() -> list[str]:
    return another(participation())


CASES = {
    "checksum": Broken("checksum", "SHA-256 aaaaaaaaaaaa…", lines=more_wages, changes={"sha256": "a" * 64}),
    "record count": Broken(
        "record_count", "The manifest says 62 lines; the file has 61.", lines=more_wages, changes={"record_count": 62}
    ),
    "control total": Broken(
        "control_total",
        "The manifest says wages_usd of 1; the 61 lines add up to ",
        lines=more_wages,
        changes={"control_totals": {"wages_usd": 1}},
    ),
    "missing column": Broken(
        "missing_column",
        "The header lacks CipCode.",
        "k12_cte",
        lambda: [line.replace(",52.1803", "") for line in more_participation()],
        {"header": CTE_HEADER.replace(",CipCode", "")},
    ),
    "unknown column": Broken(
        "unknown_column",
        "columns at position 14",
        "k12_cte",
        lambda: [f"{line},7" for line in more_participation()],
        {"header": f"{CTE_HEADER},ShoeSize"},
    ),
    "wrong layout, fixed width": Broken(
        "layout",
        "records of 92 bytes, or files that begin with A; 61 of 61 lines do not",
        lines=lambda: [line[:86] for line in more_wages()],
        changes={"control_totals": {}},
    ),
    "wrong layout, another delimiter": Broken(
        "layout",
        "13 fields separated by ','",
        "k12_cte",
        more_participation,
        {"change": lambda data: data.replace(b",", b";")},
    ),
    "empty file": Broken("empty", "has no data line", lines=lambda: b""),
    "header and nothing else": Broken("empty", "has no data line", "k12_cte", lambda: []),
    "undecodable bytes": Broken(
        "undecodable",
        "Of 5 lines with letters beyond a-z, 5 are not written in utf-8, the first of them line 1; it looks like "
        "windows-1252.",
        "k12_cte",
        more_participation,
        {"change": lambda data: data.replace(b"9900010023", b"99\xff0010023", 5)},
    ),
    "another agreement": Broken(
        "agreement",
        "names another agreement; the contract's is DOL-2014-003",
        lines=more_wages,
        changes={"agreement_id": "SEA-2014-001"},
    ),
    "truncated last line": Broken(
        "truncated", "Line 61, the last, ends in the middle", lines=more_wages, changes={"change": lambda d: d[:-40]}
    ),
    "truncated last line, delimited": Broken(
        "truncated",
        "Line 61, the last, ends in the middle",
        "k12_cte",
        more_participation,
        {"change": lambda data: data[:-40]},
    ),
    "doubled header": Broken(
        "repeated_header",
        "The header line appears 2 times",
        "k12_cte",
        lambda: [CTE_HEADER, *more_participation()],
        {"record_count": 61},
    ),
    "another quarter's data": Broken(
        "another_period",
        "61 of 61 lines belong to another period than 2023Q4",
        lines=lambda: [*wages(quarter=3), wage(99, quarter=3)],
    ),
    "some of another quarter's data": Broken(
        "another_period",
        "3 of 63 lines belong to another period than 2023Q4",
        lines=lambda: [*wages(), *(wage(number, quarter=3) for number in range(3))],
    ),
    "a file joined to itself": Broken(
        "repeated_lines", "60 of 122 lines repeat an earlier one", lines=lambda: 2 * more_wages()
    ),
    "an old file under a new submission": Broken(
        "seen_before", "already delivered as ui_wage/2023Q4/1", lines=wages, changes={}
    ),
    "a manifest without checksum": Broken(
        "manifest", "its sha256 must be 64 hexadecimal digits", lines=more_wages, changes={"sha256": ""}
    ),
    "a manifest of another period": Broken(
        "manifest", "its period is not that of its folder, 2023Q4", lines=more_wages, changes={"period": "2023Q3"}
    ),
    "a damaged archive": Broken("unreadable", "the archive is damaged", lines=lambda: b"\x1f\x8b\x08\x00rubbish"),
}
PERIODS = {"ui_wage": "2023Q4", "k12_cte": "2023-24"}
FIRST = {"ui_wage": wages, "k12_cte": participation}


@dataclass
class Aftermath:
    """What all broken submissions together left, delivered after a sound one of each feed."""

    outcomes: dict[str, DropOutcome]
    before: dict[str, list[Any]]
    after: dict[str, list[Any]]
    again: list[DropOutcome]
    on_record: list[tuple[Any, ...]]


@pytest.fixture(scope="module")
def aftermath(module_warehouse: Warehouse, module_agency: Agency) -> Aftermath:
    for feed, period in PERIODS.items():
        module_agency.deliver(feed, period, FIRST[feed]())
    assert [outcome.status for outcome in take_in(module_warehouse)] == ["accepted", "accepted"]
    before = contents(module_warehouse)
    for submission, case in enumerate(CASES.values(), start=2):
        manifest = {"delivered_on": "2024-11-01", **case.changes}
        lines = case.lines()
        if isinstance(lines, list) and case.feed == "ui_wage" and case.code != "seen_before":
            lines = [*lines[:-1], wage(1_000 + submission, quarter=int(lines[-1][75]))[: len(lines[-1])]]
        elif isinstance(lines, list) and lines and case.feed == "k12_cte":
            lines = [lines[0].replace("1000000000", f"{2_000_000_000 + submission}"), *lines[1:]]
        module_agency.deliver(case.feed, PERIODS[case.feed], lines, submission, **manifest)
    outcomes = {outcome.scope: outcome for outcome in take_in(module_warehouse)}
    scopes = [f"{case.feed}/{PERIODS[case.feed]}/{number}" for number, case in enumerate(CASES.values(), start=2)]
    return Aftermath(
        {name: outcomes[scope] for name, scope in zip(CASES, scopes, strict=True)},
        before,
        contents(module_warehouse),
        take_in(module_warehouse),
        drops(module_warehouse),
    )


@pytest.mark.parametrize("name", CASES)
def test_a_broken_drop_is_refused_whole_and_says_what_to_do(name: str, aftermath: Aftermath) -> None:
    case, outcome = CASES[name], aftermath.outcomes[name]
    assert (outcome.status, outcome.reason_code) == ("rejected", case.code), outcome.reason
    message = outcome.reason or ""
    where = f"{case.feed} {PERIODS[case.feed]} submission {outcome.submission}"
    assert message.startswith(f"{where}: refused (")
    assert case.says in message
    assert "Nothing was loaded; submission 1 stays active." in message
    assert message.endswith(f"/{case.feed}/{PERIODS[case.feed]}/{outcome.submission + 1}")
    assert "GIVEN" not in message
    row = (case.feed, PERIODS[case.feed], outcome.submission, "rejected", case.code)
    assert aftermath.on_record.count(row) == 1


def test_refused_drops_leave_every_line_and_identity_as_it_was(aftermath: Aftermath) -> None:
    assert aftermath.after == aftermath.before


def test_a_refused_drop_is_not_looked_at_again(aftermath: Aftermath) -> None:
    assert aftermath.again == []


def test_the_same_submission_with_another_file_is_refused_and_both_rows_stay(
    warehouse: Warehouse, agency: Agency
) -> None:
    agency.deliver("ui_wage", "2023Q4", wages())
    take_in(warehouse)
    before = contents(warehouse)
    agency.deliver("ui_wage", "2023Q4", more_wages())
    (outcome,) = take_in(warehouse)
    assert (outcome.status, outcome.reason_code) == ("rejected", "submission_changed")
    assert "A submission never changes." in (outcome.reason or "")
    assert contents(warehouse) == before
    assert drops(warehouse) == [
        ("ui_wage", "2023Q4", 1, "accepted", None),
        ("ui_wage", "2023Q4", 1, "rejected", "submission_changed"),
    ]
    assert take_in(warehouse) == []


def test_a_file_refused_for_its_manifest_may_come_again_with_a_right_one(warehouse: Warehouse, agency: Agency) -> None:
    agency.deliver("ui_wage", "2023Q4", wages(), record_count=7)
    agency.deliver("ui_wage", "2023Q4", wages(), 2)
    assert [outcome.status for outcome in take_in(warehouse)] == ["rejected", "accepted"]


def test_a_drop_without_contract_waits_for_one(warehouse: Warehouse, agency: Agency) -> None:
    file = agency.deliver("ui_wage", "2023Q4", wages())
    folder = warehouse.settings.drops / "tax_return" / "2023Q4" / "1"
    folder.parent.mkdir(parents=True)
    file.parent.rename(folder)
    assert take_in(warehouse) == []
    (stray,) = strays(warehouse.settings, load_contracts(warehouse.settings.contracts))
    assert stray.place == "tax_return"
    receipt = check_file(folder, warehouse.settings)
    assert receipt.refusals[0].startswith("Its folder names a feed without a contract")


def test_nothing_is_loaded_outside_the_dates_of_the_agreement(
    make_warehouse: Callable[..., Warehouse], tmp_path: Path
) -> None:
    shutil.copytree(PROJECT / "contracts", contracts := tmp_path / "contracts")
    terms = (contracts / "ui_wage.yaml").read_text()
    (contracts / "ui_wage.yaml").write_text(terms.replace('inForceTo: "2034-12-31"', 'inForceTo: "2024-09-30"'))
    warehouse = make_warehouse(contracts=contracts)
    Agency(warehouse.settings.drops).deliver("ui_wage", "2023Q4", wages())
    (outcome,) = take_in(warehouse)
    assert (outcome.status, outcome.reason_code) == ("rejected", "agreement_expired")
    assert "agreement DOL-2014-003 is in force from 2014-01-01 to 2024-09-30" in (outcome.reason or "")


def test_a_file_with_too_many_broken_lines_is_taken_out_again(warehouse: Warehouse, agency: Agency) -> None:
    agency.deliver("ui_wage", "2023Q4", wages(40))
    take_in(warehouse)
    before = contents(warehouse)
    lines = [*wages(60)[:-10], *(line[:85] + "x" + line[86:] for line in wages(60)[-10:])]
    agency.deliver("ui_wage", "2023Q4", [*wages(60)], 2, change=lambda _: "".join(f"{x}\n" for x in lines).encode())
    (outcome,) = take_in(warehouse)
    assert (outcome.status, outcome.reason_code) == ("rejected", "few_lines_set_aside")
    assert "10 of 60 lines were quarantined" in (outcome.reason or "")
    assert contents(warehouse) == before


def test_a_folder_without_manifest_is_a_delivery_still_under_way(warehouse: Warehouse, agency: Agency) -> None:
    file = agency.deliver("ui_wage", "2023Q4", wages())
    (file.parent / "manifest.json").unlink()
    assert take_in(warehouse) == []
    assert drops(warehouse) == []
