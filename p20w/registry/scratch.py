"""Where linkage works: a private folder and an in-memory engine, both gone when the work is done.

Here: opening and cleaning the place. Not here: what is done in it.

Names and birth dates are in memory, and on disk only where the engine spills; that folder is private to the
user who runs the warehouse, is removed at the end, and what a crash left behind is removed at the next start.
Engines that need files of their own get a folder by the same rules.
"""

import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from p20w.private import private_folder
from p20w.settings import Settings

MEMORY_LIMIT = "3GB"
"""Of the engine; beyond it spills into the private folder. A million identities need less than two."""


@contextmanager
def scratch_database(settings: Settings) -> Generator[duckdb.DuckDBPyConnection]:
    """A DuckDB connection that leaves nothing behind."""
    with working_folder(private_folder(settings.home) / "linkage") as folder:
        connection = duckdb.connect(
            ":memory:",
            config={
                "temp_directory": str(folder),
                "threads": settings.workers,
                "memory_limit": MEMORY_LIMIT,
                "preserve_insertion_order": True,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                # makes a join of every short list of values, which costs more than asking for each
                "disabled_optimizers": "in_clause",
            },
        )
        with connection:
            yield connection


@contextmanager
def working_folder(base: Path) -> Generator[Path]:
    """An empty private folder in `base` for the block; what processes that died left in `base` goes first."""
    for left_over in private_folder(base).iterdir():
        if not _in_use(left_over):
            shutil.rmtree(left_over, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"{os.getpid()}-", dir=base, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _in_use(folder: Path) -> bool:
    """Whether the process that made the folder still lives."""
    number = folder.name.partition("-")[0]
    return number.isdigit() and int(number) != os.getpid() and Path(f"/proc/{number}").exists()
