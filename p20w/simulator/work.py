"""Work: who has a job in a quarter, where, for how many hours, and what it pays.

Here: hiring, separations, second jobs, and quarterly wages of the jobs. Not here: employers themselves (`employers`), or
the wage file (`feeds.wages`).

A job outside unemployment insurance (self-employed, armed forces, out of state, off the books) has employer -1: its
holder is busy and the wage file does not know.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from p20w.simulator.calendar import first_day, last_day
from p20w.simulator.employers import JOB_SHARE, PAY, SECTORS, Openings, turn_over
from p20w.simulator.mistakes import wrong_digit
from p20w.simulator.persons import invented_ssn, ssn_number
from p20w.simulator.randomness import Floats, Ints, keyed_uniform
from p20w.simulator.records import write_down
from p20w.simulator.table import Column
from p20w.simulator.world import BACHELOR, HERE, IN_SCHOOL, NEVER, NOBODY, World, chance, days_in

_PLACEHOLDERS = np.array([0, 0, 999_999_999, 999_999_999, 111_111_111, 123_456_789, 888_888_888, 98_765_432])
# sectors where a field of study (career cluster 1-16) leads, by position in SECTORS
_LEADS_TO: dict[int, tuple[str, ...]] = {
    1: ("11", "11", "44", "31"), 2: ("23", "23", "54"), 3: ("51", "71", "54"), 4: ("52", "55", "54", "44", "56"),
    5: ("61", "61", "62"), 6: ("52", "52", "54"), 7: ("92", "92", "54"), 8: ("62", "62", "62"), 9: ("72", "72", "71"),
    10: ("62", "81", "92"), 11: ("54", "51", "52"), 12: ("92", "92", "56"), 13: ("31", "31", "42"), 14: ("44", "42", "54"),
    15: ("54", "31", "22"), 16: ("48", "48", "81", "44"),
}  # fmt: skip
_YOUNG_SECTORS = np.array([SECTORS.index(code) for code in ("72", "72", "72", "44", "44", "71", "56", "62")])


@dataclass(frozen=True)
class Payroll:
    """Jobs with covered wages in one quarter; parallel arrays."""

    quarter: int
    job: npt.NDArray[np.int64]
    wages: npt.NDArray[np.int64]
    hours: npt.NDArray[np.int64]
    weeks: npt.NDArray[np.int64]
    months: npt.NDArray[np.bool_]  # (job, 3): on the payroll on the 12th of each month


def work_a_quarter(world: World, quarter: int) -> None:
    """Closings, separations, hires and second jobs of one quarter."""
    closed = turn_over(world, quarter)
    _separations(world, quarter, closed)
    _hires(world, quarter)


def shock(quarter: int) -> tuple[float, float]:
    """Factors on separations and hires: the pandemic's second quarter of 2020 and the slow way back."""
    return {
        2020 * 4 + 1: (3.2, 0.35), 2020 * 4 + 2: (1.1, 1.15), 2020 * 4 + 3: (1.2, 0.95), 2021 * 4: (1.0, 1.05),
        2021 * 4 + 1: (1.0, 1.25), 2021 * 4 + 2: (1.05, 1.2),
    }.get(quarter, (1.0, 1.0))  # fmt: skip


def participation(world: World, people: Ints, on: int) -> Floats:
    """The share of such people at work: by age, schooling, studies, and a trait of their own (CPS, rounded)."""
    table = world.people
    age = world.age(people, on)
    by_age = np.interp(age, [14.9, 16, 17, 18, 20, 25, 30, 50, 58, 62, 66, 70, 76], [0, 0.17, 0.28, 0.48, 0.66, 0.78, 0.81, 0.80, 0.70, 0.52, 0.28, 0.15, 0.04])
    school = np.where(table["k12"][people] == IN_SCHOOL, 0.85, 1.0)
    study = np.where((table["college"][people] >= 0) & (table["full_time"][people] == 1) & (age < 25), 0.80, 1.0)
    schooling = 0.86 + 0.055 * table["education"][people].clip(0, 4)
    own = np.interp(table["attachment"][people], [0, 0.08, 0.3, 1], [0.10, 0.75, 1.05, 1.18])
    return np.clip(by_age * school * study * schooling * own, 0, 0.97)


