"""Unemployment insurance: who claims after losing a job, for which weeks, and what is paid.

Here: claims, and the weeks of the quarter at hand. Not here: the file (`feeds.ui_claim`), jobs (`work`), pay (`pay`).
"""

import numpy as np
import numpy.typing as npt

from p20w.simulator.calendar import first_day, last_day
from p20w.simulator.pay import hourly
from p20w.simulator.randomness import Ints, keyed_uniform
from p20w.simulator.records import birthdates, ssns
from p20w.simulator.table import Table
from p20w.simulator.world import HERE, NEVER, World, chance

_WEEKS = 26
_DAY_BITS = 32
_REPLACED, _MOST = 0.47, 450
"""Share of the former week's pay, and dollars, that a week's benefits come to at most."""


def claim_table() -> Table:
    """One row a claim, as it was written down; `first` is the Saturday that ends its first week, `weekly` dollars."""
    return Table(
        person=("i4", 0), employer=("i4", 0), filed=("i4", 0), first=("i4", 0), weekly=("i4", 0), birth=("i4", 0),
        ssn=("i8", -1), education=("i1", 0), county=("i2", 0),
    )  # fmt: skip


def week_table() -> Table:
    """One row a week claimed of the quarter at hand; `number` counts the weeks of a claim from 0."""
    return Table(claim=("i4", 0), ends=("i4", 0), number=("i2", 0), paid=("i4", 0), earned=("i4", 0))


def claim_a_quarter(world: World, claims: Table, weeks: Table, quarter: int) -> None:
    """New claims of a quarter, and the weeks of it that are claimed."""
    _file(world, claims, quarter)
    weeks.clear()
    _certify(world, claims, weeks, quarter)


def saturday(days: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The Saturday on or after each day."""
    return days + (2 - days) % 7  # day 2 of 1970 was a Saturday


def _file(world: World, claims: Table, quarter: int) -> None:
    rates, rng, jobs = world.profile.claims, world.rng("unemployment claims", quarter), world.jobs
    ended = np.flatnonzero(
        (jobs["end"] >= first_day(quarter)) & (jobs["end"] <= last_day(quarter)) & (jobs["second"] == 0)
        & (jobs["employer"] >= 0) & (jobs["end"] - jobs["start"] > 180)
    )  # fmt: skip
    ended = ended[world.employers["covered"][jobs["employer"][ended]] == 1]
    claim = ended[chance(rng, rates.claims_after_job, len(ended))]
    person = jobs["person"][claim].astype(np.int64)
    lives = (world.people["status"][person] == HERE) & (world.age(person, first_day(quarter)) >= 18)
    busy = np.isin(person, claims["person"][claims["filed"] > first_day(quarter) - 365])  # one benefit year at a time
    claim, person = claim[lives & ~busy], person[lives & ~busy]
    _, once = np.unique(person, return_index=True)
    claim, person = claim[once], person[once]
    count = len(claim)
    filed = jobs["end"][claim].astype(np.int64) + rng.integers(1, 15, count)
    pay = hourly(world, claim, person, jobs["employer"][claim], quarter) * jobs["weekly"][claim]
    ssn = ssns(rng, world.people["ssn"][person], rates.ssn_wrong)
    claims.add(
        count, person=person, employer=jobs["employer"][claim], filed=filed, first=saturday(filed),
        weekly=np.clip(pay * _REPLACED, 60, _MOST), birth=birthdates(world, rng, person, "college"), ssn=ssn,
        education=world.people["education"][person], county=world.places.county_of_zip[world.zip_of(person)],
    )  # fmt: skip


def _certify(world: World, claims: Table, weeks: Table, quarter: int) -> None:
    """Weeks in which a claimant had no job, up to 26; the first is a waiting week, and few earn a little beside."""
    first, last = first_day(quarter), last_day(quarter)
    is_open = np.flatnonzero((claims["first"] <= last) & (claims["first"] + 7 * _WEEKS > first))
    works = _next_job(world, claims, is_open)
    for number in range(_WEEKS + 1):
        ends = claims["first"][is_open].astype(np.int64) + 7 * number
        certified = (ends >= first) & (ends <= last) & (ends < works)
        certified &= keyed_uniform(world.seed, "week missed", is_open, number) >= world.profile.claims.week_missed
        rows = is_open[certified]
        earns = keyed_uniform(world.seed, "odd job", rows, number) < 0.06
        earned = np.where(earns, 80, 0)
        paid = np.where(number == 0, 0, np.maximum(claims["weekly"][rows] - earned // 2, 0))
        weeks.add(len(rows), claim=rows, ends=ends[certified], number=number, paid=paid, earned=earned)


def _next_job(world: World, claims: Table, rows: Ints) -> npt.NDArray[np.int64]:
    """The day on which each claimant begins the next job, as far as it is known."""
    jobs = world.jobs
    person, since = claims["person"][rows].astype(np.int64), claims["filed"][rows].astype(np.int64)
    starts = np.sort((jobs["person"].astype(np.int64) << _DAY_BITS) + jobs["start"])
    place = np.searchsorted(starts, (person << _DAY_BITS) + since)
    later = np.append(starts, np.iinfo(np.int64).max)[place]
    begins = np.where(later >> _DAY_BITS == person, later & ((1 << _DAY_BITS) - 1), NEVER)
    gone = world.people["status"][person] != HERE
    return np.where(gone, since, begins)
