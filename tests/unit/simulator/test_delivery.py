"""What lies in the drop folder is what an agency would have sent, and the truth beside it covers it."""

import json
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from p20w.contracts import load_contracts
from p20w.settings import PROJECT
from p20w.simulator.feeds import FEEDS

CONTRACTS = load_contracts(PROJECT / "contracts")
WAGE = CONTRACTS["ui_wage"]
DELIMITED = sorted(feed for feed, contract in CONTRACTS.items() if contract.layout.kind == "delimited")


def manifests(state: Path, feed: str = "*") -> list[tuple[Path, dict[str, Any]]]:
    paths = sorted((state / "drops").glob(f"{feed}/*/*/manifest.json"))
    return [(path, json.loads(path.read_text())) for path in paths]


def data_file(path: Path, manifest: dict[str, Any]) -> Path:
    return path.parent / manifest["file"]


def read(path: Path, manifest: dict[str, Any]) -> pl.DataFrame:
    layout = CONTRACTS[manifest["feed"]].layout
    text = data_file(path, manifest).read_bytes().decode(layout.encoding).encode()
    headers = None if layout.header else [column.header for column in CONTRACTS[manifest["feed"]].columns]
    return pl.read_csv(
        text, separator=layout.delimiter, has_header=layout.header, new_columns=headers, infer_schema=False
    )


def wage_field(line: bytes, name: str) -> bytes:
    first, length = WAGE.column(name).position or (0, 0)
    return line[first - 1 : first - 1 + length]


def test_every_simulated_feed_is_delivered_under_the_agreement_of_its_contract(state: Path) -> None:
    said = {manifest["feed"]: manifest["agreement_id"] for _, manifest in manifests(state)}
    assert said == {plugin.feed: CONTRACTS[plugin.feed].agreement.id for plugin in FEEDS}


def test_each_manifest_names_its_folder_its_file_and_the_files_hash(state: Path) -> None:
    for path, manifest in manifests(state):
        assert path.parent.parts[-3:] == (manifest["feed"], manifest["period"], str(manifest["submission"]))
        assert sha256(data_file(path, manifest).read_bytes()).hexdigest() == manifest["sha256"]
        assert {file.name for file in path.parent.iterdir()} == {"manifest.json", manifest["file"]}


def test_what_is_simulated_is_private_as_an_agencys_files_are(state: Path) -> None:
    made = [path for folder in ("drops", "truth") for path in [state / folder, *(state / folder).rglob("*")]]
    assert {(path.is_dir(), oct(path.stat().st_mode & 0o777)) for path in made} == {(True, "0o700"), (False, "0o600")}


def test_each_drop_arrives_within_the_quarters_asked_for(state: Path) -> None:
    for _, manifest in manifests(state):
        assert date(2018, 7, 1) <= date.fromisoformat(manifest["delivered_on"]) <= date(2020, 12, 31)


def test_every_quarter_of_wages_due_in_the_time_is_there(state: Path) -> None:
    periods = {manifest["period"] for _, manifest in manifests(state, "ui_wage") if manifest["submission"] == 1}
    assert periods == {f"{year}Q{quarter}" for year in (2018, 2019, 2020) for quarter in (1, 2, 3, 4)} - {
        "2018Q1",
        "2020Q4",
    }


@pytest.mark.parametrize("feed", DELIMITED)
def test_delimited_files_have_the_headers_of_the_contract_and_the_lines_of_the_manifest(state: Path, feed: str) -> None:
    for path, manifest in manifests(state, feed):
        frame = read(path, manifest)
        assert sorted(frame.columns) == sorted(column.header for column in CONTRACTS[feed].columns)
        assert len(frame) == manifest["record_count"] > 0
        assert b"\r" not in data_file(path, manifest).read_bytes()


