"""How two values differ, in a word and letter by letter.

Here: pure functions from two values to what a reviewer is told about them. Not here: the model's levels and weights
(`weights`): the marks are the same whatever the model, and say nothing about the score.
"""

from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Literal

Mark = Literal["same", "close", "differs", "one blank", "both blank"]

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


def compare_names(label: str, left: str | None, right: str | None) -> Row:
    """Two names: equal, one an initial or the beginning of the other, a few letters apart, or different."""
    mark, words = _judge_names(left, right)
    return _row(label, left or "", right or "", mark, words)


def compare_words(label: str, left: str | None, right: str | None) -> Row:
    """Two codes or words: equal or not."""
    mark = _blank(left, right) or ("same" if left == right else "differs")
    return _row(label, left or "", right or "", mark, "different" if mark == "differs" else mark)


def compare_dates(label: str, left: date | None, right: date | None) -> Row:
    """Two dates: equal, an error that is often made, or different."""
    one, other = (day.isoformat() if day else "" for day in (left, right))
    mark = _blank(left, right)
    words: str = mark or ""
    if not mark and left and right:
        mark, words = _judge_dates(left, right)
    return _row(label, one, other, mark or "both blank", words)


def edits(left: str, right: str) -> int:
    """Letters to insert, delete, replace or swap with a neighbor to turn one text into the other (Damerau 1964)."""
    before: list[int] = []
    previous = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        current = [i]
        for j, b in enumerate(right, 1):
            cost = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            current.append(cost)
        before, previous = previous, current
    return previous[-1]


def _blank(left: object, right: object) -> Mark | None:
    if left in (None, "") and right in (None, ""):
        return "both blank"
    if left in (None, "") or right in (None, ""):
        return "one blank"
    return None


def _judge_names(left: str | None, right: str | None) -> tuple[Mark, str]:
    if (blank := _blank(left, right)) or not left or not right:
        return blank or "both blank", blank or "both blank"
    short, long = sorted((left, right), key=len)
    if left == right:
        return "same", "same"
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


def _judge_dates(left: date, right: date) -> tuple[Mark, str]:
    if left == right:
        return "same", "same"
    if left.year == right.year and (left.month, left.day) == (right.day, right.month):
        return "close", "day and month swapped"
    if edits(left.strftime("%Y%m%d"), right.strftime("%Y%m%d")) == 1:
        return "close", "one digit apart, or two swapped"
    if (left.month, left.day) == (right.month, right.day):
        years = abs(left.year - right.year)
        return ("close", "one year apart") if years == 1 else ("differs", f"same day, {years} years apart")
    days = abs((left - right).days)
    return "differs", f"{days} days apart" if days < 300 else "different"


def _row(label: str, left: str, right: str, mark: Mark, words: str) -> Row:
    if mark == "same" or not left or not right:
        return Row(label, _whole(left), _whole(right), mark, words)
    one, other = _segments(left, right)
    return Row(label, one, other, mark, words)


def _whole(text: str) -> tuple[Segment, ...]:
    return (Segment(text, differs=False),) if text else ()


def _segments(left: str, right: str) -> tuple[tuple[Segment, ...], tuple[Segment, ...]]:
    """Both texts cut where they differ; texts with little in common differ as a whole."""
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if matcher.ratio() < 0.5:
        return (Segment(left, differs=True),), (Segment(right, differs=True),)
    codes = matcher.get_opcodes()
    one = tuple(Segment(left[a:b], kind != "equal") for kind, a, b, _, _ in codes if b > a)
    other = tuple(Segment(right[c:d], kind != "equal") for kind, _, _, c, d in codes if d > c)
    return one, other
