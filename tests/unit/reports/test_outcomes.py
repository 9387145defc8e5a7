"""Headline figures of pools: which pool is told, what is left empty, what is held back."""

from dataclasses import replace
from decimal import Decimal

from p20w.reports.blocks import Notices
from p20w.reports.headlines import Headlines
from p20w.reports.masking import Mask
from p20w.reports.sections import career, leavers
from p20w.reports.sections.leavers import Cohort
from p20w.reports.sections.outcomes import ClusterOutcome, LeaverOutcome, Pool, bars, newest, pool, said, unseen, wages

MASK = Mask()
ONE = LeaverOutcome(
    leaver_cohort="2016-17 to 2018-19",
    leaver_type="completer",
    years_since_leaving=1,
    persons=120,
    persons_employed=75,
    persons_enrolled=45,
    median_annual_wages_usd=Decimal("11345.67"),
    median_annual_wages_real_usd=Decimal("12245.67"),
    persons_not_observable=30,
    median_annual_wages_reweighted_real_usd=Decimal("12345.67"),
    price_base_year=2024,
    persons_bridged=108,
    share_employed_reweighted=Decimal("0.7"),
    share_employed_reweighted_low=Decimal("0.64"),
    share_employed_reweighted_high=Decimal("0.76"),
    share_employed_upper_bound=Decimal("0.725"),
    reweighting="reweighted",
    is_mature=True,
)


def told(year: int = 2016, **changes: object) -> LeaverOutcome:
    return replace(ONE, leaver_cohort=f"{year}-{(year + 1) % 100} to {year + 2}-{(year + 3) % 100}", **changes)


def shown(**changes: object) -> Pool:
    return pool("Finished", told(**changes), MASK)


def notices(blocks: list[object]) -> list[str]:
    return [notice.title for block in blocks if isinstance(block, Notices) for notice in block.items]


def test_the_newest_pool_whose_outcome_is_complete_is_told() -> None:
    assert newest([told(2013), told(2016), told(2019, is_mature=False)]) == "2016-17 to 2018-19"
    assert newest([told(is_mature=False)]) == ""


def test_a_group_is_told_as_the_mart_says() -> None:
    found = shown()
    assert (found.cohorts, found.size, found.at_work.seen.share) == ("2016-17 to 2018-19", "about 120", "62%")


def test_a_corrected_share_has_an_interval_and_bounds() -> None:
    forms = shown().at_work
    assert (forms.corrected.share, forms.interval, forms.bounds) == ("70%", "64% to 76%", "62% to 72%")
    assert forms.said == "70% (bounds 62% to 72%)"


def test_a_group_that_could_not_be_corrected_leaves_the_reason_and_the_range_of_the_bounds() -> None:
    found = shown(reweighting="too few can be seen", share_employed_reweighted=None)
    assert (found.at_work.corrected.share, found.at_work.interval) == ("not corrected", "too few can be seen")
    assert found.at_work.said == "62% to 72%"
    work = next(bar for bar in bars([("Finished", found)]) if bar["series"] == "at work")
    assert (work["low"], work["high"], work["is_range"]) == (0.62, 0.72, True)


def test_a_corrected_share_of_which_only_a_bound_is_told_is_said_as_it_is_drawn() -> None:
    found = shown(persons=30, persons_employed=15, persons_enrolled=15, share_employed_upper_bound=Decimal("0.9"))
    assert (found.at_work.corrected.share, found.at_work.said) == ("over 60%", "over 60%")
    work = next(bar for bar in bars([("Finished", found)]) if bar["series"] == "at work")
    assert (work["low"], work["high"], work["label"]) == (0.6, 1.0, "over 60% at work")


def test_of_a_group_too_small_to_show_nothing_is_told_by_correction_or_bounds() -> None:
    forms = shown(persons=21, persons_employed=12, persons_enrolled=6).at_work
    assert (forms.seen.share, forms.corrected.share, forms.interval, forms.bounds) == (
        "not shown",
        "not shown",
        "–",
        "–",
    )


