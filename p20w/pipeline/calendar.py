"""The calendar of refreshes: one a quarter, from the first history to far ahead.

Here: labels such as `2024Q4`, their cutoff, their order. Not here: when a feed is due (its contract).
"""

from __future__ import annotations

import re
from datetime import date, timedelta

FIRST, LAST = "2014Q3", "2035Q4"
_LABEL = re.compile(r"([0-9]{4})Q([1-4])\Z")


def labels(first: str = FIRST, last: str = LAST) -> list[str]:
    """All labels from `first` to `last`, both included."""
    start, end = _ordinal(first), _ordinal(last)
    return [f"{number // 4}Q{number % 4 + 1}" for number in range(start, end + 1)]


def label_of(day: date) -> str:
    """The quarter a day belongs to."""
    return f"{day.year}Q{(day.month - 1) // 3 + 1}"


def first_day(label: str) -> date:
    """The first day of the quarter."""
    number = _ordinal(label)
    return date(number // 4, number % 4 * 3 + 1, 1)


def cutoff(label: str) -> date:
    """The last day of the quarter: what is delivered by then belongs to its refresh."""
    number = _ordinal(label) + 1
    return date(number // 4, number % 4 * 3 + 1, 1) - timedelta(days=1)


class LabelError(ValueError):
    """A quarter is not written as one."""


def _ordinal(label: str) -> int:
    match = _LABEL.match(label)
    if not match:
        raise LabelError(f"{label!r} is no quarter; write it like 2024Q4")
    return int(match.group(1)) * 4 + int(match.group(2)) - 1
