"""Linkage of a state's size: one million identities against bare Splink, its memory, and time per identity as it grows.

The same two sides as `linkage`, one round after one that learns rates. Needs most of an hour and 30 GB.
"""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from p20w.registry import assigning
from tests.benchmarks import Figure
from tests.benchmarks.linkage import bare, identities, make_room, state_of

SMALL, LARGE, LARGEST = 62_500, 250_000, 490_000
"""People who come to 250,000, 1,000,000 and 2,000,000 identities in 18 quarters of all feeds."""


def run() -> list[Figure]:
    """Measure state after state, each in a warehouse of its own."""
    seconds: dict[int, float] = {}
    figures: list[Figure] = []
    for people in (SMALL, LARGE, LARGEST):
        with state_of(people) as (warehouse, refresh_id):
            link = partial(assigning.assign, warehouse, warehouse.settings, refresh_id)
            link()  # learns rates and freezes them
            make_room(warehouse)
            ours, peak = _timed(link)
            known = identities(warehouse)
            seconds[people] = ours / known
            figures.append(Figure(f"linkage of {known:,} identities", ours, "s"))
            if people == LARGE:
                make_room(warehouse)
                theirs, _ = _timed(partial(bare, warehouse))
                figures.append(Figure("against bare Splink", ours / theirs, "x", bar=1.6))
                figures.append(Figure("peak memory", peak, "MiB", bar=4096.0))
    growth = seconds[LARGEST] / seconds[SMALL]
    return [*figures, Figure("time per identity, largest against smallest", growth, "x", bar=1.15)]


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds, and the most memory this process had meanwhile in MiB (Linux)."""
    Path("/proc/self/clear_refs").write_text("5")
    began = time.perf_counter()
    work()
    took = time.perf_counter() - began
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return took, int(status["VmHWM"].split()[0]) / 1024
