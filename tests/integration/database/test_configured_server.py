"""A configured server takes the embedded one's place with nothing else changed: Postgres 16 or 18, TCP or socket."""

from collections.abc import Iterator
from pathlib import Path

import adbc_driver_postgresql.dbapi
import psycopg
import psycopg2
import pyarrow as pa
import pytest

from p20w.database import ROLES, DatabaseError, ServerMismatch, Warehouse, WriterBusy, embedded
from p20w.database.bulk import copy_arrow, read_arrow
from p20w.database.server_settings import LOG_SETTINGS
from p20w.keys import KeyRing
from p20w.settings import Settings
from tests.own_server import PASSWORD, Throwaway, throwaway


@pytest.fixture(scope="module")
def theirs() -> Iterator[Throwaway]:
    """A Postgres 18 whose superuser we are given."""
    with throwaway("pginstall18") as found:
        yield found


@pytest.fixture(scope="module")
def managed() -> Iterator[Throwaway]:
    """A Postgres 16 of a provider, whose administrator may create roles and databases and is no superuser."""
    with throwaway("pginstall") as found:
        found.execute(f"create role clerk login createrole createdb password '{PASSWORD}'")
        yield found


@pytest.fixture(params=["address", "socket"])
def configured(request: pytest.FixtureRequest, theirs: Throwaway, tmp_path: Path) -> Settings:
    """Settings that name their server, by address with a password in the URL, or by socket with one in a file."""
    if request.param == "address":
        return Settings(home=tmp_path / "home", server_url=theirs.url("chief"), database="by_address")
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    return Settings(
        home=tmp_path / "home",
        server_url=f"postgresql://chief@/postgres?host={theirs.folder}&port={theirs.port}",
        server_password_file=tmp_path / "password",
        database="by_socket",
    )


def test_everything_is_made_on_a_configured_server_and_every_role_gets_in(configured: Settings, tmp_path: Path) -> None:
    warehouse = Warehouse.open(configured)
    warehouse.migrate()
    warehouse.migrate()
    for role in ROLES:
        with warehouse.connect(role) as connection:
            assert connection.execute("select session_user::text").fetchone() == (f"p20w_{role}",)
    KeyRing.open(configured, warehouse)
    with warehouse.writer(), warehouse.connect("transform") as transform:
        copy_arrow(transform, "core.numbers", make_numbers(transform))
        transform.commit()
        assert read_arrow(warehouse.libpq("transform"), "select n from core.numbers").to_pydict() == {"n": [1, 2]}
    psycopg.connect(warehouse.dagster_url()).close()
    assert not embedded.locate(configured).data.exists()


def make_numbers(transform: psycopg.Connection) -> pa.Table:
    transform.execute("create table core.numbers (n bigint)")
    return pa.table({"n": pa.array([1, 2], pa.int64())})


def test_there_every_role_the_owner_too_needs_its_password(configured: Settings) -> None:
    warehouse = Warehouse.open(configured)
    warehouse.migrate()
    for role in ROLES:
        (configured.secrets / f"p20w_{role}").write_text(f"another password of {role}")
        with pytest.raises(DatabaseError, match="wrong password"):
            warehouse.connect(role)
    warehouse.migrate()  # whoever has the administrator's word gives out passwords anew
    for role in ROLES:
        warehouse.connect(role).close()


def test_what_fails_there_is_not_in_a_log_that_holds_all_it_can(theirs: Throwaway, configured: Settings) -> None:
    warehouse = Warehouse.open(configured)
    warehouse.migrate()
    for role in ROLES:
        with psycopg.connect(warehouse.libpq(role), autocommit=True) as connection:
            with pytest.raises(psycopg.DataError):
                connection.execute("select 'Brontozephyr'::date")
            connection.execute("select 'Brontozephyr'")
    logged = theirs.log.read_text(errors="replace")
    assert "Brontozephyr" not in logged
    assert all(warehouse.password(role) not in logged for role in ROLES)


