"""What errors of linkage do to answers: key figures over a stricter and a looser idea of who is who.

Here: the ranges in words, a plot, a table, and what they say nothing about. Not here: how they are computed
(`p20w.warehouse.ranges`).
"""

from p20w.reports.blocks import Block, Cell, Figure, Prose, Section, Table, columns, row
from p20w.reports.linkage import plots, words
from p20w.reports.linkage.record import Answer, Record
from p20w.reports.masking import LEFT_OUT, Mask, Share


def section(record: Record) -> Section:
    """Each answer with its range, then what was not varied."""
    title = "What wrong and missing links do to the answers"
    if not record.answers:
        return Section("answers", title, "No answers were computed with stricter or looser links.")
    lead = (
        "One thing is varied here: links that were a close decision. Key figures are computed three times: as "
        "published; with stricter links, only those that are beyond doubt; and with looser links, which include those "
        "left to a reviewer."
    )
    shares = [item for item in record.answers if _is_share(item) and _is_shown(record.mask, item)]
    values = [_value(record.mask, item) for item in shares]
    wide, narrow = plots.intervals(values, [str(value["row"]) for value in values])
    blocks: list[Block] = [
        Figure(
            "Key figures and how far they move",
            "The dot is the published figure. The line runs from the lowest to the highest of the three.",
            wide,
            narrow,
            _table(record),
        ),
        _most(record.mask, shares),
        Prose(
            "What is not varied: who has no record through which work could be seen at all; work outside this state's "
            "wage records; pairs that were never compared; errors in the files. A figure that does not move here can "
            "still be wrong for these reasons."
        ),
    ]
    return Section("answers", title, lead, blocks)


def _table(record: Record) -> Table:
    mask = record.mask
    return Table(
        "Key figures with three sets of links",
        columns("Figure", "As published #", "Stricter #", "Looser #", "Moves by #"),
        [
            row(
                item.words,
                _said(mask, item, item.current),
                _said(mask, item, item.stricter),
                _said(mask, item, item.looser),
                _moves(mask, item),
            )
            for item in record.answers
        ],
        "For the newest years and terms that are complete, the same years as on the report. Shares are rounded as "
        f"there; groups of {mask.few} people are not shown.",
    )


def _is_share(item: Answer) -> bool:
    return "wages" not in item.answer


def _is_shown(mask: Mask, item: Answer) -> bool:
    if not _is_share(item):
        return len(_values(item)) == 3 and (item.persons or 0) >= mask.floor
    return len(_values(item)) == 3 and not any(_share(mask, item, value).is_hidden for value in _values(item))


def _values(item: Answer) -> list[float]:
    return [value for value in (item.current, item.stricter, item.looser) if value is not None]


def _said(mask: Mask, item: Answer, value: float | None) -> str:
    if (item.persons or 0) < mask.floor:
        return LEFT_OUT
    if value is None:
        return "–"
    return _share(mask, item, value).share if _is_share(item) else f"${round(value / 100) * 100:,}"


def _share(mask: Mask, item: Answer, value: float) -> Share:
    return mask.share_of(round(value * (item.persons or 0)), item.persons)


def _value(mask: Mask, item: Answer) -> dict[str, object]:
    found = [_share(mask, item, value) for value in _values(item)]
    low, high = (edge(found, key=lambda share: share.value or 0.0) for edge in (min, max))
    moves = "does not move" if low.share == high.share else f"{low.share} to {high.share}"
    return {
        "row": item.words, "value": found[0].value, "low": low.value, "high": high.value,
        "label": f"{found[0].share}  ({moves})",
    }  # fmt: skip


def _moves(mask: Mask, item: Answer) -> Cell:
    if not _is_shown(mask, item):
        return Cell("–", "calm")
    wide = max(_values(item)) - min(_values(item))
    if _is_share(item):
        return Cell(_points(mask, item, wide), "warn" if wide >= words.MATTERS else None)
    relative = wide / item.current if item.current else 0.0
    return Cell(f"{100 * relative:.1f}%", "warn" if relative >= words.MATTERS else None)


def _points(mask: Mask, item: Answer, wide: float) -> str:
    """A difference of shares, no finer than the shares themselves."""
    step = 100 * mask.step(item.persons or 0)
    shown = f"{step * max(1, round(100 * wide / step)):g}"
    return f"{'under ' if 100 * wide < step else ''}{shown} {'point' if shown == '1' else 'points'}"


def _most(mask: Mask, shares: list[Answer]) -> Prose:
    if not shares:
        return Prose("No group is large enough to say more.")
    widest = max(shares, key=lambda item: max(_values(item)) - min(_values(item)))
    wide = max(_values(widest)) - min(_values(widest))
    return Prose(f"The share that moves most is “{widest.words}”, by {_points(mask, widest, wide)}.")