def found_jobs(world: World, today: int) -> None:
    """Who is at work at the start, and since when."""
    rng, here = world.rng("first jobs"), world.here()
    people = here[chance(rng, participation(world, here, today), len(here))]
    age = world.age(people, today)
    years = np.minimum(rng.gamma(1.0, 4.0, len(people)), np.maximum(age - 16, 0.1))
    _hire(world, rng, people, (today - years * 365).astype(np.int64), today, second=False)


def _separations(world: World, quarter: int, closed_sites: Ints) -> None:
    table, jobs, rng = world.people, world.jobs, world.rng("separations", quarter)
    first, last = first_day(quarter), last_day(quarter)
    active = np.flatnonzero(jobs["end"] == NEVER)
    person, employer = jobs["person"][active], jobs["employer"][active]
    age = world.age(person, first)
    tenure = (first - jobs["start"][active]) / 365.25
    hazard = np.interp(age, [15, 19, 24, 30, 45, 60, 66, 72], [0.26, 0.22, 0.14, 0.075, 0.05, 0.055, 0.12, 0.2])
    hazard = hazard * np.where(tenure < 0.5, 1.5, np.where(tenure > 4, 0.6, 1.0)) * shock(quarter)[0]
    hazard = np.where(jobs["second"][active] == 1, np.maximum(hazard, 0.22), hazard)
    fresh_graduate = (table["finished"][person] > first - 200) & (jobs["education"][active] < table["education"][person])
    hazard = np.where(fresh_graduate, np.maximum(hazard, 0.38), hazard)
    ends = np.where(chance(rng, hazard.clip(max=0.9), len(active)), days_in(rng, first, last, len(active)), NEVER)
    closing = np.full(world.employers.size, NEVER)
    closing[closed_sites] = world.employers["closed"][closed_sites]
    ends = np.minimum(ends, np.where(employer >= 0, closing[employer], NEVER))
    # nobody works after death or after leaving; a few who leave keep their job from where they now live
    gone = table["status"][person] != HERE
    away = np.where(chance(rng, 0.03, len(active)), NEVER, table["left"][person])
    ends = np.minimum(ends, np.where(gone, np.minimum(table["death"][person], away), NEVER))
    ends = np.maximum(ends, np.minimum(jobs["start"][active], ends))
    over = ends < NEVER
    jobs["end"][active[over]] = np.minimum(ends[over], last)
    lost = active[over & (table["job"][person] == active)]
    table["job"][jobs["person"][lost]] = NOBODY


def _hires(world: World, quarter: int) -> None:
    """Main jobs for those without one, the same quarter for many who just left one; then second jobs."""
    table, rng, here = world.people, world.rng("hires", quarter), world.here()
    first, last = first_day(quarter), last_day(quarter)
    wanted = participation(world, here, first)
    idle = table["job"][here] == NOBODY
    rate = np.interp(wanted, [0, 0.1, 0.5, 0.8, 0.97], [0, 0.035, 0.22, 0.46, 0.70]) * shock(quarter)[1]
    hired = here[idle & chance(rng, np.minimum(rate, 0.95), len(here))]
    after = np.maximum(first, table["arrived"][hired].astype(np.int64))
    start = after + (rng.random(len(hired)) * np.maximum(last - after, 1)).astype(np.int64)
    _hire(world, rng, hired, start, first, second=False)
    age = world.age(here, first)
    busy = here[(table["job"][here] >= 0) & (age < 66)]
    moonlights = busy[chance(rng, np.interp(world.age(busy, first), [16, 22, 30, 60], [0.016, 0.020, 0.012, 0.008]), len(busy))]
    _hire(world, rng, moonlights, days_in(rng, first, last, len(moonlights)), first, second=True)


