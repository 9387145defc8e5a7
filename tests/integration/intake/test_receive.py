"""Taking drops in: what is stored where, repeats and resubmissions, order and numbers."""

import gzip
import io
import os
import time
import zipfile
from collections.abc import Callable
from datetime import date

import psycopg
import pytest

from p20w.commands.drops import status
from p20w.database import Warehouse
from p20w.intake import accepted_passes, check_file, pending, still_coming
from p20w.pipeline.gates import GateMissing, require
from tests.integration.intake.deliveries import (
    Agency,
    contents,
    count,
    cte,
    drops,
    participation,
    take_in,
    wage,
    wages,
)


def test_a_second_run_changes_nothing(warehouse: Warehouse, agency: Agency) -> None:
    agency.deliver("ui_wage", "2023Q4", wages())
    agency.deliver("k12_cte", "2023-24", participation())
    assert len(take_in(warehouse)) == 2
    before = contents(warehouse)
    assert take_in(warehouse) == []
    assert contents(warehouse) == before


def test_names_and_tokens_go_to_the_vault_and_attributes_stay(warehouse: Warehouse, agency: Agency) -> None:
    agency.deliver("ui_wage", "2023Q4", wages())
    take_in(warehouse)
    found = contents(warehouse)
    assert len(found["vault.identity"]) == len(found["vault.ssn"]) == len(found["intake.ui_wage"]) == 60
    assert "GIVENBA" in str(found["vault.identity"])
    assert "GIVEN" not in str(found["intake.ui_wage"])
    ssns = [wage(number)[:9] for number in range(60)]
    assert not any(ssn in str(found) for ssn in ssns)


def test_who_comes_again_keeps_the_identity_and_is_present_in_both_drops(warehouse: Warehouse, agency: Agency) -> None:
    agency.deliver("ui_wage", "2023Q3", wages(quarter=3))
    agency.deliver("ui_wage", "2023Q4", wages(), delivered_on="2024-10-05")
    take_in(warehouse)
    found = contents(warehouse)
    assert len(found["vault.identity"]) == 60
    assert len(found["vault.identity_presence"]) == 120


def test_a_later_submission_supersedes_the_earlier_one(warehouse: Warehouse, agency: Agency) -> None:
    agency.deliver("ui_wage", "2023Q4", wages())
    take_in(warehouse)
    agency.deliver("ui_wage", "2023Q4", [*wages(), wage(99)], 2)
    (outcome,) = take_in(warehouse)
    assert outcome.status == "accepted"
    assert [row[3] for row in drops(warehouse)] == ["superseded", "accepted"]


def test_an_earlier_submission_that_arrives_late_supersedes_nothing(warehouse: Warehouse, agency: Agency) -> None:
    agency.deliver("ui_wage", "2023Q4", [*wages(), wage(99)], 2)
    take_in(warehouse)
    agency.deliver("ui_wage", "2023Q4", wages(), delivered_on="2024-10-20")
    (outcome,) = take_in(warehouse)
    assert outcome.status == "superseded"
    assert {row[2]: row[3] for row in drops(warehouse)} == {1: "superseded", 2: "accepted"}


def test_a_history_at_once_ends_as_quarter_by_quarter(warehouse: Warehouse, agency: Agency) -> None:
    for quarter in (1, 2, 3):
        delivered_on = f"2023-{3 * quarter + 1:02d}-20"
        agency.deliver("ui_wage", f"2023Q{quarter}", wages(quarter=quarter), delivered_on=delivered_on)
    agency.deliver("ui_wage", "2023Q2", [*wages(quarter=2), wage(9, quarter=2)], 2, delivered_on="2023-10-21")
    outcomes = take_in(warehouse, delivered_from=date(2023, 1, 1), delivered_to=date(2023, 7, 31))
    assert [outcome.period for outcome in outcomes] == ["2023Q1", "2023Q2"]
    take_in(warehouse)
    ids = [outcome.drop_id for outcome in outcomes]
    with warehouse.connect("intake") as connection:
        rows = connection.execute(
            "select drop_id, period, submission, status from governance.drop order by drop_id"
        ).fetchall()
    assert rows == [
        (ids[0], "2023Q1", 1, "accepted"),
        (ids[1], "2023Q2", 1, "superseded"),
        (2023102007001, "2023Q3", 1, "accepted"),
        (2023102107001, "2023Q2", 2, "accepted"),
    ]


