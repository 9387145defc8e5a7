"""`edfi_enrollment`: enrollment of the districts around the capital as Ed-Fi bulk XML, beside `k12_enrollment`.

Their student systems write the 0200 version of the standard, with descriptors as elements, until they change to 5.2 in
the summer of 2020. What is filed is what `k12_enrollment` has of these districts, for students under the same ids; the
files come before it, so that some students are not on them yet. Here: records with the habits of vendors. Not here:
enrollment itself (`schooling`).
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from p20w.simulator.calendar import day, school_year_label
from p20w.simulator.feeds.interchange import INTERCHANGE, NAMESPACE
from p20w.simulator.feeds.k12_enrollment import enrolled
from p20w.simulator.feeds.order import filed
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed
from p20w.simulator.feeds.text import dates, numbers, pick
from p20w.simulator.randomness import Ints, keyed_uniform
from p20w.simulator.world import NEVER, World

NAME = "edfi_enrollment"
PILOT = 5
"""Districts that take part: the first ones of the state's list, around its capital."""
FIRST_OF_5_2 = 2021
"""School year of the first files by Data Standard 5.2; before it was published, so that short states have both."""
_OLD, _NEW = "http://ed-fi.org/0200", "http://ed-fi.org/5.2.0"
_GRADES = [
    "Kindergarten", "First grade", "Second grade", "Third grade", "Fourth grade", "Fifth grade", "Sixth grade",
    "Seventh grade", "Eighth grade", "Ninth grade", "Tenth grade", "Eleventh grade", "Twelfth grade",
]  # fmt: skip
_EXITS = {
    0: "", 1907: "Transferred", 1911: "Moved out of state", 1921: "Graduated",
    1923: "Died or is permanently incapacitated", 1927: "Dropout", 1930: "Completed", 3502: "End of school year",
}  # fmt: skip
_STATES_OWN = "Moved out of state"
_WRITTEN_LATER = 0.01
"""Share of enrollments that a district's system has not yet when it writes the file; ours."""
_NO_SHOW = 0.004
"""Share of records at the end of the year of students who never came, which are no enrollments; ours."""


def due(world: World, quarter: int) -> Iterator[Due]:
    """Some days before the state's own collections, where anybody goes to school there."""
    year, position = divmod(quarter, 4)
    if not (world.places.lea_of_school[world.spells["school"]] < PILOT).any():
        return
    if position == 2:
        yield Due(f"{school_year_label(year + 1)}-fall", day(year, 10, 18), lambda: content(world, year + 1, "fall"))
    if position == 1:
        yield Due(f"{school_year_label(year)}-eoy", day(year, 7, 13), lambda: content(world, year, "eoy"))


def content(world: World, school_year: int, collection: str) -> Content:
    """In the fall the pupils present on 1 October, at the end of the year every spell."""
    spells, places = world.spells, world.places
    rng = world.rng(f"Ed-Fi {collection} file", school_year)
    rows = enrolled(world, school_year, collection)
    rows = rows[places.lea_of_school[spells["school"][rows]] < PILOT]
    known = keyed_uniform(world.seed, "district writes later", spells["person"][rows], school_year) >= _WRITTEN_LATER
    rows = rows[known | (len(rows) < 2 * PILOT)]
    rows = rows[filed(rng, spells["school"][rows], world.profile.districts.filed_twice)]
    exits = np.full(len(rows), NEVER) if collection == "fall" else spells["exit"][rows].astype(np.int64)
    kind = np.zeros(len(rows), np.int64) if collection == "fall" else spells["exit_type"][rows].astype(np.int64)
    grades, ways = _descriptors(rng, spells["grade"][rows], kind)
    id_path, is_new = "StudentReference/StudentIdentity/StudentUniqueId", school_year >= FIRST_OF_5_2
    frame = pl.DataFrame(
        {
            INTERCHANGE: pl.repeat("InterchangeStudentEnrollment", len(rows), eager=True),
            NAMESPACE: pl.repeat(_NEW if is_new else _OLD, len(rows), eager=True),
            id_path: numbers(world.students["state_id"][spells["student"][rows]], 10),
            "SchoolReference/SchoolIdentity/SchoolId": pick(places.schools, spells["school"][rows]),
            "EntryDate": dates(spells["entry"][rows]),
            **_written(grades, "EntryGradeLevel", "GradeLevelDescriptor", new=is_new),
            "ExitWithdrawDate": dates(exits),
            **_written(ways, "ExitWithdrawType", "ExitWithdrawTypeDescriptor", new=is_new),
        }
    )
    return Content(frame, spells["person"][rows] + 1, len(rows))


def _descriptors(rng: np.random.Generator, grade: Ints, kind: Ints) -> tuple[pl.Series, pl.Series]:
    """Code values of grades and exits; a few exits say that the student never came."""
    codes = list(_EXITS)
    which = np.searchsorted(codes, kind)
    which = np.where((kind > 0) & (rng.random(len(kind)) < _NO_SHOW), len(codes), which)
    return pick(_GRADES, grade), pick([*_EXITS.values(), "No show"], which)


def _written(values: pl.Series, element: str, descriptor: str, *, new: bool) -> dict[str, pl.Series]:
    """Code values with their namespace: as one text from 5.2 on, before it as two elements."""
    frame = pl.DataFrame({"code": values})
    host = pl.when(pl.col("code") == _STATES_OWN).then(pl.lit("meridian.example")).otherwise(pl.lit("ed-fi.org"))
    text = pl.format("uri://{}/{}#{}", host, pl.lit(descriptor), "code")
    space = pl.format("http://{}/Descriptor/{}.xml", host, pl.lit(descriptor))
    known = pl.col("code").is_not_null()
    if new:
        return {element: frame.select(pl.when(known).then(text)).to_series()}
    return {
        f"{element}/CodeValue": values,
        f"{element}/Namespace": frame.select(pl.when(known).then(space)).to_series(),
    }


FEED = SimulatedFeed(NAME, "SEA data steward", due)
