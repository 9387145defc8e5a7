"""A pair on the terminal: the same rows and weights as on the page.

Here: printing. Not here: what is printed (`p20w.registry.review.view`).
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from p20w.commands.console import console
from p20w.registry.review.marks import Segment
from p20w.registry.review.surroundings import PlaceLine
from p20w.registry.review.verdicts import WORDS, Decision
from p20w.registry.review.view import SIGNS, PairPage
from p20w.registry.review.weights import Waterfall


def print_pair(page: PairPage, given: Iterable[Decision], reviewer: str) -> None:
    """Both records, the household and the weights; a reviewer who has not judged sees no other's verdict."""
    table = Table("", "record A", "record B", "how they compare", box=None, header_style="bold", pad_edge=False)
    table.add_row("from", *page.sources, "")
    for row in page.rows:
        table.add_row(row.label.lower(), _side(row.left), _side(row.right), f"{SIGNS[row.mark]} {row.words}")
    places = [_places(side) for side in page.places]
    table.add_row("addresses", *places, f"{SIGNS[page.place_mark]} {page.place_words}")
    table.add_row("seen in", *page.files, "")
    table.add_row("person today", *page.persons, "one person" if page.is_one_person else "two persons")
    console.print(table)
    console.print(f"\n{page.neighbors}", *(f"- {hint}" for hint in page.hints), sep="\n", markup=False)
    if page.reason:
        console.print(f"\n{page.reason[0]}. {page.reason[1]}", markup=False)
    if page.weights:
        console.print(f"\nToday: {page.sentence}\n", markup=False)
        console.print(weights_table(page.weights))
    verdicts = list(given)
    if any(decision.reviewer == reviewer for decision in verdicts):
        for decision in verdicts:
            console.print(f"Decision {decision.decision_id} by {decision.reviewer}: {WORDS[decision.verdict]}")


def weights_table(fall: Waterfall) -> Table:
    """What each comparison weighs, from the prior to the match weight."""
    table = Table("comparison", "what agrees", "bits", box=None, header_style="bold", pad_edge=False)
    table.columns[2].justify = "right"
    for bar in fall.bars:
        table.add_row(bar.title, bar.says, f"{round(bar.weight, 1) + 0:+.1f}")
    return table


def _side(segments: tuple[Segment, ...]) -> Text:
    text = Text()
    for segment in segments:
        text.append(segment.text, style="underline yellow" if segment.differs else "")
    return text or Text("blank", style="dim italic")


def _places(lines: tuple[PlaceLine, ...]) -> Text:
    text = Text("\n".join(f"{line.text}{' (both)' if line.is_shared else ''}" for line in lines))
    return text or Text("blank", style="dim italic")
