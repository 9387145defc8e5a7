"""The labor department's files: wage records and the employer quarter.

Here: lines of `ui_wage` and `employer`, with late and amended wages and the habits of whole employers.
Not here: work and pay (`work`), employers themselves (`employers`).
"""

import numpy as np
import numpy.typing as npt
import polars as pl

from p20w.simulator.calendar import first_day, last_day, year_and_quarter
from p20w.simulator.deliver import Content
from p20w.simulator.employers import FIRST_BLANK, INITIALS, SWAPPED, TRUNCATED
from p20w.simulator.feeds.layout import delimited, fixed_width_wages
from p20w.simulator.feeds.text import numbers
from p20w.simulator.mistakes import wrong_digit
from p20w.simulator.pay import Payroll
from p20w.simulator.randomness import Ints, keyed_uniform
from p20w.simulator.unkind.numbers import in_quarter
from p20w.simulator.world import World, chance


def is_amended(world: World, quarter: int) -> bool:
    """Whether this quarter's wages come a second time, complete and corrected."""
    return bool(world.rng("amended", quarter).random() < world.profile.wages.amended_quarters)


def wages(world: World, pay: Payroll, submission: int) -> Content:
    """`ui_wage`: one line an employer and person with wages in the quarter.

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
    columns: dict[str, Ints] = {
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
    totals = {"wages_usd": int(paid.sum())}
    texts = {"first_name": first, "middle_name": middle, "last_or_surname": last}
    return Content(fixed_width_wages(columns, texts), jobs["person"][job] + 1, len(lines), totals)


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


def employers(world: World, pay: Payroll) -> Content:
    """`employer`: one line an account, reporting unit and quarter, with monthly employment and total wages."""
    firms, jobs = world.employers, world.jobs
    rng = world.rng("employer file", pay.quarter)
    employer = jobs["employer"][pay.job]
    at = np.where(firms["at_headquarters"][employer] == 1, firms["firm"][employer], employer)
    months = [
        np.bincount(at, weights=pay.months[:, month], minlength=firms.size).astype(np.int64) for month in range(3)
    ]
    paid = np.bincount(at, weights=pay.wages, minlength=firms.size).astype(np.int64)
    first, last = first_day(pay.quarter), last_day(pay.quarter)
    rows = np.flatnonzero(
        (firms["closed"] >= first) & (firms["opened"] <= last) & ((paid > 0) | (firms["closed"] <= last))
    )
    rows = rows[(firms["at_headquarters"][rows] == 0) | (firms["firm"][rows] == rows)]
    renumbered = rows[firms["changed"][rows] == first]
    lines = np.concatenate([rows, renumbered])
    old = np.concatenate([np.zeros(len(rows), bool), np.ones(len(renumbered), bool)])
    account = np.where(old, firms["predecessor"][lines], firms["account"][lines])
    order = np.lexsort((firms["unit"][lines], account))
    lines, old, account = lines[order], old[order], account[order]
    wrong = chance(rng, world.profile.employers.month_counts_wrong, len(lines)) & ~old
    shift = rng.integers(1, 4, len(lines))
    counts = [np.where(old, 0, count[lines] + wrong * shift) for count in months]
    several = firms["sites"][lines] > 1
    meei = np.where(several, np.where(firms["at_headquarters"][lines] == 1, 4, 5), 1)
    new_here = (firms["changed"][lines] == first) & ~old
    year, number = year_and_quarter(pay.quarter)
    total = np.where(old, 0, paid[lines])
    frame = pl.DataFrame(
        {
            "UiAccountNumber": numbers(account, 10),
            "ReportingUnitNumber": numbers(firms["unit"][lines], 5),
            "FederalEin": numbers(firms["ein"][lines], 9),
            "StatusCode": np.where(old | (firms["closed"][lines] <= last), 2, 1),
            "OwnershipCode": firms["ownership"][lines],
            "NaicsCode": pl.Series(world.places.naics, dtype=pl.String).gather(firms["naics"][lines].astype(np.uint32)),
            "CountyCode": numbers(firms["county"][lines].astype(np.int64) * 2 + 1, 3),
            "MeeiCode": meei,
            "Month1Employment": counts[0],
            "Month2Employment": counts[1],
            "Month3Employment": counts[2],
            "TotalWages": total,
            "Year": np.full(len(lines), year),
            "Quarter": np.full(len(lines), number),
            "PredecessorUiAccountNumber": numbers(np.where(new_here, firms["predecessor"][lines], -1), 10),
            "SuccessorUiAccountNumber": numbers(np.where(old, firms["account"][lines], -1), 10),
        }
    )
    return Content(delimited(frame, "employer"), None, len(lines), {"total_wages_usd": int(total.sum())})
