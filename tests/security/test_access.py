"""Who gets in: passwords, the system user, sockets, and the modes of files."""

import os
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
import pytest

from p20w.database import ROLES, DatabaseError, Role, Warehouse, embedded
from p20w.database.roles import DAGSTER_ROLE, login
from p20w.keys import KeyRing
from p20w.private import private_folder, write_once
from p20w.settings import Settings

WITH_PASSWORD: tuple[Role, ...] = tuple(role for role in ROLES if role != "owner")
OTHER_USER = 65534
"""The system user `nobody`."""


@pytest.mark.parametrize("role", WITH_PASSWORD)
def test_a_wrong_password_does_not_get_in(module_warehouse: Warehouse, role: Role) -> None:
    right = module_warehouse.libpq(role)
    psycopg.connect(right).close()
    for wrong in (quote(module_warehouse.password(role)[:-1], safe=""), "", quote(module_warehouse.password("owner"))):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(right.replace(quote(module_warehouse.password(role), safe=""), wrong))


def test_dagster_s_login_needs_its_password_too(module_warehouse: Warehouse, template: str) -> None:
    settings = module_warehouse.settings
    dsn = f"host={module_warehouse.host} user={DAGSTER_ROLE} dbname={template}_dagster"
    secret = (settings.secrets / DAGSTER_ROLE).read_text()
    psycopg.connect(dsn, password=secret).close()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(dsn, password=f"{secret}x")


def test_every_password_is_kept_as_a_scram_verifier(module_warehouse: Warehouse) -> None:
    with module_warehouse.connect_administrator() as admin:
        rows = admin.execute("select rolname, rolpassword from pg_authid where rolname like 'p20w%'").fetchall()
    assert {name for name, _ in rows} == {DAGSTER_ROLE, *map(login, ROLES)}
    assert all(verifier.startswith("SCRAM-SHA-256$") for _, verifier in rows)


def test_passwords_of_roles_differ(module_warehouse: Warehouse) -> None:
    assert len({module_warehouse.password(role) for role in ROLES}) == len(ROLES)


def test_the_access_rules_know_peer_for_administrator_and_owner_and_scram_for_the_rest(
    module_warehouse: Warehouse,
) -> None:
    with module_warehouse.connect_administrator() as admin:
        rules = admin.execute("select type, user_name, auth_method from pg_hba_file_rules order by rule_number")
        assert rules.fetchall() == [
            ("local", ["postgres"], "peer"),
            ("local", ["p20w_owner"], "peer"),
            ("local", ["all"], "scram-sha-256"),
        ]
        users = {row[0] for row in admin.execute("select distinct sys_name from pg_ident_file_mappings")}
    import pwd

    assert users == {pwd.getpwuid(os.geteuid()).pw_name}


@pytest.mark.skipif(os.geteuid() != 0, reason="becoming another system user takes root")
@pytest.mark.parametrize("user", ["postgres", "p20w_owner", "p20w_linkage"])
def test_another_system_user_cannot_even_reach_the_socket(module_warehouse: Warehouse, user: str) -> None:
    dsn = f"host={module_warehouse.host} user={user} dbname={module_warehouse.settings.database}"
    assert "Permission denied" in tried_as(OTHER_USER, dsn)


@pytest.mark.skipif(os.geteuid() != 0, reason="becoming another system user takes root")
@pytest.mark.parametrize("user", ["postgres", "p20w_owner"])
def test_another_system_user_who_reaches_the_socket_is_not_let_in_without_a_password(
    module_warehouse: Warehouse, user: str
) -> None:
    socket = Path(module_warehouse.host)
    socket.chmod(0o711)
    try:
        said = tried_as(OTHER_USER, f"host={socket} user={user} dbname={module_warehouse.settings.database}")
    finally:
        socket.chmod(0o700)
    assert "Peer authentication failed" in said


