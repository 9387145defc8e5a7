"""Draws by key: the same words give the same stream, whatever was drawn before.

Here: streams, and a choice by rank. Not here: what is drawn.
"""

from __future__ import annotations

from random import Random


def draws(*key: object) -> Random:
    """A stream for this key."""
    return Random("/".join(map(str, key)))  # noqa: S311


def by_rank(rng: Random, count: int, exponent: float) -> int:
    """A rank from 0, as often as its place to the power of minus `exponent` (Zipf), by inverting a continuous form."""
    power = 1 - exponent
    top = (count + 1) ** power
    return min(count - 1, int((1 + rng.random() * (top - 1)) ** (1 / power)) - 1)
