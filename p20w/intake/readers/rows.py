"""Rows of text made value by value, of formats whose fields come by name.

Here: one value a column and record, and the first fault of each record. Not here: where values come from (`json_lines`,
`xml`).
"""

import numpy as np
import polars as pl

from p20w.contracts import FeedContract
from p20w.intake.readers.block import CODES, Values
from p20w.intake.readers.text import trimmed

Value = str | bool | None


class Rows:
    """Rows of the contract's columns, begun one after the other."""

    def __init__(self, contract: FeedContract) -> None:
        self._columns = contract.columns
        self._truths = [column.truths for column in contract.columns]
        self._rows: list[list[str | None]] = []
        self._faults: list[int] = []
        self._places: list[int] = []
        self._seen = bytearray()

    def __len__(self) -> int:
        return len(self._rows)

    def begin(self) -> None:
        """Begin a row."""
        self._rows.append([None] * len(self._columns))
        self._faults.append(0)
        self._places.append(-1)
        self._seen = bytearray(len(self._columns))

    def put(self, place: int, value: Value) -> None:
        """Give the row's value of a column; a second one is a fault, whatever it says."""
        if self._seen[place]:
            self.fault("repeated_field", place)
            return
        self._seen[place] = 1
        if isinstance(value, bool):
            value = self._truths[place][value]
        elif value is not None and not (value.isascii() and "\0" not in value) and (reason := _no_text(value)):
            self.fault(reason, place)
            return
        self._rows[-1][place] = value

    def fault(self, reason: str, place: int = -1) -> None:
        """Note what is wrong with the row; the first fault counts."""
        if not self._faults[-1]:
            self._faults[-1], self._places[-1] = CODES[reason], place

    def values(self) -> Values:
        """All rows; those with a fault are blank."""
        faults = np.array(self._faults, np.uint8)
        columns = list(zip(*self._rows, strict=True)) if self._rows else [()] * len(self._columns)
        text = pl.DataFrame(
            [pl.Series(c.name, cells, dtype=pl.String) for c, cells in zip(self._columns, columns, strict=True)]
        )
        return Values(
            text.select(trimmed(pl.col(column.name), column.name) for column in self._columns),
            faults,
            np.array(self._places, np.int16),
        )


def _no_text(value: str) -> str:
    """Why a value cannot be stored as text, if it cannot: it holds a NUL, or half a character."""
    if "\0" in value:
        return "nul_byte"
    try:
        value.encode()
    except UnicodeEncodeError:
        return "bad_encoding"
    return ""
