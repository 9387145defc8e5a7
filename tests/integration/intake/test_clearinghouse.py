"""What the clearinghouse returns, however its header is spelled: every row is accounted for, found or not.

Three searches: a detail file, the high-school variant with a state's own columns, and a correction of the first.
Spellings that real files have are read from the samples; without them that test says so.
"""

import csv

import pytest

from p20w.database import Warehouse
from p20w.intake import DropOutcome
from p20w.intake.readers.header import matched
from p20w.settings import PROJECT
from tests.integration.intake.deliveries import CONTRACTS, Agency, count, take_in

FEED = "nsc_studenttracker"
CONTRACT = CONTRACTS[FEED]
SAMPLES = PROJECT.parent / "shared" / "samples" / "nsc"
HIGH_SCHOOL = (
    "Reporting_Year,YOUR_UNIQUE_IDENTIFIER,FIRST_NAME,MIDDLE_NAME,LAST_NAME,NAME_SUFFIX,REQUESTER_RETURN_FIELD,"
    "RECORD_FOUND_Y/N,HIGH_SCHOOL_CODE,HIGH_SCHOOL_GRAD_DATE,COLLEGE_CODE/BRANCH,COLLEGE_NAME,COLLEGE_STATE,2-YEAR/4-YEAR,"
    "PUBLIC/PRIVATE,ENROLLMENT_BEGIN,ENROLLMENT_END,ENROLLMENT_STATUS,GRADUATED,GRADUATION_DATE,DEGREE_TITLE,MAJOR,"
    "COLLEGE_SEQUENCE,PROGRAM_CODE,LEA"
)
DETAIL = ",".join(column.header for column in CONTRACT.columns)
COLLEGE = {
    "college_code": "008083-00",
    "college_name": "SOMEWHERE COLLEGE",
    "college_state": "AZ",
    "college_level": "4",
    "college_control": "Public",
    "college_sequence": "1",
}
ENROLLED = {**COLLEGE, "enrollment_begin_date": "20230828", "enrollment_end_date": "20231215", "enrollment_status": "F"}
DEGREE = {
    **COLLEGE,
    "is_graduated": "Y",
    "graduation_date": "20240510",
    "degree_title": "B.S.",
    "degree_cip_1": "520201",
}


def row(number: int, header: str = DETAIL, /, **said: str) -> str:
    """One row of a file with this header about student `number`, as `said` by the contract's columns."""
    names = matched(header.split(","), CONTRACT).names
    known = {
        "student_identifier_state": f"{1_000_000_000 + number}",
        "first_name": "Ana",
        "last_or_surname": "Quist",
        "requester_return_field": f"{1_000_000_000 + number}_",
        "is_record_found": "Y" if said else "N",
    }
    return ",".join((known | said).get(name, "") for name in names)


ROWS = [row(n) for n in range(15)]
ROWS += [row(n, is_record_found="Y") for n in range(15, 20)]
ROWS += [row(n, **ENROLLED) for n in range(20, 60)] + [row(n, **DEGREE) for n in range(20, 40)]
BROKEN = [
    *ROWS,
    row(70, **(ENROLLED | {"enrollment_end_date": "20230801"})),
    row(71, **(DEGREE | {"graduation_date": ""})),
    row(72, **(ENROLLED | {"college_code": "8083"})),
]
SCHOOL_VALUES = {"college_level": "4-year", "high_school_code": "12345", "high_school_graduation_date": "20230601"}
SCHOOL_VALUES |= {"reporting_year": "2023", "lea_name": "Somewhere District"}
SCHOOL = [row(n, HIGH_SCHOOL) for n in range(20)]
SCHOOL += [row(n, HIGH_SCHOOL, **(ENROLLED | SCHOOL_VALUES)) for n in range(20, 80)]


@pytest.fixture(scope="module")
def delivered(module_warehouse: Warehouse, module_agency: Agency) -> dict[str, DropOutcome]:
    """What became of the three searches."""
    module_agency.deliver(FEED, "2022-11-30", BROKEN, header=DETAIL, delivered_on="2022-12-20")
    module_agency.deliver(FEED, "2023-11-30", SCHOOL, header=HIGH_SCHOOL, delivered_on="2023-12-20")
    outcomes = take_in(module_warehouse)
    module_agency.deliver(FEED, "2022-11-30", ROWS, 2, header=DETAIL, delivered_on="2024-01-20")
    return {outcome.scope: outcome for outcome in (*outcomes, *take_in(module_warehouse))}


