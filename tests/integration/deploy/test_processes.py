"""The containers' processes, run on this machine: the same commands, `dagster.yaml` and secrets, another address."""

import http.client
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil
import psycopg
import pytest
import yaml
from alembic.script import ScriptDirectory

from p20w.database import Warehouse
from p20w.database.access import AccessDrift
from p20w.database.errors import ServerMismatch
from p20w.database.migrate import MIGRATIONS
from p20w.database.roles import LOGINS
from p20w.keys import KeyRing
from p20w.private import private_folder
from p20w.settings import PROJECT, Settings
from p20w.web.users import Users
from tests.own_state import free_port

PATIENCE_SECONDS = 90
NAME, PASSWORD = "a.operator", "four plain words here"
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]


@dataclass
class Containers:
    """What stands in for the containers: processes of this test, ended by their ids."""

    warehouse: Warehouse
    logs: Path
    port: int
    """Of Dagster's pages, in the place of 3000."""
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What compose.yml and the Dockerfile give a container, for this machine."""
        settings = self.warehouse.settings
        names = ("home", "drops", "truth", "reports", "secrets", "server_folder", "database")
        return {
            "P20W_SERVER_URL": f"postgresql:///?host={self.warehouse.host}",
            "PATH": f"{Path(sys.executable).parent}:{os.defpath}",
            "HOME": str(self.logs),
            "P20W_CODE_SOCKET": str(self.code),
            "P20W_UI_ORIGIN": f"https://localhost:{self.port}",
            "P20W_UI_CERTIFICATE": str(self.logs / "secrets" / "ui_certificate"),
            "P20W_UI_KEY": str(self.logs / "secrets" / "ui_key"),
            "DAGSTER_DISABLE_TELEMETRY": "1",
            **{f"P20W_{name.upper()}": str(getattr(settings, name)) for name in names},
        }

    def of(self, service: str) -> dict[str, str]:
        """The environment of one container."""
        return self.environment | {"P20W_SECRETS": str(self.secrets(service))}

    @property
    def code(self) -> Path:
        """What stands in for the volume that the containers share."""
        return self.warehouse.settings.private_folder("run") / "code"

    def secrets(self, service: str) -> Path:
        """A folder with the passwords that the container is given, and no other."""
        folder = private_folder(self.logs / f"secrets of {service}")
        for name in {*SERVICES[service]["secrets"]} & {*LOGINS}:
            if not (folder / name).exists():
                shutil.copy(self.warehouse.settings.secrets / name, folder)
        return folder

    def start(self, service: str) -> None:
        """Run the service's own command, on ports that are free here."""
        command = [self.here(word) for word in SERVICES[service]["command"]]
        with (self.logs / service).open("wb") as log:
            self.running[service] = subprocess.Popen(
                command, cwd=PROJECT, env=self.of(service), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def is_healthy(self, service: str) -> bool:
        """What the service's own health check says."""
        command = [self.here(word) for word in SERVICES[service]["healthcheck"]["test"][1:]]
        done = subprocess.run(command, cwd=PROJECT, env=self.of(service), capture_output=True, check=False)
        return done.returncode == 0

    def here(self, word: str) -> str:
        here = {
            "0.0.0.0": "127.0.0.1",  # noqa: S104
            "3000": str(self.port),
            "/run/p20w/code": str(self.code),
            "python": sys.executable,
        }
        return here.get(word, word)

    def page(self) -> http.client.HTTPSConnection:
        """A connection to the pages by TLS, trusting nothing but their certificate."""
        trusted = ssl.create_default_context(cafile=self.environment["P20W_UI_CERTIFICATE"])
        return http.client.HTTPSConnection(f"localhost:{self.port}", timeout=60, context=trusted)

    def graphql(self, query: str) -> dict[str, Any]:
        """What Dagster answers to somebody who logs in by TLS and asks as its own page does."""
        host, page = f"localhost:{self.port}", self.page()
        headers = {"origin": f"https://{host}", "content-type": "application/x-www-form-urlencoded"}
        page.request("POST", "/login", urlencode({"name": NAME, "password": PASSWORD}), headers)
        answer = page.getresponse()
        answer.read()
        cookie, _, rules = answer.headers["set-cookie"].partition(";")
        assert cookie.startswith("__Host-")
        assert "Secure" in rules
        headers |= {"content-type": "application/json", "cookie": cookie}
        page.request("POST", "/graphql", json.dumps({"query": query}), headers)
        return json.loads(page.getresponse().read())["data"]

    def wait(self, what: str, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            ended = {name: process.returncode for name, process in self.running.items() if process.poll() is not None}
            assert not ended, f"ended while waiting for {what}: {ended}\n{self.told()}"
            assert time.monotonic() < deadline, f"no {what} in {PATIENCE_SECONDS} s\n{self.told()}"
            time.sleep(0.3)

    def outputs(self) -> dict[str, str]:
        """What each process printed."""
        return {name: (self.logs / name).read_text(errors="replace") for name in self.running}

    def told(self) -> str:
        return "\n".join(f"--- {name}\n{text[-1500:]}" for name, text in self.outputs().items())

    def end(self) -> None:
        """End these processes and the ones they started, by their ids."""
        started = [psutil.Process(process.pid) for process in self.running.values() if process.poll() is None]
        family = [member for parent in started for member in (parent, *parent.children(recursive=True))]
        for member in family:
            with suppress(psutil.NoSuchProcess):
                member.terminate()
        for member in psutil.wait_procs(family, timeout=5)[1]:
            member.kill()
        for process in self.running.values():
            process.wait()


@pytest.fixture(scope="module")
def containers(module_warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Containers]:
    module_warehouse.migrate()  # makes Dagster's database
    module_warehouse.settings.drops.mkdir(exist_ok=True)
    made = Containers(module_warehouse, tmp_path_factory.mktemp("logs"), free_port())
    command = [str(PROJECT / "deploy" / "make-secrets"), str(made.logs / "secrets")]
    subprocess.run(command, check=True, capture_output=True)
    Users(module_warehouse.settings.ui_users).set_password(NAME, PASSWORD)
    try:
        made.start("code")
        made.wait("code server", lambda: made.is_healthy("code"))
        made.start("webserver")
        made.start("daemon")
        yield made
    finally:
        made.end()


def test_code_server_webserver_and_daemon_become_healthy_and_work_together(containers: Containers) -> None:
    containers.wait("webserver", lambda: containers.is_healthy("webserver"))
    told = containers.graphql(
        "{ repositoriesOrError { __typename ... on RepositoryConnection { nodes { jobs { name } schedules { name } "
        "sensors { name } } } } }"
    )["repositoriesOrError"]
    (repository,) = told["nodes"]
    assert {"take_in", "publish"} <= {job["name"] for job in repository["jobs"]}
    assert repository["schedules"]
    assert repository["sensors"]


def test_the_daemon_beats_in_dagster_s_own_database_and_leaves_the_warehouse_alone(containers: Containers) -> None:
    warehouse = containers.warehouse

    def beats() -> bool:
        with psycopg.connect(warehouse.dagster_url()) as dagster:
            if dagster.execute("select to_regclass('daemon_heartbeats')").fetchone() == (None,):
                return False
            return bool(dagster.execute("select 1 from daemon_heartbeats where daemon_type = 'SENSOR'").fetchall())

    containers.wait("heartbeat of the daemon", beats)
    containers.wait("daemon", lambda: containers.is_healthy("daemon"))
    with warehouse.connect("owner") as owner:
        schemas = {row[0] for row in owner.execute("select nspname from pg_namespace where nspname !~ '^pg_'")}
        tables = owner.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
    rooms = {"governance", "intake", "vault", "registry", "core", "marts", "locks"}
    assert schemas == rooms | {"information_schema", "public", "marts_candidate", "reference", "staging"}
    assert {row[0] for row in tables} == {"alembic_version", "one_migration"}


def test_who_runs_refreshes_can_change_no_table_and_still_holds_the_lock_the_keys_and_a_look_at_the_rights(
    containers: Containers,
) -> None:
    settings = containers.warehouse.settings.model_copy(
        update={"server_url": containers.environment["P20W_SERVER_URL"], "secrets": containers.secrets("code")}
    )
    code = Warehouse.open(settings)
    with code.writer("refresh"):
        assert KeyRing.open(settings, code) == KeyRing.open(containers.warehouse.settings, containers.warehouse)
    code.migrate()
    with containers.warehouse.connect("owner", autocommit=True) as owner:
        owner.execute("grant select on vault.ssn to p20w_report")
        with pytest.raises(AccessDrift, match=r"p20w_report: select on table vault\.ssn"):
            code.migrate()
        owner.execute("revoke select on vault.ssn from p20w_report")
        owner.execute("alter table intake.ps_award rename column cip_code to cip")
        with pytest.raises(ServerMismatch, match="docker compose up migrate"):
            code.migrate()
        owner.execute("alter table intake.ps_award rename column cip to cip_code")
        owner.execute("update alembic_version set version_num = '9999'")
        with pytest.raises(ServerMismatch, match="a newer one was used"):
            code.migrate()
        newest = ScriptDirectory(str(MIGRATIONS)).get_current_head()
        owner.execute("update alembic_version set version_num = %s", (newest,))
    code.migrate()
    assert not (settings.secrets / "p20w_owner").exists()


def test_the_pages_are_all_that_listens(containers: Containers) -> None:
    listening = {
        (found.laddr.ip, found.laddr.port)
        for process in containers.running.values()
        for member in (psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True))
        for found in member.net_connections(kind="inet")
        if found.status == psutil.CONN_LISTEN
    }
    assert listening == {("127.0.0.1", containers.port)}


def test_the_pages_answer_by_tls_only_and_to_nobody_unknown(containers: Containers) -> None:
    containers.wait("webserver", lambda: containers.is_healthy("webserver"))
    with socket.create_connection(("127.0.0.1", containers.port), timeout=30) as plain:
        plain.sendall(b"GET /login HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"HTTP" not in plain.recv(100)
    page = containers.page()
    page.request("GET", "/server_info")
    answer = page.getresponse()
    assert answer.status == 401
    assert answer.headers["strict-transport-security"].startswith("max-age=")


@pytest.mark.parametrize("missing", ["ui_origin", "ui_certificate", "ui_key"])
def test_nobody_beyond_this_machine_is_served_without_tls_or_users(
    containers: Containers, tmp_path: Path, missing: str
) -> None:
    from dagster_project.webserver import NotGuarded, serve

    given = {name: containers.environment[f"P20W_{name.upper()}"] for name in ("ui_origin", "ui_certificate", "ui_key")}
    settings = Settings(home=tmp_path, **{**given, missing: None})  # pyright: ignore[reportArgumentType]
    with pytest.raises(NotGuarded, match="by TLS only"):
        serve(settings, "0.0.0.0", 0, tmp_path)  # noqa: S104
    with pytest.raises(NotGuarded, match="p20w ui users add"):
        serve(Settings(home=tmp_path, **given), "0.0.0.0", 0, tmp_path)  # noqa: S104  # pyright: ignore


def test_no_password_is_among_the_arguments_or_the_output_of_a_process(containers: Containers) -> None:
    secret = (containers.warehouse.settings.secrets / "p20w_dagster").read_text()
    for process in containers.running.values():
        assert secret not in " ".join(psutil.Process(process.pid).cmdline())
    assert secret not in "".join(containers.outputs().values())


def test_the_instance_is_the_one_of_dagster_yaml(containers: Containers) -> None:
    home = containers.warehouse.settings.home / "dagster" / "dagster.yaml"
    assert home.read_bytes() == (PROJECT / "dagster_project" / "dagster.yaml").read_bytes()
