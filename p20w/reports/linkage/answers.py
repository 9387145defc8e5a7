"""What errors of linkage do to answers: key figures over a stricter and a looser idea of who is who.

Here: the ranges in words, a plot, a table. Not here: how they are computed (`p20w.warehouse.ranges`).
"""

from p20w.reports.blocks import Block, Cell, Figure, Prose, Section, Table, columns, row
from p20w.reports.linkage import plots, words
from p20w.reports.linkage.record import Answer, Record
from p20w.reports.masking import FLOOR, LEFT_OUT

ANSWERS = {
    ("leavers at work", "completer"): "Completers at work a year later",
    ("leavers at work", "non_completer"): "Non-completers at work a year later",
    ("leavers in college", "completer"): "Completers in college a year later",
    ("leavers in college", "non_completer"): "Non-completers in college a year later",
    ("leavers' median wages", "completer"): "Completers’ median wages, first year",
    ("leavers' median wages", "non_completer"): "Non-completers’ median wages, first year",
    ("concentrators at work", ""): "CTE concentrators at work a year later",
    ("students at work", "2-year"): "Students of two-year colleges at work",
    ("students at work", "4-year"): "Students of four-year colleges at work",
}


def section(record: Record) -> Section:
    """Each answer with its range."""
    title = "What errors do to the answers"
    if not record.answers:
        return Section("answers", title, "No answers were computed with stricter or looser links.")
    lead = (
        "Every figure about people depends on decisions about who is who. Here key figures are computed three times: "
        "as published; with stricter links, only those that are beyond doubt; and with looser links, which include "
        "those left to a reviewer. An answer that hardly moves does not depend on these decisions."
    )
    shares = [item for item in record.answers if _is_share(item) and _is_shown(item)]
    values = [
        {
            "row": _name(item), "value": item.current,
            "low": min(item.current or 0.0, item.stricter or 0.0, item.looser or 0.0),
            "high": max(item.current or 0.0, item.stricter or 0.0, item.looser or 0.0),
            "label": f"{words.percent(item.current or 0.0)}  ({_range(item)})",
        }
        for item in shares
    ]  # fmt: skip
    wide, narrow = plots.intervals(values, [str(value["row"]) for value in values])
    blocks: list[Block] = [
        Figure(
            "Key figures and how far they move",
            "The dot is the published figure. The line runs from the lowest to the highest of the three.",
            wide,
            narrow,
            _table(record),
        ),
        _most(shares),
    ]
    return Section("answers", title, lead, blocks)


def _table(record: Record) -> Table:
    return Table(
        "Key figures with three sets of links",
        columns("Figure", "As published #", "Stricter #", "Looser #", "Moves by #"),
        [
            row(
                _name(item),
                _said(item, item.current),
                _said(item, item.stricter),
                _said(item, item.looser),
                _moves(item),
            )
            for item in record.answers
        ],
        "For the newest cohorts and terms that are complete. Groups of fewer than 10 people are not shown.",
    )


def _is_share(item: Answer) -> bool:
    return "wages" not in item.answer


def _is_shown(item: Answer) -> bool:
    return None not in (item.current, item.stricter, item.looser) and (item.persons or 0) >= FLOOR


def _name(item: Answer) -> str:
    return ANSWERS.get((item.answer, item.part), f"{item.answer} {item.part}".strip())


def _said(item: Answer, value: float | None) -> str:
    if (item.persons or 0) < FLOOR:
        return LEFT_OUT
    if value is None:
        return "–"
    return _share(item, value) if _is_share(item) else f"${round(value / 100) * 100:,}"


def _share(item: Answer, value: float) -> str:
    """A share that tells no number of people under ten."""
    people = item.persons or 0
    if 0 < value * people < FLOOR:
        return f"under {min(99, -(-100 * FLOOR // people))}%"
    if 0 < (1 - value) * people < FLOOR:
        return f"over {max(1, 100 - -(-100 * FLOOR // people))}%"
    return words.percent(value)


def _range(item: Answer) -> str:
    values = sorted(value for value in (item.current, item.stricter, item.looser) if value is not None)
    if words.percent(values[0]) == words.percent(values[-1]):
        return "does not move"
    return f"{words.percent(values[0])} to {words.percent(values[-1])}"


def _moves(item: Answer) -> Cell:
    if not _is_shown(item):
        return Cell("–", "calm")
    values = [value for value in (item.current, item.stricter, item.looser) if value is not None]
    wide = max(values) - min(values)
    if _is_share(item):
        return Cell(f"{100 * wide:.1f} points", "warn" if wide >= words.MATTERS else None)
    relative = wide / item.current if item.current else 0.0
    return Cell(f"{100 * relative:.1f}%", "warn" if relative >= words.MATTERS else None)


def _most(shares: list[Answer]) -> Prose:
    widest = max(
        (max(item.current or 0, item.stricter or 0, item.looser or 0)
         - min(item.current or 0, item.stricter or 0, item.looser or 0) for item in shares),
        default=0.0,
    )  # fmt: skip
    if widest < words.MATTERS:
        return Prose("None of these shares moves by half a point: they do not depend on doubtful links.")
    return Prose(
        f"The share that moves most does so by {100 * widest:.1f} points. Read it with that much caution, and allow "
        "for what could not be observed at all."
    )
