"""Shared fixtures: one embedded server a session, a fresh migrated database where a test asks for one."""

import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from psycopg import sql

from p20w.database import Warehouse, embedded
from p20w.private import private_folder
from p20w.settings import Settings
from tests.attacks import pytest_collection_modifyitems, pytest_terminal_summary  # pytest finds them here
from tests.few_feeds import FEW_FEEDS
from tests.own_state import forget_installation

__all__ = ["pytest_collection_modifyitems", "pytest_terminal_summary"]

_numbers = itertools.count(1)

# What a test does not place itself goes here, and not into the checkout's own state.
_elsewhere = tempfile.TemporaryDirectory(prefix="p20w-test-home-")
forget_installation()
os.environ["P20W_HOME"] = _elsewhere.name
# no test waits for a transfer to end, but those that are about it
os.environ["P20W_SETTLE_MINUTES"] = "0"


@pytest.fixture(scope="session")
def state_home() -> Iterator[Path]:
    """A private folder for the whole session, short enough for a socket."""
    home = Path(tempfile.mkdtemp(prefix="p20w-test-"))
    yield home
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def server(state_home: Path) -> Iterator[Settings]:
    """Settings of the session's embedded server, which ends with the session."""
    settings = Settings(home=state_home / "home")
    settings.private_folder()
    embedded.start(settings)
    with Warehouse.open(settings).connect_administrator() as admin:
        # no test is about a power cut, and none should wait for the disk
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            admin.execute(sql.SQL("alter system set {} = off").format(sql.Identifier(name)))
        admin.execute("select pg_reload_conf()")
    yield settings
    embedded.destroy(settings)


@pytest.fixture(scope="session")
def template(server: Settings) -> str:
    """Name of a migrated, empty database that others are copied from."""
    settings = server.model_copy(update={"database": "template_p20w"})
    Warehouse.open(settings).migrate()
    return settings.database


@pytest.fixture(scope="session")
def make_warehouse(
    server: Settings, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Warehouse]:
    """A function that makes a warehouse of its own: database, keys, drops, truth and reports folders.

    Keyword arguments replace settings, for example `drops=...`. Databases go with the server, all at once. One that
    is given a name (`database=...`) takes the place of the one that had it in an earlier module: dbt reads all of its
    project for each database it has not met, which takes longer than most tests. What an earlier one's readers did may
    then be on the record of the next. With `keys`, a folder, ids are those of others made with it.
    """
    prepared = tmp_path_factory.mktemp("dbt")

    def make(*, keys: Path | None = None, **changes: object) -> Warehouse:
        folder = tmp_path_factory.mktemp("state")
        name = str(changes.get("database") or f"t{os.getpid()}_{next(_numbers)}")
        settings = server.model_copy(
            update={
                "database": name,
                "home": folder / "home",
                "ui_users": folder / "home" / "ui" / "users.json",
                "secrets": server.secrets,
                "server_folder": embedded.locate(server).data.parent,
                "drops": folder / "drops",
                "truth": folder / "truth",
                "reports": folder / "reports",
                **changes,
            }
        )
        home = settings.private_folder()
        if keys:
            (home / "keys").symlink_to(keys)
        if "database" in changes:
            (home / "dbt-target").symlink_to(private_folder(prepared / name))
        warehouse = Warehouse.open(settings)
        with warehouse.connect_administrator() as admin:
            for earlier in (name, warehouse.dagster_database) if "database" in changes else ():
                admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(earlier)))
            admin.execute(
                sql.SQL("create database {} template {} owner p20w_owner").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        warehouse.grant_database()
        return warehouse

    return make


@pytest.fixture
def warehouse(make_warehouse: Callable[..., Warehouse]) -> Warehouse:
    """A fresh, empty warehouse for one test."""
    return make_warehouse()


@pytest.fixture(scope="module")
def module_warehouse(make_warehouse: Callable[..., Warehouse]) -> Warehouse:
    """A fresh, empty warehouse for one module of tests."""
    return make_warehouse()


@pytest.fixture(scope="session")
def small_state(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Drops and truth of 600 simulated people, 2018Q3 to 2022Q4. Copy before changing anything."""
    from p20w.simulator import simulate

    folder = tmp_path_factory.mktemp("small_state")
    simulate(600, "2018Q3", "2022Q4", 7, folder / "drops", folder / "truth", feeds=FEW_FEEDS)
    return folder / "drops", folder / "truth"
