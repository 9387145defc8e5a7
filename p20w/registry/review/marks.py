"""How two values differ, in a word and letter by letter.

Here: pure functions from two values to what a reviewer is told about them. Not here: the model's levels and weights
(`weights`): the marks are the same whatever the model, and say nothing about the score.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from functools import cache
from typing import Literal, TypeVar

import duckdb

Mark = Literal["same", "close", "differs", "one blank", "both blank"]
T = TypeVar("T", str, date)

CLOSE = 2
"""Letters in which two spellings of one name may differ; more is called different."""


@dataclass(frozen=True)
class Segment:
    """A run of letters, and whether the other side lacks it."""

    text: str
    differs: bool


@dataclass(frozen=True)
class Row:
    """One line of the comparison: what each side says, the mark, and the words for it."""

    label: str
    left: tuple[Segment, ...]
    right: tuple[Segment, ...]
    mark: Mark
    words: str


def compare(label: str, left: T | None, right: T | None, judge: Callable[[T, T], tuple[Mark, str]]) -> Row:
    """Two values side by side: blank, equal, or as one of `names`, `dates` and `words` judges two that differ."""
    one, other = (str(value) if value else "" for value in (left, right))
    mark: Mark
    if not left or not right:
        mark = said = "one blank" if left or right else "both blank"
    else:
        mark, said = ("same", "same") if left == right else judge(left, right)
    return Row(label, *segments(one, other), mark, said)


def edits(left: str, right: str) -> int:
    """Letters to insert, delete, replace or swap with a neighbor to turn one text into the other (Damerau 1964)."""
    return _engine().cursor().execute("select damerau_levenshtein(?, ?)", [left, right]).fetchall()[0][0]


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def words(*_: str) -> tuple[Mark, str]:
    """Of two codes or words."""
    return "differs", "different"


def names(left: str, right: str) -> tuple[Mark, str]:
    """Of two names: one an initial or the beginning of the other, a few letters apart, or different."""
    short, long = sorted((left, right), key=len)
    if len(short) == 1 and long.startswith(short):
        return "close", "initial agrees"
    if set(short.split()) & set(long.split()):
        return "close", "one part agrees"
    if len(short) > 2 and long.startswith(short):
        return "close", "one is the beginning of the other"
    apart = edits(left, right)
    if apart <= CLOSE and len(short) > apart + 1:
        return "close", "one letter apart" if apart == 1 else f"{apart} letters apart"
    return "differs", "different"


def dates(left: date, right: date) -> tuple[Mark, str]:
    """Of two dates: an error that is often made, or different."""
    if left.year == right.year and (left.month, left.day) == (right.day, right.month):
        return "close", "day and month swapped"
    if edits(f"{left:%Y%m%d}", f"{right:%Y%m%d}") == 1:
        return "close", "one digit apart, or two swapped"
    if (left.month, left.day) == (right.month, right.day):
        years = abs(left.year - right.year)
        return ("close", "one year apart") if years == 1 else ("differs", f"same day, {years} years apart")
    days = abs((left - right).days)
    return "differs", f"{days} days apart" if days < 300 else "different"


def segments(left: str, right: str) -> tuple[tuple[Segment, ...], tuple[Segment, ...]]:
    """Both texts cut where they differ; texts with little in common differ as a whole, and from nothing nothing."""
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    codes = matcher.get_opcodes() if matcher.ratio() >= 0.5 else [("replace", 0, len(left), 0, len(right))]
    blank = not left or not right
    one = tuple(Segment(left[a:b], not blank and kind != "equal") for kind, a, b, _, _ in codes if b > a)
    other = tuple(Segment(right[c:d], not blank and kind != "equal") for kind, _, _, c, d in codes if d > c)
    return one, other
