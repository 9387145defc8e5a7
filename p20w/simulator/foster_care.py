"""Children in foster care: who is removed from home, where the child lives meanwhile, and how it ends.

Here: episodes, and what the child welfare agency has on record of a child. Not here: placements
(`foster_placements`), the file (`feeds.child_welfare`). A child in care stays in its household in every other part of
the world.

Near 369,000 American children, one in two hundred, were in care at the end of September 2022; 187,000 had entered in
the year before and 201,000 left, near half of them to their parents, a quarter by adoption, one in ten by age; the
median stay was about a year and a half (AFCARS Report 30, Children's Bureau). Rounded from general knowledge of the
report; open it before you rely on a figure. This state removes children more than twice as often, as some states do,
so that a small one has any.
"""

import numpy as np
import numpy.typing as npt

from p20w.simulator.calendar import first_day, last_day
from p20w.simulator.foster_placements import (
    ADOPTED,
    DIED,
    EMANCIPATED,
    GUARDIAN,
    REUNIFIED,
    TRANSFERRED,
    WITH_RELATIVES,
    place,
    placement_table,
)
from p20w.simulator.randomness import Ints, keyed_uniform
from p20w.simulator.records import last_record, write_down_with_ssns
from p20w.simulator.table import Column, Table
from p20w.simulator.world import DEAD, HERE, NEVER, World, chance, days_in, pick

GROWN = 18 * 365.25
_OF_AGE = ((1, 3.2), (5, 1.4), (12, 0.8), (18, 0.65))
"""Up to an age in years, how much more often a child is removed than the average one."""
_ENDS = ((REUNIFIED, 0.49, 420.0), (ADOPTED, 0.31, 800.0), (GUARDIAN, 0.11, 620.0), (WITH_RELATIVES, 0.07, 380.0),
         (TRANSFERRED, 0.02, 300.0))  # fmt: skip
"""How episodes would end if nobody grew up: shares, and mean days."""
_TEENS = 13
"""Years from which episodes are half as long."""
_RETURNS = 0.020
"""Removed again in a quarter, of those who went home within a year; near 8 % a year."""


def client_table() -> Table:
    """One row a record of a child at the agency, with what was written down."""
    return Table(
        person=("i4", 0), first=("i4", 0), middle=("i4", 0), last=("i4", 0), suffix=("i1", 0), birth=("i4", 0),
        ssn=("i8", -1),
    )  # fmt: skip


def episode_table() -> Table:
    """One row a removal; `told` is the day on which the discharge was entered, some time after `discharge`."""
    return Table(
        person=("i4", 0), client=("i4", 0), county=("i2", 0), removal=("i4", 0), discharge=("i4", NEVER),
        reason=("i1", 0), told=("i4", NEVER),
    )  # fmt: skip


TABLES = {"client": client_table, "episode": episode_table, "placement": placement_table}


def care_a_quarter(world: World, clients: Table, episodes: Table, placements: Table, quarter: int) -> None:
    """Who is removed in a quarter, and whose episode ends by death or with a move out of the state."""
    rng, first, last = world.rng("foster care", quarter), first_day(quarter), last_day(quarter)
    table, people = world.people, world.here()
    _leave_early(world, episodes, placements)
    people = people[(table["birth"][people] > last - GROWN + 5) & (table["birth"][people] <= first)]
    busy = episodes["person"][episodes["discharge"] >= first]
    people = people[~np.isin(people, busy)]
    age, poor = (first - table["birth"][people]) / 365.25, world.wealth_of(people) < 0
    factor = np.array([each for _, each in _OF_AGE])[np.searchsorted([up for up, _ in _OF_AGE], age).clip(max=3)]
    hazard = world.profile.foster_care.removed / 4 * factor * np.where(poor, 1.5, 0.5)
    home = (episodes["reason"] == REUNIFIED) & (episodes["discharge"] > first - 365)
    hazard = np.where(np.isin(people, episodes["person"][home]), _RETURNS, hazard)
    quarters = 1.0
    if not episodes.size:  # children in care when the state is founded
        quarters = 14.0
    orphans = (table["foster"][people] == 1) & ~np.isin(people, episodes["person"])
    removed = chance(rng, np.minimum(hazard * quarters, 0.5), len(people)) | orphans
    people, orphans = people[removed], orphans[removed]
    on = days_in(rng, int(first - (quarters - 1) * 91), last, len(people))
    _remove(world, rng, clients, episodes, placements, people, np.maximum(on, table["birth"][people] + 2), orphans)


def _remove(
    world: World, rng: np.random.Generator, clients: Table, episodes: Table, placements: Table, people: Ints,
    removal: Ints, orphans: npt.NDArray[np.bool_],
) -> None:  # fmt: skip
    """Whole episodes from removal to discharge, and the stays of each."""
    rates, count = world.profile.foster_care, len(people)
    which = pick(rng, np.cumsum([share for _, share, _ in _ENDS]), count)
    mean = np.array([days for *_, days in _ENDS])[which]
    mean = np.where(removal - world.people["birth"][people] > _TEENS * 365.25, 0.5, 1.0) * mean
    lasts = np.where(orphans, 40 * 365, 5 + rng.gamma(1.4, mean / 1.4, count)).astype(np.int64)
    reason = np.array([code for code, *_ in _ENDS])[which]
    grown = (world.people["birth"][people] + GROWN).astype(np.int64)
    grown += np.where(chance(rng, rates.stays_on, count), rng.integers(30, 1000, count), 0)
    discharge = np.minimum(removal + lasts, grown)
    reason = np.where(removal + lasts >= grown, EMANCIPATED, reason)
    late = chance(rng, rates.discharge_late, count)
    episode = episodes.add(
        count, person=people, client=_recorded(world, clients, rng, people, removal), removal=removal,
        county=world.places.county_of_zip[world.zip_of(people)], discharge=discharge, reason=reason,
        told=discharge + np.where(late, rng.integers(60, 300, count), rng.integers(0, 12, count)),
    )  # fmt: skip
    place(world, rng, episodes, placements, episode)


def _leave_early(world: World, episodes: Table, placements: Table) -> None:
    """Who dies, or goes with a family that moves away, is discharged that day, and later stays never happened."""
    people = episodes["person"].astype(np.int64)
    status = world.people["status"][people]
    gone = np.minimum(world.people["death"][people], world.people["left"][people]).astype(np.int64)
    ends = np.flatnonzero((status != HERE) & (episodes["discharge"] > gone) & (gone > episodes["removal"]))
    episodes["discharge"][ends] = gone[ends]
    episodes["told"][ends] = gone[ends] + 10
    episodes["reason"][ends] = np.where(status[ends] == DEAD, DIED, REUNIFIED)
    over = episodes["discharge"][placements["episode"]]
    placements["ends"][:] = np.minimum(placements["ends"], over)
    placements.keep(placements["starts"] < placements["ends"])


def _recorded(world: World, clients: Table, rng: np.random.Generator, people: Ints, on: Ints) -> npt.NDArray[np.int64]:
    """The agency's record of each child; new ones get one, and a few of those who come again another."""
    rates = world.profile.foster_care
    held = last_record(world, clients)
    new = people[(held[people] < 0) | chance(rng, rates.recorded_again, len(people))]
    folds: Column = keyed_uniform(world.seed, "caseworker folds accents", new) < 0.3
    said = write_down_with_ssns(
        world, rng, new, "k12", int(on.max(initial=0)), folds, missing=rates.ssn_missing, wrong=rates.ssn_wrong
    )
    held[new] = clients.add(len(new), person=new, **said)
    return held[people]