def _hire(world: World, rng: np.random.Generator, people: Ints, start: Ints, today: int, *, second: bool) -> None:
    table, count = world.people, len(people)
    if not count:
        return
    employer = _find_employers(world, rng, people, today, second=second)
    recorded = write_down(world, rng, people, "wages", today, np.zeros(count, dtype=bool))
    age = world.age(people, today)
    student = (table["k12"][people] == IN_SCHOOL) | ((table["college"][people] >= 0) & (table["full_time"][people] == 1))
    weekly = np.where(student, 18 + 5 * rng.standard_normal(count), np.where(chance(rng, 0.78, count), 40, 24) + 3 * rng.standard_normal(count))
    weekly = np.where(second, 14 + 4 * rng.standard_normal(count), np.where(age > 66, weekly * 0.6, weekly)).clip(4, 60)
    jobs = world.jobs.add(
        count, person=people, employer=employer, start=start, weekly=weekly, match=0.12 * rng.standard_normal(count),
        second=int(second), first=recorded.first, middle=recorded.middle, last=recorded.last,
        ssn=_reported_ssn(world, rng, people, today), education=table["education"][people],
    )  # fmt: skip
    if not second:
        world.people["job"][people] = jobs


def _find_employers(world: World, rng: np.random.Generator, people: Ints, today: int, *, second: bool) -> npt.NDArray[np.int64]:
    table, count = world.people, len(people)
    age = world.age(people, today)
    sector = np.searchsorted(np.cumsum(JOB_SHARE) / JOB_SHARE.sum(), rng.random(count), side="right").clip(max=len(SECTORS) - 1)
    young = (age < 23) & (table["education"][people] < BACHELOR) & chance(rng, 0.72, count)
    sector[young] = _YOUNG_SECTORS[rng.integers(0, len(_YOUNG_SECTORS), int(young.sum()))]
    cluster = table["cluster"][people]
    pull = np.select([table["education"][people] >= 3, cluster > 0], [0.62, 0.30], 0.0)
    drawn = (cluster > 0) & ~young & chance(rng, pull, count)
    which = rng.random(count)
    for number, codes in _LEADS_TO.items():
        mine = np.flatnonzero(drawn & (cluster == number))
        leads = np.array([SECTORS.index(code) for code in codes])
        sector[mine] = leads[(which[mine] * len(leads)).astype(np.int64)]
    home = world.places.county_of_zip[world.zip_of(people)]
    far = chance(rng, 0.25, count)
    county = np.where(far, rng.permutation(home), home)
    employer = Openings(world, today).draw(rng, sector, county)
    outside = np.interp(age, [16, 25, 45, 70], [0.02, 0.07, 0.11, 0.25]) * (0.3 if second else 1.0)
    off_books = np.where(table["undocumented"][people] == 1, world.profile.ssn.undocumented_off_the_books, 0.0)
    return np.where(chance(rng, np.maximum(outside, off_books), count), -1, employer)


