"""The weights of a pair, as the model gave them, laid out as a waterfall.

Here: stored evidence to bars on a common scale. Not here: weighing (`p20w.registry.review.pair_weights`), drawing.

Weights are in bits and add up: each bit doubles the odds that the two records are one person. They start from the
prior, the odds before looking, and end at the match weight.
"""

import math
from dataclasses import dataclass
from typing import Any

SMALLEST_SPAN = 30.0
"""Bits that the scale covers at least, so that a pair of weak evidence does not look like one of strong."""


@dataclass(frozen=True)
class Bar:
    """One step of the waterfall, in bits, and where it lies on the scale as shares from 0 to 1."""

    title: str
    says: str
    weight: float
    begin: float
    end: float
    is_total: bool = False

    @property
    def low(self) -> float:
        """Left end."""
        return min(self.begin, self.end)

    @property
    def width(self) -> float:
        """Length; never nothing, so that a step of no weight is a line."""
        return max(abs(self.end - self.begin), 0.004)


@dataclass(frozen=True)
class Waterfall:
    """All steps of a pair, where zero and acceptance lie, and which model it was."""

    bars: tuple[Bar, ...]
    zero: float
    accept: float
    accept_bits: float
    total: float
    model_version: str

    @property
    def odds(self) -> str:
        """The match weight as odds in words."""
        chances = 2 ** abs(self.total)
        rounded = f"{chances:,.0f}" if chances < 1e6 else f"10 to the power of {math.floor(math.log10(chances))}"
        return f"{rounded} to 1 {'for' if self.total >= 0 else 'against'} one person"


def waterfall(evidence: dict[str, Any] | None) -> Waterfall | None:
    """The waterfall of stored evidence; None where there is none.

    Args:
        evidence: `registry.review_queue.evidence`: model_version, prior, accept, and parts with title, says and
            weight, weights in bits.
    """
    if not evidence:
        return None
    steps = [("Before looking", "two records picked at random", float(evidence["prior"]))]
    steps += [(part["title"], part["says"], float(part["weight"])) for part in evidence["parts"]]
    reached = [0.0]
    for _, _, weight in steps:
        reached.append(reached[-1] + weight)
    total, accept = reached[-1], float(evidence["accept"])
    low, high = min(*reached, accept), max(*reached, accept)
    spare = max(SMALLEST_SPAN - (high - low), 0.0)
    low, span = low - spare / 2 - 1, (high - low) + spare + 2

    def place(bits: float) -> float:
        return (bits - low) / span

    bars = [
        Bar(title, says, weight, place(begin), place(begin + weight))
        for (title, says, weight), begin in zip(steps, reached, strict=False)
    ]
    bars.append(Bar("Match weight", "all of it together", total, place(0.0), place(total), is_total=True))
    return Waterfall(tuple(bars), place(0.0), place(accept), accept, total, str(evidence["model_version"]))
