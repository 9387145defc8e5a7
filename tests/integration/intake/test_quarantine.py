"""Lines that are set aside one by one, each in exactly one place, and who may read them."""

from collections.abc import Callable

import psycopg
import pytest

from p20w.database import Warehouse
from p20w.intake import DropOutcome, check_file
from p20w.quarantine import NotQuarantined, read_line
from tests.integration.intake.deliveries import Agency, contents, count, cte, participation, take_in, wages

LICENSES = (
    "LicenseNumber|LastName|FirstName|MiddleName|NameSuffix|PreviousLastName|DateOfBirth|SexCode|SocialSecurityNumber|SsnVerified|"
    "StreetAddress|City|State|PostalCode|IssueDate|ExpirationDate|LicenseClass|PreviousJurisdiction"
)


def replaced(line: str, first: int, text: str) -> str:
    """The line with `text` from byte `first` (counted from 1)."""
    return line[: first - 1] + text + line[first - 1 + len(text) :]


WAGE_FAULTS: dict[str, tuple[Callable[[str], str], str, str | None]] = {
    "a bad type": (lambda line: replaced(line, 77, "000000O100"), "bad_type", "wages_usd"),
    "a bad form": (lambda line: replaced(line, 48, "ACCOUNT001"), "bad_pattern", "ui_account_number"),
    "an impossible quarter": (lambda line: replaced(line, 76, "7"), "out_of_range", "quarter_number"),
    "a NUL byte": (lambda line: replaced(line, 30, "\0"), "nul_byte", None),
    "columns shifted by one": (lambda line: (line[:45] + " " + line[45:])[:92], "bad_pattern", "state_fips"),
    "a correction downwards": (lambda line: replaced(line, 77, "-000000100"), "negative", "wages_usd"),
    "a correction, its sign behind": (lambda line: replaced(line, 77, "000000100-"), "negative", "wages_usd"),
    "its SSN as the account": (lambda line: replaced(line, 49, line[:9]), "ssn_elsewhere", "ui_account_number"),
    "its SSN behind a name": (lambda line: replaced(line, 36, line[:9]), "ssn_elsewhere", "last_or_surname"),
    "a line too short": (lambda line: line[:-1], "line_length", None),
    "no SSN and no name": (lambda line: replaced(line, 1, "000000000".ljust(45)), "names_nobody", None),
    "no SSN and a word for a name": (
        lambda line: replaced(line, 1, "UNKNOWN".rjust(16).ljust(45)),
        "names_nobody",
        None,
    ),
}
CTE_FAULTS: dict[str, tuple[Callable[[], str], str, str | None]] = {
    "a bad type": (lambda: cte(7, courses="two"), "bad_type", "cte_courses_passed"),
    "a bad flag": (lambda: cte(7, participant="Y"), "bad_code", "is_cte_participant"),
    "an impossible date": (lambda: cte(7, start="2023-02-30"), "impossible_date", "program_participation_start_date"),
    "a date in another form": (lambda: cte(7, start="02/28/2023"), "bad_type", "program_participation_start_date"),
    "a required value missing": (lambda: cte(7, school=""), "missing", "school_identifier_sea"),
    "a NUL byte": (lambda: cte(7, lea="99\x0000010"), "nul_byte", None),
    "columns shifted by one": (lambda: cte(7).replace("9900010,", "", 1) + ",", "bad_type", "school_year"),
    "a field too many": (lambda: cte(7) + ",", "field_count", None),
    "a quote left open": (lambda: cte(7, lea='"9900010'), "bad_quotes", None),
}


Found = dict[str, tuple[DropOutcome, list[tuple[int, str | None, str]], int]]


@pytest.fixture(scope="module")
def found(module_warehouse: Warehouse, module_agency: Agency) -> Found:
    """For each fault a drop of its own, with the one line spoiled: outcome, lines set aside, lines that stay."""
    names: dict[str, str] = {}
    for year, (name, (spoil, _, _)) in enumerate(WAGE_FAULTS.items(), start=2001):
        lines = wages(year=year)
        written = [*lines[:6], spoil(lines[6]), *lines[7:]]
        data = "".join(f"{line}\n" for line in written).encode()
        module_agency.deliver("ui_wage", f"{year}Q4", lines, change=lambda _, data=data: data)
        names[f"ui_wage/{year}Q4/1"] = f"wage: {name}"
    for year, (name, (spoil_cte, _, _)) in enumerate(CTE_FAULTS.items(), start=2001):
        lines = participation()
        written = [line.replace(",2024,", f",{year},", 1) for line in [*lines[:7], spoil_cte(), *lines[8:]]]
        period = f"{year - 1}-{year % 100:02d}"
        module_agency.deliver("k12_cte", period, written)
        names[f"k12_cte/{period}/1"] = f"cte: {name}"
    told: Found = {}
    outcomes = take_in(module_warehouse)
    with module_warehouse.connect("intake") as connection:
        for outcome in outcomes:
            aside = connection.execute(
                "select line_number, column_name, reason_code from intake.quarantine where drop_id = %s",
                (outcome.drop_id,),
            ).fetchall()
            query = f"select count(distinct line_number) from intake.{outcome.feed} where drop_id = {outcome.drop_id}"
            told[names[outcome.scope]] = (outcome, aside, count(connection, query))
    return told


