"""Lines and single values quarantined: how many, why, and whether it is getting better or worse."""

from collections import Counter
from typing import TypeVar

from p20w.pipeline import calendar
from p20w.reports import charts, words
from p20w.reports.blocks import Block, Figure, Fold, Prose, Section, Table, columns, row
from p20w.reports.ledger import Drop
from p20w.reports.state import State

Key = TypeVar("Key")
FEWEST_LINES = 20
"""Fewer lines quarantined over the quarters shown make no trend."""
MOST_ROWS = 40
"""Of a table by feed and column; what is left comes together in one more."""


def section(state: State) -> Section:
    """Quarantine by reason and feed, values missing in lines that stay, and the trend by quarter of delivery."""
    new = {drop.drop_id: drop for drop in state.new_drops if drop.was_taken_in}
    reasons: Counter[tuple[str, str, str]] = Counter()
    values: Counter[tuple[str, str, str]] = Counter()
    for item in state.ledger.quarantined:
        if drop := new.get(item.drop_id):
            (values if item.sets_aside == "field" else reasons)[
                (drop.feed, item.reason_code, item.column_name or "")
            ] += item.lines
    total = sum(drop.lines_total for drop in new.values())
    aside = sum(reasons.values())
    lead = (
        f"Of {total:,} new lines, {aside:,} {words.plural(aside, 'was', 'were')} quarantined "
        f"({words.of_lines(aside / total)}). A quarantined line is not used in any figure; the rest of its file is. "
        "The agency can correct it and send the file again."
        if aside
        else "No line of the new files was quarantined."
        if new
        else "There are no new lines."
    )
    blocks: list[Block] = []
    if reasons:
        blocks += [
            _by_reason(reasons, aside),
            Fold("By feed and column", [_by_column(state, "Quarantined lines, by feed and column", reasons)]),
        ]
    if values:
        unread = sum(values.values())
        blocks += [
            Prose(
                f"In lines that are used, {unread:,} {words.plural(unread, 'value is', 'values are')} missing because "
                f"{words.plural(unread, 'it', 'they')} could not be read. "
                "The agency can correct the file and send it again."
            ),
            Fold(
                "Values that could not be read",
                [_by_column(state, "Values that could not be read, by feed and column", values)],
            ),
        ]
    if trend := _trend(state):
        blocks.append(trend)
    if reasons:
        blocks.append(Prose("Lines are counted, not people. The content of a line is never part of this report."))
    return Section("quarantined", "Quarantined lines", lead, blocks)


def _by_reason(reasons: Counter[tuple[str, str, str]], aside: int) -> Table:
    tally: Counter[str] = Counter()
    for (_, code, _), lines in reasons.items():
        tally[code] += lines
    return Table(
        "Quarantined lines, by reason",
        columns("Reason", "Lines #", "Share of quarantined lines #"),
        [row(_reason(code), lines, f"{lines / aside:.1%}") for code, lines in _ranked(tally)],
    )


def _by_column(state: State, title: str, counted: Counter[tuple[str, str, str]]) -> Table:
    """What is most often so, by feed, reason and column; the rest in one row."""
    ranked = _ranked(counted)
    rows = [
        row(state.name(feed), words.plain(column) if column else "whole line", _reason(code), lines)
        for (feed, code, column), lines in ranked[:MOST_ROWS]
    ]
    if rest := sum(lines for _, lines in ranked[MOST_ROWS:]):
        rows.append(row("All others", "", "", rest))
    return Table(title, columns("Feed", "Column", "Reason", "Lines #"), rows)


def _trend(state: State) -> Figure | None:
    """Share of lines quarantined by quarter of delivery, for the three feeds with the largest and all together."""
    quarters = state.recent_quarters
    taken_in = [drop for drop in state.ledger.drops if drop.was_taken_in and drop.delivered_on]
    recent = [drop for drop in taken_in if drop.delivered_on and calendar.label_of(drop.delivered_on) in quarters]
    if len(quarters) < 2 or sum(drop.lines_quarantined for drop in recent) < FEWEST_LINES:
        return None
    worst = sorted(state.contracts, key=lambda feed: -_share([drop for drop in recent if drop.feed == feed]))[:3]
    worst = [feed for feed in worst if any(drop.lines_quarantined for drop in recent if drop.feed == feed)]
    series = [*(state.name(feed) for feed in worst), "All feeds"]
    found: list[tuple[str, str, float]] = []
    for quarter in quarters:
        came = [drop for drop in recent if drop.delivered_on and calendar.label_of(drop.delivered_on) == quarter]
        for feed, name in [*zip(worst, series, strict=False), (None, "All feeds")]:
            drops = [drop for drop in came if feed in (None, drop.feed)]
            if sum(drop.lines_total for drop in drops):
                found.append((quarter, name, _share(drops)))
    values = [{"column": quarter, "series": name, "value": share} for quarter, name, share in found]
    wide, narrow = charts.lines(values, quarters, series, "Share of lines quarantined", ".2~%")
    return Figure(
        "Share of lines quarantined, by quarter of delivery",
        f"All feeds together: {words.of_lines(_share(recent))} over these quarters. "
        f"The largest shares: {words.listed(series[:-1])}.",
        wide,
        narrow,
        Table(
            "Share of lines quarantined",
            columns("Quarter", "Feed", "Share #"),
            [row(quarter, name, words.of_lines(share)) for quarter, name, share in found],
        ),
    )


def _share(drops: list[Drop]) -> float:
    total = sum(drop.lines_total for drop in drops)
    return sum(drop.lines_quarantined for drop in drops) / total if total else 0.0


def _reason(code: str) -> str:
    return words.QUARANTINES.get(code, words.plain(code))


def _ranked(counter: Counter[Key]) -> list[tuple[Key, int]]:
    """Most lines first, then by name."""
    return sorted(counter.items(), key=lambda item: (-item[1], str(item[0])))
