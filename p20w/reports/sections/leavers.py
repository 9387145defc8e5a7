"""What young people do after high school, with and without finishing it."""

from collections.abc import Sequence
from dataclasses import dataclass

from p20w.reports import charts, words
from p20w.reports.blocks import Block, Figure, Notice, Notices, Prose, Table, columns, row
from p20w.reports.headlines import Headlines, Row
from p20w.reports.masking import Mask
from p20w.reports.sections import sizes
from p20w.reports.sections.outcomes import (
    AT_WORK,
    IN_COLLEGE,
    ClusterOutcome,
    LeaverOutcome,
    Pool,
    bars,
    is_shown,
    newest,
    pool,
    said,
)

GROUPS = {
    "completer": "Finished high school",
    "non_completer": "Left without finishing",
    "unknown": "Not seen again",
}
YEARS = (1, 4)
COHORT = len("2016-17")


@dataclass(frozen=True)
class Cohort(Row):
    """One school year of leaving whose first year since has begun; no page tells a figure of it alone."""

    mart = "high_school_leaver_outcomes"
    headline = "cohorts"

    leaver_cohort: str
    mature_from: str


def blocks(headlines: Headlines, mask: Mask) -> list[Block]:
    """The table, and what is too early or not held."""
    shown = pools(headlines, mask)
    if not shown:
        return [Prose("High-school leavers: no group has been out of school long enough yet."), *_untold(headlines, "")]
    return [_table(shown), *_untold(headlines, shown[0].cohorts)]


def figure(headlines: Headlines, mask: Mask) -> Figure | None:
    """The chart of what becomes of those who leave high school."""
    shown = pools(headlines, mask)
    if not shown:
        return None
    shown = [item for item in shown if item.years == shown[0].years]
    named = [(item.name, item) for item in shown if is_shown(item)]
    wide, narrow = charts.grouped_bars(bars(named), [name for name, _ in named], [IN_COLLEGE, AT_WORK])
    says = "; ".join(f"{item.name.lower()}: {said(item)}" for item in shown if item.name != GROUPS["unknown"])
    return Figure(
        "What do young people do after high school?",
        f"{words.counted(shown[0].years, 'year')} after leaving in {shown[0].cohorts}: {says}. "
        "A person can be both in college and at work. The thin line spans the bounds; a dashed box is all that is "
        "known.",
        wide,
        narrow,
        Table(
            "What the chart shows",
            columns("Group", "In college #", "At work #"),
            [row(item.name, item.in_college.share, item.at_work.said) for item in shown],
        ),
    )


def pools(headlines: Headlines, mask: Mask) -> list[Pool]:
    """The groups one year after leaving, then those four years after."""
    return [item for years in YEARS for item in _pools(headlines, mask, years)]


def _pools(headlines: Headlines, mask: Mask, years: int) -> list[Pool]:
    outcomes = [row for row in headlines.of(LeaverOutcome) if row.years_since_leaving == years]
    cohorts = newest(outcomes)
    words_of = sizes.of_groups(mask, cohorts, headlines.of(LeaverOutcome), headlines.of(ClusterOutcome))
    rows = {row.leaver_type: row for row in outcomes if row.leaver_cohort == cohorts}
    return [pool(name, rows[kind], mask, words_of.get(kind)) for kind, name in GROUPS.items() if kind in rows]


def _table(pools: Sequence[Pool]) -> Table:
    left = {f"{item.cohorts} ({words.counted(item.years, 'year')} on)": None for item in pools}
    return Table(
        "High-school leavers",
        columns(
            "Group",
            "People #",
            "In college #",
            "At work #",
            "Bounds #",
            "95% interval #",
            f"Median yearly wages, {pools[0].dollars} dollars #",
            "Could not be seen #",
        ),
        [
            row(
                f"{item.name}, {words.counted(item.years, 'year')} on",
                item.size,
                item.in_college.share,
                item.at_work.corrected.share,
                item.at_work.bounds,
                item.at_work.interval,
                item.wages,
                item.unseen,
            )
            for item in pools
        ],
        f"People who left in {words.listed(list(left))}. Those who moved away, transferred out or died are in none of "
        "the groups. “Not seen again”: enrolled one year, gone the next, and no reason was given. “Could not be seen”: "
        "in no agency's files in that year or later; the files do not say why. Wages are those of people at work, over "
        "all school years named. Consumer prices put them into dollars of one year, as dollars of several years do not "
        "compare.",
    )


def _untold(headlines: Headlines, shown: str) -> list[Block]:
    """Which school years of leaving are not told, and why."""
    waiting = [item.leaver_cohort for item in headlines.of(Cohort) if item.leaver_cohort > shown[-COHORT:]]
    unheld = sorted({item.leaver_cohort for item in headlines.of(LeaverOutcome)
                     if item.is_mature and item.persons_employed is None})  # fmt: skip
    notices: list[Notice] = []
    if waiting:
        notices.append(
            Notice(
                "calm",
                f"Too early for those who left in {words.listed(waiting)}",
                "School years are told in fixed groups, once the first year after leaving is complete for all years of "
                "the group. Too early is not zero.",
            )
        )
    if unheld:
        notices.append(
            Notice(
                "calm",
                "Wages are not on file for every year",
                f"For those who left in {words.listed(unheld)}, work in some years is empty because not all wage "
                "files of those years were taken in.",
            )
        )
    return [Notices(notices)] if notices else []
