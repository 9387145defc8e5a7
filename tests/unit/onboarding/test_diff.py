"""What a new version of a contract breaks, and for whom."""

import copy
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from p20w.cli import app
from p20w.contracts import Column, load_contract
from p20w.contracts.codes import DatedCode
from p20w.onboarding import Change, changes, standing_on, version_fault
from p20w.settings import PROJECT, Settings
from p20w.warehouse import dbt_runs

TEXT = re.sub(
    r"(?m)^version: .*", "version: 1.0.0", (PROJECT / "contracts" / "k12_enrollment.yaml").read_text(), count=1
)
Edit = Callable[[dict[str, Any]], None]


def column(data: dict[str, Any], name: str) -> dict[str, Any]:
    return next(item for item in data["schema"][0]["properties"] if item["name"] == name)


def custom(data: dict[str, Any], name: str) -> Any:
    return next(item["value"] for item in data["customProperties"] if item["property"] == name)


def put(column_name: str, /, **terms: Any) -> Edit:
    return lambda data: column(data, column_name).update(terms)


def of_agreement(**terms: Any) -> Edit:
    return lambda data: custom(data, "agreement").update(terms)


def without(name: str) -> Edit:
    return lambda data: data["schema"][0]["properties"].remove(column(data, name))


def without_code(data: dict[str, Any]) -> None:
    column(data, "grade_level")["enum"] = [c for c in column(data, "grade_level")["enum"] if str(c["value"]) != "12"]


def with_code(data: dict[str, Any]) -> None:
    column(data, "grade_level")["enum"].append({"value": "99", "label": "None"})


def header(name: str, *, alias: bool) -> Edit:
    def edit(data: dict[str, Any]) -> None:
        item = column(data, name)
        old, item["physicalName"] = item["physicalName"], "AnotherHeader"
        if alias:
            item["customProperties"].append({"property": "aliases", "value": [old]})

    return edit


def added(*, required: bool) -> Edit:
    item = {
        "name": "lunch_status",
        "physicalName": "LunchStatus",
        "logicalType": "string",
        "required": required,
        "classification": "confidential",
        "description": "For tests.",
    }
    return lambda data: data["schema"][0]["properties"].append(item)


def with_custom(column_name: str, term: str, value: object) -> Edit:
    return lambda data: column(data, column_name)["customProperties"].append({"property": term, "value": value})


def nobodys(data: dict[str, Any]) -> None:
    item = column(data, "middle_name")
    item["classification"] = "confidential"
    item["customProperties"] = [c for c in item["customProperties"] if c["property"] != "identifies"]


def softer(data: dict[str, Any]) -> None:
    data["schema"][0]["quality"] = [r for r in data["schema"][0]["quality"] if r["name"] != "exits_follow_entries"]


