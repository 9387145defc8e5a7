"""Who read what, in containers: Postgres with the compose file's flags, people's logins over TLS, and the commands of
containers with what they are given and no more."""

import asyncio
import os
import ssl
import stat
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from typer.testing import CliRunner

from p20w.cli import app
from p20w.private import private_folder
from p20w.settings import PROJECT
from tests.own_server import Throwaway, throwaway

CANARY = "Quetzalwhistle"
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]
STATEMENTS = SERVICES["collector"]["environment"]["P20W_SERVER_LOG"]
WANTS_TLS, WANTS_GSS = 80877103, 80877104


@contextmanager
def tls(server: Throwaway, secrets: Path) -> Iterator[int]:
    """A port at which sessions begin with TLS, as Postgres does it: the embedded package's was built without."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(secrets / "postgres_certificate", secrets / "postgres_key")
    loop, started, ports = asyncio.new_event_loop(), threading.Event(), list[int]()

    async def pour(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await source.read(65_536):
                target.write(piece)
                await target.drain()
        target.close()

    async def session(client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        while (wanted := struct.unpack("!II", await client.readexactly(8))[1]) == WANTS_GSS:
            back.write(b"N")
        if wanted != WANTS_TLS:  # as pg_hba.conf: no session over a network without
            back.close()
            return
        back.write(b"S")
        await back.drain()
        await back.start_tls(context)
        there, on = await asyncio.open_unix_connection(str(server.folder / f".s.PGSQL.{server.port}"))
        await asyncio.gather(pour(client, on), pour(there, back))

    async def listen() -> None:
        listener = await asyncio.start_server(session, "127.0.0.1", 0)
        ports.append(listener.sockets[0].getsockname()[1])
        started.set()

    thread = threading.Thread(target=lambda: (loop.run_until_complete(listen()), loop.run_forever()), daemon=True)
    thread.start()
    assert started.wait(10)
    yield ports[0]
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


@dataclass
class Stack:
    """Postgres as its container runs it, and what other containers are given."""

    server: Throwaway
    secrets: Path
    folder: Path
    port: int
    """Of Postgres, by TLS."""

    @property
    def statements(self) -> Path:
        """What stands in for the folder in the volume."""
        return self.server.folder / "statements"

    def given(self, service: str) -> Path:
        """A folder with the secrets of one container, and no other."""
        folder = private_folder(self.folder / f"secrets of {service}")
        for name in SERVICES[service]["secrets"]:
            if not (folder / name).exists():
                (folder / name).write_bytes((self.secrets / name).read_bytes())
        return folder

    def environment(self, service: str) -> dict[str, str]:
        """What the compose file and the image give a container, for this machine."""
        here = (
            ("/run/secrets", str(self.given(service))),
            ("/etc/p20w/postgres.pem", str(self.secrets / "postgres_certificate")),
            ("postgres:5432", f"localhost:{self.port}"),
            (STATEMENTS, str(self.statements)),
        )
        found = {"PATH": f"{Path(sys.executable).parent}:{os.defpath}", "PYTHONUNBUFFERED": "1"}
        for name, value in {"P20W_SECRETS": "/run/secrets", **SERVICES[service]["environment"]}.items():
            found[name] = reduce(lambda said, moved: said.replace(*moved), here, value)
        return found | {"P20W_HOME": str(self.folder / f"home of {service}")}

    def run(self, service: str, *words: str, **changes: str) -> tuple[int, str]:
        """Exit code and output of a `p20w` command with what a container is given; by default its own, once."""
        own = [word for word in SERVICES[service]["command"] if word not in ("p20w", "--every", "60")]
        done = CliRunner().invoke(app, words or own, env=self.environment(service) | changes)
        return done.exit_code, done.output

    def is_collected(self) -> bool:
        """What the collector's own health check says."""
        read = str(Path(self.environment("collector")["P20W_HOME"]) / "log_was_read")
        own = SERVICES["collector"]["healthcheck"]["test"][1:]
        command = [{"/tmp/p20w/log_was_read": read, "python": sys.executable}.get(word, word) for word in own]  # noqa: S108
        assert read in command
        return subprocess.run(command, cwd=PROJECT, check=False).returncode == 0

    def url(self, login: str) -> str:
        secret = (self.secrets / login).read_text()
        certificate = self.secrets / "postgres_certificate"
        return f"postgresql://{login}:{secret}@localhost:{self.port}/p20w?sslmode=verify-full&sslrootcert={certificate}"

    def attempt(self, login: str, *statements: str) -> None:
        """Run statements by TLS, whatever comes of them."""
        with psycopg.connect(self.url(login), autocommit=True) as connection:
            assert connection.pgconn.ssl_in_use
            for statement in statements:
                with suppress(psycopg.Error):
                    connection.execute(statement.encode())

    def on_record(self) -> list[tuple[str, str, str | None]]:
        with psycopg.connect(self.url("p20w_report")) as report:
            return report.execute("select login, kind, words from governance.access_log order by entry").fetchall()

    def rotate(self) -> None:
        """What the server does when a file is an hour old; a file is named for its second."""
        before = sorted(self.statements.glob("*.csv"))
        with psycopg.connect(
            f"host={self.server.folder} port={self.server.port} user=postgres dbname=postgres",
            password=(self.secrets / "administrator").read_text(),
            autocommit=True,
        ) as administrator:
            while sorted(self.statements.glob("*.csv")) == before:
                administrator.execute("select pg_rotate_logfile()")
                time.sleep(0.1)


