"""Whether linkage stands still: drift of patterns, match rates that moved, ids that changed.

Not here: how good it is (trust).
"""

from collections.abc import Mapping

from p20w.contracts import FeedContract
from p20w.reports.blocks import Block, Cell, Fold, Prose, Section, Table, columns, row
from p20w.reports.linkage import words
from p20w.reports.linkage.record import Record

EVENTS = {
    "merge": "Turned out to be the same person as someone else",
    "split": "Turned out to be two people",
    "retire": "No record is left, because a file was withdrawn or corrected",
    "manual": "Decided by a reviewer",
}

HABITS = {
    "initials": "Initials instead of first names",
    "cut": "Names cut to the length of a field",
    "turned": "First and last names swapped",
}
"""How payroll programs write names."""

SOME, MUCH = 0.1, 0.25
"""Limits of the stability index: little, some and much drift, by convention."""


def section(record: Record, contracts: Mapping[str, FeedContract]) -> Section:
    """Drift, rates and ids."""
    lead = (
        "Linkage learned from these files which errors they contain, and how often. When an agency changes a form, a "
        "program or how it writes names, the errors change, and links get worse before anybody notices. So each "
        "refresh counts how names and dates compare (the same, a short form, one digit off, different) and holds the "
        "counts against those that were learned."
    )
    blocks: list[Block] = [_drift(record)]
    if patterns := _patterns(record):
        blocks.append(patterns)
    if habits := _habits(record):
        blocks.append(habits)
    blocks += [_rates(record, contracts), *_ids(record)]
    return Section("steady", "Whether anything is shifting", lead, blocks)


def _drift(record: Record) -> Block:
    rows = []
    for name, words_ in words.COMPARISONS.items():
        found = record.find("drift", name)
        if found is None or found.value is None:
            continue
        tone = "good" if found.value < SOME else "calm" if found.value < MUCH else "warn"
        says = "little" if found.value < SOME else "some" if found.value < MUCH else "much"
        rows.append(row(words_, f"{found.value:.2f}", Cell(says, tone)))
    return Table(
        "How far comparison levels have moved from those learned",
        columns("What is compared", "Index #", "That is"),
        rows,
        "The index sums differences of shares; under 0.10 is little, over 0.25 much.",
        "too few pairs to count them",
    )


def _patterns(record: Record) -> Block | None:
    rows = [
        row(
            words.COMPARISONS.get(item.subject, item.subject),
            words.LEVELS.get(item.trait, item.trait),
            words.percent(item.value or 0.0),
            words.percent(trained.value or 0.0),
        )
        for item in record.figures
        if item.figure == "agreement" and item.dimension == "level"
        for trained in record.by_group("agreement_trained", "level", item.subject)
        if trained.trait == item.trait
    ]
    if not rows:
        return None
    return Fold(
        "Every comparison level",
        [
            Table(
                "Shares among records of one person in two files",
                columns("Compared", "Comparison level", "Now #", "Learned #"),
                rows,
            )
        ],
    )


def _habits(record: Record) -> Block | None:
    found = {item.subject: item for item in record.by_subject("naming_habit")}
    if not found:
        return None
    judged = max(item.whole or 0 for item in found.values())
    return Table(
        "Employers with their own naming formats",
        columns("Naming format", "Employers #", "Lines of wages #"),
        [
            row(says, f"{found[habit].part or 0:,}", f"{found[habit].value or 0:,.0f}")
            for habit, says in HABITS.items()
            if habit in found
        ],
        f"Recognized from all their lines, among {judged:,} employers with enough names to judge.",
    )


def _rates(record: Record, contracts: Mapping[str, FeedContract]) -> Block:
    moved = record.by_subject("match_rate_change")
    if not moved:
        return Prose("There is no earlier refresh to compare match rates with.")
    rows = [
        row(
            words.pair(item.subject, contracts),
            Cell(
                "no change" if abs(item.value or 0.0) < 0.0005 else f"{100 * (item.value or 0.0):+.1f}%",
                "warn" if (item.value or 0.0) < -0.1 else None,
            ),
        )
        for item in sorted(moved, key=lambda item: item.value or 0.0)
    ]
    return Table(
        "Relative change of match rates since the last refresh",
        columns("Feeds", "Change #"),
        rows,
        "Pairs whose smaller feed has 500 people or more. The gate warns of a fall by a tenth.",
    )


def _ids(record: Record) -> list[Block]:
    unexplained, moved = record.find("changed_without_event"), record.find("moved")
    blocks: list[Block] = []
    if moved is not None and moved.value is not None:
        happened = [
            row(words_, record.mask.people(int(found.value)))
            for kind, words_ in EVENTS.items()
            if (found := record.find("events", kind)) is not None and found.value is not None
        ]
        blocks.append(
            Table(
                f"Of the records known before, {words.percent(moved.value)} belong to another person now",
                columns("Why", "People #"),
                happened,
                "Each change is on record with its evidence, and figures of all years follow it.",
            )
        )
    if unexplained is None:
        return [*blocks, Prose("Changes of ids were not counted.")]
    if unexplained.value:
        return [
            *blocks,
            Prose(
                f"{unexplained.value:,.0f} records changed the person they belong to, and no event on record says why. "
                "This must not happen; the software must be fixed before figures by person are used."
            ),
        ]
    return [
        *blocks,
        Prose(
            "Whenever a record moved to another person, in this or any earlier refresh, it is on record when and why. "
            "Figures quoted before can be traced."
        ),
    ]
