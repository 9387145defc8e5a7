"""Work: who has a job in a quarter, who loses one and who finds one.

Here: separations, hires and second jobs of a quarter. Not here: how an employer is found (`hiring`), what a job pays
(`pay`), employers themselves (`employers`).

A job outside unemployment insurance (self-employed, armed forces, out of state, off the books) has employer -1: its
holder is busy and the wage file does not know.
"""

import numpy as np

from p20w.simulator.calendar import first_day, last_day
from p20w.simulator.employers import turn_over
from p20w.simulator.hiring import hire
from p20w.simulator.randomness import Floats, Ints
from p20w.simulator.records import write_down
from p20w.simulator.table import Column
from p20w.simulator.world import HERE, IN_SCHOOL, NEVER, NOBODY, World, chance, days_in


def work_a_quarter(world: World, quarter: int) -> None:
    """Closings, separations, hires and second jobs of one quarter."""
    closed = turn_over(world, quarter)
    _separations(world, quarter, closed)
    _hires(world, quarter)
    _rename(world, quarter)


def shock(quarter: int) -> tuple[float, float]:
    """Factors on separations and hires: the pandemic's second quarter of 2020 and the slow way back."""
    return {
        2020 * 4 + 1: (3.2, 0.35), 2020 * 4 + 2: (1.1, 1.15), 2020 * 4 + 3: (1.2, 0.95), 2021 * 4: (1.0, 1.05),
        2021 * 4 + 1: (1.0, 1.25), 2021 * 4 + 2: (1.05, 1.2),
    }.get(quarter, (1.0, 1.0))  # fmt: skip


def participation(world: World, people: Ints, on: int) -> Floats:
    """The share of such people at work: by age, schooling, studies, and a trait of their own (CPS, rounded)."""
    table = world.people
    age = world.age(people, on)
    by_age = np.interp(
        age,
        [14.9, 16, 17, 18, 20, 25, 30, 50, 58, 62, 66, 70, 76],
        [0, 0.17, 0.28, 0.48, 0.66, 0.78, 0.81, 0.80, 0.70, 0.52, 0.28, 0.15, 0.04],
    )
    school = np.where(table["k12"][people] == IN_SCHOOL, 0.85, 1.0)
    study = np.where((table["college"][people] >= 0) & (table["full_time"][people] == 1) & (age < 25), 0.80, 1.0)
    schooling = 0.86 + 0.055 * table["education"][people].clip(0, 4)
    own = np.interp(table["attachment"][people], [0, 0.08, 0.3, 1], [0.10, 0.75, 1.05, 1.18])
    return np.clip(by_age * school * study * schooling * own, 0, 0.97)


def found_jobs(world: World, today: int) -> None:
    """Who is at work at the start, and since when."""
    rng, here = world.rng("first jobs"), world.here()
    people = here[chance(rng, participation(world, here, today), len(here))]
    age = world.age(people, today)
    years = np.minimum(rng.gamma(1.0, 4.0, len(people)), np.maximum(age - 16, 0.1))
    hire(world, rng, people, (today - years * 365).astype(np.int64), today, second=False)


def _separations(world: World, quarter: int, closed_sites: Ints) -> None:
    table, jobs, rng = world.people, world.jobs, world.rng("separations", quarter)
    first, last = first_day(quarter), last_day(quarter)
    active = np.flatnonzero(jobs["end"] == NEVER)
    person, employer = jobs["person"][active], jobs["employer"][active]
    age = world.age(person, first)
    tenure = (first - jobs["start"][active]) / 365.25
    hazard = _leaving(age) * np.where(tenure < 0.5, 1.5, np.where(tenure > 4, 0.6, 1.0)) * shock(quarter)[0]
    hazard = np.where(jobs["second"][active] == 1, np.maximum(hazard, 0.22), hazard)
    fresh_graduate = (table["finished"][person] > first - 200) & (
        jobs["education"][active] < table["education"][person]
    )
    hazard = np.where(fresh_graduate, np.maximum(hazard, 0.38), hazard)
    ends = np.where(chance(rng, hazard.clip(max=0.9), len(active)), days_in(rng, first, last, len(active)), NEVER)
    closing = np.full(world.employers.size, NEVER)
    closing[closed_sites] = world.employers["closed"][closed_sites]
    ends = np.minimum(ends, np.where(employer >= 0, closing[employer], NEVER))
    # nobody works after death or after leaving; a few who leave keep their job from where they now live
    gone = table["status"][person] != HERE
    away = np.where(chance(rng, 0.03, len(active)), NEVER, table["left"][person])
    ends = np.minimum(ends, np.where(gone, np.minimum(table["death"][person], away), NEVER))
    ends = np.maximum(ends, np.minimum(jobs["start"][active], ends))
    over = ends < NEVER
    jobs["end"][active[over]] = np.minimum(ends[over], last)
    lost = active[over & (table["job"][person] == active)]
    table["job"][jobs["person"][lost]] = NOBODY


def _leaving(age: Column) -> Floats:
    """Separations a quarter by age (QWI, rounded)."""
    return np.interp(age, [15, 19, 24, 30, 45, 60, 66, 72], [0.26, 0.22, 0.14, 0.075, 0.05, 0.055, 0.12, 0.2])


def _hires(world: World, quarter: int) -> None:
    """Main jobs for those without one, the same quarter for many who just left one; then second jobs."""
    table, rng, here = world.people, world.rng("hires", quarter), world.here()
    first, last = first_day(quarter), last_day(quarter)
    wanted = participation(world, here, first)
    idle = table["job"][here] == NOBODY
    # in the long run the share at work is hires / (hires + separations)
    rate = 0.95 * _leaving(world.age(here, first)) * wanted / (1 - wanted) * shock(quarter)[1]
    hired = here[idle & chance(rng, np.minimum(rate, 0.95), len(here))]
    after = np.maximum(first, table["arrived"][hired].astype(np.int64))
    start = after + (rng.random(len(hired)) * np.maximum(last - after, 1)).astype(np.int64)
    hire(world, rng, hired, start, first, second=False)
    age = world.age(here, first)
    busy = here[(table["job"][here] >= 0) & (age < 66)]
    moonlights = busy[
        chance(rng, np.interp(world.age(busy, first), [16, 22, 30, 60], [0.016, 0.020, 0.012, 0.008]), len(busy))
    ]
    hire(world, rng, moonlights, days_in(rng, first, last, len(moonlights)), first, second=True)


def _rename(world: World, quarter: int) -> None:
    """Some of those who changed their name in the last year tell their employer this quarter."""
    table, jobs, rng = world.people, world.jobs, world.rng("names at work", quarter)
    today = first_day(quarter)
    active = np.flatnonzero(jobs["end"] == NEVER)
    renamed = table["renamed"][jobs["person"][active]]
    due = active[(renamed > today - 365) & (jobs["start"][active] < renamed)]
    within_a_year = world.profile.names.surname_reported_late
    tells = due[chance(rng, 1 - (1 - within_a_year) ** 0.25, len(due))]
    if len(tells):
        people = jobs["person"][tells]
        recorded = write_down(world, rng, people, "wages", today + 400, np.zeros(len(tells), dtype=bool))
        jobs["last"][tells] = recorded.last
