"""Courses of colleges: what the credits of a term are made of.

Here: a term's attempted and earned credits as courses that were passed, failed or left. Not here: studying and credits
(`colleges`, `terms`), or how colleges write courses down (`feeds.ps_transcript`).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from p20w.simulator.randomness import Floats, Ints, keyed_uniform
from p20w.simulator.table import Column
from p20w.simulator.world import DUAL, GRADUATE_STUDENT, UNDERGRADUATE, Term, World

USUAL_CREDITS = 3
SUBJECTS = ("ENGL", "MATH", "HIST", "BIOL", "PSYC")
CIPS = ("23.1301", "27.0101", "54.0101", "26.0101", "42.0101")
ENGLISH, MATH = 0, 1
MAJOR = len(SUBJECTS)
"""Subject of a course in the student's own program."""


@dataclass(frozen=True)
class Courses:
    """One entry a student and course; parallel arrays, `entry` the place in the term's own arrays.

    `points` are grade points from 0 (failed) to 4, below 0 where the student left; `nth` counts a student's courses of
    the term from 0.
    """

    entry: Column
    nth: Column
    subject: Column
    level: Column
    credits: Column
    points: Column
    is_developmental: Column

    @property
    def earned(self) -> Column:
        """Credits that were earned."""
        return np.where(self.points >= 1, self.credits, 0.0)


def courses_of(world: World, term: Term) -> Courses:
    """Courses whose credits add up to what each student of the term attempted and earned."""
    people = world.people
    earned = term.earned.astype(np.int64)
    passed, won = _split(earned)
    failed, lost = _split(term.attempted.astype(np.int64) - earned)
    entry, hours = np.concatenate([passed, failed]), np.concatenate([won, lost])
    is_passed = np.arange(len(entry)) < len(passed)
    order = np.lexsort((~is_passed, entry))
    entry, hours, is_passed = entry[order], hours[order], is_passed[order]
    person = term.person[entry]
    nth = np.arange(len(entry)) - np.searchsorted(entry, entry)
    before = people["credits"][person] - term.earned[entry]
    general = (term.level[entry] == DUAL) | ((term.level[entry] == UNDERGRADUATE) & (before < 30))
    shift = (keyed_uniform(world.seed, "first course", person, term.academic_year) * 3).astype(np.int64)
    subject = np.where(general, (nth + shift) % len(SUBJECTS), MAJOR)
    level = np.where(term.level[entry] == GRADUATE_STUDENT, 5, 1 + np.clip(before // 30, 0, 3).astype(np.int64))
    needs = keyed_uniform(world.seed, "comes unprepared", person) + 0.25 * people["ability"][person]
    rate = world.profile.transcripts.developmental
    behind = (needs < rate) & (subject <= MATH) & (before < 15) & (term.level[entry] == UNDERGRADUATE)
    luck = keyed_uniform(world.seed, "college grade", person, term.academic_year, nth, len(term.name))
    points = np.clip(np.round(2.7 + 0.6 * people["ability"][person] + 2.2 * (luck - 0.5), 1), 1, 4)
    left = (term.earned[entry] == 0) | (keyed_uniform(world.seed, "leaves course", person, nth) < 0.4)
    return Courses(
        entry,
        nth,
        subject,
        np.where(behind, 0, level),
        hours.astype(np.float64),
        np.where(is_passed, points, np.where(left, -1.0, 0.0)),
        behind,
    )


def _split(hours: Ints) -> tuple[npt.NDArray[np.int64], Floats]:
    """Places of students, and credits of their courses: as many of three as go, and one of what is left."""
    whole, rest = np.divmod(hours, USUAL_CREDITS)
    place = np.arange(len(hours))
    places = np.concatenate([np.repeat(place, whole), place[rest > 0]])
    sizes = np.concatenate([np.full(int(whole.sum()), USUAL_CREDITS, dtype=np.float64), rest[rest > 0]])
    order = np.argsort(places, kind="stable")
    return places[order], sizes[order]
