"""Non-credit workforce training at colleges: short courses and programs, who takes them, and how it goes.

Here: offers, registrations and enrollments. Not here: the file (`feeds.ps_noncredit`), the list of eligible providers
(`training`), studies for credit (`colleges`).

Some four million Americans a year, 1.2 %, study at community colleges without credit (American Association of
Community Colleges, Fast Facts), rounded from general knowledge of the figure: open it before you rely on it. That half
of them train for work, that one in three of those takes a program of 150 hours or more, completion, and who pays, are
assumptions; lengths and prices are our own, of the size of colleges' catalogs.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from p20w.simulator.calendar import first_day, last_day
from p20w.simulator.enrollees import college_near
from p20w.simulator.randomness import Ints, keyed_uniform
from p20w.simulator.records import write_down_with_ssns
from p20w.simulator.table import Column, Table
from p20w.simulator.world import NEVER, NOBODY, World, chance, days_in

SELF, EMPLOYER, WORKFORCE, GRANT = range(4)
"""Who pays."""
COMPLETED, WITHDREW, FAILED = range(3)
LONG = 150
"""Clock hours from which a course is a program."""


@dataclass(frozen=True)
class Offer:
    """A course or program: the college's code, codes of program and occupation, length, dollars.

    `award` is 0 for none, 1 for an industry certification, 2 for a license, 3 for the college's certificate.
    """

    code: str
    cip: str
    soc: str
    words: str
    hours: int
    weeks: int
    tuition: int
    award: int


OFFERS = (
    Offer("HLT 0101", "51.0904", "", "Cardiopulmonary resuscitation", 8, 1, 75, 1),
    Offer("TRN 0110", "52.0203", "53-7065", "Forklift operation", 16, 2, 250, 1),
    Offer("FOD 0102", "12.0503", "35-2014", "Food safety", 12, 1, 160, 1),
    Offer("CIT 0105", "11.0101", "", "Spreadsheets", 24, 4, 260, 0),
    Offer("BUS 0120", "52.0201", "11-9051", "Supervising at work", 30, 6, 420, 0),
    Offer("BUS 0130", "52.0302", "13-2011", "Bookkeeping with software", 48, 8, 520, 3),
    Offer("HLT 0140", "51.3902", "31-1131", "Nursing assistant", 120, 6, 1_200, 2),
    Offer("TRN 0150", "49.0205", "53-3032", "Truck driving", 160, 4, 5_500, 2),
    Offer("EDU 0160", "13.1501", "25-9045", "Classroom assistant", 240, 12, 2_400, 3),
    Offer("CIT 0170", "11.0901", "15-1232", "Computer support", 300, 12, 4_900, 1),
    Offer("HLT 0180", "51.0801", "31-9092", "Clinical medical assistant", 320, 14, 3_600, 1),
    Offer("TRD 0190", "46.0302", "47-2111", "Electrical work", 480, 14, 4_500, 3),
    Offer("TRD 0195", "47.0201", "49-9021", "Heating and cooling", 540, 14, 8_200, 1),
    Offer("TRD 0200", "48.0508", "51-4121", "Welding", 580, 14, 7_800, 1),
)
_HOURS = np.array([offer.hours for offer in OFFERS])
_SHORT, _PROGRAMS = np.flatnonzero(_HOURS < LONG), np.flatnonzero(_HOURS >= LONG)
_TAKES_PROGRAM = (0.48, 0.22)
"""Of those without work, and of those who work."""
_COMPLETES, _COMPLETES_PROGRAM = 0.90, 0.74


def registrant_table() -> Table:
    """One row a registration of a person by a college, with what was written down."""
    return Table(
        person=("i4", 0), college=("i1", 0), first=("i4", 0), middle=("i4", 0), last=("i4", 0), suffix=("i1", 0),
        birth=("i4", 0), ssn=("i8", -1),
    )  # fmt: skip


def enrollment_table() -> Table:
    """One row a registrant and course of the years that are not filed yet; `hours` attended, `award` day or NEVER."""
    return Table(
        registrant=("i4", 0), person=("i4", 0), college=("i1", 0), year=("i2", 0), offer=("i1", 0), entry=("i4", 0),
        exit=("i4", 0), outcome=("i1", 0), hours=("i2", 0), award=("i4", NEVER), payer=("i1", 0),
    )  # fmt: skip


TABLES = {"registrant": registrant_table, "enrollment": enrollment_table}


def train_a_quarter(world: World, registrants: Table, enrollments: Table, quarter: int) -> None:
    """Who begins a course in this quarter."""
    year, position = divmod(quarter, 4)
    if position == 2:  # the academic year that has just closed is filed in this quarter
        enrollments.keep(enrollments["year"] >= year)
    table, here, rng = world.people, world.here(), world.rng("non-credit training", quarter)
    age = world.age(here, first_day(quarter))
    keen = np.where(age < 45, 1.3, 0.6) * (table["education"][here] <= 3)  # with a degree, hardly anybody
    takes = (age >= 17.5) & (age < 66) & chance(rng, world.profile.noncredit.enrolls * (0.25 + keen), len(here))
    people = here[takes]
    count, works = len(people), table["job"][people] != NOBODY
    long = chance(rng, np.where(works, _TAKES_PROGRAM[1], _TAKES_PROGRAM[0]), count)
    offer = np.where(long, rng.choice(_PROGRAMS, count), rng.choice(_SHORT, count))
    college = college_near(world, rng, people, np.zeros(count, dtype=bool))
    entry, weeks = days_in(rng, first_day(quarter), last_day(quarter), count), _of("weeks")[offer]
    outcome = np.where(
        chance(rng, np.where(long, _COMPLETES_PROGRAM, _COMPLETES), count), COMPLETED,
        np.where(chance(rng, 0.7, count), WITHDREW, FAILED),
    )  # fmt: skip
    share = np.where(outcome == WITHDREW, rng.uniform(0.05, 0.8, count), 1.0)
    leaves = entry + np.maximum((weeks * 7 * share).astype(np.int64) - 3, 0)
    tested = (outcome == COMPLETED) & (_of("award")[offer] > 0) & chance(rng, 0.8, count)
    pays = rng.random(count)
    payer = np.where(works & (pays < 0.45), EMPLOYER, np.where(pays > 0.86, WORKFORCE, np.where(pays > 0.74, GRANT, 0)))
    enrollments.add(
        count, registrant=_registered(world, registrants, rng, people, college, quarter), person=people,
        college=college, year=year + (position >= 2), offer=offer, entry=entry, exit=leaves, outcome=outcome,
        hours=np.maximum(_HOURS[offer] * share * rng.uniform(0.92, 1.0, count), 1).astype(np.int64),
        award=np.where(tested, leaves + rng.integers(0, 30, count), NEVER), payer=payer,
    )  # fmt: skip


def _of(name: str) -> npt.NDArray[np.int64]:
    """A figure of each offer."""
    return np.array([getattr(offer, name) for offer in OFFERS])


def _registered(
    world: World, registrants: Table, rng: np.random.Generator, people: Ints, college: Ints, quarter: int
) -> npt.NDArray[np.int64]:
    """The college's record of each; new people get one, and some who come back another."""
    rates, colleges = world.profile.noncredit, len(world.places.colleges)
    known = registrants["person"].astype(np.int64) * colleges + registrants["college"]
    order, asked = np.argsort(known, kind="stable"), people * colleges + college
    last = np.searchsorted(known[order], asked, side="right") - 1
    held = np.append(order, -1)[last]
    held = np.where(np.append(known, -1)[held] == asked, held, -1)
    fresh = (held < 0) | chance(rng, rates.registered_again, len(people))
    new, at = people[fresh], college[fresh]
    folds: Column = keyed_uniform(world.seed, "college folds accents", at) < 0.4
    said = write_down_with_ssns(
        world, rng, new, "college", last_day(quarter), folds, missing=rates.ssn_missing, wrong=rates.ssn_wrong
    )
    held[fresh] = registrants.add(len(new), person=new, college=at, **said)
    return held
