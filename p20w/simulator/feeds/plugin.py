"""What a simulated feed is: one module of this folder that says when a drop is due and what it holds.

Here: the form of such a plug-in. Not here: the plug-ins (one module a feed), their list (`feeds`), how values become
bytes (`writing`, by the feed's contract).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy.typing as npt
import polars as pl

from p20w.simulator.randomness import Ints
from p20w.simulator.table import Table
from p20w.simulator.world import World

Columns = pl.DataFrame | Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True)
class Content:
    """What the records of a drop say, who each is about (person number, or None for a feed without people), and totals.

    `columns` is a frame by the contract's headers for delimited files, and for a graph, a node a row; for XML by
    headers or aliases, with the columns of `interchange`; for fixed width,
    arrays by the contract's column names: bytes are written to the left, numbers to the right behind zeros; for lines
    of several types, a frame by the contract's column names, and `part` (`writing.PART`). `true_person` is 0 where a
    record is about nobody, and `record_count` what a manifest counts.
    """

    columns: Columns
    true_person: Ints | None
    record_count: int
    control_totals: dict[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True)
class Due:
    """A drop, the day on which it would usually arrive, and how to make it; nothing is made until it is asked for."""

    period: str
    usual_day: int
    content: Callable[[], Content]
    submission: int = 1


def and_again(period: str, on: int, later: int, content: Callable[..., Content], *, comes: bool) -> Iterator[Due]:
    """A drop, and where it `comes` again, a second submission of what the first was lacking.

    Args:
        period: of both.
        on: day on which the first one usually arrives.
        later: day on which the second one does.
        content: makes them, asked for one that is `lacking` something or for the whole.
        comes: whether there is a second one.
    """
    yield Due(period, on, partial(content, lacking=comes))
    if comes:
        yield Due(period, later, content, submission=2)


def _nothing(_: World, __: int) -> None:
    return


@dataclass(frozen=True)
class SimulatedFeed:
    """One feed of the simulated state. `contact` is the role that its manifests name.

    `tables` are the feed's own, kept in `World.own` as `<feed>.<table>`; `live` brings them through a quarter, after
    everything else has happened in it and before its drops are made.
    """

    feed: str
    contact: str
    due: Callable[[World, int], Iterable[Due]]
    tables: Mapping[str, Callable[[], Table]] = field(default_factory=dict[str, Callable[[], Table]])
    live: Callable[[World, int], None] = _nothing
