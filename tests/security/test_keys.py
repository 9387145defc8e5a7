"""Keys: made once for an empty warehouse; a missing, damaged or second key stops everything."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from p20w.database import Warehouse
from p20w.keys import NAMES, KeyMismatch, KeyRing
from p20w.settings import Settings


def folder(warehouse: Warehouse) -> Path:
    return warehouse.settings.home / "keys"


def state_of(warehouse: Warehouse) -> list[tuple[object, ...]]:
    """Everything that opening keys could have changed."""
    with warehouse.connect("owner") as owner:
        keys = owner.execute("select key_name, key_id, fingerprint from governance.key order by 1").fetchall()
        audit = owner.execute("select count(*) from governance.audit").fetchall()
    return keys + audit + [(path.name, path.read_text()) for path in sorted(folder(warehouse).glob("*"))]


@pytest.fixture
def tokenized(warehouse: Warehouse) -> Warehouse:
    """A warehouse with keys and with an identity made by them."""
    KeyRing.open(warehouse.settings, warehouse)
    with warehouse.connect("intake") as intake:
        intake.execute("insert into vault.identity (identity_id, feed) values (gen_random_uuid(), 'k12_enrollment')")
    return warehouse


def test_an_empty_warehouse_gets_three_keys_and_keeps_them(warehouse: Warehouse) -> None:
    first = KeyRing.open(warehouse.settings, warehouse)
    assert KeyRing.open(warehouse.settings, warehouse) == first
    secrets = {getattr(first, name).secret for name in NAMES}
    assert len(secrets) == len(NAMES)
    assert {len(secret) for secret in secrets} == {32}


def test_a_warehouse_that_holds_identities_gets_no_new_key(warehouse: Warehouse) -> None:
    with warehouse.connect("intake") as intake:
        intake.execute("insert into vault.identity (identity_id, feed) values (gen_random_uuid(), 'k12_enrollment')")
    with pytest.raises(KeyMismatch, match="no key is on record"):
        KeyRing.open(warehouse.settings, warehouse)
    assert list(folder(warehouse).iterdir()) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_key_stops_everything(tokenized: Warehouse, name: str) -> None:
    (folder(tokenized) / name).unlink()
    before = state_of(tokenized)
    with pytest.raises(KeyMismatch, match=rf"The {name} key .* is missing.*\n.*Put the right key file back"):
        KeyRing.open(tokenized.settings, tokenized)
    assert state_of(tokenized) == before


@pytest.mark.parametrize("name", NAMES)
def test_a_second_key_stops_everything(tokenized: Warehouse, name: str) -> None:
    file = folder(tokenized) / name
    other = file.read_text().strip()
    file.write_text(other[:-1] + ("0" if other[-1] != "0" else "1"))
    before = state_of(tokenized)
    with pytest.raises(KeyMismatch, match=rf"The {name} key .* is another one.*\n.*Put the right key file back"):
        KeyRing.open(tokenized.settings, tokenized)
    assert state_of(tokenized) == before


def test_a_second_key_folder_stops_everything(tokenized: Warehouse, tmp_path: Path) -> None:
    elsewhere = tokenized.settings.model_copy(update={"home": tmp_path / "home"})
    with pytest.raises(KeyMismatch, match="missing"):
        KeyRing.open(elsewhere, tokenized)
    assert list((tmp_path / "home" / "keys").iterdir()) == []


@pytest.mark.parametrize("content", ["", "ssn-1:", "ssn-1:zz", "ssn-1:" + "ab" * 31, "ab" * 32])
def test_a_damaged_key_is_neither_used_nor_replaced(warehouse: Warehouse, content: str) -> None:
    warehouse.settings.private_folder("keys")
    (folder(warehouse) / "ssn").write_text(content)
    with pytest.raises(KeyMismatch, match="does not hold 32 bytes") as caught:
        KeyRing.open(warehouse.settings, warehouse)
    assert (folder(warehouse) / "ssn").read_text() == content
    assert "abab" not in str(caught.value)


def test_the_keys_of_another_machine_are_taken_over_by_an_empty_warehouse(
    tokenized: Warehouse, make_warehouse: Callable[..., Warehouse]
) -> None:
    second = make_warehouse(home=tokenized.settings.home)
    assert KeyRing.open(second.settings, second) == KeyRing.open(tokenized.settings, tokenized)


def test_no_secret_shows_when_a_key_is_printed_or_stored(tokenized: Warehouse) -> None:
    ring = KeyRing.open(tokenized.settings, tokenized)
    with tokenized.connect("owner") as owner:
        kept = owner.execute("select key::text from governance.key").fetchall()
    for name in NAMES:
        key = getattr(ring, name)
        for text in (repr(ring), str(key), repr(kept), key.fingerprint):
            assert key.secret.hex() not in text
            assert repr(key.secret) not in text


def open_keys(settings: Settings) -> list[bytes]:
    ring = KeyRing.open(settings, Warehouse.open(settings))
    return [getattr(ring, name).secret for name in NAMES]


def test_processes_that_start_at_once_agree_on_the_keys(warehouse: Warehouse) -> None:
    with ProcessPoolExecutor(4, mp_context=get_context("fork")) as pool:
        rings = list(pool.map(open_keys, [warehouse.settings] * 8))
    assert all(ring == rings[0] for ring in rings)
    with warehouse.connect("owner") as owner:
        assert owner.execute("select count(*) from governance.key").fetchone() == (len(NAMES),)
