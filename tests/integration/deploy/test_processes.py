"""The containers' processes, run on this machine: the same commands, `dagster.yaml` and secrets, another address."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
import yaml

from p20w.database import Warehouse
from p20w.settings import PROJECT

PATIENCE_SECONDS = 90
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]


@dataclass
class Containers:
    """What stands in for the containers: processes of this test, ended by their ids."""

    warehouse: Warehouse
    logs: Path
    ports: dict[str, int]
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What compose.yml and the Dockerfile give a container, for this machine."""
        settings = self.warehouse.settings
        names = ("home", "drops", "truth", "reports", "secrets", "server_folder", "database")
        return {
            "PATH": f"{Path(sys.executable).parent}:{os.defpath}",
            "HOME": str(self.logs),
            "P20W_CODE_HOST": "127.0.0.1",
            "P20W_CODE_PORT": str(self.ports["4000"]),
            "DAGSTER_DISABLE_TELEMETRY": "1",
            **{f"P20W_{name.upper()}": str(getattr(settings, name)) for name in names},
        }

    def start(self, service: str) -> None:
        """Run the service's own command, on ports that are free here."""
        command = [self.here(word) for word in SERVICES[service]["command"]]
        with (self.logs / service).open("wb") as log:
            self.running[service] = subprocess.Popen(
                command, cwd=PROJECT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def is_healthy(self, service: str) -> bool:
        """What the service's own health check says."""
        command = [self.here(word) for word in SERVICES[service]["healthcheck"]["test"][1:]]
        done = subprocess.run(command, cwd=PROJECT, env=self.environment, capture_output=True, check=False)
        return done.returncode == 0

    def here(self, word: str) -> str:
        for port, free in self.ports.items():
            word = word.replace(f":{port}/", f":{free}/") if f":{port}/" in word else word
            word = str(free) if word == port else word
        return {"0.0.0.0": "127.0.0.1", "python": sys.executable}.get(word, word)  # noqa: S104

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


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def containers(module_warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Containers]:
    module_warehouse.migrate()  # makes Dagster's database
    module_warehouse.settings.drops.mkdir(exist_ok=True)
    made = Containers(module_warehouse, tmp_path_factory.mktemp("logs"), {"4000": free_port(), "3000": free_port()})
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
    asked = urllib.request.Request(
        f"http://127.0.0.1:{containers.ports['3000']}/graphql",
        data=b'{"query": "{ repositoriesOrError { __typename ... on RepositoryConnection { nodes { jobs { name } '
        b'schedules { name } sensors { name } } } } }"}',
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310
        told = yaml.safe_load(answer.read())["data"]["repositoriesOrError"]
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
    rooms = {"governance", "intake", "vault", "registry", "core", "marts"}
    assert schemas == rooms | {"information_schema", "public", "marts_candidate", "reference", "staging"}
    assert {row[0] for row in tables} == {"alembic_version", "one_migration"}


def test_no_process_listens_beyond_this_machine(containers: Containers) -> None:
    listening = [
        found.laddr.ip
        for process in containers.running.values()
        for member in (psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True))
        for found in member.net_connections(kind="inet")
        if found.status == psutil.CONN_LISTEN
    ]
    assert {address.removeprefix("::ffff:") for address in listening} == {"127.0.0.1"}


def test_no_password_is_among_the_arguments_or_the_output_of_a_process(containers: Containers) -> None:
    secret = (containers.warehouse.settings.secrets / "p20w_dagster").read_text()
    for process in containers.running.values():
        assert secret not in " ".join(psutil.Process(process.pid).cmdline())
    assert secret not in "".join(containers.outputs().values())


def test_the_instance_is_the_one_of_dagster_yaml(containers: Containers) -> None:
    home = containers.warehouse.settings.home / "dagster" / "dagster.yaml"
    assert home.read_bytes() == (PROJECT / "dagster_project" / "dagster.yaml").read_bytes()
