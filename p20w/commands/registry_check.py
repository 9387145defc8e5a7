"""`p20w registry check` and `p20w registry sample`: what the registry knows of its own errors, without a truth.

Here: tables of the figures of a refresh. Not here: the figures (`p20w.registry.evaluation`).
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from p20w.commands.console import console
from p20w.commands.evaluation_tables import percent
from p20w.database import Warehouse
from p20w.registry.quality.figure import Figure
from p20w.registry.quality.groups import DIMENSIONS
from p20w.settings import Settings

WORDS = {
    "masked_precision": "Self-test: of links found without SSN, confirmed by SSNs",
    "masked_recall": "Self-test: of pairs an SSN proves, found without it",
    "link_precision": "Links by provenance, tested with middle names and birth dates",
    "school_in_wages": "School leavers of 18 and over found in wages",
    "school_in_wages_without_license": "… without a license file",
    "unlinkable": "Records that could not be joined",
    "reviewed_precision": "Reviewers: of all links, those that are right",
    "drift": "Drift of patterns (under 0.1 little, over 0.25 much)",
    "match_rate": "Match rate",
    "match_rate_change": "Match rate, change since the last refresh",
    "changed_without_event": "Identities that changed person without an event",
}


def check(by_group: bool) -> None:
    """Show the figures of the last refresh, with what verdicts say by now."""
    from p20w.pipeline import refreshes
    from p20w.registry.quality.check import look_again

    warehouse = Warehouse.open(Settings.load())
    with warehouse.connect("linkage") as connection:
        refresh = refreshes.last_published(connection)
    if refresh is None:
        console.print("No refresh has been published yet. Start one: p20w refresh")
        return
    with warehouse.writer("registry check"):
        found = look_again(warehouse, refresh.refresh_id)
    console.print(_table(f"Estimated errors of the registry, refresh {refresh.label}", _whole(found)))
    if by_group:
        console.print(_table("By group", [item for item in found if item.dimension in DIMENSIONS and item.persons]))


def draw(each: int) -> None:
    """Queue links drawn by chance for the review desk."""
    from p20w.registry.quality.reviewed import draw_links

    warehouse = Warehouse.open(Settings.load())
    with warehouse.writer("registry sample"):
        queued = draw_links(warehouse, each)
    console.print(f"{queued:,} random links are first in the queue. Judge them: p20w review serve")


def _whole(found: Sequence[Figure]) -> list[Figure]:
    order = list(WORDS)
    kept = [item for item in found if item.figure in WORDS and not item.dimension]
    return sorted(kept, key=lambda item: (order.index(item.figure), item.subject))


def _table(title: str, found: Sequence[Figure]) -> Table:
    table = Table(title=title, title_justify="left")
    for name in ("figure", "of"):
        table.add_column(name)
    for name in ("value", "95 %", "counted"):
        table.add_column(name, justify="right")
    for item in found:
        about = f"{DIMENSIONS[item.dimension]}: {item.trait}" if item.dimension else ""
        table.add_row(
            WORDS.get(item.figure, item.figure),
            " ".join(part for part in (item.subject.replace(" > ", " in "), about) if part),
            _value(item),
            f"{100 * item.low:.2f} to {100 * item.high:.2f}" if item.low is not None and item.high is not None else "",
            f"{item.part:,} of {item.whole:,}" if item.part is not None and item.whole else "",
        )
    return table


def _value(item: Figure) -> str:
    if item.value is None:
        return "not measured"
    if item.figure in ("drift", "changed_without_event"):
        return f"{item.value:.3g}"
    return f"{100 * item.value:+.1f} %" if item.figure == "match_rate_change" else percent(item.value, 2)
