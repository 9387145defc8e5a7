"""Whether linkage works equally well for all groups of people.

Here: the self-test by group. Not here: how licenses favor some groups (reach).
"""

from p20w.reports.blocks import Block, Figure, Prose, Section, Table, columns, row
from p20w.reports.linkage import plots, words
from p20w.reports.linkage.record import Record


def section(record: Record) -> Section:
    """A plot of all groups with their intervals, and the widest gap in words."""
    title = "Whether it works equally well for everyone"
    everyone = record.find("masked_recall")
    groups = {
        name: items
        for name in words.GROUPS
        if len(items := words.shown(record.by_group("masked_recall", name), record.mask)) > 1
    }
    if everyone is None or not groups:
        return Section("fairness", title, "There were too few records to compare groups of people.")
    lead = (
        "If records of one group are found less often than those of another, that group looks less enrolled, less "
        "employed and less paid than it is. These are the shares of the self-test by group: of the pairs that an SSN "
        "proves, those found without it."
    )
    values = [
        {
            "row": words.row_of(item),
            "value": item.value, "low": item.low, "high": item.high,
            "label": f"{words.told(item, record.mask)}  ({words.span(item, record.mask)})",
        }
        for items in groups.values() for item in items
    ]  # fmt: skip
    wide, narrow = plots.intervals(values, [str(value["row"]) for value in values], everyone.value)
    blocks: list[Block] = [
        _gap(record),
        Figure(
            "Found without the SSN, by group",
            "The dot is the share, the line its 95% interval, the dashed line the share for everybody. Where lines "
            "overlap, the difference may be chance.",
            wide,
            narrow,
            Table(
                "Found without the SSN, by group",
                columns("Group", "Found #", "Between (95%) #"),
                [
                    row(
                        f"{words.GROUPS[name]}: {words.group(item)}",
                        words.told(item, record.mask),
                        words.span(item, record.mask),
                    )
                    for name, items in groups.items()
                    for item in items
                ],
                "Groups with fewer than 30 people in the test are not shown, because chance would decide.",
            ),
        ),
    ]
    return Section("fairness", title, lead, blocks)


def _gap(record: Record) -> Prose:
    gap = next((item for item in record.figures if item.figure == "masked_recall_gap"), None)
    if gap is None or gap.value is None or gap.low is None:
        return Prose("No two groups were large enough (500 people in the test) to compare.")
    better, _, worse = gap.trait.partition(" over ")
    points = f"{100 * gap.value:.1f} points"
    if gap.low <= 0:
        return Prose(
            f"Among groups of 500 people or more, the widest gap is {points} "
            f"({words.GROUPS.get(gap.dimension, '').lower()}: {better} and {worse}). Chance alone could "
            "explain it."
        )
    return Prose(
        f"Among groups of 500 people or more, records of “{better}” are found more often than those of “{worse}” "
        f"by {points} ({words.GROUPS.get(gap.dimension, '').lower()}); at least {100 * gap.low:.1f} points of it "
        "are not chance. The gate warns at 3 points or more."
    )
