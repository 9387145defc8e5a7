"""`ps_transcript`: the higher-education board's courses of a term.

Here: lines with colleges' own scales and codes. Not here: which courses there are, and how they went (`transcripts`).
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from p20w.simulator.calendar import as_date, term_days
from p20w.simulator.feeds.order import filed
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed
from p20w.simulator.feeds.text import either, hundredths, numbers, pick
from p20w.simulator.randomness import Floats, Ints, keyed_uniform
from p20w.simulator.transcripts import CIPS, ENGLISH, MAJOR, MATH, SUBJECTS, courses_of
from p20w.simulator.world import DUAL, GRADUATE_STUDENT, Term, World, chance

_PLAIN, _PLAIN_POINTS = ["F", "D", "C", "B", "A"], [1.0, 2.0, 3.0, 3.6]
_FINE = ["F", "D", "D+", "C-", "C", "C+", "B-", "B", "B+", "A-", "A"]
_FINE_POINTS = [1.0, 1.3, 1.7, 2.0, 2.3, 2.7, 3.0, 3.3, 3.7, 3.9]
_DELIVERY = ["FaceToFace", "Online", "Hybrid"]
_ONLINE, _HYBRID = 0.25, 0.10


def due(world: World, quarter: int) -> Iterator[Due]:
    """Each term, five weeks after its end."""
    term = world.term
    if term is not None:
        ends = term_days(term.academic_year, term.name)[1]
        yield Due(f"{as_date(ends).year}-{term.name.lower()}", ends + 35, lambda: content(world, term, quarter))


def content(world: World, term: Term, moment: int) -> Content:
    """One line a student, course and class."""
    enrollees, places, rates = world.enrollees, world.places, world.profile.transcripts
    rng = world.rng("transcript file", moment)
    courses = courses_of(world, term)
    order = filed(rng, enrollees["college"][term.enrollee[courses.entry]], rates.filed_twice)
    entry, count = courses.entry[order], len(order)
    person, row, student = term.person[entry], term.enrollee[entry], term.level[entry]
    college = enrollees["college"][row].astype(np.int64)
    subject, worth, points = courses.subject[order], courses.credits[order], courses.points[order]
    behind, level = courses.is_developmental[order], courses.level[order]
    audits = chance(rng, rates.audits, count) & (points < 0)
    begins = (keyed_uniform(world.seed, "course number", person, moment) * 40).astype(np.int64)
    number = level * 100 + 1 + (begins + 7 * courses.nth[order]) % 40  # no two alike in a term
    section = 1 + (keyed_uniform(world.seed, "class", person, moment, courses.nth[order]) * 4).astype(np.int64)
    earned = np.where(chance(rng, rates.earned_over_attempted, count), worth + 1, courses.earned[order])
    first = (subject <= MATH) & ~behind & (level == 1)
    kind = np.where(behind, 0, np.where(student == GRADUATE_STUDENT, 2, 1))
    taught = np.searchsorted([1 - _ONLINE - _HYBRID, 1 - _HYBRID], rng.random(count))
    frame = pl.DataFrame(
        {
            "InstitutionIpedsUnitId": pick(places.colleges, college),
            "StudentIdentifierInstitution": "S" + numbers(enrollees["number"][row], 8),
            "AcademicYear": np.full(count, term.academic_year),
            "AcademicTermDesignator": pl.repeat(term.name, count, eager=True),
            "CoursePrefix": _prefixes(world, subject, term.cip[entry]),
            "UniversityCourseIdentifier": numbers(number, 3),
            "CourseSectionIdentifier": numbers(section, 2),
            "StateCourseIdentifier": pl.repeat(None, count, eager=True, dtype=pl.String),
            "CourseTitle": pl.repeat(None, count, eager=True, dtype=pl.String),
            "CipCode": _cips(world, college, subject, term.cip[entry]).set(
                pl.Series(chance(rng, rates.cip_missing, count)), None
            ),
            "CourseLevelType": pick(["Developmental", "Undergraduate", "Graduate"], kind),
            "DevelopmentalSubject": pick(["", "English", "Mathematics"], np.where(behind, 1 + (subject == MATH), 0)),
            "CorequisiteIndicator": (behind & (keyed_uniform(world.seed, "beside", person) < 0.3)).astype(np.int8),
            "GatewaySubject": pick(["", "English", "Mathematics"], np.where(first, 1 + (subject > ENGLISH), 0)),
            "DualEnrollmentIndicator": (student == DUAL).astype(np.int8),
            "CourseDeliveryMethod": pick(_DELIVERY, taught),
            "NumberOfCreditsAttempted": hundredths(np.where(audits, 0.0, worth)),
            "NumberOfCreditsEarned": hundredths(np.where(audits, 0.0, earned)),
            "CreditUnitType": pl.repeat("SemesterCredit", count, eager=True),
            "StudentCourseSectionGradeEarned": _grades(world, college, points)
            .set(pl.Series(audits), "AU")
            .set(pl.Series(chance(rng, rates.grade_missing, count)), None),
            "CourseGPAApplicability": pick(
                ["Applicable", "NotApplicable"], ((points < 0) | behind | audits).astype(np.int64)
            ),
        }
    )
    return Content(frame, person + 1, count)


def _prefixes(world: World, subject: Ints, cip: Ints) -> pl.Series:
    """Letters of a general subject, or of the program's own field."""
    fields = sorted({code[:2] for code in world.places.cips})
    of_cip = np.array([fields.index(code[:2]) for code in world.places.cips])
    return pick(
        [*SUBJECTS, *(f"F{field}" for field in fields)], np.where(subject < MAJOR, subject, MAJOR + of_cip[cip])
    )


def _cips(world: World, college: Ints, subject: Ints, cip: Ints) -> pl.Series:
    """Codes with a point; at some colleges without."""
    codes = pick([*CIPS, *world.places.cips], np.where(subject < MAJOR, subject, MAJOR + cip))
    plain = keyed_uniform(world.seed, "college writes no point", college) < world.profile.transcripts.cip_without_point
    return either(plain, codes.str.replace(".", "", literal=True), codes)


def _grades(world: World, college: Ints, points: Floats) -> pl.Series:
    """Letters, at some colleges with plus and minus."""
    fine = keyed_uniform(world.seed, "college grades finely", college) < world.profile.transcripts.plus_and_minus
    grade = pick(_FINE, np.searchsorted(_FINE_POINTS, points, side="right"))
    rough = pick(_PLAIN, np.searchsorted(_PLAIN_POINTS, points, side="right"))
    written = either(fine, grade, rough)
    return written.set(pl.Series(points < 0), "W")


FEED = SimulatedFeed("ps_transcript", "Higher education board data steward", due)