def _reported_ssn(world: World, rng: np.random.Generator, people: Ints, today: int) -> npt.NDArray[np.int64]:
    """The number this employer will report for this person, as long as the job lasts."""
    table, rates, count = world.people, world.profile.ssn, len(people)
    own = table["ssn"][people].copy()
    without = table["undocumented"][people] == 1
    shares = without & (keyed_uniform(world.seed, "shares a number", people) < rates.undocumented_shared)
    common = ssn_number(world, 50_000_000 + (keyed_uniform(world.seed, "which number", people) * max(1, world.people.size // 2500)).astype(np.int64))
    own = np.where(without, np.where(shares, common, invented_ssn(world, people)), own)
    itin = without & chance(rng, rates.undocumented_itin, count)
    own = np.where(itin, 900_000_000 + people % 99 * 1_000_000 + (70 + people % 19) * 10_000 + people % 9_999 + 1, own)
    borrows = (table["job"][people] == NOBODY) & (world.age(people, today) < 20) & chance(rng, rates.wage_borrowed_then_own, count)
    lender = np.maximum(table["mother"][people], table["father"][people])
    own = np.where(borrows & (lender >= 0) & (table["ssn"][lender] > 0), table["ssn"][lender], own)
    own = np.where(chance(rng, rates.wage_placeholder, count), _PLACEHOLDERS[rng.integers(0, len(_PLACEHOLDERS), count)], own)
    wrong = np.flatnonzero(chance(rng, rates.wage_wrong_at_employer, count))
    draws = rng.random(len(wrong)).tolist()
    own[wrong] = [wrong_digit(number, draw) for number, draw in zip(own[wrong].tolist(), draws, strict=True)]
    return own


def payroll(world: World, quarter: int) -> Payroll:
    """Hours and wages of every covered job of the quarter, whether it ends in it or not."""
    jobs, table, rng = world.jobs, world.people, world.rng("payroll", quarter)
    first, last = first_day(quarter), last_day(quarter)
    at_work = np.flatnonzero((jobs["end"] >= first) & (jobs["start"] <= last) & (jobs["employer"] >= 0))
    start, end = np.maximum(jobs["start"][at_work], first), np.minimum(jobs["end"][at_work], last)
    days = end - start + 1
    weeks = np.clip(np.round(days / 7), 1, 13).astype(np.int64)
    hours = np.maximum(1, jobs["weekly"][at_work] * days / 7 * np.exp(0.08 * rng.standard_normal(len(at_work)))).astype(np.int64)
    person, employer = jobs["person"][at_work], jobs["employer"][at_work]
    wages = np.maximum(1, hours * hourly(world, at_work, person, employer, quarter)).astype(np.int64)
    months = [first_day(quarter) + offset for offset in (11, 42, 72)]
    present = np.stack([(start <= day) & (end >= day) for day in months], axis=1)
    del table
    return Payroll(quarter, at_work, wages, hours.clip(max=9999), weeks, present)


def hourly(world: World, job: Ints, person: Ints, employer: Ints, quarter: int) -> Floats:
    """Dollars an hour: Mincer's equation with premiums for field, industry, employer, place and time."""
    table, jobs, firms = world.people, world.jobs, world.employers
    education = jobs["education"][job].astype(np.int64)
    years = np.clip(world.age(person, first_day(quarter)) - 18 - np.array([0, 0, 1, 2, 4, 6])[education], 0, 45)
    schooling = np.array([-0.16, 0.0, 0.07, 0.17, 0.44, 0.66])[education]
    cluster = table["cluster"][person].astype(np.int64)
    field = np.array([0, -0.06, 0.06, -0.10, 0.0, -0.08, 0.08, 0.0, 0.09, -0.12, -0.10, 0.18, 0.0, 0.05, -0.02, 0.22, 0.03])[cluster]
    fits = _fits(firms["sector"][employer], cluster)
    place = np.where(world.places.locale_of_zip[world.zip_of(person)] < 30, 0.06, -0.05)
    time = 0.031 * (quarter / 4 - 2014) + 0.03 * np.clip(quarter / 4 - 2021, 0, 2)
    log = (
        2.46 + time + schooling + 0.034 * years - 0.00055 * years**2 + field * (0.4 + 0.2 * education) + 0.05 * fits
        + PAY[firms["sector"][employer]] + firms["pay"][employer] + place + jobs["match"][job]
        + 0.13 * table["ability"][person] - 0.05 * (table["sex"][person] == 1)
    )  # fmt: skip
    return np.maximum(np.exp(log), 7.25 + 0.25 * max(0.0, quarter / 4 - 2015))


def _fits(sector: Column, cluster: Ints) -> npt.NDArray[np.bool_]:
    table = np.zeros((17, len(SECTORS)), dtype=bool)
    for number, codes in _LEADS_TO.items():
        table[number, [SECTORS.index(code) for code in codes]] = True
    return table[cluster, sector]
