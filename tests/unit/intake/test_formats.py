"""Formats beside delimited and fixed width: each record in one place, whatever the file."""

import gzip
import io
import json
import os
import struct
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from p20w.contracts import ContractError, FeedContract, load_contract, load_contracts
from p20w.contracts.layouts import read_layout
from p20w.intake.drops import DropPath, sha256_of
from p20w.intake.inspection import Inspection, data_blocks, inspect
from p20w.intake.lines import Lines, read_lines
from p20w.intake.manifest import Manifest
from p20w.intake.readers import reader_of
from p20w.intake.sources import USUAL_LIMITS, Limits
from p20w.settings import PROJECT
from tests.integration.intake.formats import WRITES, Row, as_json_lines, as_parquet, as_xml, of_format
from tests.unit.intake.files import written

CTE = load_contracts(PROJECT / "contracts")["k12_cte"]
EDFI = load_contract(PROJECT / "tests" / "fixtures" / "edfi_student.yaml")
SAMPLES = Path(os.environ.get("P20W_TEST_SAMPLES", PROJECT.parent / "shared" / "samples")) / "edfi"
SECRET = "Quetzalbrand"
SMALL = Limits(file_bytes=1 << 20, inflation=200, line_bytes=2_000, zip_members=20)
TWO = 2 << 10


def participation(number: int, **changes: str | None) -> Row:
    values = [f"{1_000_000_000 + number}", "9900010", "9900010023", "2024", "52.1803", "14", "2023-08-28"]
    values += ["2024-06-01", "2", "1", "1", "0", None]
    return {**dict(zip((column.header for column in CTE.columns), values, strict=True)), **changes}


ROWS = [participation(number) for number in range(80)]


def measured(
    folder: Path,
    data: bytes,
    contract: FeedContract,
    count: int = 80,
    limits: Limits = USUAL_LIMITS,
    period: str = "2023-24",
) -> Inspection:
    file = written(folder, data)
    digest = sha256_of(file)
    manifest = Manifest.model_validate(
        {
            "feed": contract.feed,
            "period": period,
            "submission": 1,
            "delivered_on": "2024-10-01",
            "file": file.name,
            "sha256": digest,
            "record_count": count,
            "agreement_id": contract.agreement.id,
            "contract_version": contract.version,
        }
    )
    drop = DropPath(folder, contract.feed, period, 1, file, digest, date(2024, 10, 1), manifest, (), limits)
    return inspect(drop, contract)


def read(found: Inspection, contract: FeedContract) -> list[Lines]:
    return [read_lines(block, contract, found) for block in data_blocks(found)]


def aside(found: Inspection, contract: FeedContract) -> list[tuple[int, str | None, str, str]]:
    columns = ("line_number", "column_name", "reason_code", "sets_aside")
    rows = [row for lines in read(found, contract) for row in lines.quarantine.select(columns).iter_rows()]
    return sorted(rows)


CHANGES = {
    3: {"CteCoursesPassed": "two"},
    5: {"SchoolIdentifierSea": None},
    7: {"ProgramParticipationStartDate": "2023-02-30"},
    9: {"NonTraditionalGenderStatus": "y"},
    11: {"CipCode": "  52.1803\t"},
    13: {"NonTraditionalGenderStatus": r"\N"},
}
WANTED = [
    (4, "cte_courses_passed", "bad_type", "line"),
    (6, "school_identifier_sea", "missing", "line"),
    (8, "program_participation_start_date", "impossible_date", "line"),
    (10, "is_nontraditional", "bad_code", "field"),
]


@pytest.mark.parametrize("kind", WRITES)
def test_every_format_says_the_same_of_the_same_records(kind: str, tmp_path: Path) -> None:
    rows = [participation(number, **CHANGES.get(number, {})) for number in range(80)]
    header = ",".join(rows[0])
    csv = "\n".join([header, *(",".join(value or "" for value in row.values()) for row in rows)])
    plain = measured(tmp_path, csv.encode(), CTE)
    contract = of_format(CTE, kind)
    found = measured(tmp_path, WRITES[kind](rows), contract)
    assert found.facts == plain.facts
    assert found.first_fault is None
    accepted = [lines.accepted for lines in read(found, contract)]
    (wanted,) = (lines.accepted for lines in read(plain, CTE))
    assert [row for frame in accepted for row in frame.iter_rows()] == list(wanted.iter_rows())
    told = aside(found, contract)
    assert told == aside(plain, CTE)
    assert [(line, reason) for line, _, reason, _ in told] == [(line, reason) for line, _, reason, _ in WANTED]


