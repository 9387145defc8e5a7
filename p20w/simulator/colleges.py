"""College: dual enrollment, entry, stopping out, transfer, credits and awards.

Here: who studies where in a term and what comes of it. Not here: the files (`feeds.postsecondary`).
"""

import numpy as np
import numpy.typing as npt

from p20w.simulator.calendar import first_day, last_day, term_days
from p20w.simulator.demography import send_away
from p20w.simulator.families import new_households
from p20w.simulator.randomness import Ints, keyed_uniform
from p20w.simulator.records import write_down
from p20w.simulator.table import Column
from p20w.simulator.world import (
    ASSOCIATE,
    BACHELOR,
    DUAL,
    GRADUATE,
    GRADUATE_STUDENT,
    GRADUATED,
    HERE,
    HIGH_SCHOOL,
    IN_SCHOOL,
    LEFT_SCHOOL,
    SOME_COLLEGE,
    UNDERGRADUATE,
    Term,
    World,
    chance,
)

TERM_OF_QUARTER = {3: "Fall", 1: "Spring", 2: "Summer"}  # the term that ends in the quarter with this position


AWARD_LEVELS = ("1a", "1b", "2", "3", "5", "7", "17")


def study_a_quarter(world: World, quarter: int) -> None:
    """Close the term that ends in this quarter, then admit for the one that begins."""
    position = quarter % 4
    world.term = None
    if position in TERM_OF_QUARTER:
        world.term = _close_term(world, quarter, TERM_OF_QUARTER[position])
    if position in (0, 2):
        _leave(world, quarter)
        _admit(world, quarter)


def found_students(world: World, today: int) -> None:
    """College students of traditional age at the start, with the credits of earlier years."""
    table, rng, here = world.people, world.rng("first students"), world.here()
    age = world.age(here, today)
    able = 1 / (1 + np.exp(-(0.2 + 1.3 * table["ability"][here])))
    young = here[(age >= 18.5) & (age < 23.5) & chance(rng, 0.72 * able, len(here))]
    table["education"][young] = np.maximum(table["education"][young], HIGH_SCHOOL)
    table["k12"][young] = GRADUATED
    _enter(world, rng, young, today, level=UNDERGRADUATE)
    table["credits"][young] = np.clip((world.age(young, today) - 18.5) * 24 * rng.uniform(0.5, 1.05, len(young)), 0, 112)
    adults = here[(age >= 18) & (table["k12"][here] == 0)]
    table["k12"][adults] = np.where(table["education"][adults] >= HIGH_SCHOOL, GRADUATED, LEFT_SCHOOL)


def _admit(world: World, quarter: int) -> None:
    """New students of a fall or spring term."""
    table, rng, lives, here = world.people, world.rng("admissions", quarter), world.profile.lives, world.here()
    first, fall = first_day(quarter), quarter % 4 == 2
    free = table["college"][here] < 0
    age = world.age(here, first)
    done = (table["k12"][here] == GRADUATED) | (table["education"][here] >= HIGH_SCHOOL)
    drive = np.exp(0.9 * table["ability"][here].clip(-2, 2) + 0.25 * world.wealth_of(here).clip(-2, 2))
    odds = lives.college_at_once / (1 - lives.college_at_once + 1e-9) * drive
    recent = free & done & (table["finished"][here] > first - 120) & (table["education"][here] == HIGH_SCHOOL) & fall
    at_once = recent & chance(rng, odds / (1 + odds), len(here))
    elsewhere = at_once & chance(rng, np.minimum(lives.out_of_state_college * np.sqrt(drive), 0.8), len(here))
    later = free & done & ~recent & (table["education"][here] < ASSOCIATE)
    rate = np.where(age < 30, lives.college_later, np.where(age < 50, lives.college_adult, 0.0))
    later &= (age > 17.5) & chance(rng, rate * np.sqrt(drive), len(here))
    graduate = free & (table["education"][here] == BACHELOR) & (age < 45)
    graduate &= chance(rng, np.where(age < 30, 0.014, 0.004), len(here))
    dual = free & (table["k12"][here] == IN_SCHOOL) & (table["grade"][here] >= 11) & fall
    dual &= chance(rng, np.minimum(lives.dual_enrolls * np.sqrt(drive), 0.9), len(here))
    _go_elsewhere(world, rng, here[elsewhere], quarter)
    _enter(world, rng, here[at_once & ~elsewhere], first, level=UNDERGRADUATE)
    _enter(world, rng, here[later], first, level=UNDERGRADUATE)
    _enter(world, rng, here[graduate], first, level=GRADUATE_STUDENT)
    _enter(world, rng, here[dual], first, level=DUAL)