CASES: Mapping[str, tuple[Edit, str, str, bool]] = {
    "a column gone": (without("cohort_year"), "models", "cohort_year is gone", True),
    "a column renamed": (put("cohort_year", name="cohort"), "models", "cohort_year is now called cohort", True),
    "another header": (header("cohort_year", alias=False), "files", "is AnotherHeader in the file", True),
    "another header beside the old one": (header("cohort_year", alias=True), "files", "(an alias now)", False),
    "a column more": (added(required=False), "files", "lunch_status is new and optional", True),
    "a required column more": (added(required=True), "files", "lunch_status is new and required", True),
    "required": (put("cohort_year", required=True), "files", "cohort_year is required now", True),
    "optional": (put("grade_level", required=False), "files", "grade_level is optional now", False),
    "a code less": (without_code, "files", "grade_level no longer allows 12", True),
    "a code more": (with_code, "models", "grade_level allows 99 too", False),
    "another type": (
        put("cohort_year", logicalType="string", logicalTypeOptions={}),
        "models",
        "cohort_year is text, was integer",
        True,
    ),
    "narrower": (
        put("school_identifier_sea", logicalTypeOptions={"pattern": "[0-9]{1,12}", "maxLength": 5}),
        "files",
        "narrower: up to 5 characters",
        True,
    ),
    "wider": (put("first_name", logicalTypeOptions={"maxLength": 99}), "files", "first_name is wider", False),
    "other dates": (put("birthdate", physicalType="yyyymmdd"), "files", "is written yyyymmdd, was yyyy-mm-dd", True),
    "described": (put("cohort_year", description="Other words."), "models", "is described differently", False),
    "an edit check": (
        with_custom("cohort_year", "contradicts", "cohort_year > school_year + 4"),
        "files",
        "cohort_year contradicts its line where cohort_year > school_year + 4",
        True,
    ),
    "absent from some files": (with_custom("cohort_year", "mayBeAbsent", True), "files", "may be absent now", False),
    "identifies nobody": (nobodys, "linkage", "identifies nobody, was middle_name", True),
    "opened": (nobodys, "agreement", "middle_name is confidential, was restricted", True),
    "a larger cell": (of_agreement(minimumCellSize=20), "agreement", "cells of fewer than 20 are hidden", True),
    "a smaller cell": (of_agreement(minimumCellSize=5), "agreement", "cells of fewer than 5 are hidden", False),
    "a purpose less": (
        of_agreement(purposes=["outcome_reporting"]),
        "agreement",
        "program_evaluation is no longer permitted",
        True,
    ),
    "a linkage less": (of_agreement(permittedLinkages=["k12_cte"]), "agreement", "linkage with dmv_license", True),
    "kept shorter": (of_agreement(retentionYears=5), "agreement", "kept 5 years, was 25", True),
    "kept longer": (of_agreement(retentionYears=30), "agreement", "kept 30 years", False),
    "ends earlier": (of_agreement(inForceTo="2026-12-31"), "agreement", "from 2014-01-01 to 2026-12-31", True),
    "another agreement": (of_agreement(id="SEA-2027-001"), "agreement", "the agreement is SEA-2027-001", True),
    "a rule less": (softer, "files", "rule exits_follow_entries is gone", False),
}


@pytest.fixture
def compare(tmp_path: Path) -> Callable[[Edit], list[Change]]:
    def compared(edit: Edit) -> list[Change]:
        old, new = tmp_path / "old", tmp_path / "new"
        for folder in (old, new):
            folder.mkdir()
        data = yaml.safe_load(TEXT)
        (old / "k12_enrollment.yaml").write_text(TEXT)
        changed = copy.deepcopy(data)
        edit(changed)
        (new / "k12_enrollment.yaml").write_text(yaml.safe_dump(changed))
        return changes(load_contract(old / "k12_enrollment.yaml"), load_contract(new / "k12_enrollment.yaml"))

    return compared


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_change_is_told_with_whom_it_concerns_and_whether_it_breaks(
    case: tuple[Edit, str, str, bool], compare: Callable[[Edit], list[Change]]
) -> None:
    edit, concerns, words, breaks = case
    found = compare(edit)
    assert [c for c in found if c.concerns == concerns and words in c.words and c.breaks is breaks], found
    assert breaks or not [c for c in found if c.breaks]


def test_the_same_contract_has_no_changes(compare: Callable[[Edit], list[Change]]) -> None:
    assert compare(lambda data: None) == []


OTHERWISE: Mapping[str, object] = {
    "header": "Another", "logical_type": "string", "description": "Other words.", "classification": "public",
    "required": True, "aliases": ("Another",), "position": (1, 4), "places": {"T1": ((1, 4),)},
    "physical_format": "yyyy", "minimum": 2000, "maximum": 2050, "max_length": 4, "pattern": "[0-9]{4}",
    "size": "i64", "enum": {"1": "1"}, "labels": {"1": "One"},
    "ceds": "000001", "pirl": "100", "identifies": "source_id", "key_position": 4, "unreadable": "field",
    "contradicts": "cohort_year < 1990", "reads_lost_zero": True, "is_proven": True, "may_be_absent": True,
    "is_kept": False, "codes": (DatedCode("1", "One", date(2028, 7, 1)),),
}  # fmt: skip