@pytest.mark.parametrize("name", WAGE_FAULTS)
def test_a_wage_line_is_set_aside_for(name: str, found: Found) -> None:
    _, reason, column = WAGE_FAULTS[name]
    outcome, aside, stayed = found[f"wage: {name}"]
    assert (outcome.status, outcome.lines_total) == ("accepted", 60), outcome.reason
    assert (outcome.lines_accepted, outcome.lines_quarantined, stayed) == (59, 1, 59)
    assert aside == [(7, column, reason)]


@pytest.mark.parametrize("name", CTE_FAULTS)
def test_a_line_of_a_delimited_file_is_set_aside_for(name: str, found: Found) -> None:
    _, reason, column = CTE_FAULTS[name]
    outcome, aside, stayed = found[f"cte: {name}"]
    assert (outcome.status, outcome.lines_total) == ("accepted", 60), outcome.reason
    assert (outcome.lines_accepted, outcome.lines_quarantined, stayed) == (59, 1, 59)
    assert aside == [(8, column, reason)]


def license_line(number: int, **changes: str) -> str:
    """One license; `changes` by header."""
    values = dict.fromkeys(LICENSES.split("|"), "")
    values |= {
        "LicenseNumber": f"D{number:08}",
        "LastName": "FAMILY",
        "FirstName": "GIVEN",
        "DateOfBirth": "19320229",
        "SexCode": "2",
        "IssueDate": "20200301",
    }
    return "|".join({**values, **changes}.values())


def licenses(agency: Agency, *spoiled: str) -> None:
    """A snapshot of 200 licenses, the last of them spoiled."""
    good = [license_line(number) for number in range(200 - len(spoiled))]
    agency.deliver("dmv_license", "2021-06-30", [*good, *spoiled], header=LICENSES)


def aside(warehouse: Warehouse) -> list[tuple[int, str | None, str, str]]:
    with warehouse.connect("intake") as connection:
        return connection.execute(
            "select line_number, column_name, reason_code, sets_aside from intake.quarantine order by 1, 2"
        ).fetchall()


def test_a_birth_date_that_does_not_exist_sets_aside_the_field_and_not_the_line(
    warehouse: Warehouse, agency: Agency
) -> None:
    licenses(agency, license_line(199, DateOfBirth="19320230"))
    (outcome,) = take_in(warehouse)
    assert (outcome.status, outcome.lines_total) == ("accepted", 200), outcome.reason
    assert (outcome.lines_accepted, outcome.lines_quarantined) == (200, 0)
    assert aside(warehouse) == [(200, "birthdate", "impossible_date", "field")]
    assert "19320230" not in str(contents(warehouse)["intake.quarantine"])
    with warehouse.connect("linkage") as connection:
        born = connection.execute("select birthdate from vault.identity where source_id = 'D00000199'").fetchall()
    assert born == [(None,)]
    with warehouse.connect("report") as connection:
        facts = dict(
            connection.execute(
                "select check_name, observed from governance.drop_check where check_name like 'intake.fields%'"
            ).fetchall()
        )
    assert facts == {
        "intake.fields_unreadable": 1,
        "intake.fields_of_no_line": 0,
        "intake.fields_unreadable_worst_percent": 0.0,
    }


def test_nobody_is_born_after_the_period_and_the_line_stays(warehouse: Warehouse, agency: Agency) -> None:
    licenses(agency, license_line(198, DateOfBirth="20210630"), license_line(199, DateOfBirth="20210701"))
    receipt = check_file(agency.drops / "dmv_license" / "2021-06-30" / "1", warehouse.settings)
    assert [str(fault) for fault in receipt.faults] == [
        "line 200: DateOfBirth is later than the period's end; only this value would be missing"
    ]
    (outcome,) = take_in(warehouse)
    assert (outcome.lines_accepted, outcome.lines_quarantined) == (200, 0)
    assert aside(warehouse) == [(200, "birthdate", "after_period", "field")]


