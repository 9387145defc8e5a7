"""`social_services`: who was in a case of SNAP or TANF, a month a file.

Here: lines as the eligibility system exports them. Not here: who is assisted (`benefits`).
"""

from collections.abc import Iterator
from functools import partial

import numpy as np
import numpy.typing as npt
import polars as pl

from p20w.simulator.benefits import (
    EDUCATION,
    GROWN,
    SNAP,
    TABLES,
    assist_a_quarter,
    grant,
    month_end,
    months_of,
    snap,
)
from p20w.simulator.calendar import day
from p20w.simulator.feeds.order import filed, is_late
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed, and_again
from p20w.simulator.feeds.text import dates, numbers, pick, slashed
from p20w.simulator.randomness import keyed_uniform
from p20w.simulator.world import NOBODY, World

NAME = "social_services"
_YEAR = 12


def live(world: World, quarter: int) -> None:
    """Who is assisted, in which month."""
    assist_a_quarter(world, NAME, quarter)


def due(world: World, quarter: int) -> Iterator[Due]:
    """Every month; some come a second time, with the cases that were entered late."""
    for month in months_of(quarter):
        label, on = f"{month // 12}-{month % 12 + 1:02d}", month_end(month) + 12
        again = bool(world.rng("months restated", month).random() < world.profile.benefits.restated)
        yield from and_again(label, on, on + 45, partial(content, world, month), comes=again)


def content(world: World, month: int, *, lacking: bool = False) -> Content:
    """One line a person, program and case; a few twice, and in some months SSNs without their first zeros."""
    members, clients, people = world.own[f"{NAME}.member"], world.own[f"{NAME}.client"], world.people
    rates, rng = world.profile.benefits, world.rng("assistance file", month * 2 + lacking)
    rows = np.flatnonzero((members["month"] == month) & (members["assisted"] == 1))
    if lacking:
        rows = rows[~is_late(world, "case entered late", members["case"][rows], month, rates.late_lines)]
    rows = rows[filed(rng, members["case"][rows], rates.filed_twice)]
    person, client = members["person"][rows].astype(np.int64), members["client"][rows].astype(np.int64)
    program, size = members["program"][rows].astype(np.int64), members["size"][rows].astype(np.int64)
    household, works = members["household"][rows].astype(np.int64), people["job"][person] != NOBODY
    amount = np.where(program == SNAP, snap(world, household, size), grant(world, household, size))
    income = np.where(members["works"][rows] == 1, 900 + 500 * keyed_uniform(world.seed, "case earns", household), 0)
    grown = month_end(month) - people["birth"][person] >= GROWN * 365.25
    since = members["first"][rows].astype(np.int64)
    since += (month - since) // _YEAR * _YEAR
    until = np.minimum(since + _YEAR, members["until"][rows].astype(np.int64) + 1)
    ssn = numbers(clients["ssn"][client], 9)
    if world.rng("spreadsheet", month).random() < rates.zeros_lost:
        ssn = ssn.str.strip_chars_start("0")
    frame = pl.DataFrame(
        {
            "program": pick(["SNAP", "TANF"], program),
            "client_id": numbers(20_000_000 + client * 7, 8),
            "case_unit_id": "TN" + numbers(members["case"][rows], 8) + "  ",
            "ssn": ssn,
            "valid_ssn_format": pick(["N", "Y"], (clients["ssn"][client] >= 0).astype(np.int64)),
            "date_of_birth": slashed(clients["birth"][client]),
            "gender": pick(["M", "F"], people["sex"][person]),
            "file_month": np.full(len(rows), month // 12 * 100 + month % 12 + 1),
            "cert_start_date": dates(_first_days(since)),
            "cert_end_date": dates(_first_days(until) - 1),
            "benefit_amount": amount,
            "gross_income_mo": income.astype(np.int64),
            "gross_income_mo_indicator": pick(["1", "2"], members["works"][rows]),
            "net_income_mo": (income * 0.7).astype(np.int64),
            "net_income_mo_indicator": pick(["1", "2"], members["works"][rows]),
            "highest_ed": pick(EDUCATION, people["education"][person]),
            "employment": pick(["2", "1"], works.astype(np.int64)),
            "relationship": pick(["04", "01"], (person == members["head"][rows]).astype(np.int64)),
            "rel_child": pick(["Y", "N"], grown.astype(np.int64)),
            "state": pl.repeat("ZZ", len(rows), eager=True),
        }
    )
    return Content(frame, person + 1, len(rows), {"benefit_amount_usd": int(amount.sum())})


def _first_days(months: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Day numbers of the first days of months."""
    known, place = np.unique(months, return_inverse=True)
    return np.array([day(month // 12, month % 12 + 1, 1) for month in known.tolist()], dtype=np.int64)[place]


FEED = SimulatedFeed(NAME, "Economic assistance reporting unit", due, TABLES, live)
