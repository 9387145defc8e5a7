"""Ids over refreshes: the same input gives the same ids, and nothing changes without an event."""

from collections.abc import Callable

import pytest

from p20w.database import Warehouse
from p20w.pipeline.gates import GateMissing
from p20w.registry import assigning
from p20w.registry.persons import promotion
from p20w.registry.persons.promotion import NothingToPromote
from tests.integration.registry.small_vault import (
    Who,
    are_one,
    crowd,
    events,
    everything,
    fill,
    link,
    open_refresh,
    persons,
    withdraw,
)

PUPIL = Who("k12_enrollment", "ANABELLE", "WHITLOCK", "2004-03-09", "J", sex="Female", source_id="1", drops=(1, 2, 3))
STUDENT = Who(
    "ps_enrollment",
    "ANABELLE",
    "WHITLOW",
    sex="Female",
    source_id="P1",
    space="ps_id:990001",
    ssn="412345678",
    drops=(5,),
)
LICENSED = Who(
    "dmv_license",
    "ANABELLE",
    "WHITLOCK",
    "2004-03-09",
    "JUNE",
    sex="Female",
    ssn="412345678",
    previous="WHITLOW",
    source_id="A1",
    verified=True,
    drops=(6, 7),
)
TOWN = crowd(60)


def assignments(warehouse: Warehouse) -> list[tuple[object, ...]]:
    with warehouse.connect("linkage") as connection:
        return connection.execute(
            "select identity_id, person_id, valid_from_refresh, valid_to_refresh, method, match_weight "
            "from registry.assignment order by 1, 3"
        ).fetchall()


def test_assigning_again_changes_nothing(make_town: Callable[..., Warehouse]) -> None:
    warehouse = make_town([PUPIL, STUDENT, LICENSED, *TOWN])
    link(warehouse)
    before = everything(warehouse)
    promotion.promote(warehouse, 1)
    link(warehouse)
    assert everything(warehouse) == before
    link(warehouse, refresh_id=2)
    after = everything(warehouse)
    assert [row[:2] for row in after["assignment"]] == [row[:2] for row in before["assignment"]]
    assert after["event"] == before["event"]


def test_the_order_of_rows_and_the_number_of_threads_do_not_matter(make_town: Callable[..., Warehouse]) -> None:
    people = [PUPIL, STUDENT, LICENSED, *TOWN]
    one = make_town(people, workers=1)
    other = make_town(people[::-1], workers=2)
    link(one)
    link(other)
    assert everything(one) == everything(other)


def test_two_persons_that_prove_one_keep_the_older_id(make_town: Callable[..., Warehouse]) -> None:
    warehouse = make_town([PUPIL, STUDENT, *TOWN])
    link(warehouse)
    before = persons(warehouse)
    assert not are_one(warehouse, PUPIL, STUDENT)
    fill(warehouse, [LICENSED])
    link(warehouse, refresh_id=2)
    assert are_one(warehouse, PUPIL, STUDENT, LICENSED)
    with warehouse.connect("linkage") as connection:
        minted = dict(connection.execute("select person_id::text, mint_ordinal from registry.person").fetchall())
        merged = connection.execute(
            "select person_id::text, merged_into::text from registry.person where retired_refresh = 2"
        ).fetchall()
    both = sorted((before[PUPIL.identity_id], before[STUDENT.identity_id]), key=lambda person: minted[person])
    assert persons(warehouse)[PUPIL.identity_id] == both[0]
    assert merged == [(both[1], both[0])]
    assert sorted(events(warehouse, 2)) == ["attach", "merge"]


def test_a_person_that_proves_two_keeps_the_id_on_the_larger_part(make_town: Callable[..., Warehouse]) -> None:
    warehouse = make_town([PUPIL, STUDENT, LICENSED, *TOWN])
    link(warehouse)
    before = persons(warehouse)
    for number in LICENSED.drops:
        withdraw(warehouse, "dmv_license", number)
    link(warehouse, refresh_id=2)
    after = persons(warehouse)
    assert LICENSED.identity_id not in after
    kept = {who.identity_id for who in (PUPIL, STUDENT) if after[who.identity_id] == before[who.identity_id]}
    assert len(kept) == 1
    assert events(warehouse, 2) == ["split"]


def test_a_person_without_records_retires_and_the_id_is_not_used_again(make_town: Callable[..., Warehouse]) -> None:
    warehouse = make_town([PUPIL, *TOWN])
    link(warehouse)
    gone = persons(warehouse)[PUPIL.identity_id]
    for number in PUPIL.drops:
        withdraw(warehouse, "k12_enrollment", number)
    link(warehouse, refresh_id=2)
    fill(warehouse, [STUDENT])
    link(warehouse, refresh_id=3)
    assert events(warehouse, 2) == ["retire"]
    assert events(warehouse, 3) == ["mint"]
    assert gone not in persons(warehouse).values()


def test_refresh_by_refresh_gives_the_same_persons_as_all_at_once(make_town: Callable[..., Warehouse]) -> None:
    people = [PUPIL, STUDENT, LICENSED, *TOWN]
    steps, once = make_town(people[:20]), make_town(people)
    link(steps)
    fill(steps, people)
    link(steps, refresh_id=2)
    link(once)

    def groups(warehouse: Warehouse) -> set[frozenset[bytes]]:
        found: dict[str, set[bytes]] = {}
        for identity, person in persons(warehouse).items():
            found.setdefault(person, set()).add(identity)
        return {frozenset(group) for group in found.values()}

    assert groups(steps) == groups(once)


def test_verdicts_of_reviewers_are_followed(make_town: Callable[..., Warehouse]) -> None:
    warehouse = make_town([PUPIL, STUDENT, LICENSED, *TOWN])
    stranger = TOWN[0]
    with warehouse.connect("owner") as connection:
        for one, other, verdict in ((PUPIL, stranger, "must_link"), (PUPIL, LICENSED, "cannot_link")):
            left, right = sorted((one.identity_id, other.identity_id))
            connection.execute(
                "insert into registry.decision (identity_left, identity_right, verdict) values (%s, %s, %s)",
                (left.hex(), right.hex(), verdict),
            )
    link(warehouse)
    assert are_one(warehouse, PUPIL, stranger)
    assert not are_one(warehouse, PUPIL, LICENSED)


def test_nothing_becomes_current_before_its_gate_has_passed(make_town: Callable[..., Warehouse]) -> None:
    warehouse = make_town([PUPIL, *TOWN])
    open_refresh(warehouse, 1)
    with pytest.raises(NothingToPromote):
        promotion.promote(warehouse, 1)
    assigning.assign(warehouse, warehouse.settings, 1)
    with warehouse.connect("linkage") as connection:
        connection.execute("update registry.candidate set person_id = identity_id")
    with pytest.raises(GateMissing):
        promotion.promote(warehouse, 1)
    assert not assignments(warehouse)


def test_linkage_leaves_no_working_file(make_town: Callable[..., Warehouse]) -> None:
    warehouse = make_town([PUPIL, *TOWN])
    left_over = warehouse.settings.home / "linkage" / "999999-crashed"
    left_over.mkdir(parents=True)
    (left_over / "spill").write_text("names")
    link(warehouse)
    assert not list((warehouse.settings.home / "linkage").iterdir())