@pytest.mark.parametrize("term", [item.name for item in fields(Column) if item.name not in ("name", "latest")])
def test_no_term_of_a_column_changes_unsaid(term: str) -> None:
    """But its name, which makes it another column, and `latest`, which is a drop's and no contract's."""
    old = load_contract(PROJECT / "contracts" / "k12_enrollment.yaml")
    other = replace(old.column("cohort_year"), **{term: OTHERWISE[term]})  # pyright: ignore[reportArgumentType]
    new = replace(old, columns=tuple(other if column.name == other.name else column for column in old.columns))
    assert [change for change in changes(old, new) if change.column == "cohort_year"]


@pytest.mark.parametrize(
    ("version", "breaks", "fault"),
    [
        ("1.0.1", True, "a breaking change takes version 2.0.0"),
        ("2.0.0", True, None),
        ("1.0.0", False, "a change takes a version above 1.0.0"),
        ("1.1.0", False, None),
    ],
)
def test_a_breaking_change_takes_a_new_first_number(
    version: str, breaks: bool, fault: str | None, tmp_path: Path
) -> None:
    path = tmp_path / "k12_enrollment.yaml"
    path.write_text(TEXT)
    old = load_contract(path)
    path.write_text(TEXT.replace("version: 1.0.0", f"version: {version}"))
    said = version_fault(old, load_contract(path), [Change("files", "something", breaks)])
    assert said is None if fault is None else fault in str(said)


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return dbt_runs.manifest(Settings(home=tmp_path_factory.mktemp("home")))


def test_models_marts_and_those_that_name_the_column_are_found(manifest: Path) -> None:
    found = {(m.layer, m.name): m.columns for m in standing_on("k12_cte", ["career_cluster"], manifest)}
    assert found["staging", "stg_k12__cte"] == ("career_cluster",)
    assert found["core", "fct_cte_participation"] == ("career_cluster",)
    assert found["marts", "cte_program_outcomes"] == ("career_cluster",)
    assert ("staging", "stg_workforce__ui_wage") not in found


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The contracts in a repository of their own, tagged as the version in force."""
    folder = tmp_path / "contracts"
    folder.mkdir()
    for path in (PROJECT / "contracts").glob("*.yaml"):
        (folder / path.name).write_text(path.read_text())
    (folder / "k12_enrollment.yaml").write_text(TEXT)
    git(tmp_path, "init", "-q")
    git(tmp_path, "config", "user.email", "tests@example.org")
    git(tmp_path, "config", "user.name", "tests")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "in force")
    git(tmp_path, "tag", "v1")
    monkeypatch.setenv("P20W_CONTRACTS", str(folder))
    monkeypatch.setenv("P20W_HOME", str(tmp_path / "home"))
    return folder


@pytest.mark.parametrize(("version", "code"), [("1.0.0", 3), ("1.1.0", 3), ("2.0.0", 0)])
def test_since_a_tag_a_contract_breaks_only_under_a_new_first_number(checkout: Path, version: str, code: int) -> None:
    assert CliRunner().invoke(app, ["contract", "diff", "--since", "v1"]).exit_code == 0
    path = checkout / "k12_enrollment.yaml"
    path.write_text(TEXT.replace("minimumCellSize: 10", "minimumCellSize: 20").replace("1.0.0", version, 1))
    result = CliRunner().invoke(app, ["contract", "diff", "--since", "v1"])
    assert result.exit_code == code, result.output
    assert "cells of fewer than 20 are hidden, was 10" in " ".join(result.output.split())


def test_two_files_end_with_what_they_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("P20W_HOME", str(tmp_path / "home"))
    new = tmp_path / "next.yaml"
    new.write_text(TEXT.replace("minimumCellSize: 10", "minimumCellSize: 20"))
    old = PROJECT / "contracts" / "k12_enrollment.yaml"
    result = CliRunner().invoke(app, ["contract", "diff", str(old), str(new)])
    assert result.exit_code == 3
    for words in ("tell the governance board", "marts  cte_program_outcomes", "exports  marts.", "takes version 2.0.0"):
        assert words in result.output
    assert CliRunner().invoke(app, ["contract", "diff", str(old), str(old)]).exit_code == 0
    assert CliRunner().invoke(app, ["contract", "diff", str(old)]).exit_code == 2
