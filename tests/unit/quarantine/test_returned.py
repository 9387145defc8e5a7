"""What comes back from an agency is read strictly: its table says which lines these are."""

import csv
import io
from pathlib import Path

import pytest

from p20w.contracts import load_contracts
from p20w.intake.receipt import LINE_FAULTS
from p20w.intake.sources import USUAL_LIMITS
from p20w.quarantine import Returned, archive, letter, read_returned
from p20w.quarantine.letter import LEAVE_OUT, LINE, README, TABLE
from p20w.quarantine.record import Fault, Place, QuarantinedDrop
from p20w.quarantine.returned import ReturnedError
from p20w.settings import PROJECT

CONTRACTS = load_contracts(PROJECT / "contracts")
SCOPE = "k12_cte/2023-24/1"
FAULTS = (
    Fault(3, "cte_courses_passed", "bad_type"),
    Fault(3, "program_participation_start_date", "impossible_date"),
    Fault(8, None, "field_count"),
    Fault(1_200, "is_cte_participant", "bad_code"),
)
DROP = QuarantinedDrop(
    1, "k12_cte", "2023-24", 1, Path("k12_cte_2023-24_1.csv.gz"), {n: Place(n, 9 * n, 9) for n in (3, 8, 1_200)}, FAULTS
)
LINES = b"header\na\nb\nc\n"


def exported() -> str:
    return letter.table(DROP, CONTRACTS["k12_cte"]).decode("utf-8-sig")


def read(folder: Path, table: str | bytes, lines: bytes = LINES) -> Returned:
    (folder / TABLE).write_bytes(table if isinstance(table, bytes) else table.encode())
    (folder / "lines.csv").write_bytes(lines)
    return read_returned(folder, None, USUAL_LIMITS)


def test_the_table_that_was_exported_reads_as_all_its_lines_in_their_order(tmp_path: Path) -> None:
    assert read(tmp_path, exported()) == Returned(SCOPE, LINES, (3, 8, 1_200), frozenset())


def test_an_archive_and_a_folder_with_the_same_files_say_the_same(tmp_path: Path) -> None:
    files = {"lines.csv": LINES, TABLE: exported().encode(), README: b"words"}
    (tmp_path / "back.zip").write_bytes(archive.pack(files, "long enough to be safe"))
    (tmp_path / "folder").mkdir()
    said = read_returned(tmp_path / "back.zip", "long enough to be safe", USUAL_LIMITS)
    assert said == read(tmp_path / "folder", exported())


def test_a_line_is_left_out_where_one_of_its_rows_says_so_and_stays_quarantined_without_rows(tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(exported())))
    rows[1][LEAVE_OUT] = "Yes "
    out = io.StringIO()
    write: csv.DictWriter[str] = csv.DictWriter(out, letter.COLUMNS)
    write.writeheader()
    write.writerows(row for row in rows if row[LINE] != "8")
    assert read(tmp_path, out.getvalue()) == Returned(SCOPE, LINES, (1_200,), frozenset({3}))


def test_the_table_tells_of_each_fault_what_is_wrong_and_what_is_wanted() -> None:
    rows = list(csv.DictReader(io.StringIO(exported())))
    assert [(row["drop"], row[LINE], row["column"]) for row in rows] == [
        (SCOPE, "3", "CteCoursesPassed"),
        (SCOPE, "3", "ProgramParticipationStartDate"),
        (SCOPE, "8", "the whole line"),
        (SCOPE, "1200", "CteParticipant"),
    ]
    assert [row["what_is_wrong"] for row in rows] == [LINE_FAULTS[fault.reason] for fault in FAULTS]
    assert rows[0]["what_is_wanted"].startswith("a whole number from 0 to ")
    assert rows[2]["what_is_wanted"] == "13 fields separated by ','"
    assert rows[3]["what_is_wanted"].startswith("0 for no or 1 for yes. ")


def test_the_readme_names_the_files_as_they_are_called() -> None:
    words = letter.readme(DROP, CONTRACTS["k12_cte"]).decode()
    assert f"Lines of {SCOPE}" in words
    assert "lines.csv" in words
    assert TABLE in words
    assert "could not use 3 of its lines" in words
    assert max(map(len, words.splitlines())) <= 120


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("", "has no rows"),
        (exported().replace(",", ";"), "has no rows, or not the columns"),
        (exported().replace(",3,", ",Zephyrquill,"), "row 1 has no number"),
        (exported()[:-2] + "Zephyrquill", 'row 4 has something else than "yes"'),
        (exported().replace(SCOPE, "k12_cte/2022-23/1", 1), "of several drops"),
        (b"\x00" + b"\xff" * 200_000, "has no rows"),
    ],
    ids=["empty", "semicolons", "no number", "no mark", "two drops", "bytes"],
)
def test_a_table_that_is_not_as_it_was_sent_is_refused_and_not_quoted(
    tmp_path: Path, table: str | bytes, said: str
) -> None:
    with pytest.raises(ReturnedError, match=said) as refused:
        read(tmp_path, table)
    assert "Zephyrquill" not in str(refused.value)


def test_both_files_must_be_there_by_their_names(tmp_path: Path) -> None:
    (tmp_path / "lines.csv").write_bytes(LINES)
    with pytest.raises(ReturnedError, match=r"one called what to correct\.csv"):
        read_returned(tmp_path, None, USUAL_LIMITS)
    (tmp_path / "lines.txt").symlink_to(tmp_path / "lines.csv")
    with pytest.raises(ReturnedError, match="it is a link"):
        read_returned(tmp_path, None, USUAL_LIMITS)