@pytest.mark.parametrize("kind", WRITES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=12)
@given(size=st.integers(200, 9_000))
def test_records_do_not_depend_on_how_much_is_read_at_a_time(kind: str, size: int, folder: Path) -> None:
    contract = of_format(CTE, kind)
    reader = reader_of(written(folder, WRITES[kind](ROWS)), contract, size=size)
    number = 0
    for block in reader.blocks():
        assert block.first_line == number + 1
        assert not reader.faults(block).any()
        assert block.values is not None
        wanted = [f"{1_000_000_000 + place}" for place in range(number, number + len(block))]
        assert block.values.text["student_identifier_state"].to_list() == wanted
        number += len(block)
    assert number == len(ROWS)


@pytest.mark.parametrize("kind", WRITES)
@pytest.mark.parametrize("size", [500, 1 << 20])
def test_a_record_can_be_found_again_by_what_quarantine_says_of_it(kind: str, size: int, folder: Path) -> None:
    data = WRITES[kind](ROWS)
    packed = data if kind == "parquet" else gzip.compress(data)
    reader = reader_of(written(folder, packed), of_format(CTE, kind), size=size)
    for block in reader.blocks():
        index = len(block) - 1
        line, length = block.first_line + index, int(block.ends[index] - block.starts[index])
        shown = reader.shown(line, int(block.places[index]), length)
        assert f"{1_000_000_000 + line - 1}" in shown
        assert f"{1_000_000_000 + line}" not in shown
        if kind == "xml":
            assert (shown[:4], shown[-7:]) == ("<Row", "</Row >")


def json_with(line: str) -> bytes:
    lines = as_json_lines(ROWS).decode().splitlines()
    return "\n".join([*lines[:7], line, *lines[8:]]).encode("utf-8", "surrogateescape")


def member(extra: str) -> bytes:
    """The eighth object with something more in it."""
    return json_with(as_json_lines([participation(7)]).decode().strip()[:-1] + extra + "}")


def value(text: str) -> bytes:
    """The eighth object with another value for the courses passed."""
    return json_with(json.dumps(participation(7)).replace('"CteCoursesPassed": "2"', f'"CteCoursesPassed": {text}'))


JSON_LINES = {
    "no JSON": (json_with(SECRET), "bad_record", None),
    "a list": (json_with(f'["{SECRET}"]'), "bad_record", None),
    "a text": (json_with(f'"{SECRET}"'), "bad_record", None),
    "two objects": (json_with('{"A": 1} {"A": 2}'), "bad_record", None),
    "a blank line": (json_with(""), "bad_record", None),
    "not a number": (value("NaN"), "bad_record", None),
    "infinity": (value("-Infinity"), "bad_record", None),
    "nested without end": (json_with("[" * 50_000 + "]" * 50_000), "bad_record", None),
    "objects without end": (json_with('{"a":' * 50_000 + "1" + "}" * 50_000), "bad_record", None),
    "a member twice": (member(f', "CteCoursesPassed": "{SECRET}"'), "repeated_field", "cte_courses_passed"),
    "a member twice, spelled otherwise": (member(', "ctecourses_passed": 1'), "repeated_field", "cte_courses_passed"),
    "a member nobody knows": (member(f', "Note{SECRET}": 1'), "unknown_field", None),
    "a list for a value": (value("[2]"), "not_scalar", "cte_courses_passed"),
    "an object for a value": (value(f'{{"{SECRET}": 2}}'), "not_scalar", "cte_courses_passed"),
    "true for a number": (value("true"), "bad_type", "cte_courses_passed"),
    "text for a number": (value(f'"{SECRET}"'), "bad_type", "cte_courses_passed"),
    "a number too large": (value("1e3"), "bad_type", "cte_courses_passed"),
    "digits without end": (value("9" * 5_000), "bad_type", "cte_courses_passed"),
    "a NUL as an escape": (value('"2\\u0000"'), "nul_byte", "cte_courses_passed"),
    "half a character": (value('"\\ud800"'), "bad_encoding", "cte_courses_passed"),
    "a NUL": (json_with('{"a\0": 1}'), "nul_byte", None),
    "a stray byte": (json_with('{"a": "\udcff"}'), "bad_encoding", None),
}


