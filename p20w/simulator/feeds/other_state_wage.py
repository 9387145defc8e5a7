"""`other_state_wage`: what other states answer about the numbers the state asked about, a quarter a file.

Here: lines with the habits of the states that answer. Not here: who works there, and whom the state asks about
(`uncovered`).
"""

from collections.abc import Iterator
from functools import partial

import numpy as np
import polars as pl

from p20w.simulator.calendar import label_of, last_day, year_and_quarter
from p20w.simulator.feeds.order import filed
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed, and_again
from p20w.simulator.feeds.text import dollars, either, names, numbers, pick
from p20w.simulator.randomness import keyed_uniform
from p20w.simulator.uncovered import ELSEWHERE, STATES, asked, uncovered
from p20w.simulator.world import World, chance

NAME = "other_state_wage"
_LETTERS = (0, 1, 4)  # of the family name that a state tells


def due(world: World, quarter: int) -> Iterator[Due]:
    """Every quarter, and once more where states answered late."""
    end, again = last_day(quarter), is_restated(world, quarter)
    yield from and_again(label_of(quarter), end + 95, end + 170, partial(content, world, quarter), comes=again)


def is_restated(world: World, quarter: int) -> bool:
    """Whether the quarter's answers come a second time, complete."""
    return bool(world.rng("answers again", quarter).random() < world.profile.work_elsewhere.restated)


def content(world: World, quarter: int, *, lacking: bool = False) -> Content:
    """One line a person, state and employer with wages; a few twice.

    Where the file will come again, the first one lacks whole states and has some wages wrong, one at least.
    """
    rates, rng, people = world.profile.work_elsewhere, world.rng("answers of states", quarter), world.people
    work = uncovered(world, quarter).of(ELSEWHERE)
    rows = np.flatnonzero(np.isin(people["ssn"][work.person], asked(world, quarter)))
    rows = rows[filed(rng, work.state[rows], rates.filed_twice)]
    if lacking:
        rows = rows[keyed_uniform(world.seed, "state is late", work.state[rows], quarter) >= rates.states_late]
    person, state, employer = work.person[rows], work.state[rows], work.employer[rows]
    wages = work.wages[rows]
    if lacking and len(rows):
        draw = keyed_uniform(world.seed, "wage amended elsewhere", person, quarter)
        wages = np.where((draw < rates.amended) | (draw == draw.min()), wages * 7 // 8 + 1, wages)
    withheld = keyed_uniform(world.seed, "state tells no employer", state) < rates.employer_withheld
    sheet = keyed_uniform(world.seed, "answers through a spreadsheet", state) < rates.zeros_lost
    told = (keyed_uniform(world.seed, "letters of names", state) * len(_LETTERS)).astype(np.int64)
    family = names(world, people["last"][person], np.ones(len(rows), dtype=bool))
    industry = (keyed_uniform(world.seed, "industry elsewhere", employer) * len(world.places.naics)).astype(np.int64)
    naics = pick(world.places.naics, industry)
    broad = keyed_uniform(world.seed, "industry in four digits", state) < rates.industry_broad
    unknown = chance(rng, rates.industry_unknown, len(rows))
    year, number = year_and_quarter(quarter)
    codes = pl.Series([code.lstrip("0") for code in STATES])
    frame = pl.DataFrame(
        {
            "SSN": numbers(people["ssn"][person], 9),
            "NAME_CHECK": family.str.slice(0, pl.Series(np.array(_LETTERS)[told])).replace("", None),
            "STATE": either(sheet, codes.gather(state), pick(list(STATES), state)),
            "YEAR": np.full(len(rows), year),
            "QTR": np.full(len(rows), number),
            "WAGES": dollars(wages * 100 + employer % 100),
            "EMPR_ACCT": numbers(np.where(withheld, -1, 1_000_000 + employer), 9) + "   ",
            "FEIN": numbers(np.where(withheld, -1, 10_0000000 + employer * 9), 9),
            "EMPR_NAME": pl.Series([f"EMPLOYER {item:<24}" for item in (employer // 7).tolist()], dtype=pl.String),
            "NAICS": pl.select(
                pl.when(pl.Series(unknown))
                .then(pl.lit("999999"))
                .when(pl.Series(broad))
                .then(naics.str.slice(0, 4))
                .otherwise(naics)
            ).to_series(),
        }
    )
    return Content(frame, person + 1, len(rows))


FEED = SimulatedFeed(NAME, "Interstate wage exchange desk", due)