def test_pending_names_the_drops_nobody_has_decided_on(warehouse: Warehouse, agency: Agency) -> None:
    agency.deliver("ui_wage", "2023Q4", wages())
    assert [drop.scope for drop in pending(warehouse, warehouse.settings)] == ["ui_wage/2023Q4/1"]
    take_in(warehouse)
    assert pending(warehouse, warehouse.settings) == []


def test_a_drop_that_is_still_being_copied_uses_up_no_submission(
    make_warehouse: Callable[..., Warehouse],
) -> None:
    warehouse = make_warehouse(settle_minutes=10)
    agency = Agency(warehouse.settings.drops)
    files = [agency.deliver("ui_wage", f"2023Q{quarter}", wages(quarter=quarter)) for quarter in range(1, 5)]
    half, none, torn, old = files
    whole = [file.read_bytes() for file in files]
    half.write_bytes(whole[0][:2_000])
    none.unlink()
    told = torn.with_name("manifest.json").read_text()
    torn.with_name("manifest.json").write_text(told[:80])
    old.write_bytes(whole[3][:2_000])
    hour_ago = time.time() - 3_600
    for path in (old, old.with_name("manifest.json"), old.parent):
        os.utime(path, (hour_ago, hour_ago))
    (refused,) = take_in(warehouse)
    assert (refused.period, refused.reason_code) == ("2023Q4", "checksum")
    assert [drop.period for drop in still_coming(warehouse.settings)] == ["2023Q1", "2023Q2", "2023Q3"]
    half.write_bytes(whole[0])
    none.write_bytes(whole[1])
    torn.with_name("manifest.json").write_text(told)
    assert [outcome.status for outcome in take_in(warehouse)] == ["accepted"] * 3


def test_a_time_to_come_keeps_no_drop_waiting(make_warehouse: Callable[..., Warehouse]) -> None:
    warehouse = make_warehouse(settle_minutes=10)
    file = Agency(warehouse.settings.drops).deliver("ui_wage", "2023Q4", wages(), record_count=7, sha256="a" * 64)
    os.utime(file, (time.time() + 9_999_999,) * 2)
    (refused,) = take_in(warehouse)
    assert refused.reason_code == "checksum"


def test_more_drops_than_a_day_has_numbers_take_nobody_elses(warehouse: Warehouse, agency: Agency) -> None:
    """The feed after this one has its own thousand numbers of the day."""
    agency.deliver("dmv_license", "2023-12-31", [], delivered_on="2024-10-01")
    folder = agency.drops / "employer" / "2023Q4"
    for submission in range(1, 1_011):
        (folder / str(submission)).mkdir(parents=True)
        (folder / str(submission) / "manifest.json").write_text("{}")
        os.utime(folder / str(submission) / "manifest.json", (1_727_780_000,) * 2)
    outcomes = take_in(warehouse)
    assert len(outcomes) == 1_000
    assert len({outcome.drop_id for outcome in outcomes}) == 1_000
    assert len(drops(warehouse)) == 1_000


