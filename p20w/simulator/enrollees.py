"""College records: the college and program a student enters, and what the college writes down.

Here: rows of the enrollee table. Not here: who studies (`colleges`), or what comes of it (`terms`).
"""

import numpy as np
import numpy.typing as npt

from p20w.simulator.randomness import Ints, keyed_uniform
from p20w.simulator.records import write_down
from p20w.simulator.table import Column
from p20w.simulator.unkind.numbers import at_college, seen
from p20w.simulator.world import DUAL, GRADUATE_STUDENT, HERE, UNDERGRADUATE, World, chance


def enter(world: World, rng: np.random.Generator, people: Ints, today: int, *, level: int) -> None:
    """Choose a college and a program, and have the college write the student down."""
    people = people[seen(world, people)]
    if not len(people):
        return
    table, count = world.people, len(people)
    score = table["ability"][people] + 0.25 * world.wealth_of(people) + 0.7 * rng.standard_normal(count)
    four = (
        (score > 0.25) & (world.age(people, today) < 26)
        if level == UNDERGRADUATE
        else np.full(count, level == GRADUATE_STUDENT)
    )
    college = college_near(world, rng, people, four)
    by_field = chance(rng, np.where(table["cte_courses"][people] >= 2, 0.5, 0.15), count)
    cip = _program(world, rng, table["cluster"][people], by_field, four)
    table["cip"][people] = cip
    table["level"][people] = level
    table["credits"][people] = np.where(table["level"][people] == GRADUATE_STUDENT, 0, table["credits"][people])
    part = np.where(four, 0.12, 0.50) + 0.25 * (world.age(people, today) > 25)
    table["full_time"][people] = ~chance(rng, np.minimum(part, 0.95), count) & (level != DUAL)
    attend(world, rng, people, college, today)


def college_near(
    world: World, rng: np.random.Generator, people: Ints, four: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int64]:
    """Two-year colleges mostly near home; four-year ones by size and a little by distance."""
    places, count = world.places, len(people)
    home = places.county_of_zip[world.zip_of(people)]
    distance = np.abs(places.county_of_college[None, :] - home[:, None])
    size = np.array([3.0 if public else 0.7 for public in places.college_public])
    appeal = np.where(
        places.college_two_year[None, :], size * np.exp(-0.7 * distance), size * np.exp(-0.06 * distance)
    ) * (places.college_two_year[None, :] != four[:, None])
    cumulative = np.cumsum(appeal, axis=1)
    return (
        (rng.random(count)[:, None] * cumulative[:, -1:] >= cumulative).sum(axis=1).clip(max=len(places.colleges) - 1)
    )


def _program(
    world: World, rng: np.random.Generator, cluster: Ints, by_field: Column, four: Column
) -> npt.NDArray[np.int64]:
    """A program: in the student's own field where wanted, else any; four-year colleges teach no trades."""
    places = world.places
    trades = np.array([code.startswith(("46.", "47.", "48.", "49.", "12.")) for code in places.cips])
    order = np.argsort(places.cluster_of_cip, kind="stable")
    low = np.searchsorted(places.cluster_of_cip[order], cluster)
    high = np.searchsorted(places.cluster_of_cip[order], cluster, side="right")
    draw = rng.random(len(cluster))
    own = order[np.minimum(low + (draw * np.maximum(high - low, 1)).astype(np.int64), len(order) - 1)]
    # general studies and business are the largest programs
    weight = np.where(
        np.isin(places.cips, ["24.0101", "24.0102", "52.0201", "51.3801", "42.0101", "11.0701"]), 6.0, 1.0
    )
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
    fills = (
        (enrollees["ssn"][rows] < 0)
        & (table["level"][again] != DUAL)
        & chance(rng, rates.college_filled_later, len(again))
    )
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
        ssn=at_college(world, new, _given_ssn(world, rng, new, where)),
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
    with_parents = (
        (mother >= 0)
        & (world.age(person, today) < 24)
        & chance(rng, world.profile.addresses.college_parents, len(rows))
    )
    home = np.where(
        with_parents & (table["status"][mother] == HERE), table["household"][mother], table["household"][person]
    )
    for column, source in (("zip", "zip"), ("house", "number"), ("street", "street"), ("unit", "unit")):
        world.enrollees[column][rows] = homes[source][home]
