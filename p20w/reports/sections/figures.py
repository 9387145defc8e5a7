"""Headline figures from the marts, with what they could not see and which are too early to tell."""

from collections.abc import Sequence
from decimal import Decimal

from p20w.reports import charts, words
from p20w.reports.blocks import Block, Cell, Figure, Notice, Notices, Prose, Section, Table, columns, row
from p20w.reports.headlines import ClusterOutcome, LeaverOutcome, TermEmployment
from p20w.reports.masking import FLOOR, LEFT_OUT, NO_SHARE, Share, is_small, people, share_of
from p20w.reports.state import State

LEAVERS = {
    "completer": "Finished high school",
    "non_completer": "Left without finishing",
    "unknown": "Not seen again",
}
GROUPS = {
    "concentrator": "Two or more courses in one program",
    "participant": "Some career and technical courses",
    "no_cte": "None",
}
YEARS = (1, 4)
AT_WORK, IN_COLLEGE = "at work", "in college"


def section(state: State) -> Section:
    """High-school leavers, career and technical education, and work during college."""
    title = "First figures"
    if not state.headlines.are_there:
        return Section("figures", title, "No figures have been published yet.")
    of = f" The figures are those of refresh {state.ledger.published.label}." if state.ledger.published else ""
    lead = (
        "Three questions that no agency can answer alone. “At work” means wages from an employer in this state that "
        "pays unemployment insurance: work elsewhere, for the federal government, in the military or on one’s own is "
        f"not seen, so “not found at work” is not “out of work”.{of}"
    )
    blocks = [*_leavers(state.headlines.leavers), *_clusters(state.headlines.clusters), *_terms(state.headlines.terms)]
    return Section("figures", title, lead, blocks)


# ------------------------------------------------------------------ high-school leavers


def _leavers(outcomes: Sequence[LeaverOutcome]) -> list[Block]:
    chosen: list[LeaverOutcome] = []
    for years in YEARS:
        mature = [
            item for item in outcomes if item.years_since_leaving == years and item.is_mature and _has_outcome(item)
        ]
        newest = max((item.leaver_cohort for item in mature), default=None)
        chosen += [item for item in mature if item.leaver_cohort == newest]
    chosen.sort(key=lambda item: (item.years_since_leaving, list(LEAVERS).index(item.leaver_type)))
    early = _too_early(outcomes)
    if not chosen:
        return [Prose("High-school leavers: no cohort has been out long enough yet."), *early]
    table = Table(
        "High-school leavers",
        columns("Group", "Left in", "Years later #", "People #", "In college #", "At work #", "Median yearly wages #",
                "Could not be seen #"),
        [
            row(
                LEAVERS[item.leaver_type],
                item.leaver_cohort,
                item.years_since_leaving,
                people(item.persons),
                _split(item.persons_enrolled, item.persons).share,
                _split(item.persons_employed, item.persons).share,
                _wages(item.median_annual_wages_usd, item.persons_employed),
                _unseen(item.persons, item.persons_not_observable, item.persons_employed, item.persons_enrolled),
            )
            for item in chosen
        ],
        "People who moved away, transferred out or died are in none of the groups. “Not seen again”: enrolled one "
        "year, gone the next, and no reason was given. “Could not be seen”: in no file of any agency in that year or "
        "later, most likely gone from the state.",
    )  # fmt: skip
    groups = [_leaver_group(item) for item in chosen]
    values = [
        value
        for item, group in zip(chosen, groups, strict=True)
        for name, count in ((IN_COLLEGE, item.persons_enrolled), (AT_WORK, item.persons_employed))
        if (value := _bar(group, name, _split(count, item.persons)))
    ]
    wide, narrow = charts.grouped_bars(values, groups, [IN_COLLEGE, AT_WORK])
    first = [item for item in chosen if item.years_since_leaving == chosen[0].years_since_leaving]
    says = "; ".join(
        f"{LEAVERS[item.leaver_type].lower()}: {_split(item.persons_enrolled, item.persons).share} in college and "
        f"{_split(item.persons_employed, item.persons).share} at work"
        for item in first
        if item.leaver_type != "unknown"
    )
    return [
        Figure(
            "What do young people do after high school?",
            f"{words.counted(first[0].years_since_leaving, 'year')} after leaving in {first[0].leaver_cohort}, {says}. "
            "One can be both in college and at work.",
            wide,
            narrow,
            table,
        ),
        *early,
    ]


def _has_outcome(item: LeaverOutcome | ClusterOutcome) -> bool:
    return item.persons_employed is not None or item.persons_enrolled is not None


