"""In which order, and how often, an agency writes its lines, and which come only with a second file."""

import numpy as np
import numpy.typing as npt

from p20w.simulator.randomness import Ints, keyed_uniform
from p20w.simulator.table import Column
from p20w.simulator.world import World, chance


def filed(rng: np.random.Generator, by: Column, twice: float) -> npt.NDArray[np.int64]:
    """Positions of lines as a file has them: `by` school, college or week, mixed within, a share of them twice."""
    lines = np.arange(len(by))
    lines = np.concatenate([lines, lines[chance(rng, twice, len(lines))]])
    return lines[np.lexsort((rng.random(len(lines)), by[lines]))]


def is_late(world: World, what: str, of: Ints, period: int, rate: float) -> npt.NDArray[np.bool_]:
    """Which rows of cases, districts or owners a first file lacks: of several one at least, or both files were one."""
    drawn = keyed_uniform(world.seed, what, of, period)
    late = drawn < rate
    return late if late.any() or len(np.unique(of)) < 2 else drawn == drawn.min()