def test_a_stray_byte_sets_aside_its_line_in_every_layout(warehouse: Warehouse, agency: Agency) -> None:
    agency.deliver(
        *("k12_cte", "2023-24", participation()),
        change=lambda data: data.replace(b"1000000007", b"\xff000000007"),
    )
    agency.deliver("ui_wage", "2023Q4", wages(), change=lambda data: data.replace(b"GIVENH ", b"GIV\xc9NH "))
    for scope in ("k12_cte/2023-24/1", "ui_wage/2023Q4/1"):
        receipt = check_file(agency.drops / scope, warehouse.settings)
        assert [(fault.line, fault.reason) for fault in receipt.faults] == [(8, "bad_encoding")]
    assert {(drop.lines_accepted, drop.lines_quarantined) for drop in take_in(warehouse)} == {(59, 1)}
    assert aside(warehouse) == 2 * [(8, None, "bad_encoding", "line")]


def test_a_line_can_lack_two_fields_and_three_set_it_aside(warehouse: Warehouse, agency: Agency) -> None:
    two = {"DateOfBirth": "19320230", "SexCode": "?"}
    licenses(agency, license_line(198, **two), license_line(199, **two, State="12"))
    (outcome,) = take_in(warehouse)
    assert (outcome.lines_accepted, outcome.lines_quarantined) == (199, 1)
    assert aside(warehouse) == [
        (199, "birthdate", "impossible_date", "field"),
        (199, "sex", "bad_code", "field"),
        (200, None, "many_unreadable", "line"),
    ]


SSN, OTHER = "401220345", "512348765"


def test_a_line_that_repeats_its_ssn_is_set_aside_and_so_says_the_check(warehouse: Warehouse, agency: Agency) -> None:
    hidden = [
        license_line(196, SocialSecurityNumber=SSN, LicenseNumber=SSN),
        license_line(197, SocialSecurityNumber="401-22-0345", StreetAddress="12 Elm St, 401 22 0345"),
        license_line(198, SocialSecurityNumber=SSN, LicenseNumber=OTHER),
        license_line(199, SocialSecurityNumber=OTHER, LicenseNumber="D" + SSN),
    ]
    licenses(agency, *hidden)
    receipt = check_file(agency.drops / "dmv_license" / "2021-06-30" / "1", warehouse.settings)
    assert [str(fault) for fault in receipt.faults] == [
        "line 197: LicenseNumber repeats the SSN of its line, and must not",
        "line 198: StreetAddress repeats the SSN of its line, and must not",
    ]
    (outcome,) = take_in(warehouse)
    assert (outcome.lines_accepted, outcome.lines_quarantined) == (198, 2)
    assert aside(warehouse) == [
        (197, "license_number", "ssn_elsewhere", "line"),
        (198, "address_street", "ssn_elsewhere", "line"),
    ]
    found = contents(warehouse)
    assert SSN not in str({table: rows for table, rows in found.items() if table != "vault.identity"})
    assert str(found["vault.identity"]).count(SSN) == 1, "the one that is only somebody's license number"


@pytest.mark.parametrize(
    ("like", "status", "verdict"),
    [
        (0, "accepted", []),
        (1, "accepted", ["no_value_is_like_an_ssn"]),
        (3, "rejected", ["no_value_is_like_an_ssn", "ssns_are_in_their_column"]),
    ],
)
def test_values_like_ssns_where_none_belongs_warn_and_then_close_the_gate(
    warehouse: Warehouse, agency: Agency, like: int, status: str, verdict: list[str]
) -> None:
    licenses(agency, *(license_line(100_000 + number, StreetAddress="Elm St 512-34-8765") for number in range(like)))
    receipt = check_file(agency.drops / "dmv_license" / "2021-06-30" / "1", warehouse.settings)
    assert (receipt.ok, len(receipt.warnings)) == (status == "accepted", len(verdict[:1]))
    (outcome,) = take_in(warehouse)
    assert outcome.status == status
    assert [item.expectation for run in outcome.gate_runs for item in run.results if not item.passed] == verdict


def test_a_line_that_is_set_aside_for_its_key_counts_no_field(warehouse: Warehouse, agency: Agency) -> None:
    licenses(agency, license_line(199, LicenseNumber="", DateOfBirth="19320230"))
    take_in(warehouse)
    assert aside(warehouse) == [(200, "license_number", "missing", "line")]