def _go_elsewhere(world: World, rng: np.random.Generator, people: Ints, quarter: int) -> None:
    """To a college in another state: the student leaves, the family stays."""
    homes = new_households(world, rng, world.zip_of(people), world.wealth_of(people), first_day(quarter))
    world.people["household"][people] = homes
    world.people["education"][people] = SOME_COLLEGE
    send_away(world, people, rng, last_day(quarter) - 40, last_day(quarter) - 30)


def _enter(world: World, rng: np.random.Generator, people: Ints, today: int, *, level: int) -> None:
    """Choose a college and a program, and have the college write the student down."""
    if not len(people):
        return
    table, places, count = world.people, world.places, len(people)
    score = table["ability"][people] + 0.25 * world.wealth_of(people) + 0.7 * rng.standard_normal(count)
    four = (score > 0.25) & (world.age(people, today) < 26) if level == UNDERGRADUATE else np.full(count, level == GRADUATE_STUDENT)
    college = _college_near(world, rng, people, four)
    by_field = chance(rng, np.where(table["cte_courses"][people] >= 2, 0.5, 0.15), count)
    cip = _program(world, rng, table["cluster"][people], by_field, four)
    table["cip"][people] = cip
    table["level"][people] = level
    table["credits"][people] = np.where(table["level"][people] == GRADUATE_STUDENT, 0, table["credits"][people])
    part = np.where(four, 0.12, 0.50) + 0.25 * (world.age(people, today) > 25)
    table["full_time"][people] = ~chance(rng, np.minimum(part, 0.95), count) & (level != DUAL)
    attend(world, rng, people, college, today)


