"""Employers of mostly initials, cut or swapped names are recognized and counted."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from p20w.database import Warehouse
from p20w.registry.assigning import RegistryOutcome
from p20w.registry.inputs.naming import FEWEST
from tests.integration.registry.small_vault import Who, are_one, crowd, drop_of, everything, link, reviews

NAMES = (
    *(("MARY", "SMITH"), ("JAMES", "JOHNSON"), ("LINDA", "WILLIAMS"), ("JOHN", "BROWN"), ("SUSAN", "JONES")),
    *(("ROBERT", "GARCIA"), ("KAREN", "MILLER"), ("MICHAEL", "DAVIS"), ("NANCY", "LOPEZ")),
)

PLAIN, INITIALS, CUTTING, TURNING = "1000000001", "1000000002", "1000000003", "1000000004"
STAFF = {
    PLAIN: [Who("ui_wage", first, last) for first, last in NAMES],
    INITIALS: [Who("ui_wage", first[:1], last) for first, last in NAMES],
    CUTTING: [Who("ui_wage", first[:4], last[:6]) for first, last in NAMES],
    TURNING: [Who("ui_wage", last, first) for first, last in NAMES],
}

AMANDA = Who(
    *("dmv_license", "AMANDA", "BISHOP", "1966-05-03"), sex="Female", ssn="412345678", source_id="A1", verified=True
)
MANDY = Who("ui_wage", "M", "BISHOP", ssn="412345678", drops=(1, 2))
"""The initial of a short form, which is not that of the name."""

STACEY = Who(
    *("dmv_license", "STACEY", "PIZZETTI", "1986-02-11"), sex="Female", ssn="423456789", source_id="B1", verified=True
)
STTA = Who("ui_wage", "STTA", "PIZZET", ssn="423456789", drops=(1, 2))
"""A letter too many, then cut to four and six."""

BORROWER = Who("ui_wage", "ESTE", "QUINTE", ssn="423456789", drops=(1,))
"""Cut as well, but another name."""

Job = tuple[Who, str]


def employ(warehouse: Warehouse, jobs: Sequence[Job]) -> None:
    """A line for each file that the identity is in."""
    with warehouse.connect("owner") as connection:
        for number, (who, account) in enumerate(jobs):
            for file in who.drops:
                connection.execute(
                    "insert into intake.ui_wage (drop_id, line_number, identity_id, ui_account_number) "
                    "values (%s, %s, %s, %s)",
                    (drop_of("ui_wage", file), number + 1, who.identity_id.hex(), account),
                )


def jobs_of(account: str) -> list[Job]:
    return [(who, account) for who in STAFF[account]]


PEOPLE = [AMANDA, MANDY, STACEY, STTA, BORROWER, *(who for staff in STAFF.values() for who in staff), *crowd()]
EVERYBODY = [job for account in STAFF for job in jobs_of(account)]


@pytest.fixture
def working_town(make_town: Callable[..., Warehouse]) -> Callable[..., tuple[Warehouse, RegistryOutcome]]:
    """A town, linked, in which these people work there, beside the staff of all four employers."""

    def make(*jobs: Job) -> tuple[Warehouse, RegistryOutcome]:
        warehouse = make_town(PEOPLE)
        employ(warehouse, [*EVERYBODY, *jobs])
        return warehouse, link(warehouse)

    return make


WorkingTown = Callable[..., tuple[Warehouse, RegistryOutcome]]


def test_employers_that_write_names_in_their_own_way_are_counted(working_town: WorkingTown) -> None:
    town, outcome = working_town((MANDY, INITIALS), (STTA, CUTTING), (BORROWER, CUTTING))
    assert {name: outcome.facts[name] for name in outcome.facts if name.startswith(("employers_", "lines_"))} == {
        **{"employers_named": 4, "employers_of_initials": 1, "lines_of_initials": 11},
        **{"employers_cutting": 1, "lines_cut": 12, "employers_turning": 1, "lines_turned": 9},
    }
    with town.connect("report") as connection:
        figures = connection.execute(
            "select subject, value, part, whole from governance.linkage_figure where figure = 'naming_habit'"
        ).fetchall()
    assert set(figures) == {("initials", 11, 1, 4), ("cut", 12, 1, 4), ("turned", 9, 1, 4)}


def test_another_letter_under_one_ssn_waits_for_a_reviewer(working_town: WorkingTown) -> None:
    town, _ = working_town((MANDY, INITIALS), (STTA, CUTTING), (BORROWER, CUTTING))
    assert not are_one(town, AMANDA, MANDY)
    assert not are_one(town, STACEY, BORROWER)
    assert frozenset((AMANDA.identity_id, MANDY.identity_id)) in {pair for pair, _ in reviews(town)}


def test_a_few_names_make_no_habit(make_town: Callable[..., Warehouse]) -> None:
    town = make_town(PEOPLE)
    employ(town, [*jobs_of(INITIALS)[: FEWEST - 2], (MANDY, INITIALS)])
    assert link(town).facts["employers_named"] == 0


def test_habits_do_not_depend_on_the_order_of_lines(make_town: Callable[..., Warehouse]) -> None:
    jobs = [*EVERYBODY, (MANDY, INITIALS), (replace(STTA, drops=(2,)), CUTTING), (STTA, PLAIN)]
    straight, shuffled = make_town(PEOPLE), make_town(random.Random(5).sample(PEOPLE, len(PEOPLE)))  # noqa: S311
    employ(straight, jobs)
    employ(shuffled, random.Random(6).sample(jobs, len(jobs)))  # noqa: S311 (made-up people)
    link(straight)
    link(shuffled)
    assert everything(straight) == everything(shuffled)
