"""How a contract wants a value written, in words for the person who writes the file.

Here: one phrase a column, made of its contract. Not here: judging a value (`p20w.intake.conform`).
"""

import re

from p20w.contracts.model import Column

LISTED = 12
"""Codes that are told one by one; of longer lists, their number."""

_DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)")
DATE_FORMATS = {"yyyy-mm-dd": "%Y-%m-%d", "mm/dd/yyyy": "%m/%d/%Y", "yyyymmdd": "%Y%m%d"}
"""The ways in which a contract may want days written, and how strptime has them."""
_DATES = {"yyyy-mm-dd": "2024-06-30", "mm/dd/yyyy": "06/30/2024", "yyyymmdd": "20240630"}


def form(column: Column) -> str:
    """What the contract wants in the column, such as "a whole number from 0 to 2,208"."""
    if column.enum is not None:
        codes = list(column.enum)
        return (
            f"one of {', '.join(codes)}" if len(codes) <= LISTED else f"one of the {len(codes)} codes of the contract"
        )
    match column.logical_type:
        case "boolean":
            no, yes = column.truths
            return f"{no} for no or {yes} for yes"
        case "date":
            pattern = column.physical_format or ""
            return f"a day as {pattern}, like {_DATES.get(pattern, '')}{_limits(column)}"
        case "integer":
            return f"a whole number{_limits(column)}"
        case "number":
            found = _DECIMAL.fullmatch(column.physical_format or "")
            decimals = f" with up to {found[2]} decimals after a point" if found else ""
            return f"a number{decimals}{_limits(column)}"
        case "string":
            longest = f"up to {column.max_length} characters" if column.max_length else "text"
            return f"text of the form {column.pattern}" if column.pattern else longest


def _limits(column: Column) -> str:
    low, high = _figure(column.minimum), _figure(column.maximum)
    if low and high:
        return f" from {low} to {high}"
    return (
        f", {low} or later"
        if low and column.logical_type == "date"
        else f", {low} or more"
        if low
        else (f", up to {high}" if high else "")
    )


def _figure(value: float | str | None) -> str:
    return "" if value is None else value if isinstance(value, str) else f"{value:,}"
