"""Outcomes of career and technical education: work and college by courses taken, and by field."""

from collections.abc import Sequence

from p20w.reports import charts, words
from p20w.reports.blocks import Block, Figure, Fold, Prose, Table, columns, row
from p20w.reports.headlines import ClusterOutcome
from p20w.reports.masking import FLOOR, Share, is_small, people
from p20w.reports.sections.outcomes import AT_WORK, IN_COLLEGE, Pool, bars, cohorts_of, is_shown, pool, unseen, wages

GROUPS = {
    "concentrator": "Two or more courses in one program",
    "participant": "Some career and technical courses",
    "no_cte": "No career and technical courses",
}
FEWEST_FIELDS = 3
"""Fewer fields than these make no comparison."""
YEARS = (2, 1)
"""Years after leaving, the better first: two years on, most who do not study have begun to work."""


def blocks(outcomes: Sequence[ClusterOutcome]) -> list[Block]:
    """The groups by courses taken, then concentrators by field."""
    years = next((number for number in YEARS if cohorts_of(_later(outcomes, number))), None)
    if years is None:
        return [Prose("Career and technical education: no cohort has been out long enough yet.")]
    chosen = _later(outcomes, years)
    cohorts = cohorts_of(chosen)
    everything = [item for item in chosen if item.career_cluster == "all"]
    found = [
        pool(name, [item for item in everything if item.cte_group == group], cohorts) for group, name in GROUPS.items()
    ]
    pools = [item for item in found if item]
    when = f"{words.counted(years, 'year')} after leaving high school in {pools[0].cohorts}"
    named = [(item.name, item) for item in pools if is_shown(item)]
    wide, narrow = charts.grouped_bars(bars(named), [name for name, _ in named], [IN_COLLEGE, AT_WORK])
    figure = Figure(
        "Do career and technical courses make a difference?",
        f"{when[0].upper()}{when[1:]}, by what people took in school. Students choose their courses, so a "
        "difference between the groups is not the effect of the courses.",
        wide,
        narrow,
        _table(pools),
    )
    fields = [item for item in chosen if item.cte_group == "concentrator" and item.career_cluster != "all"]
    return [figure, _fields(fields, cohorts, when)] if fields else [figure]


def _later(outcomes: Sequence[ClusterOutcome], years: int) -> list[ClusterOutcome]:
    return [item for item in outcomes if item.years_since_leaving == years]


def _table(pools: Sequence[Pool]) -> Table:
    return Table(
        "By career and technical courses taken",
        columns(
            "Courses taken",
            "People #",
            "In college #",
            "At work #",
            "Median yearly wages, newest #",
            "Could not be seen #",
        ),
        [
            row(
                item.name,
                people(item.persons),
                item.in_college.share,
                item.at_work.share,
                wages(item.wages, item.earners),
                unseen(item.persons, item.unseen, item.employed, item.enrolled),
            )
            for item in pools
        ],
    )


def _fields(outcomes: Sequence[ClusterOutcome], cohorts: Sequence[str], when: str) -> Block:
    """Concentrators by field. Fields nearly add up, so people are rounded to ten and shares to whole percents."""
    by_field: dict[str, list[ClusterOutcome]] = {}
    for item in outcomes:
        by_field.setdefault(item.career_cluster_title, []).append(item)
    found = [pool(title, rows, cohorts) for title, rows in by_field.items()]
    ranked = sorted((item for item in found if item), key=lambda item: (-(item.at_work.value or 0), item.name))
    shown = [item for item in ranked if item.at_work.value is not None]
    table = Table(
        "By field of study",
        columns("Field", "People #", "At work #", "Median yearly wages, newest #"),
        [
            row(
                item.name,
                people(item.persons) if is_small(item.persons) else f"about {(item.persons + 5) // 10 * 10:,}",
                _whole(item.at_work),
                wages(item.wages, item.earners),
            )
            for item in ranked
        ],
    )
    if len(shown) < FEWEST_FIELDS:
        return Fold("By field of study (too few people in most fields for a chart)", [table])
    values = [
        {"group": item.name, "series": AT_WORK, "value": item.at_work.value, "label": _whole(item.at_work)}
        for item in shown
    ]
    wide, narrow = charts.grouped_bars(values, [item.name for item in shown], [AT_WORK])
    return Figure(
        "Work by field of study in high school",
        f"Share {AT_WORK}, {when}, of people with two or more courses in one program of the field. "
        f"Fields are left out where fewer than {FLOOR} people were at work, or fewer than {FLOOR} were not.",
        wide,
        narrow,
        table,
    )


def _whole(share: Share) -> str:
    return share.share if share.value is None else f"{share.value:.0%}"
