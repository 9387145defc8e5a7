"""Where linkage works: a private folder and an in-memory engine, both gone when the work is done.

Here: opening the place. Not here: what is done in it.

Names and birth dates are in memory, and on disk only where the engine spills, in a working folder (`p20w.private`).
"""

from collections.abc import Generator
from contextlib import contextmanager

import duckdb

from p20w.private import private_folder, working_folder
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
