"""`cip_list`: programs of instruction from July 1, in the columns of the National Center for Education Statistics.

Here: codes with their families, and a list that comes once more. Not here: editions (`classifications`).
"""

from collections.abc import Iterator
from functools import partial

import polars as pl

from p20w.simulator.calendar import as_date, day
from p20w.simulator.classifications import CIP
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed, and_again
from p20w.simulator.randomness import keyed_uniform
from p20w.simulator.world import World

NAME = "cip_list"


def due(world: World, quarter: int) -> Iterator[Due]:
    """In July; a second time where the last codes of the first file were lost."""
    if quarter % 4 != 2:
        return
    first, rates = day(quarter // 4, 7, 1), world.profile.public_figures
    lost = float(keyed_uniform(world.seed, "program codes lost", quarter)) < rates.lists_amended
    yield from and_again(as_date(first).isoformat(), first + 20, first + 60, partial(content, first), comes=lost)


def content(first: int, *, lacking: bool = False) -> Content:
    """One line a code, in the edition in force on a day; without the last of them where it is `lacking` something."""
    lines = CIP.lines(as_date(first))
    lines = lines[:-1] if lacking else lines
    frame = pl.DataFrame(
        {
            "ValidFrom": [as_date(first)] * len(lines),
            "Edition": [CIP.edition(as_date(first))] * len(lines),
            "CIPFamily": [code[:2] for code, _ in lines],
            "CIPCode": [code for code, _ in lines],
            "CIPTitle": [f"{title}." for _, title in lines],
        }
    )
    return Content(frame, None, len(lines))


FEED = SimulatedFeed(NAME, "Classifications data steward", due)
