"""Past refreshes can be looked at and gone back to, and what a drop did is undone with it."""

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from p20w.database import Warehouse
from p20w.intake import withdraw
from p20w.intake.withdraw import NotActive
from p20w.registry.persons import rollback
from p20w.registry.persons.rollback import NothingToRollBack
from tests.integration.registry.small_vault import Who, crowd, everything, fill, link, open_refresh, persons
from tests.integration.registry.test_history import LICENSED, PUPIL, STUDENT
from tests.unexplained import changed_without_event

TOWN = crowd(60)
STATE = ("assignment", "edge", "review_queue", "person_profile")


def as_of(warehouse: Warehouse, refresh_id: int) -> dict[bytes, str]:
    with warehouse.connect("transform") as connection:
        rows = connection.execute("select * from registry.person_as_of(%s)", (refresh_id,)).fetchall()
    return {row[0].bytes: str(row[1]) for row in rows}


def match_rates(warehouse: Warehouse) -> list[tuple[object, ...]]:
    with warehouse.connect("linkage") as connection:
        return connection.execute("select * from governance.match_rate order by 1, 2, 3").fetchall()


def groups(found: dict[bytes, str]) -> set[frozenset[bytes]]:
    members: dict[str, set[bytes]] = {}
    for identity, person in found.items():
        members.setdefault(person, set()).add(identity)
    return {frozenset(group) for group in members.values()}


@pytest.fixture
def town(make_town: Callable[..., Warehouse]) -> Warehouse:
    """After a refresh of which nothing is undone."""
    warehouse = make_town([PUPIL, STUDENT, *TOWN])
    link(warehouse)
    return warehouse


def test_a_rollback_leaves_the_registry_as_it_was_and_retires_new_ids(town: Warehouse) -> None:
    before, rates = everything(town), match_rates(town)
    newcomer = Who("dmv_license", "ODA", "PELL", "1977-07-07", source_id="N1", ssn="412349999", drops=(6,))
    fill(town, [LICENSED, newcomer])
    link(town, refresh_id=2)
    seen = set(persons(town).values())
    outcome = rollback.roll_back(town)
    after = everything(town)
    assert (outcome.undone_refresh, outcome.standing_refresh, outcome.persons_retired) == (2, 1, 1)
    assert [after[table] for table in STATE] == [before[table] for table in STATE]
    assert match_rates(town) == rates
    assert {row for row in after["event"] if row[1] != "manual"} == set(before["event"])
    assert set(before["person"]) < set(after["person"])
    with town.connect("owner") as connection:
        audited = connection.execute("select subject from governance.audit where action = 'registry rolled back'")
        assert [row[0]["undone_refresh"] for row in audited] == [2]
        undone = connection.execute("select distinct kind from registry.undone_event order by 1").fetchall()
    assert undone == [("attach",), ("merge",), ("mint",)]
    link(town, refresh_id=2)
    again = persons(town)
    assert again[newcomer.identity_id] not in seen
    assert changed_without_event(town) == 0


def test_there_is_no_way_back_from_the_first_refresh(town: Warehouse) -> None:
    before = everything(town)
    with pytest.raises(NothingToRollBack):
        rollback.roll_back(town)
    assert everything(town) == before


def test_there_is_no_way_back_while_a_later_refresh_is_begun(town: Warehouse) -> None:
    fill(town, [LICENSED])
    link(town, refresh_id=2)
    open_refresh(town, 3)
    before = everything(town)
    with pytest.raises(NothingToRollBack, match=r"has begun since.*p20w refresh"):
        rollback.roll_back(town)
    assert everything(town) == before


def test_every_past_refresh_can_be_seen_as_it_was(town: Warehouse) -> None:
    first = persons(town)
    fill(town, [LICENSED])
    link(town, refresh_id=2)
    second = persons(town)
    withdraw(town, "dmv_license/period 6/1", "sent by mistake")
    withdraw(town, "dmv_license/period 7/1", "sent by mistake")
    link(town, refresh_id=3)
    assert (as_of(town, 1), as_of(town, 2), as_of(town, 3)) == (first, second, persons(town))
    assert as_of(town, 4) == {}


def test_a_retired_id_leads_to_the_person_it_became_however_many_merges_later(town: Warehouse) -> None:
    with town.connect("owner") as connection:
        connection.execute(
            "update registry.person set retired_refresh = 2, merged_into = %s where mint_ordinal = 1", (_nth(town, 2),)
        )
        connection.execute(
            "update registry.person set retired_refresh = 3, merged_into = %s where mint_ordinal = 2", (_nth(town, 3),)
        )
    with town.connect("steward") as connection:
        alias = connection.execute(
            "select person_id::text, surviving_person_id::text, is_survivor_current, retired_refresh, merges "
            "from registry.person_alias order by merges desc"
        ).fetchall()
    assert alias == [(_nth(town, 1), _nth(town, 3), True, 2, 2), (_nth(town, 2), _nth(town, 3), True, 3, 1)]


def _nth(warehouse: Warehouse, ordinal: int) -> str:
    with warehouse.connect("linkage") as connection:
        row = connection.execute(
            "select person_id::text from registry.person where mint_ordinal = %s", (ordinal,)
        ).fetchone()
    assert row
    return row[0]


def test_a_withdrawn_drop_undoes_exactly_what_it_did(town: Warehouse) -> None:
    before = persons(town)
    fill(town, [LICENSED, *crowd(63)[60:]])
    link(town, refresh_id=2)
    assert groups(persons(town)) != groups(before)
    for period in (6, 7):
        withdraw(town, f"dmv_license/period {period}/1", "sent by mistake")
    link(town, refresh_id=3)
    strangers = {who.identity_id for who in crowd(63)[60:]}
    left = {identity: person for identity, person in persons(town).items() if identity not in strangers}
    assert groups(left) == groups(before)
    assert changed_without_event(town) == 0


def test_withdrawing_a_correction_puts_the_first_file_in_force_again(town: Warehouse) -> None:
    with town.connect("owner") as connection:
        connection.execute(
            "update governance.drop set status = 'superseded' where feed = 'dmv_license' and period = 'period 1'"
        )
        connection.execute(
            "insert into governance.drop (drop_id, feed, period, submission, status) "
            "values (1901, 'dmv_license', 'period 1', 2, 'accepted')"
        )
    assert withdraw(town, "dmv_license/period 1/2", "wrong file").restored_submission == 1
    with pytest.raises(NotActive):
        withdraw(town, "dmv_license/period 1/2", "wrong file")
    with town.connect("owner") as connection:
        statuses = connection.execute(
            "select submission, status from governance.drop where feed = 'dmv_license' and period = 'period 1' "
            "order by submission"
        ).fetchall()
        audited = connection.execute("select count(*) from governance.audit where action = 'drop withdrawn'").fetchone()
    assert statuses == [(1, "accepted"), (2, "withdrawn")]
    assert audited == (1,)


def test_a_rollback_that_dies_in_its_transaction_has_not_happened(town: Warehouse) -> None:
    fill(town, [LICENSED])
    link(town, refresh_id=2)
    before = everything(town)
    program = (
        "import sys; from p20w.registry.persons import rollback; from p20w.database import Warehouse; "
        "from p20w.settings import Settings; "
        "rollback.roll_back(Warehouse.open(Settings.model_validate_json(sys.stdin.read())))"
    )
    died = subprocess.run(
        [sys.executable, "-c", program],
        input=town.settings.model_dump_json(),
        env={**os.environ, "P20W_FAILPOINT": "registry.rolling_back"},
        text=True,
        check=False,
    )
    assert died.returncode == -9
    assert everything(town) == before
