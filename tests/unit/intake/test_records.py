"""Cutting files into records, and every record in exactly one place."""

import gzip
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from p20w.contracts import Layout, load_contracts
from p20w.intake.conform import conform
from p20w.intake.inspection import Inspection, data_blocks
from p20w.intake.lines import read_lines
from p20w.intake.readers import reader_of
from p20w.intake.readers.block import REASONS
from p20w.intake.readers.cutting import line_blocks
from p20w.intake.readers.delimited import field_faults, needs_multiline
from p20w.intake.readers.header import read_header
from p20w.intake.sources import OTHER_KINDS, SourceError
from p20w.settings import PROJECT
from tests.unit.intake.files import COMMA, written

CONTRACTS = load_contracts(PROJECT / "contracts")


def records(path: Path, size: int, multiline: bool = False) -> list[bytes]:
    return [
        block.record(index)
        for block in line_blocks(path, size=size, multiline=multiline)
        for index in range(len(block))
    ]


lines = st.lists(st.binary(max_size=12).filter(lambda line: b"\n" not in line and b"\r" not in line), min_size=1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(lines=lines, size=st.integers(1, 40), ending=st.sampled_from([b"\n", b"\r\n"]), closed=st.booleans())
def test_records_do_not_depend_on_how_much_is_read_at_a_time(
    folder: Path, lines: list[bytes], size: int, ending: bytes, closed: bool
) -> None:
    if not lines[-1] or lines[-1].endswith(b"\x1a"):
        lines = [*lines, b"x"]
    if lines[0].startswith((b"\xef\xbb\xbf", b"\x1f\x8b", b"PK\x03\x04", *OTHER_KINDS)):
        lines[0] = b"x"
    path = written(folder, ending.join(lines) + (ending if closed else b""))
    assert records(path, size) == lines


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(lines=lines, size=st.integers(1, 40))
def test_an_offset_points_at_its_record(folder: Path, lines: list[bytes], size: int) -> None:
    data = b"HEAD\n" + b"\n".join(lines) + b"\nend\n"
    path = written(folder, data)
    number = 0
    for block in line_blocks(path, size=size):
        assert block.first_line == number + 1
        for index, (start, end) in enumerate(zip(block.starts, block.ends, strict=True)):
            assert data[block.offset + start : block.offset + end] == block.record(index)
        number += len(block)


def test_a_line_break_inside_quotes_is_content_where_that_makes_sense(folder: Path) -> None:
    sound = written(folder, b'a,b\n1,"two\nlines"\n3,4\n')
    assert needs_multiline(sound, COMMA)
    assert records(sound, 7, multiline=True) == [b"a,b", b'1,"two\nlines"', b"3,4"]
    assert not needs_multiline(written(folder, b'a,b\n"\x00\n3,4\n'), COMMA)
    stray = written(folder, b'a,b\n1,2"\n3,4\n5,"6"\n')
    assert not needs_multiline(stray, COMMA)
    assert records(stray, 7) == [b"a,b", b'1,2"', b"3,4", b'5,"6"']


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"1,2", ""),
        (b'"1","2"', ""),
        (b'"1,5","2 ""x"" "', ""),
        (b"1,2,3", "field_count"),
        (b"1", "field_count"),
        (b"", "field_count"),
        (b'1,"2', "bad_quotes"),
        (b'1,2"3"4', "bad_quotes"),
    ],
)
def test_a_line_whose_layout_is_broken_has_a_reason(folder: Path, line: bytes, reason: str) -> None:
    path = written(folder, b"a,b\n3,4\n" + line + b"\n5,6\n")
    (block,) = line_blocks(path)
    found = field_faults(block, COMMA, 2, multiline=False)
    assert [REASONS[code] for code in found] == ["", "", reason, ""]


def test_a_cut_archive_is_an_error_of_the_source(folder: Path) -> None:
    path = written(folder, gzip.compress(b"1,2\n" * 10_000)[:-20])
    with pytest.raises(SourceError, match="damaged or cut short"):
        list(line_blocks(path))


def test_a_header_may_use_other_names_in_another_order() -> None:
    contract = CONTRACTS["ps_award"]
    names = [column.header for column in contract.columns]
    header = read_header(",".join(["Unit_ID", *reversed(names[1:])]).encode(), contract)
    assert not header.missing
    assert not header.unknown
    assert header.names[0] == "institution_ipeds_unit_id"


def test_what_a_file_without_header_holds_is_named_by_position_only() -> None:
    contract = CONTRACTS["dmv_license"]
    header = read_header(b"M1|Quetzalbrand|Zephyr|||", contract)
    assert header.matched == 0
    assert "Quetzalbrand" not in str(header)


CTE = replace(CONTRACTS["k12_cte"], layout=replace(CONTRACTS["k12_cte"].layout, header=False))
SOUND = "1000000001,9900010,9900010023,2024,52.1803,14,2023-08-28,2024-06-01,2,1,1,0,0"
fields = st.lists(st.one_of(st.text(max_size=8), st.sampled_from(SOUND.split(","))), min_size=10, max_size=16)
cte_lines = st.one_of(st.just(SOUND), fields.map(",".join), st.text(max_size=40)).filter(
    lambda line: not {"\n", "\r"} & set(line)
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(lines=st.lists(cte_lines, min_size=1, max_size=30), size=st.sampled_from([50, 1_000_000]))
def test_every_line_is_accepted_or_set_aside_once(folder: Path, lines: list[str], size: int) -> None:
    path = written(folder, "".join(f"{line}\n" for line in [*lines, SOUND]).encode())
    found = Inspection(reader=reader_of(path, CTE, size=size))
    places: list[int] = []
    records = 0
    for block in data_blocks(found):
        records += len(block)
        lines_read = read_lines(block, CTE, found)
        places += [*lines_read.accepted["line_number"], *lines_read.quarantine["line_number"]]
        assert set(lines_read.quarantine["reason_code"]) <= set(REASONS[1:])
    assert sorted(places) == list(range(1, records + 1))
    assert records == len(lines) + 1 or '"' in "".join(lines)


def test_values_take_the_types_of_the_contract(folder: Path) -> None:
    reader = reader_of(written(folder, f"{SOUND}\n".encode()), CTE)
    (block,) = reader.blocks()
    text = reader.text(block, np.array([True]))
    found = conform(text, CTE.columns)
    assert not found.reason.any()
    assert str(found.frame.row(0)[6]) == "2023-08-28"
    assert found.frame.row(0)[8:] == (2, True, True, False, False)


def test_fixed_width_letters_beyond_ascii_keep_their_places(folder: Path) -> None:
    wage = CONTRACTS["ui_wage"]
    layout = Layout("fixed", "latin-1", header=False, record_length=92)
    line = f"400101000{'JOSÉ':<15}Q{'MUÑOZ':<20}99{1:010d}{1:05d}{123456789}20234{1000:010d}{400:04d}{13:02d}\n"
    reader = reader_of(written(folder, line.encode("latin-1") * 2), replace(wage, layout=layout))
    (block,) = reader.blocks()
    text = reader.text(block, np.array([True, True]))
    assert text["last_or_surname"].to_list() == ["MUÑOZ", "MUÑOZ"]
    assert text["wages_usd"].to_list() == ["0000001000", "0000001000"]
