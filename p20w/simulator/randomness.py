"""Random streams that do not know about each other.

Here: one independent stream a (seed, purpose, moment), and keyed uniforms for choices that belong to a thing.
Not here: what is drawn from them.

A stream is never shared between purposes or quarters, so simulating one quarter more, or writing one feed
less, cannot change a single byte of what was there before.
"""

from zlib import crc32

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.integer]
Floats = npt.NDArray[np.float64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


def stream(seed: int, purpose: str, moment: int = 0) -> np.random.Generator:
    """The generator for one purpose at one moment (a quarter's index, a day, or 0 for the founding)."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, crc32(purpose.encode()), moment])))


def keyed_uniform(seed: int, purpose: str, *keys: Ints | int) -> Floats:
    """One uniform in [0, 1) for each combination of keys, the same whenever and in whatever order asked.

    SplitMix64 (Steele, Lea & Flood 2014) folded over the keys: for traits such as "this employer sends initials",
    which must not depend on when somebody first asks.
    """
    state = np.uint64(crc32(purpose.encode()) ^ (seed * 0x9E3779B1 & 0xFFFFFFFF))
    with np.errstate(over="ignore"):
        for key in keys:
            value = np.asarray(key).astype(np.uint64)
            state = (state ^ value) + _GOLDEN
            state = (state ^ (state >> np.uint64(30))) * _MIX_1
            state = (state ^ (state >> np.uint64(27))) * _MIX_2
            state = state ^ (state >> np.uint64(31))
    return np.asarray((state >> np.uint64(11)).astype(np.float64) / float(1 << 53))


def by_share(cumulative: Floats, draw: Floats) -> npt.NDArray[np.int64]:
    """Where each draw in [0, 1) falls in a cumulative distribution; what rounding leaves at its end is the last one."""
    return np.searchsorted(cumulative, draw, side="right").clip(max=len(cumulative) - 1)
