"""What the registry gate judges is what stands after promotion."""

from collections.abc import Callable

import pytest

from p20w.database import Warehouse
from p20w.pipeline.gates import GateMissing
from p20w.registry import assigning
from p20w.registry.persons import promotion
from p20w.registry.persons.promotion import fingerprint_of_candidate, fingerprint_of_standing
from tests.integration.registry.small_vault import crowd, everything, fill, link, open_refresh, withdraw
from tests.integration.registry.test_history import LICENSED, PUPIL, STUDENT

TOWN = crowd(30)


def judged(warehouse: Warehouse, refresh_id: int) -> str:
    with warehouse.connect("linkage") as connection:
        return fingerprint_of_candidate(connection, refresh_id)


def read(warehouse: Warehouse) -> str:
    with warehouse.connect("transform") as connection:
        return fingerprint_of_standing(connection)


def propose(warehouse: Warehouse) -> None:
    """A candidate for refresh 2 that leaves one identity out and gives one to another person."""
    open_refresh(warehouse, 2)
    with warehouse.connect("owner") as connection:
        connection.execute(
            """
            with numbered as (
                select identity_id, person_id, row_number() over (order by identity_id) as place
                from registry.assignment
            )

            insert into registry.candidate (refresh_id, identity_id, person_id, method)
            select 2, numbered.identity_id, coalesce(third.person_id, numbered.person_id), 'model'
            from numbered
            left join numbered as third on numbered.place = 2 and third.place = 3
            where numbered.place > 1
            """
        )


def test_who_left_and_who_moved_are_fingerprinted_as_core_will_read_them(make_town: Callable[..., Warehouse]) -> None:
    warehouse = make_town([PUPIL, STUDENT, *TOWN])
    link(warehouse)
    before = read(warehouse)
    fill(warehouse, [LICENSED])
    for number in PUPIL.drops:
        withdraw(warehouse, PUPIL.feed, number)
    open_refresh(warehouse, 2)
    assigning.assign(warehouse, warehouse.settings, 2)
    proposed = judged(warehouse, 2)
    promotion.promote(warehouse, 2)
    assert read(warehouse) == proposed != before


def test_a_candidate_that_was_not_judged_changes_nothing(make_town: Callable[..., Warehouse]) -> None:
    warehouse = make_town(TOWN)
    link(warehouse)
    propose(warehouse)
    before = everything(warehouse)
    with pytest.raises(GateMissing):
        promotion.promote(warehouse, 2)
    assert everything(warehouse) == before
