"""Lines of several types between a header and a trailer: each record in one place, or the file is refused by line."""

import os
from pathlib import Path

import polars as pl
import pytest

from p20w.contracts import ContractError, load_contract
from p20w.contracts.layouts import read_layout
from p20w.intake.drops import DropPath, sha256_of
from p20w.intake.inspection import Inspection, data_blocks, inspect
from p20w.intake.lines import read_lines
from p20w.intake.manifest import Manifest
from p20w.intake.readers import reader_of
from p20w.settings import PROJECT
from tests.unit.intake.files import written

CONTRACT = load_contract(PROJECT / "contracts" / "tanf_report.yaml")
SAMPLES = Path(os.environ.get("P20W_TEST_SAMPLES", PROJECT.parent / "shared" / "samples")) / "tanf"
SAMPLE = SAMPLES / "small_correct_file.txt"
LAYOUT = SAMPLES / "layout_from_schema_defs.csv"
HEADER, LETTERED = "HEADER20204A99   TAN1 D", "HEADER20204A99   TAN1ED"
FAMILY = "T1202010TN00000042 041" + " " * 7 + "1120311" + " " * 79 + "01" + " "
ADULT = "T2202010TN00000042 1 19850203734110421222221".ljust(156)
ONE_CHILD = "T3202010TN00000042 1201503047341104222222221".ljust(60)
TWO_CHILDREN = (ONE_CHILD + "1201706057341104231222221").ljust(101)


def trailer(count: int) -> str:
    return f"TRAILER{count:07d}         "


def file_of(*lines: str) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def whole(*lines: str, header: str = HEADER) -> bytes:
    return file_of(header, *lines, trailer(len(lines)))


def measured(folder: Path, data: bytes, count: int, period: str = "2020Q4-active") -> Inspection:
    file = written(folder, data)
    digest = sha256_of(file)
    manifest = Manifest.model_validate(
        {
            "feed": "tanf_report",
            "period": period,
            "submission": 1,
            "delivered_on": "2021-02-10",
            "file": file.name,
            "sha256": digest,
            "record_count": count,
            "control_totals": {},
            "agreement_id": CONTRACT.agreement.id,
            "contract_version": CONTRACT.version,
        }
    )
    drop = DropPath(folder, "tanf_report", period, 1, file, digest, manifest.delivered_on, manifest)
    return inspect(drop, CONTRACT)


def accepted(found: Inspection) -> pl.DataFrame:
    return pl.concat(read_lines(block, CONTRACT, found).accepted for block in data_blocks(found))


def set_aside(found: Inspection) -> list[tuple[int, str | None, str]]:
    parts = [read_lines(block, CONTRACT, found).quarantine for block in data_blocks(found)]
    return pl.concat(parts).select("line_number", "column_name", "reason_code").rows()


@pytest.mark.skipif(not SAMPLE.exists(), reason="agencies' sample files are not here")
def test_the_federal_sample_loads_with_every_record_accounted_for(tmp_path: Path) -> None:
    found = measured(tmp_path, SAMPLE.read_bytes(), 1)
    assert found.first_fault is None
    lines = accepted(found)
    assert (found.lines, lines.height, set_aside(found)) == (1, 1, [])
    family = lines.row(0, named=True)
    assert (family["record_type"], family["report_month"], family["case_number"]) == ("T1", 202010, "11111111112")
    assert (family["family_size"], family["cash_assistance_usd"], family["report_section"]) == (2, 873, "active")
    assert family["ssn"] is None


@pytest.mark.skipif(not LAYOUT.exists(), reason="the federal layout is not here")
def test_columns_lie_where_the_federal_layout_has_them() -> None:
    layout = pl.read_csv(LAYOUT, infer_schema_length=0).filter(pl.col("program").is_in(["tanf", "all"]))
    told = {
        (row["record"], int(row["start1"]), int(row["length"]), row["name"].upper())
        for row in layout.iter_rows(named=True)
    }
    places = {(record, first, length) for record, first, length, _ in told}
    for column in CONTRACT.columns:
        for record, found in column.places.items():
            for first, length in found:
                assert (record, first, length) in places or (record, first) == ("T7", 1), column.name
    by_name = {(record, first): name for record, first, _, name in told}
    for name in (
        "case_number",
        "birthdate",
        "ssn",
        "sex",
        "cash_assistance_usd",
        "education_code",
        "earned_income_usd",
    ):
        column = CONTRACT.column(name)
        names = {by_name[(record, first)] for record, found in column.places.items() for first, _ in found}
        assert column.header in names


