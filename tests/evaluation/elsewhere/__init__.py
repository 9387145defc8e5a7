"""A state from elsewhere, for judging only: other names, other errors, other habits than the simulator knows.

Lives and deliveries are the simulator's (its default profile): who lives where, studies and works, and which lines come
when. Everything that linkage reads is written anew by code and tables of this folder. Nothing of p20w is tuned on it.
Two kinds: made-up names (`PROFILES`), and real names of historical figures (`rates.PROFILES`), which a file outside the
repository has.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from p20w.simulator import simulate
from p20w.simulator.feeds import FEEDS
from p20w.simulator.feeds.plugin import SimulatedFeed
from tests.evaluation.elsewhere import figures, rates
from tests.evaluation.elsewhere.descendants import descend
from tests.evaluation.elsewhere.files import rewrite
from tests.evaluation.elsewhere.hard import harden
from tests.evaluation.elsewhere.offices import Offices
from tests.evaluation.elsewhere.people import Person, make
from tests.evaluation.elsewhere.profiles import PROFILES
from tests.evaluation.elsewhere.writing import Agencies

__all__ = ["NAMES", "PROFILES", "write_state"]

NAMES = (*PROFILES, *rates.PROFILES)
"""Of all profiles from elsewhere."""


def write_state(
    profile: str,
    seed: int,
    people: int,
    first: str,
    last: str,
    drops: Path,
    truth: Path,
    feeds: Sequence[SimulatedFeed] = FEEDS,
) -> None:
    """Write a state's drops and truth into empty folders; the same arguments give the same bytes.

    Args:
        profile: one of `NAMES`.
        seed: of the lives, and with the profile's own fixed seed of what is written.
        people: how many live there at the founding.
        first: label of the first quarter of deliveries.
        last: label of the last.
        drops: folder for `<feed>/<period>/<submission>/`.
        truth: folder for `<feed>/<period>/<submission>.parquet` and `persons.parquet`.
        feeds: those that deliver.

    Raises:
        KeyError: there is no such profile.
        FileNotFoundError: the profile's people have historical names, and their file is not there.
        FileExistsError: there are drops already; a state is never written over.
    """
    if profile not in NAMES:
        raise KeyError(profile)
    if any(drops.glob("*/*/*/manifest.json")):
        raise FileExistsError(f"{drops} holds drops already: give empty folders")
    historical = figures.read(figures.sample()) if profile in rates.PROFILES else None
    simulate(people, first, last, seed, drops, truth, feeds=feeds)
    census = truth / "persons.parquet"
    frame = pl.read_parquet(census)
    if historical:
        made = descend(frame, historical, seed)
        rewrite(drops, truth, Offices(profile, seed, made, historical))
    else:
        chosen = PROFILES[profile]
        made = make(frame, chosen.seed * 1_000 + seed)
        if chosen.hard:
            harden(made, chosen.seed * 1_000 + seed)
        rewrite(drops, truth, Agencies(chosen, seed, made))
    _retell(frame, made).write_parquet(census, compression="zstd", metadata={"as_of": last})


def _retell(frame: pl.DataFrame, made: dict[int, Person]) -> pl.DataFrame:
    """What the truth says about people, true of the people they are now."""
    people = [made[number] for number in frame["true_person"].to_list()]
    return frame.with_columns(
        pl.Series("name_origin", [one.tongue.name for one in people]),
        pl.Series("is_named_after_father", [one.namesake for one in people]),
        pl.Series("suffix", [one.suffix for one in people], dtype=frame.schema["suffix"]),
        pl.Series("has_former_surname", [bool(one.former) for one in people]),
    )
