"""Text of lines and fields before anything is made of it: blanks around it, and marks that programs write for no value.

Here: the rules that hold for every format. Not here: types (`p20w.intake.conform`).
"""

from collections.abc import Sequence

import polars as pl

from p20w.contracts.record_types import Place
from p20w.intake.readers.block import Block

_BLANKS = " \t"


def texts_of(lines: Block, encoding: str) -> pl.Series:
    """The lines of a block; what is not of the encoding is a fault of its line and read as marks."""
    texts = lines.data.decode(encoding, errors="replace").split("\n")[: len(lines)]
    return pl.Series("text", texts, dtype=pl.String).str.strip_suffix("\r")


def at(text: str, place: Place) -> str:
    """What a line has at a place."""
    first, length = place
    return text[first - 1 : first - 1 + length]


def trimmed(field: pl.Expr, name: str) -> pl.Expr:
    """Text without blanks around it, and null where nothing is left."""
    text = field.str.strip_chars(_BLANKS)
    return pl.when(text != "").then(text).alias(name)


def without_marks(text: pl.DataFrame, marks: Sequence[str]) -> tuple[pl.DataFrame, int]:
    """The text with null where a mark stands for a missing value (`FeedContract.missing`), and how often it did."""
    marked = pl.all().is_in(list(marks))
    count = int(text.select(marked.sum()).sum_horizontal().sum()) if text.height else 0
    return (text.select(pl.when(~marked).then(pl.all())), count) if count else (text, 0)
