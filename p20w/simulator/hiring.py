"""Hiring: the employer somebody finds, and what that employer writes down, SSN included.

Here: rows of the job table. Not here: who looks for work (`work`), or what it pays (`pay`).
"""

import numpy as np
import numpy.typing as npt

from p20w.simulator.employers import JOB_SHARE, SECTORS, Openings
from p20w.simulator.mistakes import wrong_digit
from p20w.simulator.persons import invented_ssn, ssn_number
from p20w.simulator.randomness import Ints, keyed_uniform
from p20w.simulator.records import write_down
from p20w.simulator.unkind.numbers import at_work
from p20w.simulator.world import BACHELOR, IN_SCHOOL, NOBODY, World, chance

_PLACEHOLDERS = np.array([0, 0, 999_999_999, 999_999_999, 111_111_111, 123_456_789, 888_888_888, 98_765_432])
# sectors where a field of study (career cluster 1-16) leads, by position in SECTORS
LEADS_TO: dict[int, tuple[str, ...]] = {
    1: ("11", "11", "44", "31"), 2: ("23", "23", "54"), 3: ("51", "71", "54"), 4: ("52", "55", "54", "44", "56"),
    5: ("61", "61", "62"), 6: ("52", "52", "54"), 7: ("92", "92", "54"), 8: ("62",), 9: ("72", "72", "71"),
    10: ("62", "81", "92"), 11: ("54", "51", "52"), 12: ("92", "92", "56"), 13: ("31", "31", "42"),
    14: ("44", "42", "54"), 15: ("54", "31", "22"), 16: ("48", "48", "81", "44"),
}  # fmt: skip
_YOUNG_SECTORS = np.array([SECTORS.index(code) for code in ("72", "72", "72", "44", "44", "71", "56", "62")])


def hire(world: World, rng: np.random.Generator, people: Ints, start: Ints, today: int, *, second: bool) -> None:
    """Give people a job from the day `start`; `second` jobs stand beside the main one."""
    table, count = world.people, len(people)
    if not count:
        return
    employer = _find_employers(world, rng, people, today, second=second)
    recorded = write_down(world, rng, people, "wages", today, np.zeros(count, dtype=bool))
    age = world.age(people, today)
    student = (table["k12"][people] == IN_SCHOOL) | (
        (table["college"][people] >= 0) & (table["full_time"][people] == 1)
    )
    weekly = np.where(
        student,
        18 + 5 * rng.standard_normal(count),
        np.where(chance(rng, 0.78, count), 40, 24) + 3 * rng.standard_normal(count),
    )
    weekly = np.where(second, 14 + 4 * rng.standard_normal(count), np.where(age > 66, weekly * 0.6, weekly)).clip(4, 60)
    jobs = world.jobs.add(
        count, person=people, employer=employer, start=start, weekly=weekly, match=0.12 * rng.standard_normal(count),
        second=int(second), first=recorded.first, middle=recorded.middle, last=recorded.last,
        ssn=at_work(world, people, _reported_ssn(world, rng, people, today)), education=table["education"][people],
    )  # fmt: skip
    if not second:
        world.people["job"][people] = jobs


def _find_employers(
    world: World, rng: np.random.Generator, people: Ints, today: int, *, second: bool
) -> npt.NDArray[np.int64]:
    table, count = world.people, len(people)
    age = world.age(people, today)
    sector = np.searchsorted(np.cumsum(JOB_SHARE) / JOB_SHARE.sum(), rng.random(count), side="right").clip(
        max=len(SECTORS) - 1
    )
    young = (age < 23) & (table["education"][people] < BACHELOR) & chance(rng, 0.72, count)
    sector[young] = _YOUNG_SECTORS[rng.integers(0, len(_YOUNG_SECTORS), int(young.sum()))]
    cluster = table["cluster"][people]
    pull = np.select([table["education"][people] >= 3, cluster > 0], [0.62, 0.30], 0.0)
    drawn = (cluster > 0) & ~young & chance(rng, pull, count)
    which = rng.random(count)
    for number, codes in LEADS_TO.items():
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
    which = (keyed_uniform(world.seed, "which number", people) * max(1, world.people.size // 2500)).astype(np.int64)
    common = ssn_number(
        world, np.where(which % 2 == 0, which * 97 + 11, 50_000_000 + which)
    )  # every other one is somebody's
    own = np.where(without, np.where(shares, common, invented_ssn(world, people)), own)
    itin = without & chance(rng, rates.undocumented_itin, count)
    own = np.where(itin, 900_000_000 + people % 99 * 1_000_000 + (70 + people % 19) * 10_000 + people % 9_999 + 1, own)
    borrows = (
        (table["job"][people] == NOBODY)
        & (world.age(people, today) < 20)
        & chance(rng, rates.wage_borrowed_then_own, count)
    )
    lender = np.maximum(table["mother"][people], table["father"][people])
    own = np.where(borrows & (lender >= 0) & (table["ssn"][lender] > 0), table["ssn"][lender], own)
    own = np.where(
        chance(rng, rates.wage_placeholder, count), _PLACEHOLDERS[rng.integers(0, len(_PLACEHOLDERS), count)], own
    )
    wrong = np.flatnonzero(chance(rng, rates.wage_wrong_at_employer, count))
    draws = rng.random(len(wrong)).tolist()
    own[wrong] = [wrong_digit(number, draw) for number, draw in zip(own[wrong].tolist(), draws, strict=True)]
    return own
