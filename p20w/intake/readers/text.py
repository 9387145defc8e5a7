"""Text of fields before anything is made of it: blanks around it, and marks that programs write for no value.

Here: the two rules that hold for every format. Not here: types (`p20w.intake.conform`).
"""

from collections.abc import Sequence

import polars as pl

_BLANKS = " \t"


def trimmed(field: pl.Expr, name: str) -> pl.Expr:
    """Text without blanks around it, and null where nothing is left."""
    text = field.str.strip_chars(_BLANKS)
    return pl.when(text != "").then(text).alias(name)


def without_marks(text: pl.DataFrame, marks: Sequence[str]) -> tuple[pl.DataFrame, int]:
    """The text with null where a mark stands for a missing value (`FeedContract.missing`), and how often it did."""
    marked = pl.all().is_in(list(marks))
    count = int(text.select(marked.sum()).sum_horizontal().sum()) if text.height else 0
    return (text.select(pl.when(~marked).then(pl.all())), count) if count else (text, 0)
