"""The panel of public files as a table for the terminal.

Here: a row a file or part of one. Not here: what is measured (`p20w.registry.evaluation.panel`).
"""

from __future__ import annotations

from rich.table import Table

from p20w.commands.evaluation_tables import percent
from p20w.registry.evaluation.panel.measuring import PROBABILITY, Panel
from p20w.registry.evaluation.scores import Score
from p20w.registry.linking.scores import ACCEPT_PROBABILITY


def of_panel(panel: Panel) -> Table:
    """F1 with precision and recall, ours beside plain Splink's; the caption says what could not be measured."""
    caption = ["F1 (precision, recall) over all pairs of records. The best threshold is chosen by the truth."]
    caption += [f"Not measured: {reason}" for reason in panel.missing]
    table = Table(
        title="Files from elsewhere", title_justify="left", caption="\n".join(caption), caption_justify="left"
    )
    table.add_column("file")
    for column in (
        "records",
        "people",
        f"ours at {ACCEPT_PROBABILITY:g}",
        f"plain Splink at {PROBABILITY:g}",
        "at its best",
    ):
        table.add_column(column, justify="right")
    for one in panel.results:
        best = f"{_words(one.plain_best)} at {one.best_weight} bits"
        table.add_row(one.name, f"{one.records:,}", f"{one.people:,}", _words(one.ours), _words(one.plain), best)
    return table


def _words(score: Score) -> str:
    return f"{percent(score.f1, 2)} ({percent(score.precision, 1)}, {percent(score.recall, 1)})"
