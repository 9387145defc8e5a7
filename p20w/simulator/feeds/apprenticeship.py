"""`apprenticeship`: the state apprenticeship office's export of RAPIDS, with SSNs from its own crosswalk.

Here: lines as of a snapshot, with what sponsors did not tell yet. A registration stays in the export for two years
after its end. Not here: apprenticeships (`apprenticeships`).
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

from p20w.simulator.apprenticeships import COMPLETED, TRADES, apprentice, registration_table
from p20w.simulator.calendar import as_date, last_day
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed
from p20w.simulator.feeds.text import dollars, numbers, pick, slashed
from p20w.simulator.geography import HISPANIC, RACES
from p20w.simulator.randomness import Ints, keyed_uniform
from p20w.simulator.table import Table
from p20w.simulator.world import NEVER, World, chance

NAME = "apprenticeship"
STATUSES = ("RE", "SU", "RI", "CO", "CA", "DU")
_KEPT_DAYS = 730
_EDUCATION = ["2", "4", "5", "5", "5", "5"]  # in the order of people.education
_SPONSORS = ("Single Employer Non-Joint", "Group Joint", "Group Non-Joint")


def live(world: World, quarter: int) -> None:
    """Who begins an apprenticeship."""
    apprentice(world, world.own[f"{NAME}.registration"], quarter)


def due(world: World, quarter: int) -> Iterator[Due]:
    """At the end of March and of September."""
    end = last_day(quarter)
    if quarter % 4 in (0, 2):
        yield Due(as_date(end).isoformat(), end + 30, lambda: content(world, quarter))


def content(world: World, quarter: int) -> Content:
    """One line a registration that has begun and did not end long ago."""
    table, people, places = world.own[f"{NAME}.registration"], world.people, world.places
    rates, rng, on = world.profile.apprenticeships, world.rng("apprenticeship file", quarter), last_day(quarter)
    row = np.flatnonzero((table["start"] <= on) & (table["exit"] > on - _KEPT_DAYS))
    row = row[np.argsort(rng.random(len(row)), kind="stable")]
    person, firm = table["person"][row].astype(np.int64), table["firm"][row].astype(np.int64)
    ended = _is_known_over(table, row, on)
    leaves = np.where(ended, table["exit"][row], NEVER)
    early = ended & chance(rng, rates.exit_before_start, len(row))
    leaves = np.where(early, table["start"][row] - 30, leaves)
    county = world.employers["county"][firm].astype(np.int64)
    zips = np.array([np.flatnonzero(places.county_of_zip == number)[0] for number in range(len(places.counties))])
    race = people["race"][person].astype(np.int64)
    frame = pl.DataFrame(
        {
            "apprnumber": "ZZ" + numbers(1_000_000 + row, 8),
            "ssn": numbers(table["ssn"][row], 9),
            "dateofbirth": slashed(np.where(table["ssn"][row] >= 0, table["birth"][row], NEVER)),
            "gender": pick(["M", "F"], people["sex"][person]),
            "psnumber": program_number(world, firm),
            "psid": numbers(100_000 + firm, 6),
            "progname": "Program " + numbers(firm, 5),
            "progstate": pl.repeat("ZZ", len(row), eager=True),
            "progzip5": pick(places.zips, zips[county]),
            "county": pick([f"County {code[2:]}" for code in places.counties], county),
            "orgtype": pick(list(_SPONSORS), (keyed_uniform(world.seed, "sponsor", firm) * 3).astype(np.int64)),
            "naicscode": pick(places.naics, world.employers["naics"][firm]),
            "occupationtitle": pick([item.title for item in TRADES], table["trade"][row]),
            "onetsoccode": pick([item.onet for item in TRADES], table["trade"][row]),
            "termlengthmin": np.array([item.years * 2000 for item in TRADES])[table["trade"][row]],
            "startdt": slashed(table["start"][row]),
            "exitwagedt": slashed(leaves),
            "apprstatus": pick(list(STATUSES), status(world, row, on)),
            "startingwage": dollars(table["first_wage"][row]),
            "exitwage": dollars(np.where(ended, table["last_wage"][row], -1)),
            "ageatstart": ((table["start"][row] - people["birth"][person]) / 365.25).astype(np.int64),
            "race": pick(list(RACES), race),
            "ethnicity": pick(["N", "H"], (race == HISPANIC).astype(np.int64)),
            "disabled": pick(["N", "Y", "NP"], np.where(_draw(world, "told", person) < 0.4, 2, people["idea"][person])),
            "vetstatind": pick(["N", "Y"], (_draw(world, "veteran", person) < 0.06).astype(np.int64)),
            "asofdt": slashed(np.full(len(row), on)),
            "education": pick(_EDUCATION, table["education"][row]),
        }
    )
    return Content(frame, person + 1, len(row))


def program_number(world: World, firm: Ints) -> pl.Series:
    """The number of an employer's program: state, year of its registration, five digits."""
    year = 2005 + (10 * keyed_uniform(world.seed, "program registered", firm)).astype(np.int64)
    return pl.Series(year).cast(pl.String) + "-ZZ-" + numbers(10_000 + firm, 5)


def status(world: World, row: Ints, on: int) -> npt.NDArray[np.int64]:
    """What the office has each registration as on a day, by position in STATUSES."""
    table = world.own[f"{NAME}.registration"]
    ended = _is_known_over(table, row, on)
    held = np.where(table["reinstated"][row] <= on, 2, np.where(table["suspended"][row] <= on, 1, 0))
    said = np.where(ended, np.where(table["outcome"][row] == COMPLETED, 3, 4), held)
    return np.where(table["duplicate"][row] == 1, 5, said)


def _is_known_over(table: Table, row: Ints, on: int) -> npt.NDArray[np.bool_]:
    return (table["exit"][row] <= on) & (table["told"][row] <= on)


def _draw(world: World, what: str, person: Ints) -> npt.NDArray[np.float64]:
    return keyed_uniform(world.seed, f"apprentice {what}", person)


FEED = SimulatedFeed(NAME, "State apprenticeship office", due, {"registration": registration_table}, live)
