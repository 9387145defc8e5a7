"""`federal_wage`: federal civilian and military employment of the people the state asked about, a quarter a file.

Here: lines as three federal sources answer. Not here: who works there, and whom the state asks about (`uncovered`).
"""

from collections.abc import Iterator
from functools import partial

import numpy as np
import polars as pl

from p20w.simulator.calendar import label_of, last_day, year_and_quarter
from p20w.simulator.feeds.order import filed
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed, and_again
from p20w.simulator.feeds.text import numbers, pick
from p20w.simulator.randomness import by_share, keyed_uniform
from p20w.simulator.uncovered import CIVILIAN, MILITARY, STATES, asked, uncovered
from p20w.simulator.world import AWAY, World

NAME = "federal_wage"
OFFICE, POSTAL, FORCES = 0, 1, 2
_POSTAL_SHARE = 0.21  # of civilians: 0.6 of 2.9 million
_CIVIL = ["VA", "AR", "NV", "AF", "DD", "HS", "TR", "AG", "IN", "DJ", "HE", "SZ"]
_MANY = np.cumsum([0.19, 0.12, 0.11, 0.08, 0.06, 0.11, 0.06, 0.05, 0.04, 0.06, 0.05, 0.07])
_FORCES = ["AR", "NV", "AF", "MC"]
_SERIES = [301, 303, 343, 610, 640, 1102, 1811, 2210, 85, 83]


def due(world: World, quarter: int) -> Iterator[Due]:
    """Every quarter, and once more where a source answered late."""
    end, again = last_day(quarter), is_restated(world, quarter)
    yield from and_again(label_of(quarter), end + 75, end + 140, partial(content, world, quarter), comes=again)


def is_restated(world: World, quarter: int) -> bool:
    """Whether the quarter comes a second time, complete."""
    return bool(world.rng("federal answers again", quarter).random() < world.profile.work_elsewhere.source_late)


def content(world: World, quarter: int, *, lacking: bool = False) -> Content:
    """One line a person and agency; a few twice. The first of two files lacks a source and has one pay too low."""
    rates, rng, people = world.profile.work_elsewhere, world.rng("federal answers", quarter), world.people
    work = uncovered(world, quarter).of(CIVILIAN, MILITARY)
    rows = np.flatnonzero(np.isin(people["ssn"][work.person], asked(world, quarter)))
    draw = keyed_uniform(world.seed, "federal agency", work.employer)
    source = np.where(work.kind == MILITARY, FORCES, np.where(draw < _POSTAL_SHARE, POSTAL, OFFICE))
    rows = rows[filed(rng, source[rows], rates.filed_twice)]
    late = source[rows] == quarter % 3
    if lacking and not late.all():
        rows = rows[~late]
    person, source, employer = work.person[rows], source[rows], work.employer[rows]
    part = keyed_uniform(world.seed, "federal part", employer)
    agency = pl.select(
        pl.when(pl.Series(source == FORCES))
        .then(pick(_FORCES, (part * 4).astype(np.int64)))
        .when(pl.Series(source == POSTAL))
        .then(pl.lit("PO"))
        .otherwise(pick(_CIVIL, by_share(_MANY, part)))
    ).to_series()
    away = people["status"][person] == AWAY
    duty = np.where(away, work.state[rows], len(STATES))
    sheet = bool(world.rng("federal spreadsheet", quarter).random() < rates.zeros_lost)
    series = np.array(_SERIES)[(keyed_uniform(world.seed, "series", employer) * len(_SERIES)).astype(np.int64)]
    codes = numbers(np.where(source == OFFICE, series, -1), 1 if sheet else 4)
    year, number = year_and_quarter(quarter)
    rate = source == OFFICE
    pay = np.where(rate, work.rate[rows], work.wages[rows])
    if lacking and len(rows):
        pay = np.where(person == person.min(), pay * 7 // 8, pay)
    frame = pl.DataFrame(
        {
            "SSN": numbers(people["ssn"][person], 9),
            "SOURCE": pick(["1", "2", "3"], source),
            "AGENCY": agency + "  ",
            "YEAR": np.full(len(rows), year),
            "QUARTER": np.full(len(rows), number),
            "PAY_BASIS": pick(["Q", "Y"], rate.astype(np.int64)),
            "PAY": pay,
            "DUTY_STATE": pick([code.lstrip("0") if sheet else code for code in (*STATES, "99")], duty),
            "SCHEDULE": pick(["F", "P"], ((work.part_time[rows]) & (source != FORCES)).astype(np.int64)),
            "SERIES": codes,
        }
    )
    return Content(frame, person + 1, len(rows))


FEED = SimulatedFeed(NAME, "Federal employment data exchange desk", due)