def test_rows_of_students_who_were_not_found_are_rows_like_others(
    module_warehouse: Warehouse, delivered: dict[str, DropOutcome]
) -> None:
    first = delivered[f"{FEED}/2022-11-30/1"]
    assert (first.status, first.lines_accepted, first.lines_quarantined) == ("accepted", len(ROWS) + 1, 2)
    with module_warehouse.connect("intake") as connection:
        query = f"select count(*) from intake.{FEED} where drop_id = {first.drop_id} and "
        assert count(connection, query + "not is_record_found") == 15
        assert count(connection, query + "is_record_found and college_code is null") == 5
        assert count(connection, query + "identity_id is null") == 0


def test_what_a_row_cannot_mean_is_set_aside(module_warehouse: Warehouse, delivered: dict[str, DropOutcome]) -> None:
    with module_warehouse.connect("intake") as connection:
        aside = connection.execute(
            "select line_number, column_name, reason_code, sets_aside from intake.quarantine where drop_id = %s "
            "order by 1",
            (delivered[f"{FEED}/2022-11-30/1"].drop_id,),
        ).fetchall()
    assert aside == [
        (len(ROWS) + 1, "enrollment_end_date", "contradiction", "field"),
        (len(ROWS) + 2, "is_graduated", "contradiction", "line"),
        (len(ROWS) + 3, "college_code", "bad_pattern", "line"),
    ]


def test_the_high_school_variant_is_taken_in_and_says_the_same_in_its_own_words(
    module_warehouse: Warehouse, delivered: dict[str, DropOutcome]
) -> None:
    school = delivered[f"{FEED}/2023-11-30/1"]
    assert (school.status, school.lines_accepted, school.lines_quarantined) == ("accepted", len(SCHOOL), 0)
    with module_warehouse.connect("intake") as connection:
        said = connection.execute(
            f"select distinct college_level, high_school_code, search_date, enrollment_cip_1 from intake.{FEED} "
            f"where drop_id = {school.drop_id} and is_record_found".encode()
        ).fetchall()
    assert said == [("FourYear", "12345", None, None)]


def test_the_corrected_search_replaces_the_first(
    module_warehouse: Warehouse, delivered: dict[str, DropOutcome]
) -> None:
    second = delivered[f"{FEED}/2022-11-30/2"]
    assert (second.status, second.lines_accepted, second.lines_quarantined) == ("accepted", len(ROWS), 0)
    with module_warehouse.connect("intake") as connection:
        query = f"select count(*) from governance.drop where feed = '{FEED}' and status = 'superseded'"
        assert count(connection, query) == 1


def test_names_of_colleges_and_degrees_in_free_words_are_not_kept(
    module_warehouse: Warehouse, delivered: dict[str, DropOutcome]
) -> None:
    assert delivered
    with module_warehouse.connect("intake") as connection:
        columns = connection.execute(
            "select column_name from information_schema.columns where table_schema = 'intake' and table_name = %s",
            (FEED,),
        ).fetchall()
    assert not {"college_name", "degree_title", "requester_return_field", "lea_name"} & {name for (name,) in columns}


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"there are no header spellings in {SAMPLES}")
def test_every_spelling_of_a_header_in_the_samples_is_known() -> None:
    with (SAMPLES / "nsc_header_variants.csv").open() as file:
        headers = [line["header"] for line in csv.DictReader(file)]
    assert matched(headers, CONTRACT).unknown == ()
    with (SAMPLES / "nsc_header_aliases.csv").open() as file:
        aliases = [(line["canonical"], line["alias"]) for line in csv.DictReader(file)]
    for canonical, alias in aliases:
        (one,), (other,) = (matched([name], CONTRACT).names for name in (canonical, alias))
        assert one == other, (canonical, alias)
        assert not one.startswith("?"), canonical