@pytest.mark.parametrize(
    ("unreadable", "status", "verdict"),
    [(2, "accepted", []), (4, "accepted", ["few_values_are_unreadable"]), (30, "rejected", None)],
)
def test_a_column_that_is_often_unreadable_warns_and_then_closes_the_gate(
    warehouse: Warehouse, agency: Agency, unreadable: int, status: str, verdict: list[str] | None
) -> None:
    licenses(agency, *(license_line(100_000 + number, SexCode="?") for number in range(unreadable)))
    (outcome,) = take_in(warehouse)
    assert outcome.status == status
    failed = [result.expectation for run in outcome.gate_runs for result in run.results if not result.passed]
    if verdict is None:
        assert "no_column_is_unreadable_as_a_whole" in failed
    else:
        assert failed == verdict


@pytest.mark.parametrize("spoiled", [{"SexCode": "?"}, {"LicenseNumber": ""}], ids=["value", "line"])
@pytest.mark.parametrize(("slips", "status"), [(1, "accepted"), (2, "accepted"), (3, "rejected")])
def test_a_slip_or_two_refuse_no_file_however_short_it_is(
    warehouse: Warehouse, agency: Agency, slips: int, status: str, spoiled: dict[str, str]
) -> None:
    lines = [license_line(number, **(spoiled if number < slips else {})) for number in range(6)]
    agency.deliver("dmv_license", "2021-06-30", lines, header=LICENSES)
    (outcome,) = take_in(warehouse)
    assert outcome.status == status, outcome.reason


def test_a_steward_reads_the_line_of_a_field_and_is_told_all_its_reasons(warehouse: Warehouse, agency: Agency) -> None:
    spoiled = license_line(199, DateOfBirth="19320230", SexCode="?")
    licenses(agency, spoiled)
    take_in(warehouse)
    told = read_line(warehouse, warehouse.settings, "dmv_license/2021-06-30/1", 200)
    where = "impossible_date, column birthdate; bad_code, column sex"
    assert told == f"dmv_license/2021-06-30/1 line 200 ({where}):\n{spoiled}"


def test_the_database_takes_no_line_twice_and_no_field_without_its_column(warehouse: Warehouse, agency: Agency) -> None:
    licenses(agency, license_line(199, DateOfBirth="19320230"))
    (outcome,) = take_in(warehouse)
    row = "insert into intake.quarantine values (%s, 7, {}, 'bad_type', 0, 9, {})"
    for column, kind in (("null", "'field'"), ("'sex'", "'both'")):
        with warehouse.connect("intake") as connection, pytest.raises(psycopg.errors.CheckViolation):
            connection.execute(row.format(column, kind).encode(), (outcome.drop_id,))
    with warehouse.connect("intake") as connection:
        connection.execute(row.format("'sex'", "'line'").encode(), (outcome.drop_id,))
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute(row.format("'birthdate'", "'line'").encode(), (outcome.drop_id,))


def test_quarantine_holds_no_content_and_the_steward_reads_the_line_on_record(
    warehouse: Warehouse, agency: Agency
) -> None:
    lines = participation()
    spoiled = cte(7, participant="Y")
    agency.deliver("k12_cte", "2023-24", [*lines[:7], spoiled, *lines[8:]])
    take_in(warehouse)
    assert "1000000007" not in str(contents(warehouse)["intake.quarantine"])
    told = read_line(warehouse, warehouse.settings, "k12_cte/2023-24/1", 8)
    assert told == f"k12_cte/2023-24/1 line 8 (bad_code, column is_cte_participant):\n{spoiled}"
    with warehouse.connect("steward") as connection:
        acts = connection.execute("select actor, action, subject from governance.audit").fetchall()
    act = next(act for act in acts if act[1] == "quarantined line read")
    assert act[0] == "p20w_steward"
    assert (act[2]["drop"], act[2]["line"]) == ("k12_cte/2023-24/1", 8)


def test_a_line_that_was_accepted_cannot_be_read(warehouse: Warehouse, agency: Agency) -> None:
    agency.deliver("k12_cte", "2023-24", participation())
    take_in(warehouse)
    with pytest.raises(NotQuarantined, match="no quarantined line 8"):
        read_line(warehouse, warehouse.settings, "k12_cte/2023-24/1", 8)


def test_line_breaks_inside_quotes_belong_to_the_field(warehouse: Warehouse, agency: Agency) -> None:
    lines = participation()
    agency.deliver("k12_cte", "2023-24", [*lines[:7], cte(7, lea='"9900010\n"'), *lines[8:]])
    (outcome,) = take_in(warehouse)
    assert (outcome.lines_total, outcome.lines_accepted, outcome.lines_quarantined) == (60, 59, 1)
