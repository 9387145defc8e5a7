"""Headline figures over cohorts: what is pooled, what is left empty, what is held back."""

from dataclasses import replace
from decimal import Decimal

from p20w.reports.headlines import LeaverOutcome
from p20w.reports.sections import leavers
from p20w.reports.sections.outcomes import bars, cohorts_of, pool, said, unseen, wages

ONE = LeaverOutcome(
    leaver_cohort="2015-16",
    leaver_type="completer",
    years_since_leaving=1,
    outcome_year="2016-17",
    persons=40,
    persons_employed=25,
    persons_enrolled=15,
    median_annual_wages_usd=Decimal("12345.67"),
    persons_not_observable=10,
    feeds_held="k12_enrollment, ui_wage",
    mature_from="2017Q4",
    is_mature=True,
)


def cohort(year: int, **changes: object) -> LeaverOutcome:
    return replace(ONE, leaver_cohort=f"{year}-{(year + 1) % 100}", **changes)


def test_the_five_newest_complete_cohorts_are_taken_together() -> None:
    rows = [cohort(year) for year in range(2012, 2019)] + [cohort(2019, is_mature=False)]
    cohorts = cohorts_of(rows)
    assert cohorts == ["2014-15", "2015-16", "2016-17", "2017-18", "2018-19"]
    together = pool("Finished", rows, cohorts)
    assert together is not None
    assert (together.cohorts, together.persons, together.employed) == ("2014-15 to 2018-19", 200, 125)


def test_cohorts_whose_wages_are_not_held_wait_behind_those_whose_are() -> None:
    rows = [cohort(2015), cohort(2016, persons_employed=None)]
    assert cohorts_of(rows) == ["2015-16"]


def test_with_no_wages_at_all_college_is_still_told() -> None:
    rows = [cohort(year, persons_employed=None, median_annual_wages_usd=None) for year in (2015, 2016)]
    together = pool("Finished", rows, cohorts_of(rows))
    assert together is not None
    assert together.at_work.share == "not on file"
    assert said(together) == "37.5% in college"
    assert [bar["series"] for bar in bars([("Finished", together)])] == ["in college"]


def test_a_hidden_share_has_words_and_no_bar() -> None:
    together = pool("Finished", [cohort(2015, persons_enrolled=4)], ["2015-16"])
    assert together is not None
    college = next(bar for bar in bars([("Finished", together)]) if bar["series"] == "in college")
    assert (college["value"], college["label"]) == (0, "under 25% in college")


def test_what_could_not_be_seen_is_held_back_when_it_gives_away_who_was_seen_without_work() -> None:
    assert unseen(100, 20, 60).text == "20.0%"
    assert unseen(100, 35, 60).text == "not shown"  # 5 people were seen and not at work
    assert unseen(100, None, 60).text == "not on file"


def test_wages_are_rounded_and_need_ten_earners() -> None:
    assert wages(Decimal("12345.67"), 10) == "$12,300"
    assert wages(Decimal("12345.67"), 9) == "not shown"
    assert wages(None, None) == "not on file"


def test_groups_of_which_nothing_can_be_said_are_in_the_table_and_not_on_the_chart() -> None:
    rows = [cohort(2015), cohort(2015, leaver_type="unknown", persons=6, persons_employed=3, persons_enrolled=2)]
    figure = leavers.blocks(rows)[0]
    assert "Not seen again" not in figure.wide
    assert [row[0].text for row in figure.table.rows] == ["Finished high school", "Not seen again"]
