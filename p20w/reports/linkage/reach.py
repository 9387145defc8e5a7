"""Who can be found at all: records that carry too little, and what the license file bridges for whom.

Not here: whether links are right (trust).
"""

from collections.abc import Mapping

from p20w.contracts import FeedContract
from p20w.reports import charts
from p20w.reports.blocks import Block, Figure, Fold, Prose, Section, Table, columns, row
from p20w.reports.linkage import words
from p20w.reports.linkage.record import Figure as Measured
from p20w.reports.linkage.record import Record
from p20w.reports.words import feed_name, listed

WITH, WITHOUT = "with licenses", "without licenses"
BRIDGED = ("sex", "race_ethnicity", "english_learner", "foster_or_homeless", "rurality")
WATCHED = ("k12_enrollment > ui_wage", "ps_enrollment > ui_wage", "ps_enrollment > dmv_license", "k12_cte > ui_wage")


def section(record: Record, contracts: Mapping[str, FeedContract]) -> Section:
    """Records nothing could join, the bridge by group, match rates by group."""
    lead = (
        "A person whose records say too little cannot be found elsewhere, however well linkage works. Schools have no "
        "Social Security numbers (SSNs) and wage records no birth dates: only a license or a college record connects "
        "the two. People with neither are missing from figures about work, and some groups more than others."
    )
    blocks: list[Block] = [_unlinkable(record, contracts)]
    blocks += _bridge(record)
    if rates := _rates(record, contracts):
        blocks.append(rates)
    return Section("reach", "Who can be found at all", lead, blocks)


def _unlinkable(record: Record, contracts: Mapping[str, FeedContract]) -> Table:
    attached = [contract.short_name for contract in contracts.values() if contract.parent]
    return Table(
        "Records that could not be joined to another agency’s, however alike",
        columns("Feed", "Records #", "That cannot be joined #"),
        [
            row(
                feed_name(item.subject, contracts),
                record.mask.people(item.whole),
                record.mask.share_of(item.part, item.whole).share,
            )
            for item in record.by_subject("unlinkable")
        ],
        "No SSN, and names and dates too common or too incomplete to be sure even of an exact copy."
        + (f" {listed(attached)} come with another feed's numbers and are linked through it." if attached else ""),
    )


def _bridge(record: Record) -> list[Block]:
    whole, bare = record.find("school_in_wages"), record.find("school_in_wages_without_license")
    if whole is None or bare is None or not words.is_shown(whole, record.mask):
        return [Prose("The bridge can be measured only with school, license and wage records together.")]
    now, then = record.mask.share_of(whole.part, whole.whole), record.mask.share_of(bare.part, bare.whole)
    values, rows = [], []
    for dimension in BRIDGED:
        for item in record.by_group("school_in_wages", dimension):
            other = _same(record.by_group("school_in_wages_without_license", dimension), item)
            shares = {
                WITH: record.mask.share_of(item.part, item.whole),
                WITHOUT: record.mask.share_of(other.part, other.whole) if other else None,
            }
            name = f"{words.GROUPS[dimension]}: {words.group(item)}"
            rows.append(row(name, *(share.share if share else "–" for share in shares.values())))
            if all(share and share.value is not None for share in shares.values()):
                values += [
                    {"group": name, "series": series, **charts.bar(share.value), "label": share.share}
                    for series, share in shares.items() if share
                ]  # fmt: skip
    groups = list(dict.fromkeys(str(value["group"]) for value in values))
    wide, narrow = charts.grouped_bars(values, groups, [WITH, WITHOUT])
    return [
        Prose(
            f"Of {now.whole} people with a school record who are now 18 or older, {now.share} are found in "
            f"wage records. Without a license file it would be {then.share}. The rest either did not work in this "
            "state, or could not be linked."
        ),
        *_tilt(record),
        Figure(
            "People of school records found in wages, with and without licenses",
            "Where the bars of two groups differ more with licenses than without, part of the difference in any "
            "figure about work is a difference in who has a license.",
            wide,
            narrow,
            Table(
                "School records found in wages, by group",
                columns("Group", "With licenses #", "Without #"),
                rows,
                "People of 18 and older. Small groups are not shown.",
            ),
        ),
    ]


def _tilt(record: Record) -> list[Block]:
    tilt = next((item for item in record.figures if item.figure == "license_tilt"), None)
    if tilt is None or tilt.value is None or tilt.low is None:
        return []
    better, _, worse = tilt.trait.partition(" over ")
    sure = "chance alone could explain it" if tilt.low <= 0 else f"at least {100 * tilt.low:.1f} points are not chance"
    return [
        Prose(
            f"Among groups of 500 people or more, licenses add more for “{better}” than for “{worse}”, by "
            f"{100 * tilt.value:.1f} points ({words.GROUPS.get(tilt.dimension, '').lower()}; {sure}). Figures about "
            "work are biased by as much."
        )
    ]


def _same(items: list[Measured], wanted: Measured) -> Measured | None:
    return next((item for item in items if item.trait == wanted.trait), None)


def _rates(record: Record, contracts: Mapping[str, FeedContract]) -> Fold | None:
    """Match rates by group for the pairs of feeds that questions are asked about."""
    rows = [
        row(
            words.pair(subject, contracts),
            f"{words.GROUPS[dimension]}: {words.group(item)}",
            record.mask.share_of(item.part, item.whole).share,
        )
        for subject in WATCHED
        for dimension in BRIDGED
        for item in record.by_group("match_rate", dimension, subject)
    ]
    if not rows:
        return None
    table = Table(
        "Of the people in the first feed, those also found in the second",
        columns("Feeds", "Group", "Found in both #"),
        rows,
        "Groups differ in age and in what they do, so a difference is not in itself an error; a change between "
        "refreshes may be one.",
    )
    return Fold("Match rates by group", [table])