def test_wage_records_are_92_bytes_of_ascii_and_add_up_to_the_control_total(state: Path) -> None:
    assert WAGE.layout.record_length == 92
    for path, manifest in manifests(state, "ui_wage"):
        content = data_file(path, manifest).read_bytes()
        assert content.isascii()
        lines = content.split(b"\n")
        assert lines.pop() == b""
        assert {len(line) for line in lines} == {92}
        assert len(lines) == manifest["record_count"]
        assert sum(int(wage_field(line, "wages_usd")) for line in lines) == manifest["control_totals"]["wages_usd"]
        assert {wage_field(line, "year") + b"Q" + wage_field(line, "quarter_number") for line in lines} == {
            manifest["period"].encode()
        }


def test_employer_totals_add_up_to_the_control_total(state: Path) -> None:
    for path, manifest in manifests(state, "employer"):
        total = read(path, manifest)["TotalWages"].cast(pl.Int64).sum()
        assert total == manifest["control_totals"]["total_wages_usd"]


def test_every_wage_account_is_in_the_employer_file_of_its_quarter(state: Path) -> None:
    employers = {manifest["period"]: read(path, manifest) for path, manifest in manifests(state, "employer")}
    for path, manifest in manifests(state, "ui_wage"):
        if manifest["period"] not in employers:
            continue
        known = set(employers[manifest["period"]]["UiAccountNumber"])
        lines = data_file(path, manifest).read_bytes().splitlines()
        assert {wage_field(line, "ui_account_number").decode() for line in lines} <= known


def test_the_truth_has_one_person_for_each_line_of_each_feed_with_people(state: Path) -> None:
    for _, manifest in manifests(state):
        path = state / "truth" / manifest["feed"] / manifest["period"] / f"{manifest['submission']}.parquet"
        assert path.exists() == CONTRACTS[manifest["feed"]].has_identities
        if path.exists():
            truth = pl.read_parquet(path)
            assert truth.schema == {"line_number": pl.Int64, "true_person": pl.Int64}
            assert truth["line_number"].to_list() == list(range(1, len(truth) + 1))
            several = CONTRACTS[manifest["feed"]].layout.types is not None  # two people in a line, and families
            assert len(truth) >= manifest["record_count"] if several else len(truth) == manifest["record_count"]
            assert several or truth["true_person"].null_count() == 0
            assert (truth["true_person"].drop_nulls() >= 1).all()


def test_codes_and_dates_are_written_as_the_layouts_say(state: Path) -> None:
    path, manifest = manifests(state, "k12_enrollment")[-1]
    pupils = read(path, manifest)
    assert pupils["StudentIdentifierState"].str.contains(r"^\d{10}$").all()
    assert pupils["Birthdate"].str.contains(r"^\d{4}-\d\d-\d\d$").all()
    assert set(pupils["GradeLevel"]) <= {"KG", *(f"{grade:02d}" for grade in range(1, 13))}
    path, manifest = manifests(state, "dmv_license")[-1]
    licenses = read(path, manifest)
    assert licenses["LicenseNumber"].is_unique().all()
    assert licenses["DateOfBirth"].str.contains(r"^\d{8}$").all()
    assert licenses["SocialSecurityNumber"].drop_nulls().str.contains(r"^\d{9}$").all()
    path, manifest = manifests(state, "ps_enrollment")[-1]
    students = read(path, manifest)
    assert students["Birthdate"].str.contains(r"^\d\d/\d\d/\d{4}$").all()
    assert students["NumberOfCreditsAttempted"].str.contains(r"^\d+\.\d\d$").all()


def test_k12_has_no_ssn_and_others_are_valid_by_form_and_never_assigned_in_order(state: Path) -> None:
    assert not [column for column in CONTRACTS["k12_enrollment"].columns if "Social" in column.header]
    path, manifest = manifests(state, "dmv_license")[-1]
    numbers = read(path, manifest)["SocialSecurityNumber"].drop_nulls()
    area = numbers.str.slice(0, 3).cast(pl.Int32)
    assert (area.is_between(734, 749) | area.is_between(773, 899)).all()
    assert not (numbers.str.slice(3, 2) == "00").any()
    assert not (numbers.str.slice(5, 4) == "0000").any()
