"""Periods: how they are written, when they end, when their drop is due."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p20w.contracts import PeriodCalendar, PeriodError, load_contracts
from p20w.contracts.periods import PeriodPart
from p20w.settings import PROJECT

CONTRACTS = load_contracts(PROJECT / "contracts")


@pytest.mark.parametrize(
    ("feed", "period", "ends", "due"),
    [
        ("ui_wage", "2023Q4", date(2023, 12, 31), date(2024, 2, 29)),
        ("employer", "2024Q1", date(2024, 3, 31), date(2024, 6, 19)),
        ("k12_enrollment", "2023-24-fall", date(2023, 10, 1), date(2023, 11, 15)),
        ("k12_enrollment", "2023-24-eoy", date(2024, 6, 30), date(2024, 8, 14)),
        ("k12_cte", "2023-24", date(2024, 6, 30), date(2024, 8, 31)),
        ("ps_enrollment", "2024-spring", date(2024, 5, 15), date(2024, 6, 29)),
        ("ps_award", "1999-00", date(2000, 6, 30), date(2000, 9, 30)),
        ("dmv_license", "2023-12-31", date(2023, 12, 31), date(2024, 1, 20)),
        ("tanf_report", "2023Q4-closed", date(2023, 12, 31), date(2024, 2, 19)),
    ],
)
def test_a_period_ends_and_its_drop_is_due(feed: str, period: str, ends: date, due: date) -> None:
    assert CONTRACTS[feed].period(period).ends == ends
    assert CONTRACTS[feed].delivery_due(period) == due


@pytest.mark.parametrize(
    ("feed", "period"),
    [
        ("ui_wage", "2023Q5"),
        ("ui_wage", "2023-24"),
        ("k12_enrollment", "2023-25-fall"),
        ("k12_enrollment", "2023-24-winter"),
        ("k12_cte", "2023-24-fall"),
        ("ps_enrollment", "2024-eoy"),
        ("dmv_license", "2023-03-31"),
        ("dmv_license", "2023-13-31"),
        ("ui_wage", "0000Q1"),
        ("ui_wage", "９９９９Q1"),
        ("ui_wage", "2023Q1\n"),
        ("k12_cte", "٢٠٢٣-24"),
        ("dmv_license", "9999-12-31"),
        ("tanf_report", "2023Q4"),
        ("tanf_report", "2023Q4-stratum"),
        ("ui_wage", "2023Q4-closed"),
    ],
)
def test_a_label_of_another_kind_is_no_period(feed: str, period: str) -> None:
    with pytest.raises(PeriodError, match="not written like"):
        CONTRACTS[feed].period(period)


@pytest.mark.parametrize(
    ("period", "year", "term"),
    [("2023-fall", 2024, "Fall"), ("2024-spring", 2024, "Spring"), ("2024-summer", 2024, "Summer")],
)
def test_terms_of_one_academic_year_share_it(period: str, year: int, term: str) -> None:
    facts = CONTRACTS["ps_enrollment"].period(period).facts
    assert (facts["academic_year"], facts["term"]) == (year, term)


@given(
    feed=st.sampled_from(list(CONTRACTS)), first=st.dates(date(2010, 1, 1), date(2030, 1, 1)), days=st.integers(0, 2000)
)
def test_expected_periods_are_those_due_by_the_cutoff(feed: str, first: date, days: int) -> None:
    contract = CONTRACTS[feed]
    cutoff = date.fromordinal(first.toordinal() + days)
    expected = contract.expected_periods(first, cutoff)
    ends = [contract.period(label).ends for label in expected]
    assert ends == sorted(ends)
    assert len(set(expected)) == len(expected)
    assert all(first <= end for end in ends)
    assert all(contract.delivery_due(label) <= cutoff for label in expected)


def test_a_year_of_each_feed_has_its_periods() -> None:
    counts = {
        feed: len(list(contract.calendar.between(date(2023, 7, 1), date(2024, 6, 30))))
        for feed, contract in CONTRACTS.items()
    }
    assert counts == {
        "employer": 4,
        "dmv_license": 2,
        "k12_enrollment": 2,
        "k12_cte": 1,
        "ps_enrollment": 3,
        "ps_award": 1,
        "ui_wage": 4,
        "early_childhood": 1,
        "wioa_participant": 4,
        "nsc_studenttracker": 1,
        "k12_program": 1,
        "k12_wbl": 1,
        "ps_aid": 1,
        "ps_transcript": 3,
        "k12_course": 1,
        "apprenticeship": 2,
        "credential_award": 1,
        "ui_claim": 4,
        "price_index": 4,
        "training_provider": 1,
        "program_cost": 1,
        "in_demand_occupation": 1,
        "labor_demand": 4,
        "living_wage": 1,
        "tanf_report": 12,
        "social_services": 12,
        "adult_education": 1,
        "other_state_wage": 4,
        "federal_wage": 4,
        "k12_staff": 1,
        "wbl_listing": 2,
        "credential_definition": 1,
        "ps_noncredit": 1,
        "child_welfare": 2,
        "k12_assessment": 1,
        "edfi_enrollment": 2,
        "cip_list": 1,
        "soc_list": 1,
        "naics_list": 1,
    }


@pytest.mark.parametrize(
    ("feed", "period", "starts", "school_year", "quarter"),
    [
        ("ui_wage", "2023Q4", date(2023, 10, 1), 2024, "2023Q4"),
        ("ui_wage", "2024Q2", date(2024, 4, 1), 2024, "2024Q2"),
        ("k12_enrollment", "2024-25-fall", date(2024, 7, 1), 2025, None),
        ("k12_enrollment", "2023-24-eoy", date(2023, 7, 1), 2024, None),
        ("k12_cte", "2024-25", date(2024, 7, 1), 2025, None),
        ("ps_enrollment", "2024-spring", date(2024, 1, 10), 2024, None),
        ("ps_enrollment", "2024-summer", date(2024, 5, 20), 2025, None),
        ("ps_enrollment", "2024-fall", date(2024, 8, 20), 2025, None),
        ("dmv_license", "2024-06-30", date(2024, 6, 30), 2024, "2024Q2"),
        ("dmv_license", "2024-12-31", date(2024, 12, 31), 2025, "2024Q4"),
        ("tanf_report", "2024Q2-aggregate", date(2024, 4, 1), 2024, "2024Q2"),
    ],
)
def test_a_period_lies_in_a_school_year_and_perhaps_in_one_quarter(
    feed: str, period: str, starts: date, school_year: int, quarter: str | None
) -> None:
    found = CONTRACTS[feed].period(period)
    assert (found.starts, found.school_year, found.quarter) == (starts, school_year, quarter)
    assert found.program_year == school_year - 1


@pytest.mark.parametrize(("ends", "starts"), [("06-30", date(2023, 7, 1)), ("08-31", date(2023, 9, 1))])
def test_a_whole_year_ends_in_the_second_year_of_its_label(ends: str, starts: date) -> None:
    part = PeriodPart("", (starts.month, starts.day), (int(ends[:2]), int(ends[3:])), 30)
    period = PeriodCalendar("school_year", (part,)).parse("2023-24")
    assert (period.starts, period.ends, period.school_year) == (starts, date.fromisoformat(f"2024-{ends}"), 2024)


@pytest.mark.parametrize("feed", CONTRACTS)
def test_every_period_is_read_back_from_its_label_and_none_overlaps_itself(feed: str) -> None:
    calendar = CONTRACTS[feed].calendar
    periods = list(calendar.every())
    assert [calendar.parse(period.label) for period in periods] == periods
    assert len({period.label for period in periods}) == len(periods) >= 199
    assert all(period.starts <= period.ends for period in periods)


def test_a_month_has_its_days_in_leap_years_too() -> None:
    calendar = PeriodCalendar("month", (PeriodPart("", (1, 1), (12, 31), 20),))
    found = calendar.parse("2024-02")
    assert (found.starts, found.ends, found.due) == (date(2024, 2, 1), date(2024, 2, 29), date(2024, 3, 20))
    assert (found.quarter, found.school_year, found.facts) == (
        "2024Q1",
        2024,
        {"year": 2024, "month": 2, "year_month": 202402},
    )
    labels = [period.label for period in calendar.between(date(2023, 11, 30), date(2024, 2, 28))]
    assert labels == ["2023-11", "2023-12", "2024-01"]
    for label in ("2024-13", "2024-00", "2024-2", "2024-02-01"):
        with pytest.raises(PeriodError, match="not written like 2024-03"):
            calendar.parse(label)