def test_a_pool_whose_wages_are_not_held_waits_behind_one_whose_are() -> None:
    assert newest([told(2016), told(2019, persons_employed=None)]) == "2016-17 to 2018-19"


def test_with_no_wages_at_all_college_is_still_told() -> None:
    found = shown(persons_employed=None, median_annual_wages_usd=None)
    assert (found.at_work.corrected.share, found.wages) == ("not on file", "not on file")
    assert said(found) == "38% in college"
    assert [bar["series"] for bar in bars([("Finished", found)])] == ["in college"]


def test_wages_are_in_dollars_of_the_year_that_the_heading_names_or_said_to_be_as_paid() -> None:
    found = leavers.blocks(Headlines([told()]), MASK)[0]
    assert "Median yearly wages, 2024 dollars" in [heading.text for heading in found.headings]  # type: ignore[union-attr]
    assert shown().wages == "$12,300"
    assert shown(median_annual_wages_reweighted_real_usd=None).wages == "$12,200"
    without = {"median_annual_wages_reweighted_real_usd": None, "median_annual_wages_real_usd": None}
    assert shown(**without).wages == "$11,300 as paid"


def test_school_years_that_are_not_told_are_named_with_the_reason() -> None:
    years = [Cohort(f"{year}-{(year + 1) % 100}", "") for year in range(2016, 2021)]
    assert notices(leavers.blocks(Headlines([told(), *years]), MASK)) == [
        "Too early for those who left in 2019-20 and 2020-21"
    ]
    titles = notices(leavers.blocks(Headlines([told(), told(2019, persons_employed=None)]), MASK))
    assert titles == ["Wages are not on file for every year"]


def test_pools_without_four_years_of_course_files_are_named_with_the_reason() -> None:
    values = {name: value for name, value in vars(ONE).items() if name != "leaver_type"}
    group = ClusterOutcome(**values, cte_group="no_cte", career_cluster="all", career_cluster_title="All clusters")
    found = career.blocks(Headlines([told(2013), told(2016), group]), MASK)
    assert notices(found) == ["Courses are not told for those who left in 2013-14 to 2015-16"]
    assert notices(career.blocks(Headlines([told(), group]), MASK)) == []
    assert notices(career.blocks(Headlines([told()]), MASK)) == [
        "Courses are not told for those who left in 2016-17 to 2018-19"
    ]


def test_what_could_not_be_seen_is_held_back_when_it_gives_away_who_was_seen_without_work() -> None:
    assert unseen(MASK, 100, 20, 60).text == "20%"
    assert unseen(MASK, 100, 35, 60).text == "not shown"  # 5 people were seen and not at work
    assert unseen(MASK, 100, None, 60).text == "not on file"


def test_wages_are_rounded_and_need_ten_earners() -> None:
    assert wages(MASK, 10, Decimal("12345.67")) == "$12,300"
    assert wages(MASK, 9, Decimal("12345.67")) == "not shown"
    assert wages(MASK, None, None) == "not on file"


def test_groups_of_which_nothing_can_be_said_are_in_the_table_and_not_on_the_chart() -> None:
    few = told(leaver_type="unknown", persons=6, persons_employed=3, persons_enrolled=3)
    figure = leavers.figure(Headlines([told(), few]), MASK)
    assert figure is not None
    assert "Not seen again" not in figure.wide
    assert [row[0].text for row in figure.table.rows] == ["Finished high school", "Not seen again"]


def test_a_share_of_which_only_a_bound_is_told_is_drawn_as_the_range_it_leaves() -> None:
    college, work = bars([("Finished", shown(persons_enrolled=9))])
    assert (college["label"], college["low"], college["high"], college["is_range"]) == (
        "under 9% in college",
        0,
        0.09,
        True,
    )
    assert work["is_range"] is False
    figure = leavers.figure(Headlines([told(persons_enrolled=9)]), MASK)
    assert figure is not None
    assert "stroke-dasharray" in figure.wide
