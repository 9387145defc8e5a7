"""The embedded server: started, stopped and removed as often as one likes, by as many as like."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from p20w.database import Warehouse, cluster, embedded
from p20w.settings import Settings


@pytest.fixture(scope="module")
def place() -> Iterator[Settings]:
    """Settings of a server of this module's own, in a folder with a space."""
    home = Path(tempfile.mkdtemp(prefix="p20w own-"))
    settings = Settings(home=home / "home")
    yield settings
    embedded.destroy(settings)
    shutil.rmtree(home)


def started_at(settings: Settings) -> str:
    with psycopg.connect(embedded.locate(settings).administrator_dsn) as admin:
        (when,) = admin.execute("select pg_postmaster_start_time()::text").fetchone() or ("",)
    return when


def start_and_look(settings: Settings) -> str:
    embedded.start(settings)
    return started_at(settings)


def test_processes_that_start_at_once_get_one_server(place: Settings) -> None:
    embedded.destroy(place)
    with ProcessPoolExecutor(3, mp_context=get_context("fork")) as pool:
        assert len(set(pool.map(start_and_look, [place] * 6))) == 1


def uid_of(name: str) -> int:
    return cluster.service_user(name).pw_uid


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes a service user")
def test_processes_that_start_at_once_on_a_new_machine_make_one_service_user() -> None:
    name = f"p20w{os.getpid()}"
    try:
        with ProcessPoolExecutor(4, mp_context=get_context("fork")) as pool:
            numbers = set(pool.map(uid_of, [name] * 4, chunksize=1))
        assert numbers == {uid_of(name)}
    finally:
        subprocess.run(["userdel", name], check=True)


def test_starting_a_running_server_changes_nothing(place: Settings) -> None:
    assert start_and_look(place) == start_and_look(place)


def test_stopping_is_said_once_and_a_stopped_server_stays_stopped(place: Settings) -> None:
    embedded.start(place)
    assert embedded.stop(place) is True
    assert embedded.stop(place) is False
    assert not embedded.is_running(embedded.locate(place))


def test_a_restart_keeps_data(place: Settings) -> None:
    embedded.start(place)
    with psycopg.connect(embedded.locate(place).administrator_dsn) as admin:
        admin.execute("create table kept as select 7 as n")
    embedded.stop(place)
    embedded.start(place)
    with psycopg.connect(embedded.locate(place).administrator_dsn) as admin:
        assert admin.execute("select n from kept").fetchone() == (7,)
        admin.execute("drop table kept")


def test_a_server_that_was_killed_starts_again_with_its_data(place: Settings) -> None:
    embedded.start(place)
    where = embedded.locate(place)
    with psycopg.connect(where.administrator_dsn) as admin:
        admin.execute("create table kept as select 8 as n")
    os.kill(int((where.data / "postmaster.pid").read_text().splitlines()[0]), signal.SIGKILL)
    embedded.start(place)
    with psycopg.connect(where.administrator_dsn) as admin:
        assert admin.execute("select n from kept").fetchone() == (8,)
        admin.execute("drop table kept")


def test_a_server_whose_socket_was_swept_away_is_reached_again(place: Settings) -> None:
    embedded.start(place)
    (embedded.locate(place).socket / ".s.PGSQL.5432").unlink()
    assert start_and_look(place)


def test_access_rules_that_somebody_loosened_are_put_back_at_the_next_start(place: Settings) -> None:
    embedded.start(place)
    embedded.stop(place)
    rules = embedded.locate(place).data / "pg_hba.conf"
    rules.write_text("local all all trust\n")
    embedded.start(place)
    assert "trust" not in rules.read_text()


def test_destroying_removes_data_socket_and_programs_and_can_be_repeated(place: Settings) -> None:
    embedded.start(place)
    where = embedded.locate(place)
    embedded.destroy(place)
    for path in (where.data, where.data.parent, where.socket, where.lock):
        assert not path.exists()
    embedded.destroy(place)
    assert embedded.stop(place) is False


def test_a_cluster_half_made_by_a_crash_is_made_again(place: Settings) -> None:
    embedded.destroy(place)
    where = embedded.locate(place)
    cluster.prepare(where)
    (where.data.with_name("data.draft")).mkdir()
    (where.data.with_name("data.draft") / "half").touch()
    assert start_and_look(place)


def test_a_long_path_gets_a_short_socket_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 4242)
    where = embedded.locate(Settings(home=Path("/home") / ("very-" * 30) / "long"))
    assert len(f"{where.socket}/.s.PGSQL.5432") < 107
    assert "4242" in where.socket.name


def test_two_homes_have_two_servers() -> None:
    first, second = (embedded.locate(Settings(home=Path(f"/srv/{name}"))) for name in "ab")
    assert first.data != second.data
    assert first.socket != second.socket


def test_the_server_is_postgres_18_in_c_utf_8_with_checksums(server: Settings) -> None:
    with Warehouse.open(server).connect_administrator() as admin:
        assert admin.info.server_version // 10_000 == 18
        assert admin.execute("show data_checksums").fetchone() == ("on",)
        locales = admin.execute("select distinct datcollate, datctype, pg_encoding_to_char(encoding) from pg_database")
        assert locales.fetchall() == [("C.UTF-8", "C.UTF-8", "UTF8")]


def test_a_folder_of_the_socket_may_have_a_space() -> None:
    """As root the socket lies elsewhere; for everybody else it lies in the project."""
    place = cluster.Cluster(*(Path("/my project") / name for name in ("data", "run", "log", "bin")), None)
    assert conninfo_to_dict(place.administrator_dsn)["host"] == "/my project/run"
