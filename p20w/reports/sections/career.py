"""Outcomes of career and technical education: work and college by courses taken, and by field."""

from collections.abc import Sequence

from p20w.reports import charts, words
from p20w.reports.blocks import Block, Figure, Fold, Notice, Notices, Prose, Table, columns, row
from p20w.reports.headlines import Headlines
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
)

GROUPS = {
    "concentrator": "Two or more courses in one program",
    "participant": "Some career and technical courses",
    "no_cte": "No career and technical courses",
}
FEWEST_FIELDS = 3
"""Fewer fields than these make no comparison."""
YEARS = (2, 1)
"""Years after leaving, the better first: two years on, most who do not study have begun to work."""


def blocks(headlines: Headlines, mask: Mask) -> list[Block]:
    """The groups by courses taken, then concentrators by field."""
    shown = pools(headlines, mask)
    if not shown:
        nothing = Prose("Career and technical education: no group has been out of school long enough yet.")
        return [nothing, *_untold(headlines)]
    when = f"{words.counted(shown[0].years, 'year')} after leaving high school in {shown[0].cohorts}"
    named = [(item.name, item) for item in shown if is_shown(item)]
    wide, narrow = charts.grouped_bars(bars(named), [name for name, _ in named], [IN_COLLEGE, AT_WORK])
    figure = Figure(
        "Do career and technical courses make a difference?",
        f"{when[0].upper()}{when[1:]}, by what people took in school. Students choose their courses, so a "
        "difference between the groups is not the effect of the courses.",
        wide,
        narrow,
        _table(shown),
    )
    by_field = fields(headlines, mask)
    return [figure, *([_by_field(by_field, mask, when)] if by_field else []), *_untold(headlines)]


def pools(headlines: Headlines, mask: Mask) -> list[Pool]:
    """The groups by courses taken."""
    chosen = _chosen(headlines.of(ClusterOutcome))
    rows = {item.cte_group: item for item in chosen if item.career_cluster == "all"}
    words_of = sizes.of_groups(mask, _cohorts(chosen), headlines.of(LeaverOutcome), headlines.of(ClusterOutcome))
    return [pool(name, rows[group], mask, words_of.get(group)) for group, name in GROUPS.items() if group in rows]


def fields(headlines: Headlines, mask: Mask) -> list[Pool]:
    """Concentrators by field, the field with the largest share at work first."""
    rows = {
        item.career_cluster: item for item in _chosen(headlines.of(ClusterOutcome)) if item.cte_group == "concentrator"
    }
    everybody = rows.pop("all").persons if "all" in rows else 0
    words_of = sizes.of_fields(mask, everybody, {field: item.persons for field, item in rows.items()})
    found = [pool(item.career_cluster_title, item, mask, words_of[field]) for field, item in rows.items()]
    return sorted(found, key=lambda item: (-(item.at_work.corrected.value or 0), item.name))


def _chosen(outcomes: Sequence[ClusterOutcome]) -> list[ClusterOutcome]:
    """Rows of the newest complete pool in the first of `YEARS` that has one."""
    for years in YEARS:
        rows = [item for item in outcomes if item.years_since_leaving == years]
        if cohorts := newest(rows):
            return [item for item in rows if item.leaver_cohort == cohorts]
    return []


def _cohorts(rows: Sequence[ClusterOutcome]) -> str:
    return rows[0].leaver_cohort if rows else ""


def _untold(headlines: Headlines) -> list[Block]:
    """Pools of leavers that have been out long enough and have no groups by courses, and why."""
    complete = {item.leaver_cohort for item in headlines.of(LeaverOutcome) if item.is_mature}
    without = sorted(complete - {item.leaver_cohort for item in headlines.of(ClusterOutcome)})
    if not without:
        return []
    return [
        Notices(
            [
                Notice(
                    "calm",
                    f"Courses are not told for those who left in {words.listed(without)}",
                    "Who took two or more courses is known only from the course files of all four years up to leaving. "
                    "Not all of them are on file, so some of these people would be put into the wrong group.",
                )
            ]
        )
    ]


def _table(pools: Sequence[Pool]) -> Table:
    return Table(
        "By career and technical courses taken",
        columns(
            "Courses taken",
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
                item.name,
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
    )


def _by_field(ranked: Sequence[Pool], mask: Mask, when: str) -> Block:
    shown = [item for item in ranked if item.at_work.corrected.value is not None]
    table = Table(
        "By field of study",
        columns("Field", "People #", "At work #", "Bounds #", f"Median yearly wages, {ranked[0].dollars} dollars #"),
        [row(item.name, item.size, item.at_work.corrected.share, item.at_work.bounds, item.wages) for item in ranked],
    )
    if len(shown) < FEWEST_FIELDS:
        return Fold("By field of study (too few people in most fields for a chart)", [table])
    values = [
        {
            "group": item.name,
            "series": AT_WORK,
            **charts.bar(item.at_work.corrected.value, item.at_work.corrected.between),
            "label": item.at_work.corrected.share,
        }
        for item in shown
    ]
    wide, narrow = charts.grouped_bars(values, [item.name for item in shown], [AT_WORK])
    return Figure(
        "Work by field of study in high school",
        f"Share {AT_WORK}, {when}, of people with two or more courses in one program of the field. "
        f"Fields are left out where {mask.few} people were at work, or {mask.few} were not.",
        wide,
        narrow,
        table,
    )
