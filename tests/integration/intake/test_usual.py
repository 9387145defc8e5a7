"""Files that read well line by line and are not what a feed usually is: units, sizes, SSNs and birth dates."""

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from p20w.database import Warehouse
from p20w.intake import DropOutcome, check_file
from p20w.settings import PROJECT
from tests.integration.intake.deliveries import Agency, count, cte, letters, participation, take_in, wage
from tests.integration.intake.test_quarantine import LICENSES, license_line

QUARTERS = [f"{year}Q{quarter}" for year in (2021, 2022) for quarter in range(1, 5)]


def quarter_of(period: str, count: int = 200, times: int = 1) -> list[str]:
    year, quarter = int(period[:4]), int(period[-1])
    return [wage(n, year=year, quarter=quarter, wages=(5_000 + 10 * n) * times) for n in range(count)]


def failed(outcome: DropOutcome) -> list[str]:
    return sorted(result.expectation for run in outcome.gate_runs for result in run.results if not result.passed)


def test_lines_and_wages_far_from_the_usual_are_warned_about_and_then_refused(
    warehouse: Warehouse, agency: Agency
) -> None:
    for period in QUARTERS[:4]:
        agency.deliver("ui_wage", period, quarter_of(period), delivered_on="2023-01-02")
    agency.deliver("ui_wage", "2022Q1", quarter_of("2022Q1", count=80), delivered_on="2023-01-02")
    agency.deliver("ui_wage", "2022Q2", quarter_of("2022Q2", times=100), delivered_on="2023-01-02")
    agency.deliver("ui_wage", "2022Q3", quarter_of("2022Q3", count=2_400), delivered_on="2023-01-02")
    agency.deliver("ui_wage", "2022Q4", quarter_of("2022Q4"), delivered_on="2023-01-02")
    outcomes = {outcome.period: outcome for outcome in take_in(warehouse)}
    assert [outcomes[period].status for period in QUARTERS] == [*5 * ["accepted"], *2 * ["rejected"], "accepted"]
    assert [failed(outcomes[period]) for period in QUARTERS[:4]] == [[], [], [], []]
    assert failed(outcomes["2022Q1"]) == ["lines_within_2_times_the_usual"]
    cents = outcomes["2022Q2"]
    assert cents.reason_code == "wages_usd_within_5_times_the_usual"
    assert "599,500, usually 5,995" in (cents.reason or "")
    assert outcomes["2022Q3"].reason_code == "lines_within_10_times_the_usual"
    assert failed(outcomes["2022Q4"]) == []


SPOILED: dict[str, tuple[Callable[[str], str], str]] = {
    "a zero lost": (lambda ssn: f"{ssn[1:]:<9}", "ssns_are_not_damaged_as_a_whole"),
    "masked": (lambda ssn: f"X-X{ssn[3:]}", "ssns_are_not_damaged_as_a_whole"),
    "in scientific form": (lambda ssn: f"{ssn[0]}.{ssn[1:3]}E+08 ", "ssns_are_not_damaged_as_a_whole"),
    "nines": (lambda _: "999999999", "ssns_are_not_made_up_as_a_whole"),
    "a run of digits": (lambda _: "123456789", "ssns_are_not_made_up_as_a_whole"),
}


def test_a_file_whose_ssns_are_of_no_use_is_refused_and_one_such_number_is_not(
    warehouse: Warehouse, agency: Agency
) -> None:
    for submission, (spoil, _) in enumerate(SPOILED.values(), start=1):
        for period, every in (("2023Q4", 2), ("2023Q3", 200)):
            lines = quarter_of(period, 200 + submission)
            lines[::every] = [spoil(line[:9]) + line[9:] for line in lines[::every]]
            agency.deliver("ui_wage", period, lines, submission)
    receipts = {
        (period, number): check_file(agency.drops / "ui_wage" / period / str(number), warehouse.settings)
        for period in ("2023Q3", "2023Q4")
        for number in range(1, len(SPOILED) + 1)
    }
    outcomes = {(outcome.period, outcome.submission): outcome for outcome in take_in(warehouse)}
    for key, outcome in outcomes.items():
        assert receipts[key].ok == (outcome.status != "rejected"), key
    for submission, (name, (_, code)) in enumerate(SPOILED.items(), start=1):
        spoiled = outcomes["2023Q4", submission]
        assert (spoiled.status, spoiled.reason_code) == ("rejected", code), name
        assert outcomes["2023Q3", submission].status in ("accepted", "superseded"), name