def test_a_server_that_would_log_data_is_refused_until_its_settings_are_changed(
    managed: Throwaway, tmp_path: Path
) -> None:
    warehouse = Warehouse.open(Settings(home=tmp_path / "home", server_url=managed.url("clerk")))
    with pytest.raises(ServerMismatch, match=r"log_min_messages = 'log'.*log_statement = 'none'"):
        warehouse.migrate()
    for name in LOG_SETTINGS:
        managed.execute(f"grant set on parameter {name} to clerk")
    warehouse.migrate()
    for role in ROLES:
        warehouse.connect(role).close()
    with warehouse.connect_administrator() as clerk:
        assert clerk.execute("select pg_has_role('p20w_owner', 'usage')").fetchone() == (False,)


def test_a_url_without_a_user_serves_whoever_is_not_the_administrator(theirs: Throwaway, tmp_path: Path) -> None:
    full = Settings(home=tmp_path / "home", server_url=theirs.url("chief"), database="without")
    bare = full.model_copy(update={"server_url": f"postgresql://127.0.0.1:{theirs.port}"})
    Warehouse.open(full).migrate()
    warehouse = Warehouse.open(bare)
    warehouse.migrate()
    warehouse.connect("intake").close()
    with pytest.raises(DatabaseError, match="names no administrator"):
        warehouse.connect_administrator()


def test_the_writer_s_lock_holds_across_both_ways_in(theirs: Throwaway, tmp_path: Path) -> None:
    full = Settings(home=tmp_path / "home", server_url=theirs.url("chief"), database="locked")
    Warehouse.open(full).migrate()
    by_name = full.model_copy(update={"server_url": f"postgresql://localhost:{theirs.port}"})
    with Warehouse.open(full).writer("first"), pytest.raises(WriterBusy), Warehouse.open(by_name).writer("second"):
        pass


def test_how_to_check_the_server_s_certificate_is_taken_over_by_every_role(tmp_path: Path) -> None:
    url = "postgresql://chief:x@db.example.gov/postgres?sslmode=verify-full&sslrootcert=/etc/ca.pem&connect_timeout=9"
    warehouse = Warehouse._configured(Settings(home=tmp_path / "home"), url)
    for told in (warehouse.libpq("intake"), warehouse.url("intake"), warehouse.dagster_url()):
        assert told.endswith("?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem")
    assert warehouse.host == "db.example.gov"
    assert warehouse.libpq_environment() == {"PGSSLMODE": "verify-full", "PGSSLROOTCERT": "/etc/ca.pem"}


def test_no_driver_tells_its_password_to_a_server_that_cannot_show_a_certificate(
    theirs: Throwaway, tmp_path: Path
) -> None:
    full = Settings(home=tmp_path / "home", server_url=theirs.url("chief"), database="plain")
    Warehouse.open(full).migrate()
    url = f"postgresql://127.0.0.1:{theirs.port}?sslmode=verify-full&sslrootcert={tmp_path / 'none'}"
    strict = Warehouse.open(full.model_copy(update={"server_url": url}))
    with pytest.raises(DatabaseError):
        strict.connect("report")
    with pytest.raises(adbc_driver_postgresql.dbapi.Error):
        adbc_driver_postgresql.dbapi.connect(strict.libpq("report"))
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(strict.dagster_url())


@pytest.mark.parametrize(
    "url", ["not a url at all", "postgresql://chief:secretword@127.0.0.1:1/postgres", "mysql://chief:secretword@there"]
)
def test_a_server_that_cannot_be_reached_is_said_without_its_url(url: str, tmp_path: Path) -> None:
    with pytest.raises(DatabaseError) as caught:
        Warehouse.open(Settings(home=tmp_path / "home", server_url=url))
    assert "P20W_SERVER_URL" in str(caught.value)
    assert "secretword" not in str(caught.value)
