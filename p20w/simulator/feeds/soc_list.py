"""`soc_list`: occupations in force from January 1, as a spreadsheet of the Bureau of Labor Statistics leaves them.

Here: levels of codes, and hyphens that got lost. Not here: editions (`classifications`).
"""

from collections.abc import Iterator

import polars as pl

from p20w.simulator.calendar import as_date, day
from p20w.simulator.classifications import SOC
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed
from p20w.simulator.randomness import keyed_uniform
from p20w.simulator.world import World

NAME = "soc_list"


def due(world: World, quarter: int) -> Iterator[Due]:
    """In January; without hyphens in some years."""
    if quarter % 4:
        return
    first = day(quarter // 4, 1, 1)
    draw = float(keyed_uniform(world.seed, "occupation codes without hyphen", quarter))
    bare = draw < world.profile.public_figures.hyphens_lost
    yield Due(as_date(first).isoformat(), first + 45, lambda: content(first, is_bare=bare))


def content(first: int, *, is_bare: bool = False) -> Content:
    """One line a code, in the edition in force on a day; with or without its hyphen."""
    lines = SOC.lines(as_date(first))
    frame = pl.DataFrame(
        {
            "ValidFrom": [as_date(first)] * len(lines),
            "Edition": [SOC.edition(as_date(first))] * len(lines),
            "code": [code.replace("-", "") if is_bare else code for code, _ in lines],
            "title": [title for _, title in lines],
            "Hierarchical_structure": ["Major" if code.endswith("0000") else "Detailed" for code, _ in lines],
            "parent": pl.Series(
                [None if code.endswith("0000") else f"{code[:3]}0000" for code, _ in lines], dtype=pl.String
            ),
        }
    )
    return Content(frame, None, len(lines))


FEED = SimulatedFeed(NAME, "Classifications data steward", due)