@pytest.mark.parametrize("name", JSON_LINES)
def test_one_line_of_json_is_set_aside_for(name: str, tmp_path: Path) -> None:
    data, reason, column = JSON_LINES[name]
    contract = of_format(CTE, "json_lines")
    found = measured(tmp_path, data, contract)
    assert (found.first_fault, found.lines) == (None, 80)
    told = aside(found, contract)
    assert [(line, code) for line, _, code, _ in told] == [(8, reason)], told
    assert told[0][1] == column
    assert sum(lines.accepted.height for lines in read(found, contract)) == 79


def test_json_types_do_not_count_and_numbers_stay_as_they_are_written(tmp_path: Path) -> None:
    contract = of_format(CTE, "json_lines")
    typed = [
        {
            **participation(number),
            "SchoolYear": 2024,
            "CteCoursesPassed": 2,
            "CteParticipant": True,
            "CteCompleter": False,
            "NonTraditionalGenderStatus": None,
        }
        for number in range(80)
    ]
    found = measured(tmp_path, "".join(json.dumps(row) + "\n" for row in typed).encode(), contract)
    (lines,) = read(found, contract)
    assert not aside(found, contract)
    plain = measured(tmp_path, as_json_lines(ROWS), contract)
    assert lines.accepted.equals(read(plain, contract)[0].accepted)


BOMB = (
    '<!DOCTYPE Rows [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><Rows><Row>&b;</Row></Rows>'
)
OUTSIDE = '<!DOCTYPE Rows [<!ENTITY x SYSTEM "file:///etc/passwd">]><Rows><Row><CipCode>&x;</CipCode></Row></Rows>'


def xml(body: str, start: str = "<Rows>") -> bytes:
    return f"{start}{body}</Rows>".encode()


XML = {
    "entities that grow": (BOMB.encode(), "document type"),
    "an entity from outside": (OUTSIDE.encode(), "document type"),
    "a document type elsewhere": (b'<!DOCTYPE Rows SYSTEM "http://127.0.0.1/x.dtd"><Rows/>', "document type"),
    "an entity nobody declared": (xml(f"<Row>&{SECRET};</Row>"), "undefined entity"),
    "nested without end": (xml("<a>" * 5_000 + "</a>" * 5_000), "nested more than"),
    "nested in a record": (xml("<Row>" + "<a>" * 5_000 + "</a>" * 5_000 + "</Row>"), "nested more than"),
    "members without end": (xml("<Row>" + "<a/>" * 20_000 + "</Row>"), "more than 10,000 elements"),
    "an element never closed": (as_xml(ROWS)[:-300], "no well-formed XML"),
    "a name closed by another": (xml(f"<Row><{SECRET}></Row>"), "no well-formed XML"),
    "no XML": (f"{SECRET},1\n".encode(), "no well-formed XML"),
    "nothing": (b"", "no well-formed XML"),
    "a NUL": (xml("<Row>\0</Row>"), "NUL"),
    "a stray byte": (xml("<Row>#</Row>").replace(b"#", b"\xff"), "no well-formed XML"),
    "another encoding": (b'<?xml version="1.0" encoding="windows-1252"?><Rows/>', "another encoding"),
    "UTF-16 with a mark": ("\ufeff<Rows/>".encode("utf-16-le"), "UTF-16"),
    "UTF-16 without": ("<Rows/>".encode("utf-16-le"), "NUL"),
    "another namespace": (xml("<Row/>", '<Rows xmlns="http://elsewhere">'), "another namespace"),
    "a record without end": (xml(f"<Row><CipCode>{'x' * 2_000_000}</CipCode></Row>"), "more than 1,000,000 bytes"),
    "a comment without end": (xml(f"<!--{'x' * 2_000_000}-->"), "more than 1,000,000 bytes"),
    "an attribute without end": (xml(f"<Row a='{'x' * 2_000_000}'/>"), "more than 1,000,000 bytes"),
    "inflated": (gzip.compress(xml("<a/>" * 20_000_000)), "times the bytes of its archive"),
}


