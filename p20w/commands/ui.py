"""`p20w ui`: Dagster's processes on this machine, behind a login.

Here: starting the code server, the web server and the daemon, and ending them together. Not here: the web server
itself (`dagster_project.webserver`, started by name), who may see its pages (`p20w.web`).
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from dagster_project.environment import environment
from p20w.commands.console import console
from p20w.database import Warehouse
from p20w.settings import Settings
from p20w.web.address import LOOPBACK
from p20w.web.server import bind

PATIENCE_SECONDS = 300
"""For the code server, which loads the whole project; a second or two on an idle machine, minutes on a busy one."""

SECONDS_TO_END = 30
PR_SET_PDEATHSIG = 1
"""Of prctl(2): the signal that a process gets when the one that started it dies."""
PROGRAMS = Path(sys.executable).parent

Processes = dict[str, "subprocess.Popen[bytes]"]


class DagsterEnded(RuntimeError):
    """A process of Dagster's ended or did not start, and the others are no use without it."""


def ui(port: int) -> None:
    """Run Dagster behind its login, on this machine only, until interrupted."""
    settings = Settings.load()
    bind(LOOPBACK, port).close()  # a port that cannot be had is told at once
    warehouse = Warehouse.open(settings)
    warehouse.migrate()
    console.print("Starting Dagster …")
    for end in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(end, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="p20w-ui-") as folder:  # private, and its path short enough for a socket
        code = Path(folder) / "code"
        os.environ.update({**environment(settings, warehouse), "P20W_CODE_SOCKET": str(code)})
        workspace = ("--workspace", str(settings.project / "deploy" / "workspace.yaml"))
        try:
            with _ended_together() as processes:
                processes["code server"] = _start(
                    settings, "dagster", "code-server", "start", "--socket", str(code), "--log-level", "warning",
                    "--module-name", "dagster_project.definitions",
                )  # fmt: skip
                _await(code, processes)
                processes["web server"] = _start(
                    settings, "python", "-m", "dagster_project.webserver", "--port", str(port), *workspace
                )
                processes["daemon"] = _start(settings, "dagster-daemon", "run", "--log-level", "warning", *workspace)
                while True:
                    _demand_all(processes)
                    time.sleep(1)
        except KeyboardInterrupt:
            console.print("Dagster has ended.")


def _start(settings: Settings, program: str, *arguments: str) -> subprocess.Popen[bytes]:
    """A process that Ctrl+C does not reach: it ends when `ui` ends it, or is killed."""
    return subprocess.Popen(
        [str(PROGRAMS / program), *arguments],
        cwd=settings.project,
        start_new_session=True,
        preexec_fn=partial(_end_with, os.getpid()) if sys.platform == "linux" else None,
    )


def _end_with(parent: int) -> None:
    """Have the system end this process when its parent dies of whatever (Linux, prctl(2))."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it was quicker
        os._exit(1)


def _await(socket: Path, processes: Processes) -> None:
    """Wait for the code server, which makes its socket when it is ready."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not socket.exists():
        _demand_all(processes)
        if time.monotonic() > deadline:
            raise DagsterEnded(f"Dagster's code server did not start within {PATIENCE_SECONDS} seconds. Try again.")
        time.sleep(0.1)


def _demand_all(processes: Processes) -> None:
    for name, process in processes.items():
        if process.poll() is not None:
            raise DagsterEnded(f"Dagster's {name} has ended. What it said is above; start again: p20w ui")


@contextmanager
def _ended_together() -> Generator[Processes]:
    processes: Processes = {}
    try:
        yield processes
    finally:
        for process in reversed(processes.values()):
            process.terminate()
        deadline = time.monotonic() + SECONDS_TO_END
        for process in processes.values():
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
