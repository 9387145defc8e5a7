"""`naics_list`: industries in force from January 1, in the columns of the Census Bureau.

Here: sectors that share a line, and titles with the bureau's blanks. Not here: editions (`classifications`).
"""

from collections.abc import Iterator

import polars as pl

from p20w.simulator.calendar import as_date, day
from p20w.simulator.classifications import NAICS
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed
from p20w.simulator.world import World

NAME = "naics_list"
SHARED = {"31": "31-33", "44": "44-45", "48": "48-49"}
"""Sectors of several first digits, which the bureau lists in one line."""
_IN_ANOTHER = frozenset({"32", "33", "45", "49"})


def due(_: World, quarter: int) -> Iterator[Due]:
    """In February."""
    if quarter % 4 == 0:
        first = day(quarter // 4, 1, 1)
        yield Due(as_date(first).isoformat(), first + 40, lambda: content(first))


def content(first: int) -> Content:
    """One line a code, in the edition in force on a day."""
    lines = [(SHARED.get(code, code), title) for code, title in NAICS.lines(as_date(first)) if code not in _IN_ANOTHER]
    frame = pl.DataFrame(
        {
            "ValidFrom": [as_date(first)] * len(lines),
            "Edition": [NAICS.edition(as_date(first))] * len(lines),
            "code": [code for code, _ in lines],
            "title": [f"{title} " for _, title in lines],
            "Level": [2 if "-" in code else len(code) for code, _ in lines],
        }
    )
    return Content(frame, None, len(lines))


FEED = SimulatedFeed(NAME, "Classifications data steward", due)
