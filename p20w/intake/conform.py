"""Turn text into what the contract promises, and say of each line and field what breaks the promise.

Here: types, codes, patterns, ranges, required values, values that contradict their line. Not here: names and SSNs
(`normalize`, `tokens`), rules over many lines (the contract's quality rules, judged by the intake gate).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from p20w.contracts import DATE_FORMATS, Column, contradictions
from p20w.intake.readers.block import CODES

_DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)")

MOST_UNREADABLE = 2
"""Fields of one line that may be set aside alone. With more, the columns have most likely shifted, and what can be read
is in the wrong place too: the line is set aside."""


@dataclass(frozen=True)
class Fields:
    """Values that could not be read in rows that stay: row, position of the column, index in `REASONS`."""

    row: npt.NDArray[np.int64]
    column: npt.NDArray[np.int16]
    reason: npt.NDArray[np.uint8]

    @classmethod
    def none(cls) -> "Fields":
        """No such value."""
        return cls(np.zeros(0, np.int64), np.zeros(0, np.int16), np.zeros(0, np.uint8))

    def __len__(self) -> int:
        return len(self.row)

    def where(self, kept: npt.NDArray[np.bool_]) -> "Fields":
        """Those of the kept."""
        return Fields(self.row[kept], self.column[kept], self.reason[kept])


@dataclass(frozen=True)
class Conformed:
    """Typed columns, and for each row the fault that sets it aside: index in `REASONS` (0: none), column's position.

    `fields` are the unreadable values of columns whose contract sets aside the field: null in `frame`, in rows that
    stay.
    """

    frame: pl.DataFrame
    reason: npt.NDArray[np.uint8]
    column: npt.NDArray[np.int16]
    fields: Fields


def conform(text: pl.DataFrame, columns: Sequence[Column]) -> Conformed:
    """Type the columns of `text`.

    Args:
        text: trimmed text, blank as null.
        columns: of the contract, all of them in `text`.

    Returns:
        the typed frame, the first fault of each row in the order of `columns` that sets the row aside, and the values
        that are set aside alone.
    """
    typed = text.select([_typed(column).alias(column.name) for column in columns])
    both = pl.concat([text.select(pl.all().name.prefix("=")), typed], how="horizontal")
    checks = [(number, _fault(column)) for number, column in enumerate(columns)]
    faults = both.select([check.alias(str(number)) for number, check in checks if check is not None])
    reason = np.zeros(text.height, np.uint8)
    place = np.full(text.height, -1, np.int16)
    fields = Fields.none()
    if text.height and faults.width:
        worst = faults.select(pl.max_horizontal(pl.all())).to_series()
        rows = np.flatnonzero(worst.to_numpy())
        if len(rows):
            positions = np.array([int(name) for name in faults.columns], np.int16)
            some = faults[rows].to_numpy()
            alone = np.array([columns[position].unreadable == "field" for position in positions])
            of_line = np.where(alone, 0, some)
            first = (of_line != 0).argmax(axis=1)
            reason[rows] = of_line[np.arange(len(rows)), first]
            place[rows] = np.where(reason[rows] != 0, positions[first], -1)
            at, check = np.nonzero(np.where(alone, some, 0))
            shifted = rows[np.bincount(at, minlength=len(rows)) > MOST_UNREADABLE]
            reason[shifted[reason[shifted] == 0]] = CODES["many_unreadable"]
            fields = Fields(rows[at], positions[check], some[at, check])
            typed = _without(typed, fields)
            fields = fields.where(reason[fields.row] == 0)
    return Conformed(typed, reason, place, fields)


def _without(typed: pl.DataFrame, fields: Fields) -> pl.DataFrame:
    """The frame with null in place of the unreadable values."""
    for position in np.unique(fields.column):
        unread = np.zeros(typed.height, np.bool_)
        unread[fields.row[fields.column == position]] = True
        column = pl.col(typed.columns[position])
        typed = typed.with_columns(pl.when(~pl.Series(unread)).then(column).alias(typed.columns[position]))
    return typed


def date_format(column: Column) -> tuple[str, int]:
    """The strptime format of a date column and the length of a value written in it.

    Raises:
        ValueError: the contract names a format intake does not know.
    """
    written = column.physical_format or ""
    if written not in DATE_FORMATS:
        raise ValueError(f"column {column.name}: write dates as one of {', '.join(DATE_FORMATS)}")
    return DATE_FORMATS[written], len(written)


def _typed(column: Column) -> pl.Expr:
    text = pl.col(column.name)
    if column.enum is not None:
        return text.replace_strict(dict(column.enum), default=None, return_dtype=pl.String)
    match column.logical_type:
        case "integer":
            return text.cast(pl.Int64 if column.size == "i64" else pl.Int32, strict=False)
        case "number":
            precision, scale = _precision(column)
            return text.cast(pl.Decimal(precision, scale), strict=False)
        case "boolean":
            no, yes = column.truths
            return text.replace_strict({no: False, yes: True}, default=None, return_dtype=pl.Boolean)
        case "date":
            form, length = date_format(column)
            return pl.when(text.str.len_bytes() == length).then(text.str.to_date(form, strict=False))
        case "string":
            return text


def _precision(column: Column) -> tuple[int, int]:
    found = _DECIMAL.fullmatch(column.physical_format or "")
    return (int(found[1]), int(found[2])) if found else (18, 4)


def _fault(column: Column) -> pl.Expr | None:
    """Index in `REASONS` of the first thing wrong with a value, 0 when nothing is; None when nothing can be."""
    text, typed = pl.col("=" + column.name), pl.col(column.name)
    unread = text.is_not_null() & typed.is_null()
    checks: list[tuple[pl.Expr, str]] = []
    if column.required:
        checks.append((text.is_null(), "missing"))
    if column.enum is not None or column.logical_type == "boolean":
        checks.append((unread, "bad_code"))
    elif column.logical_type == "date":
        shape = re.sub(r"[ymd]", "[0-9]", column.physical_format or "")
        checks.append((unread & text.str.contains(f"^{shape}$"), "impossible_date"))
        checks.append((unread, "bad_type"))
    elif column.logical_type == "number":
        precision, scale = _precision(column)
        shape = rf"^-?[0-9]{{1,{precision - scale}}}(\.[0-9]{{1,{scale}}})?$"
        checks.append((unread | ~text.str.contains(shape), "bad_type"))
    elif column.logical_type == "integer":
        checks.append((unread, "bad_type"))
    elif column.pattern:
        checks.append((~text.str.contains(f"^(?:{column.pattern})$"), "bad_pattern"))
    if column.max_length is not None:
        checks.append((text.str.len_chars() > column.max_length, "too_long"))
    if column.logical_type in ("integer", "number") and _never_negative(column):
        checks.insert(int(column.required), (_negative(text, typed), "negative"))
    if column.latest is not None:
        checks.append((typed > pl.lit(column.latest), "after_period"))
    checks += [(broken, "out_of_range") for broken in _range(column, typed)]
    if column.contradicts and contradictions.PERIOD_ENDS not in column.contradicts:
        checks.append((text.is_not_null() & contradictions.expression(column.contradicts), "contradiction"))
    if not checks:
        return None
    found = pl.lit(0, pl.UInt8)
    for condition, reason in reversed(checks):
        found = pl.when(condition).then(pl.lit(CODES[reason], pl.UInt8)).otherwise(found)
    return found


def _negative(text: pl.Expr, typed: pl.Expr) -> pl.Expr:
    """Whether an amount is below zero, its sign before it or behind it."""
    return (typed < 0).fill_null(value=False) | (text.str.ends_with("-") & (text.str.len_bytes() > 1))


def _never_negative(column: Column) -> bool:
    return column.minimum is not None and float(column.minimum) >= 0 and column.enum is None


def _range(column: Column, typed: pl.Expr) -> list[pl.Expr]:
    def bound(value: float | str) -> pl.Expr:
        return pl.lit(value).str.to_date("%Y-%m-%d") if column.logical_type == "date" else pl.lit(value)

    if column.logical_type not in ("integer", "number", "date") or column.enum is not None:
        return []
    broken: list[pl.Expr] = []
    if column.minimum is not None:
        broken.append(typed < bound(column.minimum))
    if column.maximum is not None:
        broken.append(typed > bound(column.maximum))
    return broken
