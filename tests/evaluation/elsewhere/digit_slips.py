"""Slips in birth dates and Social Security numbers.

Here: one slip. Not here: slips in names (`slips`), how often (`rates`). Shares between the kinds are assumed: clerks
mostly miss one digit, exchange two or take day for month; default days and years a century off come from software.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from random import Random

FILLERS = (0, 999_999_999, 111_111_111, 123_456_789, 78_051_120)
"""Numbers written for want of one; the last was printed on a specimen card in 1938 and used by thousands (SSA)."""
_ALIKE = {"1": "7", "7": "1", "0": "6", "6": "0", "3": "8", "8": "3", "4": "9", "9": "4", "2": "7", "5": "6"}
_PAD = {
    "1": "24",
    "2": "135",
    "3": "26",
    "4": "157",
    "5": "2468",
    "6": "359",
    "7": "48",
    "8": "5790",
    "9": "68",
    "0": "8",
}


def number(ssn: int, rng: Random) -> int:
    """A number misread, mistyped or with two neighbors exchanged; one slip in eight is two at once."""
    text = f"{ssn:09d}"
    for _ in range(2 if rng.random() < 0.125 else 1):
        at = rng.randrange(9)
        kind = rng.choices(("misread", "mistyped", "exchanged"), (35, 35, 30))[0]
        if kind == "exchanged" and text[at % 8] != text[at % 8 + 1]:
            at %= 8
            text = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        else:
            to = _ALIKE[text[at]] if kind == "misread" else rng.choice(_PAD[text[at]])
            text = text[:at] + to + text[at + 1 :]
    return int(text)


def birth(day: date, rng: Random) -> date:
    """A birth date with day and month exchanged, a digit wrong, a default, another year, decade or century.

    It may come out as it was: a default where the day was the default, the reverse of 11.
    """
    kinds = ("exchanged", "day", "month", "year", "default", "first", "decade", "century", "filler")
    kind = rng.choices(kinds, (22, 26, 10, 14, 10, 6, 6, 3, 3))[0]
    match kind:
        case "exchanged" if day.day <= 12:
            return date(day.year, day.day, day.month)
        case "exchanged" | "day":
            return _made(day.year, day.month, int(_digit(f"{day.day:02d}", rng)))
        case "month":
            return _made(day.year, (day.month + rng.choice((-2, 0))) % 12 + 1, day.day)
        case "year":
            return _made(day.year + rng.choice((-1, -1, 1)), day.month, day.day)
        case "default":
            return date(day.year, 1, 1)
        case "first":
            return day.replace(day=1)
        case "decade" | "century":
            return _made(day.year - (10 if kind == "decade" else 100), day.month, day.day)
        case _:
            return rng.choice((date(1900, 1, 1), date(1901, 1, 1), date(1970, 1, 1)))


def _digit(text: str, rng: Random) -> str:
    if rng.random() < 0.3:
        return text[::-1]
    at = rng.choice((0, 1, 1))
    to = _ALIKE[text[at]] if rng.random() < 0.5 else rng.choice(_PAD[text[at]])
    return text[:at] + to + text[at + 1 :]


def _made(year: int, month: int, day: int) -> date:
    """The date, or the nearest day the month has."""
    return date(year, month, min(max(day, 1), monthrange(year, month)[1]))
