"""The weights of a pair, as the model gave them, laid out as a waterfall.

Here: stored evidence to bars on a common scale. Not here: weighing (`p20w.registry.review.pair_weights`), drawing.

Weights are in bits and add up: each bit doubles the odds that the two records are one person. They start from the
prior, the odds before looking, and end at the match weight.
"""

import math
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

SMALLEST_SPAN = 30.0
"""Bits that the scale covers at least, so that a pair of weak evidence does not look like one of strong."""

ODDS = (
    "a few to one",
    "tens to one",
    "hundreds to one",
    "thousands to one",
    "tens of thousands to one",
    "hundreds of thousands to one",
    "millions to one",
    "tens of millions to one",
    "hundreds of millions to one",
    "billions to one or more",
)
"""Odds by powers of ten, as one says them: what is known of a weight does not reach its digits."""


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
        power = math.floor(abs(self.total) * math.log10(2))
        if abs(self.total) < 1:
            return "the odds are about even"
        return f"the odds are {ODDS[min(power, len(ODDS) - 1)]} {'for' if self.total >= 0 else 'against'} one person"


def waterfall(evidence: dict[str, Any] | None) -> Waterfall | None:
    """The waterfall of stored evidence (see `pair_weights.weigh_reviews`); None where there is none."""
    if not evidence:
        return None
    steps = [{"title": "Before looking", "says": "two records picked at random", "weight": evidence["prior"]}]
    steps += evidence["parts"]
    reached = list(accumulate((float(step["weight"]) for step in steps), initial=0.0))
    total, accept = reached[-1], float(evidence["accept"])
    low, high = min(*reached, accept), max(*reached, accept)
    spare = max(SMALLEST_SPAN - (high - low), 0.0)
    low, span = low - spare / 2 - 1, (high - low) + spare + 2
    zero, accept_at, *places = ((bits - low) / span for bits in (0.0, accept, *reached))
    bars = [Bar(**step, begin=begin, end=end) for step, begin, end in zip(steps, places, places[1:], strict=False)]
    bars.append(Bar("Match weight", "all of it together", total, zero, places[-1], is_total=True))
    return Waterfall(tuple(bars), zero, accept_at, accept, total, evidence["model_version"])
