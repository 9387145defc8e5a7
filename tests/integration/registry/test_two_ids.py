"""Two ids of one agency: twins, or one child registered twice; lines without a name follow the names of their ids."""

from collections.abc import Callable
from dataclasses import replace

from p20w.database import Warehouse
from tests.integration.registry.small_vault import Who, are_one, crowd, link

TOWN = crowd()


def pupil(first: str, source_id: str, middle: str | None = None, born: str = "2009-09-07") -> Who:
    return Who(
        "k12_enrollment", first, "BRANNICK", born, middle=middle, source_id=source_id, drops=(1, 2),
        street="18 Quarry Ln", postal_code="00417",
    )  # fmt: skip


def nameless(feed: str, source_id: str) -> Who:
    """A line with an id alone."""
    return Who(feed, source_id=source_id, space="k12_state_id", drops=(1, 2))


def test_one_child_registered_twice_is_one_person_with_the_courses_of_both_ids(
    make_town: Callable[..., Warehouse],
) -> None:
    first, again = pupil("ODALYS", "K7001", "RAE"), pupil("ODALYS", "K7002")
    lines = [nameless(feed, number) for feed in ("k12_course", "k12_program") for number in ("K7001", "K7002")]
    warehouse = make_town([first, again, *lines, *TOWN])
    link(warehouse)
    assert all(are_one(warehouse, first, other) for other in (again, *lines))


def test_twins_keep_their_own_courses(make_town: Callable[..., Warehouse]) -> None:
    one, other = pupil("ODALYS", "K7001"), pupil("OTTILIE", "K7002")
    own, others = nameless("k12_course", "K7001"), nameless("k12_course", "K7002")
    warehouse = make_town([one, other, own, others, *TOWN])
    link(warehouse)
    assert are_one(warehouse, one, own)
    assert are_one(warehouse, other, others)
    assert not are_one(warehouse, one, other)


def test_two_at_one_time_with_other_middle_names_are_two(make_town: Callable[..., Warehouse]) -> None:
    one, other = pupil("ODALYS", "K7001", "RAE"), pupil("ODALYS", "K7002", "JUNE")
    own, others = nameless("k12_course", "K7001"), nameless("k12_course", "K7002")
    warehouse = make_town([one, other, own, others, *TOWN])
    link(warehouse)
    assert not are_one(warehouse, one, other)
    assert not are_one(warehouse, own, others)


def test_lines_without_a_name_alone_join_nobody_with_two_ids(make_town: Callable[..., Warehouse]) -> None:
    holder = replace(pupil("ODALYS", "K7001"), drops=(1,))
    own, others = nameless("k12_course", "K7001"), nameless("k12_course", "K7002")
    warehouse = make_town([holder, own, others, *TOWN])
    link(warehouse)
    assert are_one(warehouse, holder, own)
    assert not are_one(warehouse, holder, others)
