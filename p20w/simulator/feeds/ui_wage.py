"""`ui_wage`: what employers report to the labor department each quarter.

Here: wage records, with late and amended wages and the habits of whole employers. Not here: work and pay (`work`),
employers themselves (`employers`).
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from p20w.simulator.calendar import label_of, last_day, year_and_quarter
from p20w.simulator.employers import FIRST_BLANK, INITIALS, SWAPPED, TRUNCATED
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed
from p20w.simulator.mistakes import wrong_digit
from p20w.simulator.pay import Payroll, payroll
from p20w.simulator.randomness import Ints, keyed_uniform
from p20w.simulator.unkind.numbers import in_quarter
from p20w.simulator.world import World, chance


def due(world: World, quarter: int) -> Iterator[Due]:
    """Every quarter's wages, and a second time where they are amended."""
    label, end = label_of(quarter), last_day(quarter)
    yield Due(label, end + 55, lambda: content(world, payroll(world, quarter), 1))
    if is_amended(world, quarter):
        yield Due(label, end + 100, lambda: content(world, payroll(world, quarter), 2), submission=2)


def is_amended(world: World, quarter: int) -> bool:
    """Whether this quarter's wages come a second time, complete and corrected."""
    return bool(world.rng("amended", quarter).random() < world.profile.wages.amended_quarters)


def content(world: World, pay: Payroll, submission: int) -> Content:
    """One line an employer and person with wages in the quarter.

    In a quarter that is amended, submission 1 lacks whole employers and has some wages wrong.
    """
    jobs, firms, rates = world.jobs, world.employers, world.profile.wages
    rng = world.rng("wage file", pay.quarter * 2)
    covered = firms["covered"][jobs["employer"][pay.job]] == 1
    job, paid, hours, weeks = pay.job[covered], pay.wages[covered].copy(), pay.hours[covered], pay.weeks[covered]
    employer = jobs["employer"][job]
    ssn = in_quarter(world, job, pay.quarter, _with_slips(world, rng, jobs["ssn"][job].copy()))
    changed = chance(rng, rates.amended_lines, len(job))
    factor = rng.uniform(0.6, 1.3, len(job))
    keep = np.ones(len(job), dtype=bool)
    if is_amended(world, pay.quarter) and submission == 1:
        paid[changed] = np.maximum(1, paid[changed] * factor[changed]).astype(np.int64)
        keep = keyed_uniform(world.seed, "late employer", firms["firm"][employer], pay.quarter) >= rates.late_lines
    twice = np.flatnonzero(chance(rng, rates.filed_twice, len(job)))
    mix = rng.random(len(job))
    account = firms["account"][employer]
    lines = np.concatenate([np.arange(len(job)), twice])
    lines = lines[keep[lines]]
    lines = lines[np.lexsort((mix[lines], account[lines]))]
    job, employer, paid = job[lines], employer[lines], paid[lines]
    first, middle, last = _as_reported(world, job, employer)
    year, number = year_and_quarter(pay.quarter)
    reports = np.where(firms["at_headquarters"][employer] == 1, firms["firm"][employer], employer)
    columns: dict[str, npt.NDArray[Any]] = {
        "ssn": ssn[lines],
        "state_fips": np.full(len(lines), 99),
        "ui_account_number": account[lines],
        "reporting_unit_number": np.where(firms["unit_known"][reports] == 1, firms["unit"][reports], 0),
        "federal_ein": np.where(firms["ein_known"][employer] == 1, firms["ein"][employer], 0),
        "year": np.full(len(lines), year),
        "quarter_number": np.full(len(lines), number),
        "wages_usd": paid,
        "hours_worked": hours[lines],
        "weeks_worked": weeks[lines],
    }
    columns |= {"first_name": first, "middle_name": middle, "last_or_surname": last}
    return Content(columns, jobs["person"][job] + 1, len(lines), {"wages_usd": int(paid.sum())})


def _with_slips(world: World, rng: np.random.Generator, ssn: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    slips = np.flatnonzero(chance(rng, world.profile.ssn.wage_slip, len(ssn)))
    draws = rng.random(len(slips)).tolist()
    ssn[slips] = [wrong_digit(value, draw) for value, draw in zip(ssn[slips].tolist(), draws, strict=True)]
    return ssn


def _as_reported(
    world: World, job: Ints, employer: Ints
) -> tuple[npt.NDArray[np.bytes_], npt.NDArray[np.bytes_], npt.NDArray[np.bytes_]]:
    """First name, middle initial and last name as the employer's payroll program sends them."""
    jobs, firms, words = world.jobs, world.employers, world.words
    parts: list[npt.NDArray[np.bytes_]] = []
    keeps = firms["punctuation"][employer] == 1
    for name in ("first", "middle", "last"):
        codes = jobs[name][job]
        parts.append(np.where(keeps, words.upper(codes, punctuation=True), words.upper(codes, punctuation=False)))
    first, middle, last = parts
    habit = firms["habit"][employer]
    swapped = habit == SWAPPED
    first, last = np.where(swapped, last, first), np.where(swapped, first, last)
    first = np.where(habit == INITIALS, first.astype("S1"), first)
    first = np.where(habit == TRUNCATED, first.astype("S4"), first)
    last = np.where(habit == TRUNCATED, last.astype("S6"), last)
    first = np.where(habit == FIRST_BLANK, b"", first)
    return first, middle.astype("S1"), last


FEED = SimulatedFeed("ui_wage", "Unemployment insurance wage unit", due)
