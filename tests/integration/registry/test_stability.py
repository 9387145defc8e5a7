"""No id changes without an event, and what changes is counted."""

from collections.abc import Callable

from p20w.database import Warehouse
from tests.integration.registry.small_vault import crowd, fill, link, persons, withdraw
from tests.integration.registry.test_history import LICENSED, PUPIL, STUDENT
from tests.unexplained import changed_without_event

TOWN = crowd(30)


def kept(warehouse: Warehouse, refresh_id: int) -> dict[tuple[str, str], float | None]:
    with warehouse.connect("report") as connection:
        rows = connection.execute(
            "select figure, subject, value from governance.linkage_figure "
            "where refresh_id = %s and figure in ('moved', 'events', 'changed_without_event')",
            (refresh_id,),
        ).fetchall()
    return {(figure, subject): value for figure, subject, value in rows}


def test_a_merge_is_told_before_the_gate_and_after(make_town: Callable[..., Warehouse]) -> None:
    warehouse = make_town([PUPIL, STUDENT, *TOWN])
    link(warehouse)
    assert kept(warehouse, 1)["moved", ""] is None  # nobody was known before
    fill(warehouse, [LICENSED])
    link(warehouse, refresh_id=2)
    told = kept(warehouse, 2)
    assert told["events", "merge"] == 1
    assert told["moved", ""] == 1 / 32
    assert told["changed_without_event", ""] == 0
    assert told["events", "split"] == 0
    assert changed_without_event(warehouse) == 0


def test_a_change_without_event_is_found(make_town: Callable[..., Warehouse]) -> None:
    warehouse = make_town([PUPIL, STUDENT, *TOWN])
    link(warehouse)
    fill(warehouse, [LICENSED])
    link(warehouse, refresh_id=2)
    with warehouse.connect("owner") as connection:
        connection.execute("delete from registry.event where kind = 'merge'")
        connection.execute("delete from registry.event where kind = 'attach'")
    assert changed_without_event(warehouse) == 2  # the identity that moved, and the new one


def test_a_refresh_that_is_worked_out_anew_still_says_why_its_first_attempt_changed_ids(
    make_town: Callable[..., Warehouse],
) -> None:
    warehouse = make_town([PUPIL, STUDENT, *TOWN])
    link(warehouse)
    fill(warehouse, [LICENSED])
    link(warehouse, refresh_id=2)
    link(warehouse, refresh_id=2)
    assert kept(warehouse, 2)["changed_without_event", ""] == 0
    assert kept(warehouse, 2)["moved", ""] == 1 / 32
    with warehouse.connect("owner") as connection:  # the same merge, in two steps
        connection.execute(
            """
            with step as (select gen_random_uuid() as person_id),

            first as (
                insert into registry.event (refresh_id, kind, old_person_id, new_person_id)
                select refresh_id, kind, old_person_id, step.person_id
                from registry.event
                cross join step
                where kind = 'merge'
            )

            update registry.event set old_person_id = step.person_id from step where kind = 'merge'
            """
        )
    assert changed_without_event(warehouse) == 0


def test_whoever_is_in_withdrawn_files_alone_has_no_person_after_a_refresh_that_passes_its_gate(
    make_town: Callable[..., Warehouse],
) -> None:
    warehouse = make_town([PUPIL, STUDENT, *TOWN])
    link(warehouse)
    for number in PUPIL.drops:
        withdraw(warehouse, PUPIL.feed, number)
    assert link(warehouse, refresh_id=2).gate_run.passed
    assert PUPIL.identity_id not in persons(warehouse)
    assert len(persons(warehouse)) == 31
    assert changed_without_event(warehouse) == 0
