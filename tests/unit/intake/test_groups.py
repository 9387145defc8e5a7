"""Wages in the ICESA layout: the same rows as in the other one, or the file is refused by line and without a value."""

import re
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from p20w.contracts import ContractError, load_contract
from p20w.contracts.groups import read_groups
from p20w.intake.inspection import Inspection, data_blocks
from p20w.intake.lines import read_lines
from p20w.intake.readers import kind_of, reader_of
from p20w.intake.sources import SourceError
from p20w.settings import PROJECT
from tests.unit.intake.files import written
from tests.unit.intake.icesa import Employers, Worker, closing, file_of, lehd, line, lines_of, opening

FILE = PROJECT / "contracts" / "ui_wage.yaml"
CONTRACT = load_contract(FILE)
ANA, BO, CY = (
    Worker("734110421", "FAMILYA", "GIVENA", 1_234_549, "Q"),
    Worker("734110422", "FAMILYB", "GIVENB", 7_654_350),
    Worker("000000000", "FAMILYC", "GIVENC", 99),
)
TWO: Employers = [("12345", "123456789", [ANA, BO]), ("9876543210", "987654321", [CY])]
LINES = lines_of(TWO)


def rows(folder: Path, data: bytes, size: int = 1 << 20) -> tuple[pl.DataFrame, list[tuple[int, str | None, str]]]:
    reader = reader_of(written(folder, data), CONTRACT, size=size)
    found = Inspection(reader=reader)
    parts = [read_lines(block, CONTRACT, found) for block in data_blocks(found)]
    aside = pl.concat(part.quarantine for part in parts).select("line_number", "column_name", "reason_code")
    return pl.concat(part.accepted for part in parts), aside.rows()


def refused(folder: Path, lines: list[str], size: int = 1 << 20) -> str:
    with pytest.raises(SourceError) as caught:
        list(reader_of(written(folder, file_of(lines)), CONTRACT, size=size).blocks())
    return str(caught.value)


def test_a_worker_has_the_employer_of_its_line_and_the_ein_of_its_group(tmp_path: Path) -> None:
    accepted, aside = rows(tmp_path, file_of(LINES))
    assert aside == []
    assert accepted["line_number"].to_list() == [1, 2, 3]
    assert accepted["ui_account_number"].to_list() == ["0000012345", "0000012345", "9876543210"]
    assert accepted["federal_ein"].to_list() == ["123456789", "123456789", "987654321"]
    assert accepted["wages_usd"].to_list() == [12_345, 76_544, 1]
    assert set(accepted.select("year", "quarter_number", "state_fips", "reporting_unit_number").rows()) == {
        (2023, 4, "99", "00000")
    }


def test_an_ssn_of_zeros_is_missing(tmp_path: Path) -> None:
    assert rows(tmp_path, file_of(LINES))[0]["ssn"].to_list() == ["734110421", "734110422", None]