def _college_near(world: World, rng: np.random.Generator, people: Ints, four: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Two-year colleges mostly near home; four-year ones by size and a little by distance."""
    places, count = world.places, len(people)
    home = places.county_of_zip[world.zip_of(people)]
    distance = np.abs(places.county_of_college[None, :] - home[:, None])
    size = np.array([3.0 if public else 0.7 for public in places.college_public])
    appeal = np.where(
        places.college_two_year[None, :], size * np.exp(-0.7 * distance), size * np.exp(-0.06 * distance)
    ) * (places.college_two_year[None, :] != four[:, None])
    cumulative = np.cumsum(appeal, axis=1)
    return (rng.random(count)[:, None] * cumulative[:, -1:] >= cumulative).sum(axis=1).clip(max=len(places.colleges) - 1)


def _program(world: World, rng: np.random.Generator, cluster: Ints, by_field: Column, four: Column) -> npt.NDArray[np.int64]:
    """A program: in the student's own field where wanted, else any; four-year colleges teach no trades."""
    places = world.places
    trades = np.array([code.startswith(("46.", "47.", "48.", "49.", "12.")) for code in places.cips])
    order = np.argsort(places.cluster_of_cip, kind="stable")
    low = np.searchsorted(places.cluster_of_cip[order], cluster)
    high = np.searchsorted(places.cluster_of_cip[order], cluster, side="right")
    draw = rng.random(len(cluster))
    own = order[np.minimum(low + (draw * np.maximum(high - low, 1)).astype(np.int64), len(order) - 1)]
    # general studies and business are the largest programs
    weight = np.where(np.isin(places.cips, ["24.0101", "24.0102", "52.0201", "51.3801", "42.0101", "11.0701"]), 6.0, 1.0)
    any_program = np.searchsorted(np.cumsum(weight) / weight.sum(), rng.random(len(cluster)), side="right")
    chosen = np.where(by_field & (high > low), own, any_program.clip(max=len(weight) - 1))
    return np.where(four & trades[chosen], places.cips.index("52.0201"), chosen)


def attend(world: World, rng: np.random.Generator, people: Ints, college: Ints, today: int) -> None:
    """Set the college; a student new to it is written down, one who comes back may now give an SSN."""
    table, enrollees, rates = world.people, world.enrollees, world.profile.ssn
    table["college"][people] = college
    current = table["enrollee"][people]
    known = (current >= 0) & (enrollees["college"][np.maximum(current, 0)] == college if enrollees.size else False)
    again = people[known]
    rows = table["enrollee"][again]
    fills = (enrollees["ssn"][rows] < 0) & (table["level"][again] != DUAL) & chance(rng, rates.college_filled_later, len(again))
    enrollees["ssn"][rows[fills]] = table["ssn"][again[fills]]
    new, where = people[~known], college[~known]
    if not len(new):
        return
    folds = keyed_uniform(world.seed, "college folds accents", where) < 0.4
    recorded = write_down(world, rng, new, "college", today, folds)
    made = enrollees.add(
        len(new),
        person=new,
        college=where,
        first=recorded.first,
        middle=recorded.middle,
        last=recorded.last,
        suffix=recorded.suffix,
        birth=recorded.birth,
        ssn=_given_ssn(world, rng, new, where),
    )
    enrollees["number"][made] = 1_000_000 + (made * 48_611 + world.seed * 7_919) % 8_999_993
    table["enrollee"][new] = made
    give_address(world, rng, made, today)


def _given_ssn(world: World, rng: np.random.Generator, people: Ints, college: Ints) -> npt.NDArray[np.int64]:
    """The SSN the college gets: each college misses its own share, more of high-school students'."""
    table, rates, places = world.people, world.profile.ssn, world.places
    two = places.college_two_year[college]
    low = np.where(two, rates.college_missing_two_year[0], rates.college_missing_four_year[0])
    high = np.where(two, rates.college_missing_two_year[1], rates.college_missing_four_year[1])
    dual = table["level"][people] == DUAL
    low = np.where(dual, rates.college_missing_dual[0], low)
    high = np.where(dual, rates.college_missing_dual[1], high)
    share = low + (high - low) * keyed_uniform(world.seed, "college misses ssn", college)
    ssn = table["ssn"][people].copy()
    ssn[chance(rng, share, len(people))] = -1
    slips = (ssn > 0) & chance(rng, rates.college_wrong, len(people))
    ssn[slips] = ssn[slips] + np.where(ssn[slips] % 10 < 9, 1, -1)
    return ssn


def give_address(world: World, rng: np.random.Generator, rows: Ints, today: int) -> None:
    """The address a student gives: the parents' for most of the young, else the own."""
    table, homes = world.people, world.households
    person = world.enrollees["person"][rows]
    mother = table["mother"][person]
    with_parents = (mother >= 0) & (world.age(person, today) < 24) & chance(rng, world.profile.addresses.college_parents, len(rows))
    home = np.where(with_parents & (table["status"][mother] == HERE), table["household"][mother], table["household"][person])
    for column, source in (("zip", "zip"), ("house", "number"), ("street", "street"), ("unit", "unit")):
        world.enrollees[column][rows] = homes[source][home]


def _leave(world: World, quarter: int) -> None:
    """Before a term: students who died, moved away, stopped, or changed college."""
    table, rng = world.people, world.rng("stopping out", quarter)
    students = np.flatnonzero(table["college"] >= 0)
    gone = table["status"][students] != HERE
    dual_over = (table["level"][students] == DUAL) & (table["k12"][students] != IN_SCHOOL)
    two = world.places.college_two_year[table["college"][students]]
    rate = np.where(two, 0.17, 0.075) * np.exp(-0.6 * table["ability"][students].clip(-2, 2))
    rate = np.where(table["credits"][students] > 90, rate * 0.3, np.where(table["credits"][students] < 30, rate * 1.2, rate))
    stops = gone | dual_over | chance(rng, np.minimum(rate, 0.6), len(students))
    leaver = students[stops]
    table["education"][leaver] = np.where(
        (table["level"][leaver] == UNDERGRADUATE) & (table["credits"][leaver] > 5),
        np.maximum(table["education"][leaver], SOME_COLLEGE),
        table["education"][leaver],
    )
    table["college"][leaver] = -1
    students, two = students[~stops], two[~stops]
    ready = two & (table["level"][students] == UNDERGRADUATE) & (table["credits"][students] >= 24)
    moves = students[ready & chance(rng, 0.10 * np.exp(0.6 * table["ability"][students].clip(-2, 2)), len(students))]
    if len(moves):
        table["full_time"][moves] = 1
        attend(world, rng, moves, _college_near(world, rng, moves, np.ones(len(moves), dtype=bool)), first_day(quarter))
    stay = table["enrollee"][students]
    give_address(world, rng, stay[chance(rng, 0.25, len(stay))], first_day(quarter))


def _close_term(world: World, quarter: int, name: str) -> Term:
    """Credits and awards at the end of a term; those who died or moved away withdrew on that day."""
    table, rng = world.people, world.rng("credits", quarter)
    academic_year = quarter // 4 + (name == "Fall")
    begins, ends = term_days(academic_year, name)
    students = np.flatnonzero(table["college"] >= 0)
    if name == "Summer":
        here = (table["status"][students] == HERE) & (table["level"][students] != DUAL)
        students = students[here & chance(rng, 0.20, len(students))]
    gone = table["status"][students] != HERE
    left = np.minimum(table["death"][students], table["left"][students]).astype(np.int64)
    present = ~gone | (left > begins)
    students, gone, left = students[present], gone[present], left[present]
    count, full = len(students), table["full_time"][students] == 1
    level = table["level"][students]
    attempted = np.where(full, rng.integers(12, 18, count), rng.integers(3, 10, count)).astype(np.float64)
    attempted = np.where(level == GRADUATE_STUDENT, np.where(full, 9.0, 6.0), attempted)
    attempted = np.where(level == DUAL, rng.integers(3, 8, count), attempted)
    attempted = np.where(name == "Summer", np.minimum(attempted, 6.0), attempted)
    drops_out = gone & (left <= ends) | chance(rng, 0.025, count)
    share = np.clip(0.86 + 0.10 * table["ability"][students] + 0.15 * rng.standard_normal(count), 0, 1)
    earned = np.where(drops_out, 0.0, np.round(attempted * share))
    table["credits"][students] += earned.astype(np.float32)
    withdrew = begins + ((ends - begins) * rng.random(count)).astype(np.int64)
    exit_day = np.where(gone & (left <= ends), left, np.where(drops_out, withdrew, ends))
    term = Term(
        academic_year, name, students, table["enrollee"][students].astype(np.int64), level.copy(),
        table["full_time"][students].copy(), table["cip"][students].copy(), attempted, earned, exit_day,
    )  # fmt: skip
    _award(world, rng, students[~gone], ends)
    return term


def _award(world: World, rng: np.random.Generator, students: Ints, on: int) -> None:
    """Certificates, degrees and what follows: most who finish leave, some go on."""
    table = world.people
    two = world.places.college_two_year[table["college"][students]]
    credits, level = table["credits"][students], table["level"][students]
    under = level == UNDERGRADUATE
    trade = np.isin(world.places.cluster_of_cip[table["cip"][students]], (2, 8, 9, 10, 12, 13, 16))
    short = under & two & (table["certificates"][students] == 0) & (credits >= 16) & chance(rng, np.where(trade, 0.35, 0.05), len(students))
    associate = under & two & (credits >= 60) & chance(rng, 0.75, len(students))
    bachelor = under & ~two & (credits >= 120) & chance(rng, 0.85, len(students))
    master = (level == GRADUATE_STUDENT) & (credits >= 33) & chance(rng, 0.8, len(students))
    kinds = np.select(
        [bachelor, associate, master, short],
        [4, 3, np.where(chance(rng, 0.06, len(students)), 6, 5), rng.integers(0, 3, len(students))], -1,
    )  # fmt: skip
    got = kinds >= 0
    winners, kind = students[got], kinds[got]
    world.awards.add(len(winners), enrollee=table["enrollee"][winners], person=winners, on=on, level=kind, cip=table["cip"][winners])
    certificate = winners[kind < 3]
    table["certificates"][certificate] = 1
    reached = np.select([kind < 4, kind == 4], [ASSOCIATE, BACHELOR], GRADUATE)
    higher = reached > table["education"][winners]
    table["finished"][winners[higher]] = on
    table["education"][winners] = np.maximum(table["education"][winners], reached)
    table["cluster"][winners] = world.places.cluster_of_cip[table["cip"][winners]]
    goes_on = np.where(kind == 3, chance(rng, 0.40, len(winners)), chance(rng, 0.35, len(winners)) & (kind < 3))
    table["college"][winners[~goes_on]] = -1
    transfers = winners[goes_on & (kind == 3)]
    if len(transfers):
        attend(world, rng, transfers, _college_near(world, rng, transfers, np.ones(len(transfers), dtype=bool)), on)


