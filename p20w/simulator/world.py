"""The state of the simulated world: its tables, and nothing that changes them.

Here: the columns of people, households, employers, jobs and agencies' records, and small readings of them.
Not here: what happens (`families`, `schooling`, `colleges`, `work`, `licensing`) or what is sent (`feeds`).

Dates are day numbers (days since 1970-01-01). NEVER stands for a date that has not come.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from p20w.simulator.geography import Places
from p20w.simulator.names import NamePools
from p20w.simulator.profile import Profile
from p20w.simulator.randomness import Ints, by_share, stream
from p20w.simulator.table import Column, Table
from p20w.simulator.words import Words

if TYPE_CHECKING:
    from p20w.simulator.pay import Payroll

NEVER = 2_000_000
LONG_AGO = -2_000_000
NOBODY = -1

HERE, AWAY, DEAD = 0, 1, 2  # people.status
NO_SCHOOL, IN_SCHOOL, GRADUATED, LEFT_SCHOOL, PRIVATE = 0, 1, 2, 3, 4  # people.k12
LESS, HIGH_SCHOOL, SOME_COLLEGE, ASSOCIATE, BACHELOR, GRADUATE = 0, 1, 2, 3, 4, 5  # people.education
DUAL, UNDERGRADUATE, GRADUATE_STUDENT = 0, 1, 2  # people.level


def people_table() -> Table:
    """One row a person who ever lived in the state; the row number plus one is the true person."""
    return Table(
        birth=("i4", 0), death=("i4", NEVER), left=("i4", NEVER), arrived=("i4", LONG_AGO), status=("i1", HERE),
        sex=("i1", 0), race=("i1", 0), heritage=("i1", 0), foreign=("i1", 0), undocumented=("i1", 0),
        first=("i4", 0), middle=("i4", 0), last=("i4", 0), former=("i4", 0), renamed=("i4", LONG_AGO),
        surname=("i4", 0), second_surname=("i4", 0), suffix=("i1", 0), ssn=("i8", -1),
        household=("i4", 0), mother=("i4", NOBODY), father=("i4", NOBODY), partner=("i4", NOBODY),
        ability=("f4", 0), attachment=("f4", 0), license_draw=("f4", 0), private=("i1", 0), cte_draw=("f4", 0),
        education=("i1", LESS), cluster=("i1", 0), finished=("i4", LONG_AGO),
        k12=("i1", NO_SCHOOL), grade=("i1", -1), school=("i2", -1), cohort=("i2", 0), student=("i4", NOBODY),
        spell=("i4", NOBODY), state_id=("i8", 0), english_learner=("i1", 0), idea=("i1", 0), foster=("i1", 0),
        cte_cip=("i2", -1), cte_courses=("i1", 0), cte_year=("i2", 0), cte_passed=("i1", 0),
        college=("i1", -1), level=("i1", UNDERGRADUATE), credits=("f4", 0), cip=("i2", -1), enrollee=("i4", NOBODY),
        full_time=("i1", 1), certificates=("i1", 0),
        license=("i4", NOBODY), job=("i4", NOBODY), hidden=("i1", 0), lender=("i4", NOBODY),
    )  # fmt: skip


def household_table() -> Table:
    """One row an address people live at together; a move changes the row's address."""
    return Table(
        zip=("i2", 0), number=("i4", 0), street=("i4", 0), unit=("i2", 0), wealth=("f4", 0), moved=("i4", LONG_AGO),
        away=("i1", 0), old_zip=("i2", 0), old_number=("i4", 0), old_street=("i4", 0), old_unit=("i2", 0),
    )  # fmt: skip


def employer_table() -> Table:
    """One row a reporting site of an employer; sites of one employer share `firm`, the row of its headquarters."""
    return Table(
        firm=("i4", 0), account=("i8", 0), unit=("i4", 1), ein=("i8", 0), naics=("i2", 0), sector=("i1", 0),
        county=("i2", 0), ownership=("i1", 5), size=("f4", 1), pay=("f4", 0), opened=("i4", LONG_AGO),
        closed=("i4", NEVER), covered=("i1", 1), sites=("i2", 1), at_headquarters=("i1", 0), habit=("i1", 0),
        punctuation=("i1", 1), unit_known=("i1", 1), ein_known=("i1", 1), predecessor=("i8", 0), successor=("i8", 0),
        changed=("i4", LONG_AGO),
    )  # fmt: skip


def job_table() -> Table:
    """One row a person and employer, with what the employer wrote down at hiring; `employer` -1 is not UI-covered."""
    return Table(
        person=("i4", 0), employer=("i4", -1), start=("i4", 0), end=("i4", NEVER), weekly=("f4", 40), match=("f4", 0),
        second=("i1", 0), first=("i4", 0), middle=("i4", 0), last=("i4", 0), ssn=("i8", -1), education=("i1", 0),
    )  # fmt: skip


