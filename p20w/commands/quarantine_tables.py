"""What is set aside, as tables on the screen: counts, columns and reasons.

Here: how they are shown; a state has hundreds of drops, so the newest and the most frequent come first, and no more
than fit. Not here: reading them (`p20w.quarantine.overview`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.table import Table

from p20w.contracts import FeedContract
from p20w.quarantine.export import BY_LINE
from p20w.quarantine.overview import DropCounts, ReasonCounts

LISTED = 20
"""Rows of a table that are shown unless all are asked for."""


def drops(
    counts: Sequence[DropCounts], contracts: Mapping[str, FeedContract], *, every: bool = False
) -> tuple[Table, int]:
    """One row a drop, newest first, and how many more there are."""
    table = Table(title="Active drops with lines or values set aside", title_justify="left")
    table.add_column("drop", no_wrap=True, overflow="fold")
    table.add_column("delivered", no_wrap=True)
    for heading in ("lines", "quarantined", "lacking values", "to export"):
        table.add_column(heading, justify="right")
    shown = counts if every else counts[:LISTED]
    for item in shown:
        contract = contracts.get(item.feed)
        to_export = item.to_correct if contract and contract.layout.kind in BY_LINE else 0
        figures = (item.lines_total, item.lines, item.lines_lacking_fields, to_export)
        table.add_row(item.scope, str(item.delivered_on), *(f"{figure:,}" for figure in figures))
    return table, len(counts) - len(shown)


def reasons(counts: Sequence[ReasonCounts], *, every: bool = False) -> tuple[Table, int]:
    """One row a feed, column and reason, and how many more there are; each feed's most frequent first."""
    table = Table(title="Why", title_justify="left")
    for heading in ("feed", "column", "reason", "aside", "lines", "drops", "last in"):
        table.add_column(heading, justify="right" if heading in ("lines", "drops") else "left", overflow="fold")
    shown = counts if every else counts[:LISTED]
    for item in shown:
        table.add_row(
            item.feed,
            item.column or "the whole line",
            item.reason,
            item.sets_aside,
            f"{item.lines:,}",
            f"{item.drops:,}",
            item.newest.partition("/")[2],
        )
    return table, len(counts) - len(shown)
