"""College terms: total at their end, awards, and where graduates of two-year colleges go.

Here: closing a term. Not here: who studies (`colleges`), or the files (`feeds.ps_enrollment`).
"""

import numpy as np

from p20w.simulator.calendar import term_days
from p20w.simulator.enrollees import attend, college_near
from p20w.simulator.randomness import Ints
from p20w.simulator.world import (
    ASSOCIATE,
    BACHELOR,
    DUAL,
    GRADUATE,
    GRADUATE_STUDENT,
    HERE,
    UNDERGRADUATE,
    Term,
    World,
    chance,
)

AWARD_LEVELS = ("1a", "1b", "2", "3", "5", "7", "17")


def close_term(world: World, quarter: int, name: str) -> Term:
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
    total, level = table["credits"][students], table["level"][students]
    under = level == UNDERGRADUATE
    trade = np.isin(world.places.cluster_of_cip[table["cip"][students]], (2, 8, 9, 10, 12, 13, 16))
    short = (
        under
        & two
        & (table["certificates"][students] == 0)
        & (total >= 16)
        & chance(rng, np.where(trade, 0.35, 0.05), len(students))
    )
    associate = under & two & (total >= 60) & chance(rng, 0.75, len(students))
    bachelor = under & ~two & (total >= 120) & chance(rng, 0.85, len(students))
    master = (level == GRADUATE_STUDENT) & (total >= 33) & chance(rng, 0.8, len(students))
    kinds = np.select(
        [bachelor, associate, master, short],
        [4, 3, np.where(chance(rng, 0.06, len(students)), 6, 5), rng.integers(0, 3, len(students))], -1,
    )  # fmt: skip
    got = kinds >= 0
    winners, kind = students[got], kinds[got]
    world.awards.add(
        len(winners), enrollee=table["enrollee"][winners], person=winners, on=on, level=kind, cip=table["cip"][winners]
    )
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
        attend(world, rng, transfers, college_near(world, rng, transfers, np.ones(len(transfers), dtype=bool)), on)
