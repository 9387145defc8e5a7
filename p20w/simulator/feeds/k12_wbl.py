"""`k12_wbl`: the state education agency's year of work-based learning.

Here: who learns at work and how, and lines in the layout of California's WBLR file. Not here: career and technical
programs (`programs`).
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

from p20w.simulator.calendar import day, school_year_label
from p20w.simulator.feeds.order import filed
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed
from p20w.simulator.feeds.text import numbers, pick
from p20w.simulator.randomness import Ints, keyed_uniform
from p20w.simulator.world import World, chance

FORMS = ("10", "15", "20", "25", "30", "40", "45", "60", "65")
INTERNSHIP, ENTERPRISE, SIMULATED, REGISTERED, PREPARES, WORKFORCE, YOUTHBUILD, TRANSITION, EXPLORATION = range(9)
_HOURS = 3
"""Forms up to here are told with hours."""


def due(world: World, quarter: int) -> Iterator[Due]:
    """Once a school year, in August."""
    year, position = divmod(quarter, 4)
    if position == 1:
        yield Due(school_year_label(year), day(year, 8, 18), lambda: content(world, year, quarter))


def content(world: World, school_year: int, moment: int) -> Content:
    """One line a pupil and form of work-based learning, at the school attended last."""
    people, spells, students, places = world.people, world.spells, world.students, world.places
    rates, rng = world.profile.work_based_learning, world.rng("work-based learning file", moment)
    row, form = learning(world, school_year)
    told = filed(rng, spells["school"][row], rates.filed_twice)
    row, form, count = row[told], form[told], len(told)
    person = spells["person"][row].astype(np.int64)
    lea = places.lea_of_school[spells["school"][row]]
    outside, within = hours(world, person, form, school_year)
    stray = chance(rng, rates.hours_of_another_form, count) & (form >= _HOURS)
    outside = np.where(stray, 40, np.where(form < _HOURS, outside, -1))
    within = np.where(form < _HOURS, within, -1)
    forgets = keyed_uniform(world.seed, "district forgets hours", lea) < rates.without_hours
    outside, within = np.where(forgets & ~stray, -1, outside), np.where(forgets, -1, within)
    trade = (form < _HOURS) & (people["cte_cip"][person] >= 0)
    named = trade & ~chance(rng, rates.without_course, count)
    frame = pl.DataFrame(
        {
            "Record Type Code": pl.repeat("WBLR", count, eager=True),
            "Transaction Type Code": pick(["", "D"], chance(rng, rates.deletions, count).astype(np.int64)),
            "Local Record ID": numbers(np.arange(1, count + 1), 6),
            "Reporting LEA": pick(places.leas, lea),
            "School of Attendance": pick(places.schools, spells["school"][row]),
            "School of Attendance NPS": pl.repeat(None, count, eager=True, dtype=pl.String),
            "Academic Year ID": pick(
                [f"{school_year - 1}-{school_year}", f"{school_year - 2}-{school_year - 1}"],
                chance(rng, rates.year_before, count).astype(np.int64),
            ),
            "SSID": numbers(students["state_id"][spells["student"][row]], 10),
            "Local Student ID": numbers(spells["student"][row], 7),
            "WBL Type Code": pick(list(FORMS), form),
            "Internship ID": "I" + numbers(np.where(form == INTERNSHIP, person % 9000 + 1, -1), 4),
            "Internship Employer Performance Evaluation Code": pick(["", "10"], (form == INTERNSHIP).astype(np.int64)),
            "WBL Hours - External": _told(outside),
            "WBL Hours - Embedded": _told(within),
            "State Course Code - Embedded WBL": pick(
                ["", *(f"{7000 + cluster * 10}" for cluster in range(1, 17))],
                np.where(named, places.cluster_of_cip[people["cte_cip"][person]], 0),
            ),
        }
    )
    return Content(frame, person + 1, count)


def learning(world: World, school_year: int) -> tuple[Ints, Ints]:
    """Enrollments of pupils who learned at work in the year, and in what form: one entry a pupil and form."""
    people, spells, rates = world.people, world.spells, world.profile.work_based_learning
    attended = np.flatnonzero((spells["grade"] >= 9) & (spells["exit"] > spells["entry"]))
    last = np.full(people.size, -1)
    last[spells["person"][attended]] = attended  # spells are in the order of entry
    person = np.flatnonzero(last >= 0)
    grade = spells["grade"][last[person]]
    trade = people["cte_year"][person] == school_year
    special = (people["idea"][person] == 1) & (grade >= 11)
    upper = grade >= 11
    likely = (
        (trade & upper, rates.internship),
        (trade, rates.enterprise),
        (trade, rates.simulated),
        (trade & upper, rates.registered),
        (trade & upper, rates.pre_apprenticeship),
        (upper, rates.workforce),
        (upper, rates.youthbuild),
        (special, rates.transition),
        (special, rates.exploration),
    )
    entries = [
        np.flatnonzero(may & (keyed_uniform(world.seed, f"learns at work {FORMS[form]}", person, school_year) < rate))
        for form, (may, rate) in enumerate(likely)
    ]
    forms = np.repeat(np.arange(len(FORMS)), [len(found) for found in entries])
    return last[person[np.concatenate(entries)]], forms


def hours(world: World, person: Ints, form: Ints, school_year: int) -> tuple[npt.NDArray[np.int64], ...]:
    """Hours outside of school and within a course."""
    much = keyed_uniform(world.seed, "hours at work", person, form, school_year)
    little = keyed_uniform(world.seed, "hours in class", person, form, school_year)
    outside = np.where(form == INTERNSHIP, 40 + 110 * much, 5 + 40 * much)
    return outside.astype(np.int64), (5 + 45 * little).astype(np.int64)


def _told(values: Ints) -> pl.Series:
    """Whole hours; below zero none."""
    series = pl.Series(values.astype(np.int64))
    return series.set(series < 0, None)


FEED = SimulatedFeed("k12_wbl", "SEA career and technical education office", due)