def test_two_children_of_a_line_are_two_records_at_its_place(tmp_path: Path) -> None:
    data = whole(FAMILY, ADULT, TWO_CHILDREN, ONE_CHILD)
    found = measured(tmp_path, data, 4)
    assert found.first_fault is None
    assert (found.lines, found.counted) == (5, 4)
    lines = accepted(found)
    assert lines["line_number"].to_list() == [1, 2, 3, 4, 5]
    assert lines["record_type"].to_list() == ["T1", "T2", "T3", "T3", "T3"]
    assert lines["ssn"].to_list() == [None, "734110421", "734110422", "734110423", "734110422"]
    assert lines["birthdate"].cast(pl.String).to_list()[2:] == ["2015-03-04", "2017-06-05", "2015-03-04"]
    assert lines["case_number"].unique().to_list() == ["TN00000042"]
    (block,) = data_blocks(found)
    assert block.places[2] == block.places[3] == data.index(b"T3")
    assert block.joined == 1


def test_a_second_child_of_blanks_or_zeros_is_none(tmp_path: Path) -> None:
    for rest in (" " * 41, "0" * 41, " " * 20 + "0" * 10):
        found = measured(tmp_path, whole(ONE_CHILD + rest), 1)
        assert (found.first_fault, found.lines) == (None, 1)


def test_the_manifest_counts_lines_as_the_trailer_does(tmp_path: Path) -> None:
    assert measured(tmp_path, whole(TWO_CHILDREN), 1).first_fault is None
    assert measured(tmp_path, whole(TWO_CHILDREN), 2).first_fault == "lines_differ"


def test_letters_become_digits_and_are_shown_as_they_came(tmp_path: Path) -> None:
    spelled = ADULT.replace("734110421", "YZP@@TP9@")
    found = measured(tmp_path, whole(spelled, header=LETTERED), 1)
    assert accepted(found)["ssn"].to_list() == ["734110421"]
    (block,) = data_blocks(found)
    assert found.reader is not None
    assert found.reader.shown(1, int(block.places[0]), int(block.ends[0] - block.starts[0])) == spelled


def test_without_the_mark_letters_stay_letters_that_nobody_has(tmp_path: Path) -> None:
    found = measured(tmp_path, whole(ADULT.replace("734110421", "YZP@@TP9@")), 1)
    assert accepted(found)["ssn"].to_list() == ["YZP@@TP9@"]


def test_a_digit_among_the_letters_sets_aside_its_record(tmp_path: Path) -> None:
    data = whole(FAMILY, ADULT, ADULT.replace("734110421", "YZP@@TP9@"), FAMILY, header=LETTERED)
    found = measured(tmp_path, data, 4)
    assert set_aside(found) == [(2, "ssn", "bad_pattern")]


def test_nines_are_nobody_and_an_unknown_birth_date_is_blank(tmp_path: Path) -> None:
    unknown = ADULT.replace("19850203", "99999999").replace("734110421", "999999999")
    found = measured(tmp_path, whole(unknown), 1)
    assert accepted(found)["birthdate"].to_list() == [None]
    assert set_aside(found) == [(1, "birthdate", "impossible_date")]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (file_of(HEADER, FAMILY, HEADER, ADULT, trailer(3)), "its line 3 is a second HEADER"),
        (file_of(HEADER, FAMILY, trailer(1), HEADER, ADULT, trailer(1)), "its line 4 is a second HEADER"),
        (file_of(FAMILY, trailer(1)), "its line 1 is no HEADER of 23 characters"),
        (file_of(HEADER[:-1], FAMILY, trailer(1)), "its line 1 is no HEADER of 23 characters"),
        (file_of(HEADER, FAMILY, ADULT), "its line 3 is no TRAILER"),
        (file_of(HEADER, FAMILY, ADULT, trailer(3)), "its line 4 says 3 lines, and there are 2 before it"),
        (file_of(HEADER, FAMILY, "TRAILER000000A"), "its line 3 is no TRAILER of 23 characters with a count"),
        (file_of(HEADER, FAMILY, "TRAILER"), "its line 3 is no TRAILER of 23 characters with a count"),
        (file_of(HEADER, FAMILY, trailer(1), ADULT), "its line 4 comes after the TRAILER"),
        (file_of(HEADER), "its line 1 is no TRAILER"),
    ],
)
@pytest.mark.parametrize("size", [1 << 20, 64])
def test_a_file_without_its_frame_is_refused_with_the_line(tmp_path: Path, data: bytes, said: str, size: int) -> None:
    found = measured(tmp_path, data, 1)
    assert found.first_fault == "file_unreadable"
    assert said in str(found.figures["source_fault"])
    with pytest.raises(Exception, match=said.replace("(", r"\(")):
        list(reader_of(written(tmp_path, data), CONTRACT, size=size).blocks())


