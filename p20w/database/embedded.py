"""The embedded Postgres 18: one private cluster for an installation that has no server of its own.

Here: making the cluster, starting and stopping it. The server listens on a Unix socket only.
Not here: where it lives (cluster), what it is told (server_settings), roles and databases (roles, create).

The binaries come from the package index. Their default access rule is `trust`; ours asks for SCRAM passwords, and
lets in without one only the operating-system user who runs the warehouse, as administrator and owner.
"""

import fcntl
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager

from psycopg.pq import PGconn, Ping

from p20w.database.cluster import Cluster, ensure_programs, locate, prepare
from p20w.database.errors import DatabaseError
from p20w.database.server_settings import ACCESS, configuration, user_map
from p20w.settings import Settings

__all__ = ["Cluster", "destroy", "is_running", "locate", "start", "stop"]

SOCKET = ".s.PGSQL.5432"
PATIENCE_SECONDS = 60
ATTEMPTS = 5


def start(settings: Settings) -> Cluster:
    """Start the cluster if it does not run, making it first if there is none. Several processes may try at once.

    Returns:
        The running cluster.

    Raises:
        DatabaseError: it did not start; the message names the log to read.
    """
    cluster = locate(settings)
    if is_running(cluster):
        return cluster
    with _alone(cluster):
        if is_running(cluster) or _comes_up(cluster):
            return cluster
        prepare(cluster)
        _halt(cluster)  # there may be one whose socket was swept away
        if not (cluster.data / "PG_VERSION").exists():
            _initialize(cluster)
        _configure(cluster)
        for _ in range(ATTEMPTS):
            if _launch(cluster) == 0:
                return cluster
            time.sleep(1)  # the last processes of a server that was killed may still hold its memory
    raise DatabaseError(
        f"The embedded Postgres did not start. Read {cluster.log} and the newest file in {cluster.statements}, "
        "then: p20w db start"
    )


def stop(settings: Settings) -> bool:
    """Stop the cluster; False when it did not run."""
    cluster = locate(settings)
    if not cluster.data.exists():
        return False
    with _alone(cluster):
        return _halt(cluster)


def destroy(settings: Settings) -> None:
    """Stop the cluster and remove its data. Nothing else is touched."""
    cluster = locate(settings)
    if not cluster.data.parent.exists():
        return
    with _alone(cluster):
        _halt(cluster, "immediate")  # nothing has to be kept
        for folder in (cluster.socket, cluster.data.parent):
            if folder.exists():
                shutil.rmtree(folder)
        cluster.lock.unlink()


def is_running(cluster: Cluster) -> bool:
    """Whether a server of this cluster answers and lets people in."""
    if not (cluster.socket / SOCKET).exists():
        return False
    return PGconn.ping(cluster.administrator_dsn.encode()) == Ping.OK


def _comes_up(cluster: Cluster) -> bool:
    """Wait for a server that is there and does not answer yet, as when it recovers; False when there is none."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while _exists(cluster) and (cluster.socket / SOCKET).exists() and time.monotonic() < deadline:
        time.sleep(0.1)
        if is_running(cluster):
            return True
    return False


def _exists(cluster: Cluster) -> bool:
    """Whether the process of a server is there, whatever it does."""
    is_noted = (cluster.data / "postmaster.pid").exists()
    return is_noted and _run(cluster, "pg_ctl", "status", "-D", str(cluster.data)) == 0


def _halt(cluster: Cluster, mode: str = "fast") -> bool:
    """Stop the server if there is one; False when there was none."""
    if not _exists(cluster):
        return False
    if _run(cluster, "pg_ctl", "stop", "-w", "-t", str(PATIENCE_SECONDS), "-m", mode, "-D", str(cluster.data)) == 0:
        return True
    if _exists(cluster):
        raise DatabaseError(
            f"The embedded Postgres did not stop. Read the newest file in {cluster.statements}, then try again."
        )
    return False  # it was dying already


def _initialize(cluster: Cluster) -> None:
    """Make the cluster in a folder beside its place and move it there, so that a crash leaves none or a whole one."""
    shutil.rmtree(cluster.data)
    draft = cluster.data.with_name("data.draft")
    if draft.exists():
        shutil.rmtree(draft)
    draft.mkdir(mode=0o700)
    if cluster.user:
        entry = pwd.getpwnam(cluster.user)
        os.chown(draft, entry.pw_uid, entry.pw_gid)
    code = _run(
        cluster,
        "initdb",
        "--pgdata", str(draft),
        "--username=postgres",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--auth=reject",
        "--no-instructions",
    )  # fmt: skip
    if code != 0:
        raise DatabaseError(f"initdb failed in {draft} (exit {code}).")
    draft.rename(cluster.data)


def _configure(cluster: Cluster) -> None:
    """Write the server's settings and access rules; nothing the package or initdb put there survives."""
    caller = pwd.getpwuid(os.geteuid()).pw_name
    for name, text in (
        ("postgresql.conf", configuration(str(cluster.socket), str(cluster.statements))),
        ("postgresql.auto.conf", ""),
        ("pg_hba.conf", ACCESS),
        ("pg_ident.conf", user_map(caller)),
    ):
        (cluster.data / name).write_text(text)


def _launch(cluster: Cluster) -> int:
    wait = ("-w", "-t", str(PATIENCE_SECONDS))
    return _run(cluster, "pg_ctl", "start", *wait, "-D", str(cluster.data), "-l", str(cluster.log))


def _run(cluster: Cluster, program: str, *arguments: str) -> int:
    """Run a server program as the cluster's user, with nothing of our environment; its exit code."""
    return subprocess.run(
        [str(ensure_programs(cluster) / program), *arguments],
        user=cluster.user,
        group=pwd.getpwnam(cluster.user).pw_gid if cluster.user else None,
        extra_groups=[] if cluster.user else None,
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        umask=0o077,
        check=False,
    ).returncode


@contextmanager
def _alone(cluster: Cluster) -> Generator[None]:
    """Let one process at a time make, start, stop or remove the cluster."""
    cluster.lock.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
    while True:
        with cluster.lock.open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            try:
                is_ours = os.fstat(handle.fileno()).st_ino == cluster.lock.stat().st_ino
            except FileNotFoundError:
                is_ours = False
            if is_ours:  # else who held it has removed it, and another may hold its successor
                yield
                return
