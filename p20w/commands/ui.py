"""`p20w ui`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from p20w.commands.console import console
from p20w.database import Warehouse
from p20w.orchestrator import environment
from p20w.settings import Settings

LOOPBACK = "127.0.0.1"


def ui(port: int) -> None:
    """Become Dagster's webserver and daemon, on this machine only."""
    settings = Settings.load()
    warehouse = Warehouse.open(settings)
    warehouse.migrate()
    console.print(f"Dagster: http://{LOOPBACK}:{port}   (Ctrl+C ends it)")
    program = str(Path(sys.executable).parent / "dagster")
    arguments = ["dev", "--module-name", "dagster_project.definitions", "--host", LOOPBACK, "--port", str(port)]
    os.chdir(settings.project)
    os.execve(  # noqa: S606 no shell is what we want
        program, [program, *arguments], {**os.environ, **environment(settings, warehouse)}
    )
