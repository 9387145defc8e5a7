"""Enrollments at distant schools at one time keep pupils apart; what files get wrong does not."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from p20w.database import Warehouse
from p20w.registry.inputs.enrollments import GRACE_DAYS
from tests.integration.registry.small_vault import (
    Who,
    are_one,
    crowd,
    drop_of,
    everything,
    link,
    reviews,
    withdraw,
)

PORT_MERIDIAN, HARBOR_MILLS, FAIRHOLLOW = "9900010023", "9900030004", "9900040006"
"""The first two are in one county, the third in another."""

PUPIL = Who(
    *("k12_enrollment", "THEODORA", "VANTERPOOL", "2006-01-15", "ROSAMUND"),
    sex="Female",
    source_id="11",
    drops=(1, 2),
)
ALIKE = replace(PUPIL, source_id="12")
"""As like as two registrations of one pupil; only where and when they went to school can tell."""

AUTUMN, WINTER, SUMMER = date(2021, 8, 20), date(2022, 1, 10), date(2022, 6, 10)
MOVED, STAYED = "01907", "03502"


@dataclass(frozen=True)
class Enrolled:
    """A line of `intake.k12_enrollment`, in the pupil's file number `file`."""

    who: Who
    school: str
    entered: date
    ended: date | None
    how: str | None = MOVED
    file: int = 2


def enroll(warehouse: Warehouse, lines: Sequence[Enrolled]) -> None:
    with warehouse.connect("owner") as connection:
        for number, line in enumerate(lines):
            connection.execute(
                """
                insert into intake.k12_enrollment (drop_id, line_number, identity_id, lea_identifier_sea,
                    school_identifier_sea, grade_level, school_year, enrollment_entry_date, enrollment_exit_date,
                    exit_or_withdrawal_type, race_ethnicity)
                values (%s, %s, %s, '9900010', %s, '10', 2022, %s, %s, %s, 'White')
                """,
                (
                    *(drop_of("k12_enrollment", line.file), number + 1, line.who.identity_id.hex(), line.school),
                    *(line.entered, line.ended, line.how),
                ),
            )


Town = Callable[..., Warehouse]


@pytest.fixture
def school_town(make_town: Town) -> Town:
    """A town, linked, in which the two registrations have these enrollments."""

    def make(*lines: Enrolled) -> Warehouse:
        warehouse = make_town([PUPIL, ALIKE, *crowd()])
        enroll(warehouse, lines)
        link(warehouse)
        return warehouse

    return make


HERE_ALL_YEAR = Enrolled(PUPIL, PORT_MERIDIAN, AUTUMN, SUMMER)
THERE_ALL_YEAR = Enrolled(ALIKE, FAIRHOLLOW, AUTUMN, SUMMER)


def test_pupils_at_distant_schools_at_one_time_are_two(school_town: Town) -> None:
    town = school_town(HERE_ALL_YEAR, THERE_ALL_YEAR)
    assert not are_one(town, PUPIL, ALIKE)
    assert (frozenset((PUPIL.identity_id, ALIKE.identity_id)), "two schools at one time") in reviews(town)


def test_a_blank_exit_of_a_pupil_who_stays_lasts_until_summer(school_town: Town) -> None:
    stayed = [replace(line, ended=None, how=STAYED) for line in (HERE_ALL_YEAR, THERE_ALL_YEAR)]
    assert not are_one(school_town(*stayed), PUPIL, ALIKE)


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([], id="no enrollments are known"),
        pytest.param(
            [replace(HERE_ALL_YEAR, ended=WINTER), replace(THERE_ALL_YEAR, entered=WINTER)], id="a transfer, one day"
        ),
        pytest.param(
            [
                replace(HERE_ALL_YEAR, ended=WINTER),
                replace(THERE_ALL_YEAR, entered=WINTER - timedelta(days=GRACE_DAYS)),
            ],
            id="the old school withdraws late",
        ),
        pytest.param([HERE_ALL_YEAR, replace(THERE_ALL_YEAR, school=HARBOR_MILLS)], id="schools of one county"),
        pytest.param([HERE_ALL_YEAR, replace(THERE_ALL_YEAR, school="1")], id="a school the reference does not know"),
        pytest.param(
            [
                replace(HERE_ALL_YEAR, file=1, ended=None, how=None),
                replace(THERE_ALL_YEAR, file=1, ended=None, how=None),
            ],
            id="files of the fall",
        ),
        pytest.param(
            [HERE_ALL_YEAR, replace(HERE_ALL_YEAR, school=FAIRHOLLOW), THERE_ALL_YEAR],
            id="a school that also claims her",
        ),
        pytest.param(
            [HERE_ALL_YEAR, replace(HERE_ALL_YEAR, ended=WINTER, file=1), replace(THERE_ALL_YEAR, entered=WINTER)],
            id="one of two files knows of the exit",
        ),
    ],
)
def test_what_files_get_wrong_does_not_part_a_pupil(lines: list[Enrolled], school_town: Town) -> None:
    assert are_one(school_town(*lines), PUPIL, ALIKE)


def test_enrollments_of_a_withdrawn_file_keep_nobody_apart(make_town: Town) -> None:
    town = make_town([PUPIL, ALIKE, *crowd()])
    enroll(town, [HERE_ALL_YEAR, THERE_ALL_YEAR])
    withdraw(town, "k12_enrollment", 2)
    link(town)
    assert are_one(town, PUPIL, ALIKE)


def test_a_third_record_does_not_lead_around_the_rule(make_town: Town) -> None:
    licensed = Who(
        "dmv_license",
        "THEODORA",
        "VANTERPOOL",
        "2006-01-15",
        sex="Female",
        source_id="A1",
        ssn="412345678",
        verified=True,
    )
    town = make_town([PUPIL, ALIKE, licensed, *crowd()])
    enroll(town, [HERE_ALL_YEAR, THERE_ALL_YEAR])
    link(town)
    assert not are_one(town, PUPIL, ALIKE)


def test_enrollments_in_any_order_and_by_refresh_come_to_the_same_people(make_town: Town) -> None:
    lines = [
        *(HERE_ALL_YEAR, THERE_ALL_YEAR),
        *(replace(line, entered=WINTER, school=HARBOR_MILLS, file=1) for line in (HERE_ALL_YEAR,)),
    ]
    straight, shuffled, late = (make_town([PUPIL, ALIKE, *crowd()]) for _ in range(3))
    enroll(straight, lines)
    link(straight)
    enroll(shuffled, random.Random(3).sample(lines, len(lines)))  # noqa: S311 (made-up people)
    link(shuffled)
    assert everything(straight) == everything(shuffled)
    link(late)
    assert are_one(late, PUPIL, ALIKE)
    enroll(late, lines)
    link(late, 2)
    assert not are_one(late, PUPIL, ALIKE)
