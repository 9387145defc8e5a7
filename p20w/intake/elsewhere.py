"""SSNs outside their column: the line's own in another value, and values written like one where none belongs.

Here: which lines hold them, and in which column; nothing of what they say. A number that only happens to be somebody
else's SSN is not looked for, as nobody could tell it from an id. Not here: what follows (`lines` sets the line aside,
the intake gate judges the count), SSNs in their own column (`normalize`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from p20w.contracts import Column, FeedContract
from p20w.intake.normalize import nine_digits, valid_ssn
from p20w.intake.readers.block import Positions
from p20w.intake.readers.fixed import place_in_key, unpacked

NINE = 9
_SEPARATORS = r"[ ./-]"
_SEPARATED = rf"[0-9]{_SEPARATORS}+[0-9]"
_NINE_DIGITS = rf"[0-9](?:{_SEPARATORS}*[0-9]){{8}}"
_LIKE_SSN = r"(?:^|[^0-9])[0-9]{3}[- ][0-9]{2}[- ][0-9]{4}(?:[^0-9]|$)"
_NINE_ALONE = r"(?:^|[^0-9])[0-9]{9}(?:[^0-9]|$)"
_NUMBERED = ("source_id", "address_postal_code")
"""Columns without a pattern of their own whose values may well be nine digits: ids, and postal codes of nine digits."""


@dataclass(frozen=True)
class Elsewhere:
    """Rows that repeat their SSN, with the position of the first column that does; rows with a value like any SSN."""

    rows: Positions
    columns: npt.NDArray[np.int16]
    like: Positions


def elsewhere(text: pl.DataFrame, contract: FeedContract, packed: Sequence[Column] = ()) -> Elsewhere:
    """Look for SSNs outside their column.

    Args:
        text: trimmed text of the contract's columns, blank as null; of packed ones `_key` in their place.
        contract: of the feed.
        packed: columns in `_key`, as `fixed.packed_columns` gives them.
    """
    found = _Finds(contract)
    ssn = contract.identifying("ssn")
    apart = bool(packed) and "_key" in text.columns
    if ssn is None:
        digits = pl.Series("ssn", [None], dtype=pl.String).new_from_index(0, text.height)
    elif apart and ssn in packed:
        digits = nine_digits(text["_key"].str.slice(*place_in_key(ssn.name, packed)), refill=ssn.reads_lost_zero)
    else:
        digits = nine_digits(text[ssn.name], refill=ssn.reads_lost_zero)
    for column in contract.columns:
        if column is not ssn and column.name in text.columns and _holds_nine(column):
            found.look(column, text[column.name], digits)
    if apart:
        others = [column for column in packed if column is not ssn]
        first, length = place_in_key(ssn.name, packed) if ssn and ssn in packed else (0, 0)
        rest = text["_key"].str.slice(first + length)
        rest = text["_key"].str.slice(0, first) + rest if first else rest
        rows = _suspects(rest, digits, words=True, spaced=True)
        if len(rows):
            fields = unpacked(text["_key"][rows], packed)
            for column in others:
                found.look(column, fields[column.name], digits[rows], rows)
    return found.first_of_each()


class _Finds:
    """What was found so far, column by column."""

    def __init__(self, contract: FeedContract) -> None:
        self._contract = contract
        self._rows: list[Positions] = [np.zeros(0, np.int64)]
        self._columns: list[npt.NDArray[np.int16]] = [np.zeros(0, np.int16)]
        self._like: list[Positions] = [np.zeros(0, np.int64)]

    def look(self, column: Column, values: pl.Series, digits: pl.Series, at: Positions | None = None) -> None:
        """Look through one column; `at` says which rows these are, when they are not all."""
        free = column.logical_type == "string" and not column.pattern
        words = free and column.identifies not in _NUMBERED
        rows = _suspects(values, digits, words=words, spaced=free)
        if not len(rows):
            return
        suspects = pl.DataFrame({"value": values[rows], "ssn": valid_ssn(digits[rows])})
        value, joined = pl.col("value"), pl.col("value").str.replace_all(_SEPARATORS, "")
        like = value.str.contains(_LIKE_SSN) | (value.str.contains(_NINE_ALONE) if words else pl.lit(value=False))
        judged = suspects.select(
            joined.str.contains(pl.col("ssn"), literal=True).fill_null(value=False).alias("repeats"),
            (like if free else pl.lit(value=False)).alias("like"),
        )
        rows = rows if at is None else at[rows]
        repeats = rows[judged["repeats"].to_numpy()]
        self._rows.append(repeats)
        self._columns.append(np.full(len(repeats), self._contract.columns.index(column), np.int16))
        self._like.append(rows[judged["like"].to_numpy()])

    def first_of_each(self) -> Elsewhere:
        """One column a row."""
        rows, first = np.unique(np.concatenate(self._rows), return_index=True)
        return Elsewhere(rows, np.concatenate(self._columns)[first], np.unique(np.concatenate(self._like)))


def _suspects(values: pl.Series, digits: pl.Series, *, words: bool, spaced: bool) -> Positions:
    """Rows worth a second look; those few are looked at closely.

    Args:
        values: of one column.
        digits: the SSN of each row.
        words: whether nine digits in a row, of any number, are worth it.
        spaced: whether digits may stand apart.
    """
    frame = pl.DataFrame({"value": values, "ssn": digits})
    value = pl.col("value")
    found = value.str.contains(pl.col("ssn"), literal=True).fill_null(value=False)
    if spaced:
        nine = value.str.contains(_NINE_DIGITS)
        found |= (nine if words else nine & value.str.contains(_SEPARATED)).fill_null(value=False)
    return np.flatnonzero(frame.select(found).to_series().to_numpy()).astype(np.int64)


def _holds_nine(column: Column) -> bool:
    """Whether a value of nine digits can stand in the column and be accepted."""
    if column.enum is not None or column.logical_type in ("date", "boolean"):
        return False
    if column.logical_type == "string":
        return (column.max_length or NINE) >= NINE and (column.position or (1, NINE))[1] >= NINE
    return column.maximum is None or float(column.maximum) >= 10 ** (NINE - 2)