def tried_as(user: int, dsn: str) -> str:
    """What libpq says to a process of another system user that tries to connect."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)
        try:
            psycopg.connect(dsn)
            said = "it got in"
        except psycopg.OperationalError as error:
            said = str(error)
        os.write(writing, said.encode()[:4000])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said


def test_the_server_listens_on_no_network_address(module_warehouse: Warehouse) -> None:
    with module_warehouse.connect_administrator() as admin:
        assert admin.execute("show listen_addresses").fetchone() == ("",)
    pid = int((embedded.locate(module_warehouse.settings).data / "postmaster.pid").read_text().splitlines()[0])
    server = psutil.Process(pid)
    assert [found for found in server.net_connections(kind="inet") if found.status == psutil.CONN_LISTEN] == []


def test_a_failed_login_does_not_repeat_the_password(module_warehouse: Warehouse) -> None:
    wrong = replace(module_warehouse, settings=module_warehouse.settings.model_copy(update={"database": "nowhere"}))
    with pytest.raises(DatabaseError) as caught:
        wrong.connect("intake")
    assert wrong.password("intake") not in str(caught.value)
    assert caught.value.__context__ is None
    assert "no such database" in str(caught.value)


# ------------------------------------------------------------------- files


@pytest.fixture
def loose_umask() -> Iterator[None]:
    """Make new files readable and writable by all unless somebody takes care."""
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("loose_umask")
def test_keys_passwords_and_their_folders_are_private_whatever_the_umask(warehouse: Warehouse, tmp_path: Path) -> None:
    settings = warehouse.settings.model_copy(update={"home": tmp_path / "home", "secrets": tmp_path / "home/secrets"})
    KeyRing.open(settings, warehouse)
    own = replace(warehouse, settings=settings)
    for role in ROLES:
        own.password(role)
    for path in settings.home.rglob("*"):
        assert mode(path) == (0o700 if path.is_dir() else 0o600), path
    assert mode(settings.home) == 0o700


def test_a_private_folder_that_was_left_open_is_closed_again(tmp_path: Path) -> None:
    folder = tmp_path / "home"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    Settings(home=folder).private_folder()
    assert mode(folder) == 0o700


def test_the_server_s_data_log_and_socket_are_private(module_warehouse: Warehouse) -> None:
    cluster = embedded.locate(module_warehouse.settings)
    assert mode(cluster.data) == 0o700
    assert mode(cluster.socket) == 0o700
    assert mode(cluster.log) == 0o600
    assert mode(cluster.statements) == 0o700
    assert {mode(file) for file in cluster.statements.iterdir()} == {0o600}
    for name in ("postgresql.conf", "pg_hba.conf", "pg_ident.conf", "postgresql.auto.conf"):
        assert not mode(cluster.data / name) & 0o002, name


def test_a_secret_is_written_once_and_whole(tmp_path: Path) -> None:
    file = private_folder(tmp_path / "secrets") / "p20w_x"
    assert write_once(file, "first") == "first"
    assert write_once(file, "second") == "first"
    assert [path.name for path in file.parent.iterdir()] == ["p20w_x"]


def test_a_socket_folder_of_someone_else_is_not_used(tmp_path: Path) -> None:
    from p20w.database.cluster import prepare

    cluster = embedded.locate(Settings(home=tmp_path / "home", server_folder=tmp_path / "server"))
    cluster.socket.parent.mkdir(parents=True)
    trap = tmp_path / "trap"
    trap.mkdir()
    cluster.socket.symlink_to(trap)
    with pytest.raises(DatabaseError, match="belongs to someone else"):
        prepare(cluster)


def test_a_missing_password_in_a_folder_that_others_fill_is_said_in_plain_words(warehouse: Warehouse) -> None:
    settings = warehouse.settings.model_copy(update={"secrets": Path("/proc/nowhere")})
    with pytest.raises(DatabaseError, match="No password of p20w_intake"):
        replace(warehouse, settings=settings).connect("intake")