@pytest.mark.parametrize("name", XML)
def test_a_hostile_file_of_xml_is_refused_with_a_reason(name: str, tmp_path: Path) -> None:
    data, words = XML[name]
    found = measured(tmp_path, data, of_format(CTE, "xml"))
    assert found.first_fault == "file_unreadable"
    assert words in found.figures["source_fault"]
    assert SECRET not in str(found)


ELEMENTS = {
    "an element twice": ("<CteCoursesPassed>2</CteCoursesPassed>", "repeated_field", "cte_courses_passed"),
    "elements where a value should be": (
        "<NonTraditionalGenderStatus><a>1</a></NonTraditionalGenderStatus>",
        "not_scalar",
        "non_traditional_gender_status",
    ),
    "of another namespace": ("<x:CipCode xmlns:x='urn:x'>1</x:CipCode>", "", None),
    "that nobody knows": ("<Note><CipCode>1</CipCode></Note>", "", None),
    "in pieces": ("<NonTraditionalGenderStatus><![CDATA[1]]><!-- no --></NonTraditionalGenderStatus>", "", None),
}


@pytest.mark.parametrize("name", ELEMENTS)
def test_a_record_of_xml_with_elements(name: str, tmp_path: Path) -> None:
    more, reason, column = ELEMENTS[name]
    data = as_xml(ROWS)
    place = data.index(b"</Row >", data.index(b"1000000007"))
    contract = of_format(CTE, "xml")
    found = measured(tmp_path, data[:place] + more.encode() + data[place:], contract)
    assert (found.first_fault, found.lines) == (None, 80)
    told = aside(found, contract)
    assert [(line, code) for line, _, code, _ in told] == ([(8, reason)] if reason else []), told
    assert not column or told[0][1] is not None


def parquet(**columns: Any) -> bytes:
    """The usual rows with other columns in place of some."""
    table = pq.read_table(io.BytesIO(as_parquet(ROWS)))
    for name, values in columns.items():
        table = table.set_column(table.column_names.index(name), name, values)
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def lying_footer() -> bytes:
    """A footer that says 81 rows of a file that holds 80."""
    data = bytearray(parquet())
    size = struct.unpack("<I", data[-8:-4])[0]
    footer = data[-8 - size : -8]
    assert footer.count(b"\xa0\x01") >= 2  # 80, as Thrift writes it
    data[-8 - size : -8] = footer.replace(b"\xa0\x01", b"\xa2\x01")
    return bytes(data)


def dictionary(size: int, rows: int) -> bytes:
    """One text of many bytes, said by every row: a few bytes in the file."""
    out = io.BytesIO()
    text = (
        pa.array(["x" * size] * rows, pa.large_string())
        if rows < TWO
        else pa.array(["x" * size]).take(pa.array([0] * rows))
    )
    pq.write_table(pa.table({"CipCode": text}), out, compression="zstd")
    return out.getvalue()


def cut(data: bytes, at: int) -> bytes:
    return data[:at] + data[at + 50 :]


PARQUET: dict[str, tuple[Callable[[], bytes], str]] = {
    "a lying footer": (lying_footer, "footer says another number|damaged"),
    "a footer cut short": (lambda: parquet()[:-20], "damaged"),
    "pages cut out": (lambda: cut(parquet(), 100), "damaged|footer"),
    "no Parquet": (lambda: SECRET.encode() * 10, "no Parquet file"),
    "nothing": (lambda: b"", "no Parquet file"),
    "nothing but a name": (lambda: b"PAR1", "damaged"),
    "packed once more": (lambda: gzip.compress(parquet()), "no Parquet file"),
    "lists": (lambda: parquet(CipCode=pa.array([["52.1803"]] * 80)), "position 5 holds no single values"),
    "structures": (lambda: parquet(CipCode=pa.array([{SECRET: 1}] * 80)), "position 5 holds no single values"),
    "text that is none": (
        lambda: parquet(CipCode=pa.array([b"\xff\xfe"] * 80, pa.binary())),
        "damaged|UTF-8",
    ),
    "a huge dictionary": (lambda: dictionary(900_000, 1_000), "times more than the bytes|memory"),
    "a value without end": (lambda: dictionary(1_500_000, 2), "more than 1,000,000 bytes"),
}


