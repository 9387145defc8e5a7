"""Whoever is linked with wages has an SSN, or a reviewer said so: the gate opens for both."""

from collections.abc import Callable
from uuid import UUID

from p20w.database import Warehouse
from tests.integration.registry.small_vault import Who, are_one, crowd, link

TOWN = crowd()
WAGES = Who("ui_wage", "WILHELMINA", "STROUD", middle="A", ssn="655334421", drops=(1, 2))


def test_a_teacher_is_found_in_wages_by_the_ssn(make_town: Callable[..., Warehouse]) -> None:
    teacher = Who(
        "k12_staff", "WILHELMINA", "STROUD", "1979-04-12", middle="A", ssn="655334421",
        source_id="T100200300", space="k12_staff_id", drops=(1,),
    )  # fmt: skip
    warehouse = make_town([teacher, WAGES, *TOWN])
    outcome = link(warehouse)
    assert are_one(warehouse, teacher, WAGES)
    assert outcome.facts["wage_links_without_ssn"] == 0


def test_a_reviewer_may_join_a_student_with_wages(make_town: Callable[..., Warehouse]) -> None:
    student = Who("k12_enrollment", "WILHELMINA", "STROUD", "2004-04-12", source_id="K7100", drops=(1,))
    warehouse = make_town([student, WAGES, *TOWN])
    with warehouse.connect("owner") as connection:
        connection.execute(
            "insert into registry.decision (identity_left, identity_right, verdict) values (%s, %s, 'must_link')",
            sorted(UUID(bytes=who.identity_id) for who in (student, WAGES)),
        )
    link(warehouse)
    assert are_one(warehouse, student, WAGES)
