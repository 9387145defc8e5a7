"""Febrl 4 as a figure: how far F1 at the model's own threshold is from 1, and what it takes to link the files.

How the files are laid out and linked: `tests.evaluation.febrl`.
"""

import time

from tests.benchmarks import Figure
from tests.evaluation import febrl


def run() -> list[Figure]:
    """Measure; a few seconds."""
    began = time.perf_counter()
    score = febrl.measure()
    seconds = time.perf_counter() - began
    return [
        Figure("Febrl 4: precision", 100 * score.precision, "%"),
        Figure("Febrl 4: recall", 100 * score.recall, "%"),
        Figure("Febrl 4: 1 - F1 (goal 0.1 %)", 100 * (1 - score.f1), "%", bar=0.5),
        Figure("Febrl 4: 10,000 records linked in", seconds, "s"),
    ]
