"""Student financial aid: who is given which grants and loans in an award year, and how much.

Here: aid by need, merit and sector for students of a year. Not here: studying (`colleges`), or what is delivered
(`feeds.ps_aid`).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from p20w.simulator.randomness import Floats, Ints, keyed_uniform
from p20w.simulator.table import Column
from p20w.simulator.world import UNDERGRADUATE, World

TYPES = (
    "FederalPellGrant", "FederalSupplementalGrant", "StateNeedGrant", "StateMeritGrant", "InstitutionalGrant",
    "PrivateScholarship", "FederalWorkStudy", "FederalSubsidizedLoan", "FederalUnsubsidizedLoan",
    "FederalParentPlusLoan", "FederalGraduatePlusLoan", "PrivateLoan",
)  # fmt: skip
PELL = 0
# highest Pell grant of an award year, by the year it ends in; Federal Student Aid, yearly payment schedules
_HIGHEST_PELL = {
    2014: 5645, 2015: 5730, 2016: 5775, 2017: 5815, 2018: 5920, 2019: 6095, 2020: 6195, 2021: 6345, 2022: 6495,
    2023: 6895, 2024: 7395,
}  # fmt: skip


@dataclass(frozen=True)
class Studies:
    """Students of an award year at one institution each; parallel arrays. `load` is 1 for two full-time terms."""

    person: Column
    enrollee: Column
    level: Column
    load: Column


@dataclass(frozen=True)
class Aid:
    """One entry a student and type of aid; parallel arrays, `entry` the place in the studies. Whole dollars."""

    entry: Column
    kind: Column
    amount: Column


def receives_pell(world: World, person: Ints, academic_year: int) -> npt.NDArray[np.bool_]:
    """Whether an undergraduate would be given a Pell grant in the year."""
    share = np.clip(0.38 - 0.32 * world.wealth_of(person), 0.02, 0.9)
    return keyed_uniform(world.seed, "pell", person, academic_year) < share


def highest_pell(award_year: int) -> int:
    """The highest Pell grant of a year, in dollars; the newest one known for years after it."""
    return _HIGHEST_PELL[min(max(award_year, min(_HIGHEST_PELL)), max(_HIGHEST_PELL))]


def aid_of(world: World, studies: Studies, award_year: int) -> Aid:
    """What each student is given."""
    people, places = world.people, world.places
    person = studies.person
    college = world.enrollees["college"][studies.enrollee]
    two, public = places.college_two_year[college], places.college_public[college]
    under = studies.level == UNDERGRADUATE
    graduate = studies.level > UNDERGRADUATE
    needs = receives_pell(world, person, award_year) & under
    ability, wealth = people["ability"][person], world.wealth_of(person)
    four = under & ~two
    # odds and usual amount of a full year, by type; of the size that Trends in Student Aid (College Board) gives
    plans: list[tuple[npt.NDArray[np.bool_], float, Floats | float]] = [
        (needs, 1.0, highest_pell(award_year) * np.clip(0.65 - 0.45 * wealth, 0.15, 1.0)),
        (needs, 0.20, 700.0),
        (needs & public, 0.55, 1900.0),
        (four & (ability > 0.8), 0.35, 2500.0),
        (four, 0.45, np.where(public, 3800.0, 14000.0)),
        (four, 0.12, 2200.0),
        (needs, 0.10, 1900.0),
        (needs, np.nan, np.where(two, 2900.0, 4100.0)),
        (under | graduate, 0.30, np.where(graduate, 16000.0, 3600.0)),
        (four & (wealth > 0), 0.09, 14500.0),
        (graduate, 0.12, 19000.0),
        (four, 0.07, 11000.0),
    ]
    entries: list[npt.NDArray[np.int64]] = []
    amounts: list[npt.NDArray[np.int64]] = []
    for kind, (may, odds, usual) in enumerate(plans):
        rate = np.where(two, 0.20, 0.55) if np.isnan(odds) else odds
        gets = np.flatnonzero(may & (keyed_uniform(world.seed, TYPES[kind], person, award_year) < rate))
        spread = 0.75 + 0.5 * keyed_uniform(world.seed, "amount of aid", person[gets], award_year, kind)
        full = np.broadcast_to(np.asarray(usual, dtype=np.float64), person.shape)[gets] * spread
        if kind == PELL:
            full = np.minimum(full, highest_pell(award_year))
        entries.append(gets)
        amounts.append(np.maximum(np.round(full * studies.load[gets]), 100).astype(np.int64))
    kinds = np.repeat(np.arange(len(TYPES)), [len(found) for found in entries])
    return Aid(np.concatenate(entries), kinds, np.concatenate(amounts))
