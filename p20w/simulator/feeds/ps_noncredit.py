"""`ps_noncredit`: the higher education board's academic year of non-credit workforce training, filed in September.

Here: lines with colleges' habits. Not here: who takes a course (`noncredit`).
"""

from collections.abc import Iterator
from functools import partial

import numpy as np
import polars as pl

from p20w.simulator.calendar import day, school_year_label
from p20w.simulator.feeds.order import filed
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed, and_again
from p20w.simulator.feeds.text import dates, dollars, either, names, numbers, pick, slashed, suffixes
from p20w.simulator.noncredit import OFFERS, TABLES, train_a_quarter
from p20w.simulator.randomness import keyed_uniform
from p20w.simulator.world import NEVER, World, chance

NAME = "ps_noncredit"
_OUTCOMES, _PAYERS, _AWARDS = ["C", "W", "N", "I"], ["S", "E", "W", "G"], ["", "IC", "LP", "CC"]
_IN_PROGRESS = 3


def live(world: World, quarter: int) -> None:
    """Who begins a course."""
    registrants, enrollments = (world.own[f"{NAME}.{name}"] for name in TABLES)
    train_a_quarter(world, registrants, enrollments, quarter)


def due(world: World, quarter: int) -> Iterator[Due]:
    """Once a year, in September; in some years a second time, with the colleges that were late."""
    year, position = divmod(quarter, 4)
    if position == 2:
        again = bool(world.rng("colleges late", year).random() < world.profile.noncredit.restated)
        on, later = day(year, 9, 12), day(year, 11, 20)
        yield from and_again(school_year_label(year), on, later, partial(content, world, year), comes=again)


def content(world: World, year: int, *, lacking: bool = False) -> Content:
    """One line a college, registrant, course and first day of the academic year."""
    table, registrants = world.own[f"{NAME}.enrollment"], world.own[f"{NAME}.registrant"]
    people, places, rates = world.people, world.places, world.profile.noncredit
    rng, on = world.rng("non-credit file", year * 2 + lacking), day(year, 11 if not lacking else 9, 1)
    rows = np.flatnonzero(table["year"] == year)
    if lacking:
        two_year = np.flatnonzero(places.college_two_year)
        late = rng.choice(two_year, 1)
        rows = rows[table["college"][rows] != late]
    rows = rows[filed(rng, table["college"][rows], rates.filed_twice)]
    person, row, college = (table[name][rows].astype(np.int64) for name in ("person", "registrant", "college"))
    offer, count, over = table["offer"][rows].astype(np.int64), len(rows), table["exit"][rows] <= on
    upper = keyed_uniform(world.seed, "college writes capitals", college) < 0.25
    pointless = keyed_uniform(world.seed, "non-credit codes", college) < rates.points_lost
    sheet = keyed_uniform(world.seed, "non-credit through a spreadsheet", college) < rates.zeros_lost
    vague = keyed_uniform(world.seed, "non-credit occupations", college) < rates.no_occupation
    early = over & chance(rng, rates.exit_before_entry, count)
    leaves = np.where(early, table["entry"][rows] - 20, np.where(over, table["exit"][rows], NEVER))
    ssn = numbers(registrants["ssn"][row], 9)
    cip = pick([item.cip for item in OFFERS], offer)
    awarded = over & (table["award"][rows] <= on)
    price = np.array([item.tuition for item in OFFERS])[offer] * (
        0.85 + 0.3 * keyed_uniform(world.seed, "non-credit price", college, offer)
    )
    frame = pl.DataFrame(
        {
            "InstitutionIpedsUnitId": pick(places.colleges, college),
            "NoncreditStudentId": "N" + numbers(500_000 + row * 17, 8),
            "FirstName": names(world, registrants["first"][row], upper),
            "MiddleName": names(world, registrants["middle"][row], upper),
            "LastOrSurname": names(world, registrants["last"][row], upper),
            "GenerationCodeOrSuffix": suffixes(registrants["suffix"][row]),
            "Birthdate": slashed(registrants["birth"][row]),
            "SocialSecurityNumber": either(sheet, ssn.str.strip_chars_start("0"), ssn),
            "Sex": pick(["M", "F"], people["sex"][person]),
            "AcademicYear": np.full(count, year),
            "ProgramCode": pick([f"{item.code}  " for item in OFFERS], offer),
            "ProgramTitle": pick([item.words for item in OFFERS], offer),
            "CipCode": either(pointless, cip.str.replace(".", "", literal=True), cip),
            "SocCode": pick([item.soc for item in OFFERS], offer).set(pl.Series(vague), "TBD"),
            "ClockHours": np.array([item.hours for item in OFFERS])[offer],
            "Weeks": np.array([item.weeks for item in OFFERS])[offer],
            "StartDate": dates(table["entry"][rows]),
            "EndDate": dates(leaves),
            "CompletionStatus": pick(_OUTCOMES, np.where(over, table["outcome"][rows], _IN_PROGRESS)),
            "HoursAttended": pl.Series(table["hours"][rows].astype(np.int64)).set(pl.Series(~over), None),
            "CredentialType": pick(_AWARDS, np.where(awarded, np.array([item.award for item in OFFERS])[offer], 0)),
            "CredentialDate": dates(np.where(awarded, table["award"][rows], NEVER)),
            "PaidBy": pick(_PAYERS, table["payer"][rows]),
            "TuitionCharged": dollars((price * 100).astype(np.int64) // 500 * 500),
        }
    )
    return Content(frame, person + 1, count)


FEED = SimulatedFeed(NAME, "Higher education board data steward", due, TABLES, live)
