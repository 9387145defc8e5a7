"""Tests and benchmarks make warehouses of their own, and never touch the one that the environment names."""

import os
import shutil
import socket
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from p20w.database import embedded
from p20w.settings import Settings

PLACES = (
    *("HOME", "DROPS", "TRUTH", "REPORTS", "SECRETS", "DATABASE", "SPARK_FOLDER"),
    *("SERVER_URL", "SERVER_PASSWORD_FILE", "SERVER_FOLDER", "SERVER_LOG"),
)


def forget_installation() -> None:
    """Take away the variables that say where an installation is, before any settings are read."""
    for name in PLACES:
        os.environ.pop(f"P20W_{name}", None)


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def installation(database: str) -> Generator[Settings]:
    """Folders of their own for the block, and settings that point there; a server started from them ends with it."""
    folder = Path(tempfile.mkdtemp(prefix="p20w-own-"))
    places = {name: folder / name for name in ("home", "drops", "truth", "reports")}
    settings = Settings(database=database, **places)
    settings.private_folder()
    try:
        yield settings
    finally:
        embedded.destroy(settings)
        shutil.rmtree(folder, ignore_errors=True)
