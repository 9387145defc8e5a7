"""Headline figures over cohorts: what is pooled, what is left empty, what is held back."""

from dataclasses import replace
from decimal import Decimal

from p20w.reports.headlines import Headlines, LeaverOutcome
from p20w.reports.masking import Mask
from p20w.reports.sections import leavers
from p20w.reports.sections.outcomes import Pool, bars, cohorts_of, pool, said, unseen, wages

MASK = Mask()
ONE = LeaverOutcome(
    leaver_cohort="2016-17",
    leaver_type="completer",
    years_since_leaving=1,
    outcome_year="2017-18",
    persons=40,
    persons_employed=25,
    persons_enrolled=15,
    median_annual_wages_usd=Decimal("12345.67"),
    persons_not_observable=10,
    feeds_held="k12_enrollment, ui_wage",
    median_annual_wages_reweighted_usd=Decimal("12345.67"),
    persons_bridged=36,
    share_employed_reweighted=Decimal("0.7"),
    share_employed_reweighted_low=Decimal("0.6"),
    share_employed_reweighted_high=Decimal("0.8"),
    share_employed_lower_bound=Decimal("0.625"),
    share_employed_upper_bound=Decimal("0.725"),
    reweighting="reweighted",
    mature_from="2017Q4",
    is_mature=True,
)
POOL = (2016, 2017, 2018)


def cohort(year: int, **changes: object) -> LeaverOutcome:
    return replace(ONE, leaver_cohort=f"{year}-{(year + 1) % 100}", **changes)


def pooled(*rows: LeaverOutcome) -> Pool:
    found = pool("Finished", rows, cohorts_of(rows), MASK)
    assert found is not None
    return found


def test_cohorts_are_taken_together_by_three_and_no_two_pages_have_a_part_of_them_in_common() -> None:
    pages = [
        cohorts_of([cohort(year, is_mature=year < last) for year in range(2012, 2022)]) for last in range(2013, 2023)
    ]
    assert pages[0] == pages[2] == []
    shown = [set(page) for page in pages if page]
    assert all(one == other or not one & other for one in shown for other in shown)
    assert sorted(pages[-1]) == ["2019-20", "2020-21", "2021-22"]


def test_a_pool_is_the_sum_of_its_cohorts() -> None:
    together = pooled(*(cohort(year) for year in range(2014, 2019)), cohort(2019, is_mature=False))
    assert (together.cohorts, together.size, together.at_work.seen.share) == ("2016-17 to 2018-19", "about 120", "62%")


def test_a_pool_that_lacks_a_cohort_is_not_shown() -> None:
    assert cohorts_of([cohort(2016), cohort(2017)]) == []


def test_a_corrected_share_has_an_interval_that_narrows_with_cohorts_and_bounds() -> None:
    forms = pooled(*(cohort(year) for year in POOL)).at_work
    assert (forms.corrected.share, forms.interval, forms.bounds) == ("70%", "64% to 76%", "62% to 72%")
    assert forms.said == "70% (bounds 62% to 72%)"


def test_one_cohort_that_could_not_be_corrected_leaves_the_reason_and_the_range_of_the_bounds() -> None:
    few = cohort(2017, reweighting="too few can be seen", share_employed_reweighted=None)
    together = pooled(cohort(2016), few, cohort(2018))
    assert (together.at_work.corrected.share, together.at_work.interval) == ("not corrected", "too few can be seen")
    assert together.at_work.said == "62% to 72%"
    work = next(bar for bar in bars([("Finished", together)]) if bar["series"] == "at work")
    assert (work["low"], work["high"], work["is_range"]) == (0.62, 0.72, True)


def test_of_a_group_too_small_to_show_nothing_is_told_by_correction_or_bounds() -> None:
    forms = pooled(*(cohort(year, persons=7, persons_employed=4, persons_enrolled=2) for year in POOL)).at_work
    assert (forms.seen.share, forms.corrected.share, forms.interval, forms.bounds) == (
        "not shown",
        "not shown",
        "–",
        "–",
    )


def test_cohorts_whose_wages_are_not_held_wait_behind_those_whose_are() -> None:
    later = [cohort(year, persons_employed=None) for year in (2019, 2020, 2021)]
    assert cohorts_of([*(cohort(year) for year in POOL), *later]) == ["2016-17", "2017-18", "2018-19"]


def test_with_no_wages_at_all_college_is_still_told() -> None:
    together = pooled(*(cohort(year, persons_employed=None, median_annual_wages_usd=None) for year in POOL))
    assert together.at_work.corrected.share == "not on file"
    assert said(together) == "38% in college"
    assert [bar["series"] for bar in bars([("Finished", together)])] == ["in college"]


def test_what_could_not_be_seen_is_held_back_when_it_gives_away_who_was_seen_without_work() -> None:
    assert unseen(MASK, 100, 20, 60).text == "20%"
    assert unseen(MASK, 100, 35, 60).text == "not shown"  # 5 people were seen and not at work
    assert unseen(MASK, 100, None, 60).text == "not on file"


def test_wages_are_rounded_and_need_ten_earners() -> None:
    assert wages(MASK, Decimal("12345.67"), 10) == "$12,300"
    assert wages(MASK, Decimal("12345.67"), 9) == "not shown"
    assert wages(MASK, None, None) == "not on file"


def test_groups_of_which_nothing_can_be_said_are_in_the_table_and_not_on_the_chart() -> None:
    few = [cohort(year, leaver_type="unknown", persons=2, persons_employed=1, persons_enrolled=1) for year in POOL]
    figure = leavers.figure(Headlines([*(cohort(year) for year in POOL), *few]), MASK)
    assert figure is not None
    assert "Not seen again" not in figure.wide
    assert [row[0].text for row in figure.table.rows] == ["Finished high school", "Not seen again"]


def test_a_share_of_which_only_a_bound_is_told_is_drawn_as_the_range_it_leaves() -> None:
    together = pooled(*(cohort(year, persons_enrolled=3) for year in POOL))
    college, work = bars([("Finished", together)])
    assert (college["label"], college["low"], college["high"], college["is_range"]) == (
        "under 9% in college",
        0,
        0.09,
        True,
    )
    assert work["is_range"] is False
    figure = leavers.figure(Headlines([cohort(year, persons_enrolled=3) for year in POOL]), MASK)
    assert figure is not None
    assert "stroke-dasharray" in figure.wide