def _leaver_group(item: LeaverOutcome) -> str:
    return f"{LEAVERS[item.leaver_type]}, {words.counted(item.years_since_leaving, 'year')} on"


def _too_early(outcomes: Sequence[LeaverOutcome]) -> list[Block]:
    waiting = sorted(
        {
            (item.leaver_cohort, item.mature_from)
            for item in outcomes
            if item.years_since_leaving == YEARS[0] and not item.is_mature
        }
    )
    unseen = sorted({item.leaver_cohort for item in outcomes if item.is_mature and item.persons_employed is None})
    notices = []
    if waiting:
        notices.append(
            Notice(
                "calm",
                f"Too early for those who left in {words.listed([cohort for cohort, _ in waiting])}",
                f"Their first year is complete from refresh {waiting[0][1]} on. Too early is not zero.",
            )
        )
    if unseen:
        notices.append(
            Notice(
                "calm",
                "Wages are not held for every year",
                f"For those who left in {words.listed(unseen)}, work in some years is left empty: the wage files of "
                "those years were not all taken in.",
            )
        )
    return [Notices(notices)] if notices else []


# ------------------------------------------------------------------ career and technical education


def _clusters(outcomes: Sequence[ClusterOutcome]) -> list[Block]:
    mature = [item for item in outcomes if item.is_mature and _has_outcome(item) and item.years_since_leaving <= 2]
    newest = max(((item.years_since_leaving, item.leaver_cohort) for item in mature), default=None)
    chosen = [item for item in mature if (item.years_since_leaving, item.leaver_cohort) == newest]
    groups = sorted(
        (item for item in chosen if item.career_cluster == "all" and item.cte_group in GROUPS),
        key=lambda item: list(GROUPS).index(item.cte_group),
    )
    if not newest or not groups:
        return [Prose("Career and technical education: no cohort has been out long enough yet.")]
    years, cohort = newest
    values = [
        value
        for item in groups
        for name, count in ((IN_COLLEGE, item.persons_enrolled), (AT_WORK, item.persons_employed))
        if (value := _bar(GROUPS[item.cte_group], name, _split(count, item.persons)))
    ]
    wide, narrow = charts.grouped_bars(values, [GROUPS[item.cte_group] for item in groups], [IN_COLLEGE, AT_WORK])
    when = f"{words.counted(years, 'year')} after leaving high school in {cohort}"
    table = Table(
        f"By career and technical courses, {when}",
        columns(
            "Courses taken", "People #", "In college #", "At work #", "Median yearly wages #", "Could not be seen #"
        ),
        [
            row(
                GROUPS[item.cte_group],
                people(item.persons),
                _split(item.persons_enrolled, item.persons).share,
                _split(item.persons_employed, item.persons).share,
                _wages(item.median_annual_wages_usd, item.persons_employed),
                _unseen(item.persons, item.persons_not_observable, item.persons_employed, item.persons_enrolled),
            )
            for item in groups
        ],
    )
    blocks: list[Block] = [
        Figure(
            "Do career and technical courses make a difference?",
            f"{when[0].upper()}{when[1:]}, by what people took in school. Students choose their courses, so a "
            "difference between the groups is not the effect of the courses.",
            wide,
            narrow,
            table,
        )
    ]
    fields = [item for item in chosen if item.cte_group == "concentrator" and item.career_cluster != "all"]
    return [*blocks, _fields(fields, when)] if fields else blocks


def _fields(outcomes: Sequence[ClusterOutcome], when: str) -> Figure:
    """Wages by career cluster. People are rounded to ten and shares to whole percents: clusters nearly add up."""
    ranked = sorted(outcomes, key=lambda item: (-(_median(item) or 0), item.career_cluster_title))
    values = [
        {
            "group": item.career_cluster_title,
            "series": "wages",
            "value": wages,
            "label": f"${wages:,}",
        }
        for item in ranked
        if (wages := _median(item))
    ]
    wide, narrow = charts.grouped_bars(values, [str(value["group"]) for value in values], ["wages"], "$,.0f", None)
    top = f"Highest: {values[0]['group']}, {values[0]['label']}. " if values else ""
    return Figure(
        "Wages by field of study in high school",
        f"Median yearly wages of those at work, {when}, for people with two or more courses in one program of the "
        f"field. {top}Fields with fewer than {FLOOR} people at work are left out.",
        wide,
        narrow,
        Table(
            "By field of study",
            columns("Field", "People #", "At work #", "Median yearly wages #"),
            [
                row(
                    item.career_cluster_title,
                    people(item.persons) if is_small(item.persons) else f"about {(item.persons + 5) // 10 * 10:,}",
                    _whole_percent(_split(item.persons_employed, item.persons)),
                    _wages(item.median_annual_wages_usd, item.persons_employed),
                )
                for item in ranked
            ],
        ),
    )