@pytest.mark.parametrize("name", PARQUET)
def test_a_hostile_file_of_parquet_is_refused_with_a_reason(name: str, tmp_path: Path) -> None:
    make, words = PARQUET[name]
    found = measured(tmp_path, make(), of_format(CTE, "parquet"))
    assert found.facts["file_unreadable"]
    assert any(word in found.figures["source_fault"] for word in words.split("|")), found.figures["source_fault"]
    assert SECRET not in str(found)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=15)
@given(place=st.floats(0, 1, exclude_max=True), junk=st.binary(min_size=1, max_size=8))
def test_a_damaged_file_of_parquet_stops_nothing_else(place: float, junk: bytes, folder: Path) -> None:
    data = bytearray(as_parquet(ROWS))
    at = int(place * len(data))
    data[at : at + len(junk)] = junk
    contract = of_format(CTE, "parquet")
    found = measured(folder, bytes(data), contract)
    if found.first_fault is None:
        assert sum(lines.accepted.height + lines.quarantine.height for lines in read(found, contract)) >= 80
    else:
        assert not found.facts["unforeseen_errors"], found.figures


def test_parquet_types_do_not_count(tmp_path: Path) -> None:
    contract = of_format(CTE, "parquet")
    days = pa.array([date(2023, 8, 28)] * 80)
    typed = parquet(
        SchoolYear=pa.array([2024] * 80, pa.int16()),
        CteCoursesPassed=pa.array([2.0] * 80),
        CteParticipant=pa.array([True] * 80),
        CteConcentrator=pa.array([Decimal(1)] * 80),
        ProgramParticipationStartDate=days,
        ProgramParticipationExitDate=pa.array([date(2024, 6, 1)] * 80).cast(pa.timestamp("ns")),
        CipCode=pa.array(["52.1803"] * 80).dictionary_encode(),
        CareerCluster=pa.array([b"14"] * 80, pa.binary()),
        NonTraditionalGenderStatus=pa.nulls(80),
    )
    found = measured(tmp_path, typed, contract)
    assert found.first_fault is None
    assert not aside(found, contract)
    plain = measured(tmp_path, as_parquet(ROWS), contract)
    accepted = [row for lines in read(plain, contract) for row in lines.accepted.iter_rows()]
    assert [row for lines in read(found, contract) for row in lines.accepted.iter_rows()] == accepted


def test_values_of_parquet_that_the_contract_cannot_have_set_their_lines_aside(tmp_path: Path) -> None:
    contract = of_format(CTE, "parquet")
    odd = parquet(
        CteCoursesPassed=pa.array([float("nan"), float("inf"), 2.5, 1e300, *[2.0] * 76]),
        CipCode=pa.array(["52.\x001803", *["52.1803"] * 79]),
        SchoolIdentifierSea=pa.array([None] * 5 + ["9900010023"] * 75),
    )
    found = measured(tmp_path, odd, contract)
    assert found.first_fault is None
    reasons = [(line, reason) for line, _, reason, _ in aside(found, contract)]
    assert [line for line, _ in reasons] == [1, 2, 3, 4, 5]
    assert dict(reasons)[1] == "nul_byte"
    assert dict(reasons)[5] == "missing"


def test_a_parquet_file_with_other_columns_is_told_which(tmp_path: Path) -> None:
    contract = of_format(CTE, "parquet")
    rows = [{SECRET if name == "CipCode" else name.lower(): value for name, value in row.items()} for row in ROWS]
    found = measured(tmp_path, as_parquet(rows), contract)
    assert found.figures["missing_columns"] == ("CipCode",)
    assert found.figures["unknown_positions"] == (5,)
    assert SECRET not in str(found.figures)