letters = st.text("ABCDEFGHIJ", min_size=1, max_size=12)
workers = st.builds(
    Worker, st.from_regex(r"[1-8][0-9]{8}", fullmatch=True), letters, letters,
    st.integers(0, 99_999_999_999), st.sampled_from("QR "),
)  # fmt: skip
employers = st.lists(
    st.tuples(
        st.from_regex(r"[1-9][0-9]{0,9}", fullmatch=True), st.from_regex(r"[0-9]{9}", fullmatch=True),
        st.lists(workers, max_size=4),
    ), min_size=1, max_size=4,
).filter(lambda found: any(some for _, _, some in found))  # fmt: skip


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(paid=employers, quarter=st.integers(1, 4), size=st.integers(200, 5_000))
def test_any_wages_are_the_same_rows_in_either_layout_up_to_cents(
    tmp_path: Path, paid: Employers, quarter: int, size: int
) -> None:
    accepted, aside = rows(tmp_path, file_of(lines_of(paid, quarter=quarter)), size)
    wanted, also_aside = rows(tmp_path, lehd(paid, quarter=quarter))
    assert accepted.equals(wanted)
    assert aside == also_aside  # an EIN may be somebody's SSN by chance


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(paid=employers, where=st.data())
def test_no_line_can_be_lost_doubled_or_changed_in_its_wages_unseen(
    tmp_path: Path, paid: Employers, where: st.DataObject
) -> None:
    lines = lines_of(paid)
    place = where.draw(st.sampled_from([n for n, text in enumerate(lines) if text[0] in "ESTF"]))
    ways = ["lost", "doubled", "paid more"]
    how = where.draw(st.sampled_from(ways if lines[place][0] == "S" else ways[:2]))
    if how == "paid more":
        lines[place] = lines[place][:63] + f"{int(lines[place][63:77]) + 1:014d}" + lines[place][77:]
    else:
        lines[place : place + 1] = [] if how == "lost" else [lines[place]] * 2
    said = refused(tmp_path, lines)
    assert re.match(r"its line [\d,]+", said)
    assert not any(worker.ssn in said for _, _, some in paid for worker in some)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([*opening(), LINES[3], LINES[-1]], "its line 3 is an S under no E"),
        ([*LINES[:5], *LINES[6:]], "its line 6 is an E; the E of line 3 has no T"),
        (LINES[:-1], "its line 9, the last, is no F, with which the file ends; it may have been cut short"),
        (LINES[:4], "its line 4, the last, is no F, with which the file ends; it may have been cut short; the E of"),
        ([*LINES[:6], LINES[0], *LINES[6:]], "its line 7 is a second A; two files may have been joined"),
        ([*LINES, LINES[2]], "its line 11 comes after the F, with which the file ends"),
        ([*opening(), LINES[5], LINES[-1]], "its line 3 is a T under no E"),
        ([*opening(), LINES[-1]], "its line 3 is an F, where B or E belongs"),
        ([*LINES[:3], "X", *LINES[3:]], "its line 4 begins with none of A, B, E, S, T, F"),
        ([*LINES[:3], *LINES[4:]], "its line 5 (T) gives at 2-8 a number of records that differs from"),
        ([*LINES[:-1], closing(TWO[:1])], "its line 10 (F) gives at 2-11 a number of records that differs from"),
        ([*LINES[:-1], line("F")], "its line 10 (F) has no number at 2-11"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("size", [280, 1 << 20])
def test_a_line_that_stands_where_it_cannot_refuses_the_file(
    tmp_path: Path, lines: list[str], says: str, size: int
) -> None:
    assert refused(tmp_path, lines, size).startswith(says)


def test_totals_of_wages_and_employers_are_held_against_the_lines_and_not_told(tmp_path: Path) -> None:
    wages = [*LINES[:5], LINES[5].replace("8888899", "8888898"), *LINES[6:]]
    assert wages != LINES
    said = refused(tmp_path, wages)
    assert said.startswith("its line 6 (T) gives at 27-40 a total of amounts that differs from the lines of its group")
    assert not re.search(r"888|7654|1234", said)
    groups = LINES[-1][:11] + f"{3:010d}" + LINES[-1][21:]
    assert "(F) gives at 12-21 a number of groups that differs" in refused(tmp_path, [*LINES[:-1], groups])


def test_a_line_cut_behind_the_quarter_is_read_and_a_shorter_one_set_aside(tmp_path: Path) -> None:
    lines = [text.rstrip() if text[0] == "S" else text for text in LINES]
    lines[3] = lines[3][:219]
    accepted, aside = rows(tmp_path, file_of(lines))
    assert accepted["line_number"].to_list() == [2, 3]
    assert aside == [(1, None, "line_length")]


def test_a_file_shows_its_layout_by_its_first_letter(tmp_path: Path) -> None:
    usual = written(tmp_path, lehd(TWO))
    assert kind_of(usual, CONTRACT) == "fixed"
    assert kind_of(written(tmp_path, b"\xef\xbb\xbf" + file_of(LINES)), CONTRACT) == "groups"
    assert kind_of(written(tmp_path, file_of(LINES)), replace(CONTRACT, groups=None)) == "fixed"
    assert kind_of(tmp_path / "nowhere.txt", CONTRACT) == "fixed"


def test_a_state_moves_a_total_without_touching_code(tmp_path: Path) -> None:
    moved = tmp_path / "ui_wage.yaml"
    moved.write_text(FILE.read_text().replace("T 27-40", "T 13-26"))
    lines = [text[:12] + text[26:40] + " " * 14 + text[40:] if text[0] == "T" else text for text in LINES]
    list(reader_of(written(tmp_path, file_of(lines)), load_contract(moved)).blocks())
    assert "at 27-40" in refused(tmp_path, lines)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"kind": "fixed"}, "kind is groups"),
        ({"colour": 1}, "missing or unknown terms colour"),
        ({"encoding": "latin-1"}, "its encoding is that of the layout"),
        ({"opens": "AA"}, "one letter of its own"),
        ({"sums": "S"}, "'S' is no place"),
        ({"sums": "E 1-2"}, "values stand in S or E, and sums in the former"),
        ({"sums": "S 270-276"}, "beyond the 275 bytes"),
        ({"totals": [{"at": "S 2-8", "says": "sum"}]}, "totals stand in T or F"),
        ({"totals": [{"at": "T 2-8", "says": "mean"}]}, "says one of sum, records, groups"),
        ({"columns": {"ssn": {}}}, "stands at a place, or is always the same"),
        ({"columns": {"ssn": {"at": "S 2-10", "zeros": "kept"}}}, "zeros are blank"),
        ({"columns": {"ssn": {"at": "S 2-10", "color": 1}}}, "unknown terms color"),
        ({"recordLength": "220-100"}, "from so many to so many bytes"),
    ],
)
def test_a_layout_that_cannot_be_read_by_is_refused(change: dict[str, object], says: str) -> None:
    terms = yaml.safe_load(FILE.read_text())["customProperties"]
    (said,) = [item["value"] for item in terms if item["property"] == "otherLayout"]
    with pytest.raises(ContractError, match=re.escape(says)):
        read_groups({**said, **change}, ["ascii"])


@pytest.mark.parametrize(
    ("place", "instead", "says"),
    [
        ("        wages_usd: {at: S 64-77, cents: true}\n", "", "required columns wages_usd have no place"),
        ("        hours_worked:", "        hours:", "no columns hours in the contract"),
    ],
)
def test_a_place_is_of_a_column_and_every_required_column_has_one(
    tmp_path: Path, place: str, instead: str, says: str
) -> None:
    broken = tmp_path / "ui_wage.yaml"
    broken.write_text(FILE.read_text().replace(place, instead))
    with pytest.raises(ContractError, match=says):
        load_contract(broken)
