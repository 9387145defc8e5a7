"""A simulated state: people with lives, and the drops its agencies would deliver about them.

Here: `simulate`, the one way in. Not here: anything the warehouse uses; the pipeline never imports this room.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from p20w.simulator import thin


@dataclass(frozen=True)
class SimulationSummary:
    """What was written: drops by feed, lines by feed, and how many people lived in the state at the end."""

    drops: dict[str, int]
    lines: dict[str, int]
    people: int
    seconds: float


def simulate(people: int, first: str, last: str, seed: int, drops: Path, truth: Path, profile: Path | None = None,
             progress: Callable[[str, float], None] | None = None) -> SimulationSummary:
    """Write every drop delivered from the first day of quarter `first` to the last day of quarter `last`."""
    thin.run(people, first, last, seed, Path(drops), Path(truth), progress)
    return SimulationSummary({}, {}, people, 0.0)