def _median(item: ClusterOutcome) -> int | None:
    if item.median_annual_wages_usd is None or (item.persons_employed or 0) < FLOOR:
        return None
    return _hundreds(item.median_annual_wages_usd)


# ------------------------------------------------------------------ work during college


def _terms(terms: Sequence[TermEmployment]) -> list[Block]:
    seen = [item for item in terms if item.is_mature and item.is_wage_held and item.persons_employed is not None]
    seen = [item for item in seen if item.academic_term in ("Fall", "Spring")]
    if not seen:
        return [Prose("Work during college: no term is complete yet.")]
    order = list(dict.fromkeys((item.academic_year, item.academic_term) for item in seen))[-9:]
    levels = sorted({item.institution_level for item in seen if item.institution_level != "unknown"})
    names = {term: f"{term[1]} {term[0]}" for term in order}
    values = [
        {"column": names[term], "series": f"{item.institution_level} colleges", "value": share.value}
        for item in seen
        if (term := (item.academic_year, item.academic_term)) in names
        and item.institution_level in levels
        and (share := _split(item.persons_employed, item.persons)).value is not None
    ]
    wide, narrow = charts.lines(values, [names[term] for term in order], [f"{level} colleges" for level in levels],
                                "Share at work in the quarter")  # fmt: skip
    last = [item for item in seen if (item.academic_year, item.academic_term) == order[-1]]
    says = "; ".join(
        f"{_split(item.persons_employed, item.persons).share} at {item.institution_level} colleges" for item in last
    )
    table = Table(
        "Undergraduates at work, by term",
        columns("Term", "Colleges", "Students #", "At work #", "Median wages in the quarter #", "Hours a week #",
                "Never in wage records #"),
        [
            row(
                names[item.academic_year, item.academic_term],
                f"{item.institution_level} colleges",
                people(item.persons),
                _split(item.persons_employed, item.persons).share,
                _wages(item.median_quarterly_wages_usd, item.persons_employed),
                _hours(item),
                _unseen(item.persons, item.persons_never_in_wages, item.persons_employed),
            )
            for item in seen
            if (item.academic_year, item.academic_term) in names
        ],
        "“Never in wage records” are students with no wage in this state in any quarter held.",
    )  # fmt: skip
    return [
        Figure(
            "How many students work while in college?",
            f"In {names[order[-1]]}, {says} had wages in the same quarter.",
            wide,
            narrow,
            table,
        )
    ]


def _hours(item: TermEmployment) -> str:
    if item.median_hours_weekly is None or (item.persons_employed or 0) < FLOOR:
        return NO_SHARE
    return f"{item.median_hours_weekly:.0f}"


# ------------------------------------------------------------------ what all of them share


def _split(part: int | None, whole: int) -> Share:
    return share_of(part, whole) if part is not None else Share("not held", people(whole), "not held", None)


def _unseen(whole: int, unseen: int | None, *others: int | None) -> Cell:
    """Share that could not be seen; held back when it would tell a small number who were seen but not found."""
    if unseen is None:
        return Cell("not held", "calm")
    gives_away = any(is_small(whole - unseen - other) for other in others if other is not None)
    share = share_of(unseen, whole, also_small=gives_away)
    return Cell(share.share, None if share.value is None or share.value < 0.25 else "warn")


def _whole_percent(share: Share) -> str:
    return share.share if share.value is None else f"{share.value:.0%}"


def _wages(amount: Decimal | None, earners: int | None) -> str:
    if amount is None or earners is None:
        return "not held" if earners is None else NO_SHARE
    return LEFT_OUT if earners < FLOOR else f"${_hundreds(amount):,}"


def _hundreds(amount: Decimal) -> int:
    """Wages rounded to the nearest hundred dollars, so that a median is never one person's exact wage."""
    return int((amount + 50) // 100 * 100)


def _bar(group: str, name: str, share: Share) -> dict[str, object] | None:
    if share.value is None and share.share == "not held":
        return None
    label = f"{share.value:.0%} {name}" if share.value is not None else f"{name}: too few to show"
    return {"group": group, "series": name, "value": share.value or 0, "label": label}
