"""Work that the state's wage file does not know: for employers of other states and for the federal government.

Here: who does such work in a quarter, for whom, and what it pays; whose numbers the state asks about. Not here: the
files that tell of it (`feeds.other_state_wage`, `feeds.federal_wage`), jobs themselves (`work`).

A job without an employer is of one kind as long as it lasts. Of all who work, about one in 55 is a federal civilian,
the postal service included (2.9 of 160 million), one in 125 in the armed forces (1.3 million); rounded from published
totals. That one in 40 crosses a state line to work, and who leaves the state works as those who stay, are assumptions.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from p20w.simulator.calendar import first_day, last_day
from p20w.simulator.pay import of_anybody
from p20w.simulator.randomness import Ints, by_share, keyed_uniform
from p20w.simulator.work import participation
from p20w.simulator.world import AWAY, World

OWN, ELSEWHERE, CIVILIAN, MILITARY = 0, 1, 2, 3
_HERE, _AWAY = np.cumsum([0.51, 0.27, 0.08, 0.14]), np.cumsum([0.08, 0.88, 0.025, 0.015])
"""Shares of kinds: of residents' jobs without an employer, beside which there are federal employers, and of all work of
those who have moved away."""
_PREMIUM = np.array([0.0, 0.0, 0.45, 0.15])
STATES = ("20", "29", "48", "06", "12", "08", "17", "36", "53", "04", "13", "37")
"""FIPS codes of the states where people work; the first two are the neighbors."""
_LEAVE_FOR = np.cumsum([0.20, 0.16, 0.15, 0.12, 0.09, 0.07, 0.05, 0.04, 0.04, 0.03, 0.03, 0.02])
_HOURS_OF_A_YEAR = 2087  # of federal pay (5 U.S.C. 5504(b))
_FULL_TIME = 30  # hours a week
_QUARTERS_AT_ONE = 8  # that somebody who has moved away stays with an employer


@dataclass(frozen=True)
class Uncovered:
    """Uncovered work of one quarter; parallel arrays.

    `state` is a position in STATES; `employer` a number that stays as long as the job; `wages` dollars of the quarter,
    `rate` dollars of a year of full-time work.
    """

    person: npt.NDArray[np.int64]
    kind: npt.NDArray[np.int64]
    state: npt.NDArray[np.int64]
    employer: npt.NDArray[np.int64]
    wages: npt.NDArray[np.int64]
    rate: npt.NDArray[np.int64]
    part_time: npt.NDArray[np.bool_]

    def of(self, *kinds: int) -> "Uncovered":
        """The work of these kinds alone."""
        rows = np.isin(self.kind, kinds)
        return Uncovered(**{name: values[rows] for name, values in vars(self).items()})


def uncovered(world: World, quarter: int) -> Uncovered:
    """All uncovered work of the quarter, of residents first."""
    parts = zip(_of_residents(world, quarter), _of_departed(world, quarter), strict=True)
    person, kind, state, employer, weekly, days = (np.concatenate(pair) for pair in parts)
    trait = 0.13 * world.people["ability"][person] + 0.3 * (keyed_uniform(world.seed, "pay elsewhere", employer) - 0.5)
    education = world.people["education"][person].astype(np.int64)
    hourly = np.exp(of_anybody(world, person, education, quarter) + _PREMIUM[kind] + trait)
    wages = np.maximum(hourly * weekly * days / 7, 1).astype(np.int64)
    rate = (hourly * _HOURS_OF_A_YEAR).astype(np.int64)
    return Uncovered(person, kind, state, employer, wages, rate, weekly < _FULL_TIME)


def asked(world: World, quarter: int) -> npt.NDArray[np.int64]:
    """Numbers the state asks about, once each: students of its colleges, and whom it saw in wages of three years."""
    jobs, firms = world.jobs, world.employers
    seen = np.flatnonzero((jobs["employer"] >= 0) & (jobs["end"] >= first_day(quarter) - 3 * 365))
    seen = seen[firms["covered"][jobs["employer"][seen]] == 1]
    numbers = np.unique(np.concatenate([world.enrollees["ssn"], jobs["ssn"][seen]]))
    return numbers[numbers > 0]


def _of_residents(world: World, quarter: int) -> tuple[npt.NDArray[Any], ...]:
    """Person, kind, state, employer, hours a week and days of jobs without a covered employer, and of federal ones."""
    jobs, table, firms = world.jobs, world.people, world.employers
    first, last = first_day(quarter), last_day(quarter)
    rows = np.flatnonzero((jobs["end"] >= first) & (jobs["start"] <= last))
    employer = jobs["employer"][rows].astype(np.int64)
    federal = (employer >= 0) & (firms["covered"][employer] == 0)
    rows, federal = rows[federal | (employer < 0)], federal[federal | (employer < 0)]
    person, start = jobs["person"][rows].astype(np.int64), jobs["start"][rows].astype(np.int64)
    kind = _kinds(world, person, start, _HERE)
    kind = np.where(federal, CIVILIAN, np.where(table["undocumented"][person] == 1, OWN, kind))
    kind = np.where((kind == MILITARY) & ((jobs["second"][rows] == 1) | ~_serves(world, person, start)), OWN, kind)
    number = (keyed_uniform(world.seed, "employer elsewhere", person, start) * 9_000_000).astype(np.int64)
    county = world.places.county_of_zip[world.zip_of(person)]
    days = np.minimum(jobs["end"][rows], last) - np.maximum(start, first) + 1
    return person, kind, county % 2, number, jobs["weekly"][rows], days


def _of_departed(world: World, quarter: int) -> tuple[npt.NDArray[Any], ...]:
    """The same of people who have moved away; a household goes to one state."""
    table = world.people
    gone = np.flatnonzero((table["status"] == AWAY) & (table["left"] < first_day(quarter)))
    gone = gone[(world.age(gone, first_day(quarter)) >= 16) & (table["undocumented"][gone] == 0)]
    time = (quarter + gone) // _QUARTERS_AT_ONE
    works = keyed_uniform(world.seed, "works away", gone, time) < participation(world, gone, first_day(quarter))
    gone, time = gone[works], time[works]
    kind = _kinds(world, gone, time, _AWAY)
    kind = np.where((kind == MILITARY) & ~_serves(world, gone, np.full(len(gone), first_day(quarter))), ELSEWHERE, kind)
    state = by_share(_LEAVE_FOR, keyed_uniform(world.seed, "leaves for", table["household"][gone]))
    number = (keyed_uniform(world.seed, "employer away", gone, time) * 9_000_000).astype(np.int64)
    count, days = len(gone), last_day(quarter) - first_day(quarter) + 1
    return gone, kind, state, number, np.full(count, 38.0), np.full(count, days)


def _kinds(world: World, person: Ints, since: Ints, shares: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    return by_share(shares, keyed_uniform(world.seed, "kind of uncovered work", person, since))


def _serves(world: World, person: Ints, on: Ints) -> npt.NDArray[np.bool_]:
    """Whether somebody is of the age of soldiers."""
    age = (on - world.people["birth"][person]) / 365.25
    return (age >= 18) & (age < 42)
