"""Pay: hours, weeks and wages of the jobs of a quarter.

Here: the payroll of one quarter. Not here: who has which job (`work`, `hiring`), or the wage file (`feeds.ui_wage`).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from p20w.simulator.calendar import first_day, last_day
from p20w.simulator.employers import PAY, SECTORS
from p20w.simulator.hiring import LEADS_TO
from p20w.simulator.randomness import Floats, Ints
from p20w.simulator.table import Column
from p20w.simulator.world import World


@dataclass(frozen=True)
class Payroll:
    """Jobs with covered wages in one quarter; parallel arrays."""

    quarter: int
    job: npt.NDArray[np.int64]
    wages: npt.NDArray[np.int64]
    hours: npt.NDArray[np.int64]
    weeks: npt.NDArray[np.int64]
    months: npt.NDArray[np.bool_]  # (job, 3): on the payroll on the 12th of each month


def payroll(world: World, quarter: int) -> Payroll:
    """Hours and wages of every covered job of the quarter, whether it ends in it or not; worked out once."""
    if world.paid is None or world.paid.quarter != quarter:
        world.paid = _payroll(world, quarter)
    return world.paid


def _payroll(world: World, quarter: int) -> Payroll:
    jobs, rng = world.jobs, world.rng("payroll", quarter)
    first, last = first_day(quarter), last_day(quarter)
    at_work = np.flatnonzero((jobs["end"] >= first) & (jobs["start"] <= last) & (jobs["employer"] >= 0))
    start, end = np.maximum(jobs["start"][at_work], first), np.minimum(jobs["end"][at_work], last)
    days = end - start + 1
    weeks = np.clip(np.round(days / 7), 1, 13).astype(np.int64)
    hours = np.maximum(1, jobs["weekly"][at_work] * days / 7 * np.exp(0.08 * rng.standard_normal(len(at_work)))).astype(
        np.int64
    )
    person, employer = jobs["person"][at_work], jobs["employer"][at_work]
    wages = np.maximum(1, hours * hourly(world, at_work, person, employer, quarter)).astype(np.int64)
    months = [first_day(quarter) + offset for offset in (11, 42, 72)]
    present = np.stack([(start <= day) & (end >= day) for day in months], axis=1)
    return Payroll(quarter, at_work, wages, hours.clip(max=9999), weeks, present)


def hourly(world: World, job: Ints, person: Ints, employer: Ints, quarter: int) -> Floats:
    """Dollars an hour: Mincer's equation with premiums for field, industry, employer, place and time."""
    table, jobs, firms = world.people, world.jobs, world.employers
    education = jobs["education"][job].astype(np.int64)
    cluster = table["cluster"][person].astype(np.int64)
    field = np.array(
        [0, -0.06, 0.06, -0.10, 0.0, -0.08, 0.08, 0.0, 0.09, -0.12, -0.10, 0.18, 0.0, 0.05, -0.02, 0.22, 0.03]
    )[cluster]
    fits = _fits(firms["sector"][employer], cluster)
    place = np.where(world.places.locale_of_zip[world.zip_of(person)] < 30, 0.06, -0.05)
    log = (
        of_anybody(world, person, education, quarter) + field * (0.4 + 0.2 * education) + 0.05 * fits
        + PAY[firms["sector"][employer]] + firms["pay"][employer] + place + jobs["match"][job]
        + 0.13 * table["ability"][person] - 0.05 * (table["sex"][person] == 1)
    )  # fmt: skip
    return np.maximum(np.exp(log), 7.25 + 0.25 * max(0.0, quarter / 4 - 2015))


def of_anybody(world: World, person: Ints, education: Ints, quarter: int) -> Floats:
    """Logarithm of dollars an hour by schooling, experience and time alone."""
    years = np.clip(world.age(person, first_day(quarter)) - 18 - np.array([0, 0, 1, 2, 4, 6])[education], 0, 45)
    schooling = np.array([-0.16, 0.0, 0.07, 0.17, 0.44, 0.66])[education]
    time = 0.031 * (quarter / 4 - 2014) + 0.03 * np.clip(quarter / 4 - 2021, 0, 2)
    return 2.24 + time + schooling + 0.034 * years - 0.00055 * years**2


def _fits(sector: Column, cluster: Ints) -> npt.NDArray[np.bool_]:
    table = np.zeros((17, len(SECTORS)), dtype=bool)
    for number, codes in LEADS_TO.items():
        table[number, [SECTORS.index(code) for code in codes]] = True
    return table[cluster, sector]
