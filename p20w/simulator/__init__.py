"""A simulated state: people with lives, and the drops its agencies would deliver about them.

Here: `simulate`, the one way in, and `hard_negatives`, people made up for the panel alone. Not here: anything the
warehouse uses; the pipeline never imports this room.
"""

from p20w.simulator.run import SimulationMismatch, SimulationSummary, simulate

__all__ = ["SimulationMismatch", "SimulationSummary", "simulate"]