def test_blocks_of_any_size_give_the_same_records(tmp_path: Path) -> None:
    file = written(tmp_path, whole(FAMILY, ADULT, *[TWO_CHILDREN] * 40, FAMILY))

    def records(size: int) -> list[tuple[object, ...]]:
        reader = reader_of(file, CONTRACT, size=size)
        found: list[tuple[object, ...]] = []
        for block in reader.blocks():
            assert block.values is not None
            found += [
                (block.first_line + place, int(block.places[place]), *row)
                for place, row in enumerate(block.values.text.rows())
            ]
        return found

    assert len(records(1 << 20)) == 83
    assert records(1 << 20) == records(200) == records(64)


def test_a_file_without_records_is_empty(tmp_path: Path) -> None:
    assert measured(tmp_path, whole(), 0).first_fault == "file_empty"
    assert measured(tmp_path, b"", 0).first_fault == "file_empty"


def test_lines_of_no_type_or_length_are_set_aside(tmp_path: Path) -> None:
    odd = ["T9202010", FAMILY + "9" * 50, ADULT[:100], "", ADULT.replace("1985", "19é5")]
    more = [ADULT.replace("7341104", f"73411{month}") for month in (50, 51, 52)]
    found = measured(tmp_path, whole(FAMILY, ADULT, *odd, *more, TWO_CHILDREN), 11)
    assert found.first_fault is None
    assert set_aside(found) == [
        (3, None, "bad_record"), (4, None, "line_length"), (5, None, "line_length"), (6, None, "bad_record"),
        (7, None, "bad_encoding"),
    ]  # fmt: skip
    assert accepted(found).height == 7


def test_a_month_outside_the_quarter_and_a_person_without_case_are_set_aside(tmp_path: Path) -> None:
    late, without = ADULT.replace("202010", "202101"), ADULT.replace("TN00000042", " " * 10)
    found = measured(tmp_path, whole(FAMILY, late, without, ADULT), 4)
    assert set_aside(found) == [(2, "report_month", "contradiction"), (3, "record_type", "contradiction")]


def test_another_section_or_quarter_than_the_drop_is_refused(tmp_path: Path) -> None:
    data = whole(FAMILY, ADULT)
    assert measured(tmp_path, data, 2, "2020Q4-closed").first_fault == "lines_of_another_period"
    assert measured(tmp_path, data, 2, "2020Q3-active").first_fault == "lines_of_another_period"
    assert measured(tmp_path, data, 2, "2020Q4").first_fault == "period_unknown"


def test_nothing_of_a_line_is_in_a_message(tmp_path: Path) -> None:
    for data in (file_of(ADULT, trailer(1)), file_of(HEADER, ADULT), file_of(HEADER, ADULT, trailer(9))):
        found = measured(tmp_path, data, 1)
        assert "7341" not in str(found.figures)


def changed(**terms: object) -> dict[str, object]:
    return {
        "kind": "record_types", "encoding": "ascii", "header": {"word": "H", "length": 9},
        "trailer": {"word": "Z", "length": 9}, "count": "2-9", "column": "kind", "records": {"A": "2-9"},
    } | terms  # fmt: skip


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"records": {"A": "2-9", "BB": "2-9"}}, "types of records are of one length"),
        ({"records": {"A": "9-2"}}, "from so many to so many bytes"),
        ({"letters": {"at": 2, "mark": "E", "digits": "ABC"}}, "letters are ten different ones"),
        ({"delimiter": ","}, "has no delimiter"),
    ],
)
def test_a_layout_of_several_types_is_checked(terms: dict[str, object], said: str) -> None:
    assert read_layout(changed()).types is not None
    with pytest.raises(ContractError, match=said):
        read_layout(changed(**terms))


@pytest.mark.parametrize(
    ("written_as", "instead", "said"),
    [
        ("value: {T1: 33-34}", "value: 33-34", "fixed layouts need a position, others have none"),
        ("value: {T1: 33-34}", "value: {T8: 33-34}", "no records of type T8"),
        ("value: {T1: 33-34}", "value: {T1: 155-157}", "beyond the 156 bytes"),
    ],
)
def test_a_column_lies_in_a_record_that_there_is(tmp_path: Path, written_as: str, instead: str, said: str) -> None:
    text = (PROJECT / "contracts" / "tanf_report.yaml").read_text(encoding="utf-8")
    assert written_as in text
    path = tmp_path / "tanf_report.yaml"
    path.write_text(text.replace(written_as, instead, 1), encoding="utf-8")
    with pytest.raises(ContractError, match=said):
        load_contract(path)