def test_an_ssn_that_lost_its_zero_is_read_where_the_contract_allows_it_and_the_count_is_told(
    make_warehouse: Callable[..., Warehouse], tmp_path: Path
) -> None:
    shutil.copytree(PROJECT / "contracts", contracts := tmp_path / "contracts")
    text = (contracts / "dmv_license.yaml").read_text()
    allowed = "{property: identifies, value: ssn}\n          - {property: lostZero, value: read}"
    (contracts / "dmv_license.yaml").write_text(text.replace("{property: identifies, value: ssn}", allowed))
    warehouse = make_warehouse(contracts=contracts)
    agency = Agency(warehouse.settings.drops)
    written = ["012345679", "12345679", "1234568", "001234568", "", "123456"]
    lines = [license_line(number, SocialSecurityNumber=ssn) for number, ssn in enumerate(written)]
    lines += [license_line(number, SocialSecurityNumber="512348765") for number in range(10, 110)]
    lines.append(license_line(200, SocialSecurityNumber="12345679", StreetAddress="Elm St 012345679"))
    agency.deliver("dmv_license", "2021-06-30", lines, header=LICENSES)
    receipt = check_file(agency.drops / "dmv_license" / "2021-06-30" / "1", warehouse.settings)
    assert "with the zeros it had lost. Here it is 2." in receipt.warnings[0]
    (outcome,) = take_in(warehouse)
    assert (outcome.status, outcome.lines_quarantined) == ("accepted", 1)
    assert failed(outcome) == ["no_ssn_was_filled_up_with_zeros"]
    with warehouse.connect("linkage") as connection:
        tokens = connection.execute(
            "select ssn_token, count(*) from vault.identity group by ssn_token having ssn_token is not null"
        ).fetchall()
    assert sorted(times for _, times in tokens) == [2, 2, 100]


def test_a_default_in_place_of_birth_dates_is_refused(warehouse: Warehouse, agency: Agency) -> None:
    born = [date(1940, 1, 1) + timedelta(days=17 * number) for number in range(1_100)]
    for submission, share in enumerate((0.5, 0.05, 0), start=1):
        days = [date(1970, 1, 1) if at < share * len(born) else day for at, day in enumerate(born)]
        lines = [license_line(at, DateOfBirth=day.strftime("%Y%m%d")) for at, day in enumerate(days)]
        agency.deliver("dmv_license", "2021-06-30", lines, submission, header=LICENSES)
    checked = [check_file(agency.drops / "dmv_license" / "2021-06-30" / str(n), warehouse.settings) for n in (1, 2, 3)]
    assert [(receipt.ok, len(receipt.warnings)) for receipt in checked] == [(False, 1), (True, 1), (True, 0)]
    assert "Of 1,000 birth dates and more" in checked[0].refusals[0]
    heaped, warned, spread = take_in(warehouse)
    assert (heaped.status, heaped.reason_code) == ("rejected", "birth_dates_are_not_one_day")
    assert (warned.status, failed(warned)) == ("superseded", ["birth_dates_are_spread"])
    assert (spread.status, failed(spread)) == ("accepted", [])


def test_ids_that_stand_for_two_people_are_told(warehouse: Warehouse, agency: Agency) -> None:
    people = [
        license_line(at, FirstName=f"GIVEN{letters(at)}", DateOfBirth=f"19{50 + at % 40}0102") for at in range(100)
    ]
    corrected = license_line(7, FirstName="OTHERWISE", DateOfBirth="19570102")
    another = license_line(8, FirstName="SOMEBODY", DateOfBirth="19990909")
    agency.deliver("dmv_license", "2021-06-30", [*people, corrected, another], header=LICENSES)
    agency.deliver("dmv_license", "2021-12-31", [*people, corrected], header=LICENSES)
    receipt = check_file(agency.drops / "dmv_license" / "2021-06-30" / "1", warehouse.settings)
    assert [warning.partition(" stands on")[0] for warning in receipt.warnings] == ["At most one id in two hundred"]
    first, second = take_in(warehouse)
    assert (failed(first), failed(second)) == (["few_ids_are_of_two_people"], [])


def test_what_programs_write_for_nothing_is_blank_and_words_for_no_name_are_counted(
    warehouse: Warehouse, agency: Agency
) -> None:
    def named(number: int, first: str, last: str) -> str:
        line = wage(number)
        return f"{line[:9]}{first:<15}{line[24]}{last:<20}{line[45:]}"

    odd = [named(90, r"\N", "NaN"), named(91, "#N/A", "(null)"), named(92, "UNKNOWN", "N/A"), named(93, "Nan", "Null")]
    odd.append(named(94, "BABY BOY", "TENANT"))
    agency.deliver("ui_wage", "2023Q4", [*(wage(number) for number in range(36)), *odd])
    agency.deliver("k12_cte", "2023-24", [*participation(59), cte(59, cluster=r"\N", exit="NaN")])
    wages, courses = sorted(take_in(warehouse), key=lambda outcome: outcome.feed, reverse=True)
    assert failed(wages) == ["few_names_are_words_for_no_name"]
    assert (courses.lines_accepted, failed(courses)) == (60, [])
    with warehouse.connect("intake") as connection:
        assert count(connection, "select count(*) from intake.quarantine") == 0
        facts = dict(
            connection.execute(
                """
                select feed || ' ' || check_name, observed::float from governance.drop_check
                inner join governance.drop using (drop_id)
                where check_name in ('intake.values_marked_missing', 'intake.names_filled_percent')
                """
            ).fetchall()
        )
    assert facts == {
        "ui_wage intake.values_marked_missing": 4,
        "ui_wage intake.names_filled_percent": 5.1282,  # 2 of 39 people with a name; Nan and Null are names
        "k12_cte intake.values_marked_missing": 2,
        "k12_cte intake.names_filled_percent": 0,
    }
    with warehouse.connect("linkage") as connection:
        rows = connection.execute(
            "select first_name, last_or_surname from vault.identity where feed = 'ui_wage'"
        ).fetchall()
    assert rows.count((None, None)) == 3
    assert ("NAN", "NULL") in rows