def test_the_status_says_that_others_may_read_a_drop(
    warehouse: Warehouse, agency: Agency, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = agency.deliver("ui_wage", "2023Q4", wages())
    settings = warehouse.settings
    monkeypatch.setattr("p20w.settings.Settings.load", lambda: settings)
    for path in (settings.drops, *settings.drops.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o600)
    file.chmod(0o604)
    status(None, every=False)
    told = capsys.readouterr().out
    assert "files in it can be read by every user of this machine. Close it: chmod -R go= " in told
    assert f"  ui_wage/2023Q4/1/{file.name}\n" in told
    assert "manifest.json" not in told
    settings.drops.chmod(0o700)
    status(None, every=False)
    assert "every user" not in capsys.readouterr().out


def zipped(data: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("file.txt", data)
    return packed.getvalue()


def crlf(data: bytes) -> bytes:
    return data.replace(b"\n", b"\r\n")


FORMS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda data: data,
    "gzip": gzip.compress,
    "zip": zipped,
    "crlf": crlf,
    "crlf without the last one": lambda data: crlf(data)[:-2],
    "crlf in a gzip": lambda data: gzip.compress(crlf(data)),
    "bom": lambda data: b"\xef\xbb\xbf" + data,
    "no line break at the end": lambda data: data[:-1],
    "the end mark of DOS": lambda data: crlf(data) + b"\x1a",
    "several end marks and no line break": lambda data: data[:-1] + b"\x1a" * 40,
    "blank lines at the end": lambda data: data + b"\n\n",
    "one line with a carriage return": lambda data: data.replace(b"\n", b"\r\n", 1),
}


@pytest.mark.parametrize("feed", ["ui_wage", "k12_cte"])
def test_a_file_may_come_in_any_of_these_forms_and_the_check_says_so(
    feed: str, warehouse: Warehouse, agency: Agency
) -> None:
    """One line of each is its own, as a file may not come twice; the check reads what intake reads."""
    period, lines = ("2023Q4", wages()) if feed == "ui_wage" else ("2023-24", participation())
    for submission, change in enumerate(FORMS.values(), start=1):
        own = wage(1_000 + submission) if feed == "ui_wage" else cte(1_000 + submission)
        agency.deliver(feed, period, [*lines, own], submission, change=change)
        receipt = check_file(agency.drops / feed / period / str(submission), warehouse.settings)
        assert receipt.lines()[-1] == "61 lines, all of them sound. The file can be sent."
    outcomes = take_in(warehouse)
    assert [(form, outcome.lines_accepted) for form, outcome in zip(FORMS, outcomes, strict=True)] == [
        (form, 61) for form in FORMS
    ]
    assert len(contents(warehouse)["vault.identity"]) == len(lines) + len(FORMS)


def test_the_next_stage_finds_a_pass_for_what_lies_there_and_none_once_it_changed(
    warehouse: Warehouse, agency: Agency
) -> None:
    agency.deliver("ui_wage", "2023Q4", wages())
    take_in(warehouse)
    with warehouse.connect("intake") as connection:
        require(warehouse, "intake", "intake", accepted_passes(connection))
        connection.rollback()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("delete from intake.ui_wage where line_number = 3")
        connection.rollback()
        with warehouse.connect("owner") as owner:
            owner.execute("delete from intake.ui_wage where line_number = 3")
        with pytest.raises(GateMissing):
            require(warehouse, "intake", "intake", accepted_passes(connection))


def test_the_intake_role_adds_to_the_vault_and_never_reads_it(warehouse: Warehouse, agency: Agency) -> None:
    agency.deliver("ui_wage", "2023Q4", wages())
    take_in(warehouse)
    with warehouse.connect("intake") as connection:
        for table in ("identity", "ssn", "address", "identity_presence"):
            with pytest.raises(Exception, match="permission denied"):
                count(connection, f"select count(*) from vault.{table}")
            connection.rollback()


def test_an_agency_checks_a_file_with_no_database(warehouse: Warehouse, agency: Agency) -> None:
    settings = warehouse.settings
    good = agency.deliver("ui_wage", "2023Q4", wages())
    assert check_file(good, settings).ok
    lines = wages()
    bad = [line[:76] + "00000000x1" + line[86:] if at == 4 else line for at, line in enumerate(lines)]
    file = agency.deliver(
        "ui_wage", "2023Q4", lines, 2, change=lambda _: "".join(f"{x}\n" for x in bad).encode(), record_count=70
    )
    receipt = check_file(file, settings)
    assert not receipt.ok
    assert receipt.refusals == ("The manifest says 70 lines; the file has 60.",)
    assert [str(fault) for fault in receipt.faults] == [
        "line 5: Wage is not written as the contract says (a whole number from 0 to 9,999,999,999)"
    ]
    assert "FAMILY" not in "".join(receipt.lines())


def test_the_check_tells_of_values_that_would_be_missing_in_lines_that_stay(
    warehouse: Warehouse, agency: Agency
) -> None:
    lines = participation()
    file = agency.deliver("k12_cte", "2023-24", [*lines[:4], cte(4, cluster="99"), *lines[5:]])
    receipt = check_file(file, warehouse.settings)
    assert not receipt.ok
    assert receipt.lines_sound == 60
    told = "\n".join(receipt.lines())
    assert "1 value would be missing, the rest of its line used:\n  1 × CareerCluster is not one of" in told
    assert "CareerCluster is not one of the contract's codes (one of the 16 codes of the contract); only" in told
    assert "quarantined" not in told


def test_a_file_without_manifest_is_checked_by_its_name(warehouse: Warehouse, agency: Agency) -> None:
    file = agency.deliver("k12_cte", "2023-24", participation())
    (file.parent / "manifest.json").unlink()
    receipt = check_file(file, warehouse.settings)
    assert receipt.ok
    assert (receipt.feed, receipt.period, receipt.lines_total) == ("k12_cte", "2023-24", 60)