def without_tls(flag: str) -> str:
    """A flag of the compose file, for a server of this machine that `tls` stands before."""
    name, _, value = flag.removeprefix("--").partition("=")
    there = {"log_directory": "FOLDER/statements", "hba_file": "FOLDER/pg_hba.conf"}
    return "" if name.startswith("ssl") else f"--{name}={there.get(name, value)}"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("containers")
    secrets = folder / "secrets"
    subprocess.run([str(PROJECT / "deploy" / "make-secrets"), str(secrets)], check=True, capture_output=True)
    service = SERVICES["postgres"]
    with (
        throwaway(
            "pginstall18",
            administrator="postgres",
            password=(secrets / "administrator").read_text(),
            initdb=service["environment"]["POSTGRES_INITDB_ARGS"].split(),
            flags=[flag for flag in map(without_tls, service["command"][1:]) if flag],
            reads=[PROJECT / "deploy" / "pg_hba.conf"],
        ) as postgres,
        tls(postgres, secrets) as port,
    ):
        made = Stack(postgres, secrets, folder, port)
        code, told = made.run("migrate")
        assert code == 0, told
        yield made


def test_what_people_s_logins_do_is_collected_with_two_secrets_and_without_a_value(stack: Stack) -> None:
    assert not stack.is_collected()
    stack.attempt("p20w_analyst", f"select '{CANARY}'", f"select '{CANARY}'::date", "set log_statement = none")
    stack.attempt("p20w_report", f"select '{CANARY}'")
    collector = subprocess.Popen(
        SERVICES["collector"]["command"],
        cwd=PROJECT,
        env=stack.environment("collector"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        deadline = time.monotonic() + 60
        while not stack.is_collected():
            time.sleep(0.1)
            assert collector.poll() is None, collector.communicate()
            assert time.monotonic() < deadline
    finally:
        collector.terminate()
    told = collector.communicate()[0]
    assert "Added 5 rows to the access log" in told
    assert CANARY not in told
    assert {path.name for path in stack.given("collector").iterdir()} == {"p20w_auditor", "access_log_key"}
    assert stack.on_record() == [
        ("p20w_analyst", "statement", "select ?"),
        ("p20w_analyst", "statement", "select ? :: date"),
        ("p20w_analyst", "error", None),
        ("p20w_analyst", "statement", "set log_statement = _"),
        ("p20w_analyst", "error", None),
    ]


def test_files_of_statements_are_private_and_gone_once_they_were_read(stack: Stack) -> None:
    stack.attempt("p20w_analyst", f"select '{CANARY}'")
    files = list(stack.statements.iterdir())
    assert CANARY in "".join(file.read_text() for file in files)
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(stack.statements.stat().st_mode) == 0o700
    stack.rotate()
    code, told = stack.run("collector")
    assert code == 0, told
    assert not any(file.exists() for file in files)
    # what the server says of itself and who came in goes to the collector's output, now that Postgres prints nothing
    assert "connection authorized: user=p20w_analyst database=p20w" in told
    for text in (told, stack.server.log.read_text(), str(stack.on_record())):
        assert CANARY not in text
    assert CANARY not in "".join(file.read_text() for file in stack.statements.iterdir())


def test_nothing_that_sessions_say_is_printed_by_the_container_of_postgres(stack: Stack) -> None:
    printed = stack.server.log.read_text()
    assert "redirecting log output to logging collector process" in printed
    assert "p20w" not in printed.replace(str(stack.server.folder), "")


def test_the_record_is_proved_and_shown_where_refreshes_run(stack: Stack) -> None:
    stack.attempt("p20w_analyst", "select 1 from marts.no_such_thing")
    assert stack.run("collector")[0] == 0
    code, told = stack.run("code", "audit", "verify")
    assert (code, f"The access log is whole: {len(stack.on_record())} rows" in told) == (0, True)
    code, told = stack.run("code", "audit", "report")
    assert (code, "analyst" in told, "was last read on" in told) == (0, True, False)


def test_a_collector_that_stopped_is_unhealthy_and_is_told_of_where_refreshes_run(stack: Stack) -> None:
    stack.attempt("p20w_analyst", "select 1")
    assert stack.run("collector")[0] == 0
    assert stack.is_collected()
    read = Path(stack.environment("collector")["P20W_HOME"]) / "log_was_read"
    os.utime(read, (time.time() - 8_000,) * 2)
    assert not stack.is_collected()
    with psycopg.connect(stack.url("p20w_owner")) as owner:
        owner.execute("update governance.access_reading set read_at = read_at - interval '3 days'")
    assert "was last read on" in stack.run("code", "audit", "report")[1]
    assert stack.run("collector")[0] == 0
    assert "was last read on" not in stack.run("code", "audit", "report")[1]


def test_a_folder_that_the_server_does_not_write_to_is_no_log(stack: Stack, tmp_path: Path) -> None:
    """An engine that mounts the whole volume where a part of it was asked for."""
    (tmp_path / "statements").mkdir()
    code, told = stack.run("collector", P20W_SERVER_LOG=str(tmp_path))
    assert (code, "does not write its log into" in told) == (1, True)


def test_other_containers_have_not_got_what_collecting_takes(stack: Stack) -> None:
    for service in ("code", "webserver", "daemon"):
        code, told = stack.run(service, "audit", "collect")
        assert (code, "P20W_SERVER_LOG" in told) == (1, True), service
