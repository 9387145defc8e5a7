"""`employer`: the labor department's quarter of employers.

Here: accounts and their units, with monthly employment and total wages. Not here: employers themselves (`employers`).
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from p20w.simulator.calendar import first_day, label_of, last_day, year_and_quarter
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed
from p20w.simulator.feeds.text import numbers
from p20w.simulator.pay import Payroll, payroll
from p20w.simulator.world import World, chance


def due(world: World, quarter: int) -> Iterator[Due]:
    """Every quarter."""
    yield Due(label_of(quarter), last_day(quarter) + 70, lambda: content(world, payroll(world, quarter)))


def content(world: World, pay: Payroll) -> Content:
    """One line an account, reporting unit and quarter, with monthly employment and total wages."""
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
    return Content(frame, None, len(lines), {"total_wages_usd": int(total.sum())})


FEED = SimulatedFeed("employer", "Labor market information unit", due)