# --------------------------------------------------------------------------------------------------------- Ed-Fi

SHAPES = {
    "5.2.0": "<StudentUniqueId>{id}</StudentUniqueId><Name><FirstName>A</FirstName><LastSurname>B</LastSurname></Name>"
    "<BirthData><BirthDate>2010-01-01</BirthDate><BirthCountry>uri://ed-fi.org/CountryDescriptor#AG</BirthCountry>"
    "</BirthData>",
    "0200": "<StudentUniqueId>{id}</StudentUniqueId><Name><FirstName>A</FirstName><LastSurname>B</LastSurname></Name>"
    "<Sex>Male</Sex><BirthData><BirthDate>2010-01-01</BirthDate></BirthData>"
    "<Telephone><TelephoneNumber>1</TelephoneNumber><TelephoneNumberType>Home</TelephoneNumberType></Telephone>"
    "<Telephone><TelephoneNumber>2</TelephoneNumber><TelephoneNumberType>Work</TelephoneNumberType></Telephone>",
    "0100": "<StudentUniqueStateId>{id}</StudentUniqueStateId><Name Verification='Birth certificate'>"
    "<FirstName>A</FirstName><LastSurname>B</LastSurname></Name><BirthData><BirthDate>2010-01-01</BirthDate></BirthData>"
    "<Telephone TelephoneNumberType='Home'><TelephoneNumber>1</TelephoneNumber></Telephone>"
    "<Telephone TelephoneNumberType='Work'><TelephoneNumber>2</TelephoneNumber></Telephone>",
}


@pytest.mark.parametrize("version", SHAPES)
def test_students_of_ed_fi_are_read_in_each_version(version: str, tmp_path: Path) -> None:
    root = "InterchangeStudent" if version == "5.2.0" else "InterchangeStudentParent"
    parent = "<Parent><ParentUniqueStateId>1</ParentUniqueStateId><Name><FirstName>C</FirstName></Name></Parent>"
    students = "".join(f"<Student>{SHAPES[version].format(id=number)}</Student>{parent}" for number in range(30))
    data = f'<{root} xmlns="http://ed-fi.org/{version}">{students}</{root}>'.encode()
    found = measured(tmp_path, data, EDFI, 30)
    assert (found.first_fault, found.lines) == (None, 30)
    (lines,) = read(found, EDFI)
    assert not lines.quarantine.height
    assert lines.accepted["student_identifier"].to_list() == [str(number) for number in range(30)]
    assert set(lines.accepted["second_telephone_type"]) == ({None} if version == "5.2.0" else {"Work"})
    if version == "5.2.0":
        assert set(lines.accepted["birth_country"]) == {"uri://ed-fi.org/CountryDescriptor#AG"}


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"no sample files in {SAMPLES}")
def test_every_student_of_the_ed_fi_sample_is_accounted_for(tmp_path: Path) -> None:
    samples = sorted(SAMPLES.glob("*/Student.xml"))
    assert samples
    for sample in samples:
        data = sample.read_bytes()
        count = data.count(b"<Student>")
        found = measured(tmp_path, data, EDFI, count)
        assert (found.first_fault, found.lines) == (None, count)
        lines = read(found, EDFI)
        assert sum(part.accepted.height + part.quarantine.height for part in lines) == count
        assert sum(part.quarantine.height for part in lines) == 0
        assert lines[0].accepted["student_identifier"].n_unique() == lines[0].accepted.height


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"kind": "csv"}, "kind is one of"),
        ({"kind": "fixed", "encoding": "ascii"}, "needs recordLength"),
        ({"kind": "json_lines", "delimiter": ","}, "has no delimiter"),
        ({"kind": "xml", "record": "a/b"}, "name of an element"),
        ({"kind": "delimited", "encoding": "utf-16", "delimiter": ","}, "keeps ASCII"),
    ],
)
def test_a_layout_that_cannot_be_is_refused(terms: dict[str, Any], words: str) -> None:
    with pytest.raises(ContractError, match=words):
        read_layout(terms)
