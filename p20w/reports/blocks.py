"""What a section of the report is made of: prose, tables, charts, notices.

Here: plain values that the template knows how to print. Not here: what they say (sections), how they look
(templates). Text is escaped when it is printed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Tone = Literal["good", "warn", "bad", "calm"]
"""How a cell or notice is marked. Each tone has a sign of its own besides its color."""


@dataclass(frozen=True)
class Cell:
    """One cell of a table."""

    text: str
    tone: Tone | None = None
    shade: float | None = None
    """0 to 1: how strongly the cell is tinted, for tables that are read as a chart."""


@dataclass(frozen=True)
class Heading:
    """The head of a column."""

    text: str
    is_number: bool = False


@dataclass(frozen=True)
class Table:
    """A table whose first column names its rows."""

    caption: str
    headings: Sequence[Heading]
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    empty: str = "Nothing to list."


@dataclass(frozen=True)
class Figure:
    """A chart in two widths, what it shows in words, and its numbers."""

    title: str
    says: str
    wide: str
    narrow: str
    table: Table


@dataclass(frozen=True)
class Prose:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Notice:
    """One thing the reader should know or do."""

    tone: Tone
    title: str
    text: str = ""
    href: str = ""


@dataclass(frozen=True)
class Notices:
    """Notices, the gravest first."""

    items: Sequence[Notice]


@dataclass(frozen=True)
class Fold:
    """Detail that opens on demand; on paper it is left out unless it was opened."""

    summary: str
    blocks: "Sequence[Block]"


Block = Prose | Table | Figure | Notices | Fold


@dataclass(frozen=True)
class Section:
    """A numbered part of the page."""

    anchor: str
    title: str
    lead: str
    blocks: Sequence[Block] = field(default_factory=tuple)


def columns(*names: str) -> list[Heading]:
    """Headings from names; a trailing # marks a column of numbers."""
    return [Heading(name.rstrip("#").rstrip(), name.endswith("#")) for name in names]


def row(*cells: str | int | Cell) -> list[Cell]:
    """A table row from texts, counts of things (never of people) and cells."""
    return [cell if isinstance(cell, Cell) else Cell(f"{cell:,}" if isinstance(cell, int) else cell) for cell in cells]