def student_table() -> Table:
    """One row a registration of a student by a district."""
    return Table(
        person=("i4", 0), lea=("i2", 0), state_id=("i8", 0), first=("i4", 0), middle=("i4", 0), last=("i4", 0),
        suffix=("i1", 0), birth=("i4", 0), own_id=("i1", 1),
    )  # fmt: skip


def spell_table() -> Table:
    """One row a student, school and entry date of the current school year."""
    return Table(
        person=("i4", 0), student=("i4", 0), school=("i2", 0), grade=("i1", 0), entry=("i4", 0), exit=("i4", NEVER),
        exit_type=("i4", 0), diploma=("i2", 0), poor=("i1", 0), homeless=("i1", 0),
    )  # fmt: skip


def enrollee_table() -> Table:
    """One row a student of a college, with what the college wrote down."""
    return Table(
        person=("i4", 0), college=("i1", 0), number=("i4", 0), first=("i4", 0), middle=("i4", 0), last=("i4", 0),
        suffix=("i1", 0), birth=("i4", 0), ssn=("i8", -1), zip=("i2", 0), house=("i4", 0), street=("i4", 0),
        unit=("i2", 0),
    )  # fmt: skip


def license_table() -> Table:
    """One row a license, with what is on it."""
    return Table(
        person=("i4", 0), number=("i4", 0), first=("i4", 0), middle=("i4", 0), last=("i4", 0), former=("i4", 0),
        suffix=("i1", 0), birth=("i4", 0), ssn=("i8", -1), verified=("i1", 0), zip=("i2", 0), house=("i4", 0),
        street=("i4", 0), unit=("i2", 0), issued=("i4", 0), expires=("i4", 0), kind=("i1", 0), origin=("i1", 0),
        alive=("i1", 1), name_since=("i4", LONG_AGO), moved=("i4", LONG_AGO),
    )  # fmt: skip


def award_table() -> Table:
    """One row a certificate or degree since the last yearly file."""
    return Table(enrollee=("i4", 0), person=("i4", 0), on=("i4", 0), level=("i1", 0), cip=("i2", 0))


@dataclass(frozen=True)
class Term:
    """The college term that ended last: one entry a student; parallel arrays, `exit` as day numbers."""

    academic_year: int
    name: str
    person: npt.NDArray[np.int64]
    enrollee: npt.NDArray[np.int64]
    level: Column
    full_time: Column
    cip: Column
    attempted: Column
    earned: Column
    exit: npt.NDArray[np.int64]


@dataclass
class World:
    """Everything that is true, and everything agencies have on record, at one moment."""

    seed: int
    profile: Profile
    places: Places
    words: Words
    names: NamePools
    streets: npt.NDArray[np.int32]
    people: Table = field(default_factory=people_table)
    households: Table = field(default_factory=household_table)
    employers: Table = field(default_factory=employer_table)
    jobs: Table = field(default_factory=job_table)
    students: Table = field(default_factory=student_table)
    spells: Table = field(default_factory=spell_table)
    enrollees: Table = field(default_factory=enrollee_table)
    licenses: Table = field(default_factory=license_table)
    awards: Table = field(default_factory=award_table)
    own: dict[str, Table] = field(default_factory=dict[str, Table])  # of single feeds: <feed>.<table>
    term: Term | None = None
    paid: "Payroll | None" = None
    founded_on: int = 0

    def rng(self, purpose: str, moment: int = 0) -> np.random.Generator:
        """The stream for one purpose at one moment."""
        return stream(self.seed, purpose, moment)

    def here(self) -> npt.NDArray[np.int64]:
        """People alive and in the state."""
        return np.flatnonzero(self.people["status"] == HERE)

    def age(self, people: Ints, on: int) -> Column:
        """Age in years, with decimals."""
        return (on - self.people["birth"][people]) / 365.25

    def zip_of(self, people: Ints) -> Column:
        """Where people live."""
        return self.households["zip"][self.people["household"][people]]

    def wealth_of(self, people: Ints) -> Column:
        """Their household's standing, about standard normal."""
        return self.households["wealth"][self.people["household"][people]]


def chance(rng: np.random.Generator, rate: "Column | float", count: int) -> npt.NDArray[np.bool_]:
    """Which of `count` things happen."""
    return rng.random(count) < rate


def pick(rng: np.random.Generator, cumulative: Column, count: int) -> npt.NDArray[np.int64]:
    """Draws from one cumulative distribution (last value 1)."""
    return by_share(cumulative, rng.random(count))


def days_in(rng: np.random.Generator, first: int, last: int, count: int) -> npt.NDArray[np.int64]:
    """Days of a period, each as likely."""
    return rng.integers(first, last + 1, count)
