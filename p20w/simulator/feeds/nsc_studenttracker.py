"""`nsc_studenttracker`: what the clearinghouse returns about the state's graduates each fall, as a detail file.

Here: rows of enrollments and degrees, and of who was not found or keeps the record private. Not here: graduates and
where they study (`graduates`).
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

from p20w.simulator.calendar import day
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed
from p20w.simulator.feeds.text import digits, names, numbers, pick, suffixes
from p20w.simulator.graduates import ELSEWHERE, OUTSIDE, enrollment_table, follow, graduate_table
from p20w.simulator.randomness import Ints, keyed_uniform
from p20w.simulator.world import NEVER, World, chance

NAME = "nsc_studenttracker"
_YEARS = 6
"""How long graduates are searched for."""
_ABSENT = ("High School Code", "High School Grad Date", "Program Code", "Reporting Year", "LEA")
_BLANK = (
    "Class Level", "Enrollment Major 1", "Enrollment Major 2", "Enrollment CIP 2", "Degree Title", "Degree Major 1",
    "Degree Major 2", "Degree CIP 2", "Degree Major 3", "Degree CIP 3", "Degree Major 4", "Degree CIP 4",
)  # fmt: skip


def live(world: World, quarter: int) -> None:
    """Who graduates, and what they study."""
    follow(world, world.own[f"{NAME}.graduate"], world.own[f"{NAME}.enrollment"], quarter)


def due(world: World, quarter: int) -> Iterator[Due]:
    """A search each fall."""
    if quarter % 4 == 3:
        year = quarter // 4
        on = day(year, 11, 30)
        yield Due(f"{year}-11-30", on + 12, lambda: content(world, on, quarter))


def content(world: World, on: int, moment: int) -> Content:
    """Rows of each graduate of the last years: enrollments and degrees that had begun, or one row that says neither."""
    graduates, enrollments = world.own[f"{NAME}.graduate"], world.own[f"{NAME}.enrollment"]
    rates, rng = world.profile.clearinghouse, world.rng("clearinghouse file", moment)
    searched = np.flatnonzero((graduates["on"] < on) & (graduates["on"] > on - _YEARS * 365 - 30))
    reported = np.flatnonzero((enrollments["begin"] <= on) & np.isin(enrollments["graduate"], searched))
    if not len(reported):
        return Content({}, None, 0)
    holders = np.unique(enrollments["graduate"][reported])
    person = graduates["person"][holders]
    missed = keyed_uniform(world.seed, "not matched", person) < rates.not_matched
    private = keyed_uniform(world.seed, "keeps records private", person) < rates.private
    shown = reported[np.isin(enrollments["graduate"][reported], holders[~missed & ~private])]
    apart = np.setdiff1d(searched, holders[~missed & ~private])
    found_apart = np.isin(apart, holders[~missed & private])
    graduate = np.concatenate([enrollments["graduate"][shown].astype(np.int64), apart])
    row = np.concatenate([shown, np.full(len(apart), -1)])
    found = np.concatenate([np.ones(len(shown), dtype=bool), found_apart])
    order = np.lexsort((enrollments["begin"][row], graduate))
    graduate, row, found = graduate[order], row[order], found[order]
    frame = pl.DataFrame({**_asked(world, rng, graduate), **_told(world, rng, row, found, on)})
    return Content(frame, graduates["person"][graduate].astype(np.int64) + 1, len(row))


def _asked(world: World, rng: np.random.Generator, graduate: Ints) -> dict[str, pl.Series]:
    """What the state sent with its request, and has back on every row."""
    students, graduates = world.students, world.own[f"{NAME}.graduate"]
    student = graduates["student"][graduate]
    plain = np.zeros(len(graduate), dtype=bool)
    number = numbers(students["state_id"][student], 10)
    marked = pl.Series(chance(rng, world.profile.clearinghouse.underscore, len(graduate)))
    return {
        "Your Unique Identifier": number,
        "First Name": names(world, students["first"][student], plain),
        "Middle Initial": names(world, students["middle"][student], plain).str.slice(0, 1),
        "Last Name": names(world, students["last"][student], plain),
        "Name Suffix": suffixes(students["suffix"][student]),
        "Requester Return Field": pl.select(pl.when(marked).then(number + "_").otherwise(number)).to_series(),
    }


def _told(
    world: World, rng: np.random.Generator, row: Ints, found: npt.NDArray[np.bool_], on: int
) -> dict[str, pl.Series]:
    """What the clearinghouse answers; blank where there is no record it may show."""
    table, places = world.own[f"{NAME}.enrollment"], world.places
    named, degree = row >= 0, (row >= 0) & (table["degree"][row] == 1)
    enrolled = named & ~degree
    college = table["college"][row].astype(np.int64)
    place = np.where(college >= ELSEWHERE, len(places.colleges) + college - ELSEWHERE, college)
    here = [(f"{90_000 + number:06d}-00", "ZZ", 2 if two else 4, bool(public)) for number, (two, public) in enumerate(
        zip(places.college_two_year.tolist(), places.college_public.tolist(), strict=True))]  # fmt: skip
    everywhere = [*here, *OUTSIDE]
    choice = np.where(named, 1 + place, 0)
    told = ~chance(rng, world.profile.clearinghouse.status_private, len(row))
    cips = ["", *(code.replace(".", "") for code in places.cips)]
    cip = table["cip"][row].astype(np.int64)
    return {
        "Record Found Y/N": pick(["N", "Y"], found.astype(np.int64)),
        "Search Date": digits(np.full(len(row), on)),
        "College Code/Branch": pick(["", *(code for code, *_ in everywhere)], choice),
        "College Name": pick(["", *(f"COLLEGE {code[:6]}" for code, *_ in everywhere)], choice),
        "College State": pick(["", *(state for _, state, *_ in everywhere)], choice),
        "2-year / 4-year": pick(["", *(str(years) for _, _, years, _ in everywhere)], choice),
        "Public / Private": pick(["", *("Public" if public else "Private" for *_, public in everywhere)], choice),
        "Enrollment Begin": digits(np.where(enrolled, table["begin"][row], NEVER)),
        "Enrollment End": digits(np.where(enrolled, np.maximum(table["end"][row], table["begin"][row]), NEVER)),
        "Enrollment Status": pick(["", "H", "F"], np.where(enrolled & told, 1 + table["full_time"][row], 0)),
        "Enrollment CIP 1": pick(cips, np.where(enrolled, 1 + cip, 0)),
        "Graduated?": pick(["", "N", "Y"], np.where(named, 1 + degree, 0)),
        "Graduation Date": digits(np.where(degree, table["begin"][row], NEVER)),
        "Degree CIP 1": pick(cips, np.where(degree, 1 + cip, 0)),
        "College Sequence": pick(["", "1"], named.astype(np.int64)),
        **{name: pl.Series([None] * len(row), dtype=pl.String) for name in (*_BLANK, *_ABSENT)},
    }


FEED = SimulatedFeed(NAME, "SEA data steward", due, {"graduate": graduate_table, "enrollment": enrollment_table}, live)
