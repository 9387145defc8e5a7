"""`program_cost`: what programs of colleges cost, a school year a file.

Here: lines as colleges fill them in; years whose state share comes later. Not here: costs (`program_costs`).
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from p20w.simulator.calendar import last_day, school_year_label
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed
from p20w.simulator.program_costs import cost, programs
from p20w.simulator.randomness import keyed_uniform
from p20w.simulator.world import World, chance

NAME = "program_cost"


def due(world: World, quarter: int) -> Iterator[Due]:
    """Half a year after the school year; a second time where the state's share was last year's at first."""
    if quarter % 4 != 1:
        return
    year, end = quarter // 4, last_day(quarter)
    label = school_year_label(year)
    late = float(keyed_uniform(world.seed, "state share comes late", year)) < world.profile.public_figures.shares_late
    yield Due(label, end + 130, lambda: content(world, year, share_of=year - 1 if late else year))
    if late:
        yield Due(label, end + 230, lambda: content(world, year), submission=2)


def content(world: World, year: int, *, share_of: int | None = None) -> Content:
    """One line a college, program and award level.

    Args:
        world: the state.
        year: in which the school year ends.
        share_of: the year whose state share is told; that of `year` when left out.
    """
    rates, rng = world.profile.public_figures, world.rng("program costs", year)
    offered = programs(world.seed)
    true = [cost(world.seed, program, year) for program in offered]
    told = true if share_of in {None, year} else [cost(world.seed, program, share_of or year) for program in offered]
    marked = np.where(chance(rng, rates.dollar_signs, len(offered)), "$", "")
    colleges = np.array([int(program.college) for program in offered])
    bare = keyed_uniform(world.seed, "program codes without point", colleges) < rates.points_lost
    codes = [
        program.cip.replace(".", "") if is_bare else program.cip
        for program, is_bare in zip(offered, bare.tolist(), strict=True)
    ]
    frame = pl.DataFrame(
        {
            "InstitutionIpedsUnitId": [program.college for program in offered],
            "CipCode": codes,
            "AwardLevel": [program.level for program in offered],
            "SchoolYear": [year] * len(offered),
            "TuitionFees": [f"{sign}{item.tuition}" for sign, item in zip(marked.tolist(), true, strict=True)],
            "BooksSupplies": [str(item.books) for item in true],
            "StateShare": [str(item.state) for item in told],
            "CostPerParticipant": pl.Series(
                [None if item.participant is None else str(item.participant) for item in true], dtype=pl.String
            ),
        }
    )
    return Content(frame, None, len(offered))


FEED = SimulatedFeed(NAME, "Higher education data office", due)
