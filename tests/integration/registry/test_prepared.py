"""What is read and cleaned once is not read and cleaned again, and makes no difference."""

from collections.abc import Callable

import pytest

from p20w.database import Warehouse
from p20w.registry import columnar, prepared, records
from p20w.registry.readings import readings
from p20w.registry.workshop import workshop
from splink_models.features import make_features
from tests.integration.registry.small_vault import Who, drop_of, fill, link, put_back, withdraw
from tests.integration.registry.test_delta import state

TABLES = {
    "record": "identity_id, feed, id_space, source_id, is_ssn_verified, ssn_token, ssn, source, drops, first_year",
    "presence": "record, drop_id",
    "near_ssn": "*",
    "features": "*",
}


LARGE = prepared.LEAST_BYTES

pytestmark = pytest.mark.usefixtures("ungated")


def made(warehouse: Warehouse, from_nothing: bool = False) -> dict[str, list[tuple[object, ...]]]:
    """The tables that linkage starts from."""
    with workshop(warehouse.settings) as con, readings(warehouse) as ahead:
        if from_nothing:
            ahead.begin(records.QUERIES)
            records.take_records(con, ahead)
            make_features(con)
        else:
            held = prepared.held(warehouse)
            held.begin(ahead)
            prepared.take_prepared(con, ahead, held)
        return {
            table: con.execute(f"select {columns} from {table} order by all").fetchall()
            for table, columns in TABLES.items()
        }


def rows(warehouse: Warehouse) -> dict[str, list[int]]:
    """Drops of each row of `vault.prepared`, by part."""
    with warehouse.connect("linkage") as connection:
        found = connection.execute("select part, drops from vault.prepared order by chunk_id").fetchall()
    return {part: [len(drops) for name, drops in found if name == part] for part in dict(found)}


def test_it_makes_the_same_tables_as_reading_everything_whatever_arrived_left_and_came_back(
    make_town: Callable[..., Warehouse],
) -> None:
    files = state(150, 5)
    warehouse = make_town(files[0])
    for number, arrived in enumerate([*files[1:], []], 2):
        link(warehouse, number)
        fill(warehouse, arrived)
        if number == 3:
            withdraw(warehouse, "k12_enrollment", 1)
        if number == 4:
            put_back(warehouse)
        assert prepared.held(warehouse).chunks == number - 1
        assert made(warehouse) == made(warehouse, from_nothing=True)
    with workshop(warehouse.settings) as con, readings(warehouse) as ahead:
        held = prepared.held(warehouse)
        held.begin(ahead)
        prepared.take_prepared(con, ahead, held)
        assert con.execute("select count(*) from identity_said").fetchall() == [(0,)]


def test_an_address_of_a_withdrawn_file_is_gone(make_town: Callable[..., Warehouse]) -> None:
    pupil = Who("k12_enrollment", "ODA", "PELL", "2001-05-05", source_id="K1", street="1 Elm St", postal_code="00101")
    moved = Who(**{**vars(pupil), "street": "9 Oak Ave", "postal_code": "00109", "drops": (2,)})
    warehouse = make_town([pupil, moved])
    link(warehouse, 1)
    (before,) = made(warehouse)["features"]
    withdraw(warehouse, "k12_enrollment", 2)
    (after,) = made(warehouse)["features"]
    assert (["00101", "00109"] in before, ["00101"] in after) == (True, True)


def test_a_refresh_without_a_new_file_adds_nothing(make_town: Callable[..., Warehouse]) -> None:
    warehouse = make_town(state(60, 6)[0])
    link(warehouse, 1)
    before = rows(warehouse)
    link(warehouse, 2)
    assert rows(warehouse) == before
    assert set(before) == {"identity", "place", "presence", "ssn"}


def test_after_many_refreshes_it_is_made_one(
    make_town: Callable[..., Warehouse], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepared, "MOST_CHUNKS", 3)
    warehouse = make_town([])
    counts = []
    for number in range(1, 6):
        fill(warehouse, [Who("dmv_license", "ODA", f"PELL{number}", "1977-07-07", source_id="N1", drops=(number,))])
        link(warehouse, number)
        counts.append(rows(warehouse)["identity"])
    assert counts == [[1], [1, 1], [1, 1, 1], [4], [4, 1]]
    assert made(warehouse) == made(warehouse, from_nothing=True)


def test_a_large_refresh_lies_in_several_rows_and_counts_as_one(
    make_town: Callable[..., Warehouse], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columnar, "MOST_IN_ROW", 20)
    warehouse = make_town(state(60, 6)[0])
    link(warehouse, 1)
    assert len(rows(warehouse)["identity"]) > 2
    assert prepared.held(warehouse).chunks == 1
    assert made(warehouse) == made(warehouse, from_nothing=True)


def test_names_cleaned_in_another_way_are_cleaned_again(
    make_town: Callable[..., Warehouse], monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = make_town(state(60, 7)[0])
    link(warehouse, 1)
    monkeypatch.setattr(prepared, "made_by", lambda: "another way")
    assert prepared.held(warehouse).chunks == 0
    assert made(warehouse) == made(warehouse, from_nothing=True)
    link(warehouse, 2)
    assert prepared.held(warehouse).chunks == 1
    with warehouse.connect("linkage") as connection:
        assert connection.execute("select distinct made_by from vault.prepared").fetchall() == [("another way",)]


def test_whoever_is_deleted_from_the_vault_is_not_kept_here(make_town: Callable[..., Warehouse]) -> None:
    warehouse = make_town(state(60, 8)[0])
    link(warehouse, 1)
    never = Who("ui_wage", "REFUSED", "FILE", ssn="411223333", drops=(7,))
    fill(warehouse, [never])
    with warehouse.connect("owner") as connection:
        refused = (drop_of("ui_wage", 7),)
        connection.execute("update governance.drop set status = 'rejected' where drop_id = %s", refused)
        connection.execute("select vault.forget_drop(%s)", refused)
    assert rows(warehouse), "nothing was made of a refused file, so nothing need go"
    withdraw(warehouse, "ui_wage", 1)
    with warehouse.connect("owner") as connection:
        connection.execute("select vault.forget_drop(%s)", (drop_of("ui_wage", 1),))
    assert not rows(warehouse)
    assert made(warehouse) == made(warehouse, from_nothing=True)
    link(warehouse, 2)
    with warehouse.connect("owner") as connection:
        connection.execute("truncate vault.identity")
    assert not rows(warehouse)


def test_a_small_vault_is_read_as_it_is(make_town: Callable[..., Warehouse], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared, "LEAST_BYTES", LARGE)
    warehouse = make_town(state(60, 9)[0])
    link(warehouse, 1)
    assert not rows(warehouse)
