"""In which order, and how often, an agency writes its lines."""

import numpy as np
import numpy.typing as npt

from p20w.simulator.table import Column
from p20w.simulator.world import chance


def filed(rng: np.random.Generator, by: Column, twice: float) -> npt.NDArray[np.int64]:
    """Positions of lines as a file has them: `by` school, college or week, mixed within, a share of them twice."""
    lines = np.arange(len(by))
    lines = np.concatenate([lines, lines[chance(rng, twice, len(lines))]])
    return lines[np.lexsort((rng.random(len(lines)), by[lines]))]
