"""Outcomes of career and technical education: work and college by courses taken, and by field."""

from collections.abc import Sequence

from p20w.reports import charts, words
from p20w.reports.blocks import Block, Figure, Fold, Prose, Table, columns, row
from p20w.reports.headlines import ClusterOutcome, Headlines
from p20w.reports.masking import Mask
from p20w.reports.sections import sizes
from p20w.reports.sections.outcomes import AT_WORK, IN_COLLEGE, Pool, bars, cohorts_of, is_shown, pool
from p20w.warehouse.pools import COHORTS

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
        return [Prose(f"Career and technical education: no {COHORTS} cohorts have been out long enough yet.")]
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
    return [figure, _by_field(by_field, mask, when)] if by_field else [figure]


def pools(headlines: Headlines, mask: Mask) -> list[Pool]:
    """The groups by courses taken."""
    chosen, cohorts = _chosen(headlines.clusters)
    words_of = sizes.of_groups(mask, cohorts, headlines.leavers, headlines.clusters)
    rows = {group: [item for item in chosen if (item.cte_group, item.career_cluster) == (group, "all")]
            for group in GROUPS}  # fmt: skip
    found = [pool(name, rows[group], cohorts, mask, words_of.get(group)) for group, name in GROUPS.items()]
    return [item for item in found if item]


def fields(headlines: Headlines, mask: Mask) -> list[Pool]:
    """Concentrators by field, the field with the largest share at work first."""
    chosen, cohorts = _chosen(headlines.clusters)
    by_field: dict[str, list[ClusterOutcome]] = {}
    for item in chosen:
        if item.cte_group == "concentrator" and item.leaver_cohort in cohorts:
            by_field.setdefault(item.career_cluster_title if item.career_cluster != "all" else "", []).append(item)
    everybody = sum(item.persons for item in by_field.pop("", []))
    persons = {title: sum(item.persons for item in rows) for title, rows in by_field.items()}
    words_of = sizes.of_fields(mask, everybody, persons)
    found = [pool(title, rows, cohorts, mask, words_of[title]) for title, rows in by_field.items()]
    return sorted((item for item in found if item), key=lambda item: (-(item.at_work.corrected.value or 0), item.name))


def _chosen(outcomes: Sequence[ClusterOutcome]) -> tuple[list[ClusterOutcome], list[str]]:
    """Rows of the first of `YEARS` that has a complete pool, and its cohorts."""
    for years in YEARS:
        rows = [item for item in outcomes if item.years_since_leaving == years]
        if cohorts := cohorts_of(rows):
            return rows, cohorts
    return [], []


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
            "Median yearly wages, newest #",
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
        columns("Field", "People #", "At work #", "Bounds #", "Median yearly wages, newest #"),
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
