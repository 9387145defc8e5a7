"""Two steps of linkage at once, where neither needs what the other makes.

Here: a second connection to the workshop for the length of a block. Not here: which steps those are.

The engine works on several cores only where a table is long (122,880 rows a core), and Splink plans between its
statements; without this, one core of two is idle half of the time.
"""

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import duckdb


@contextmanager
def meanwhile(con: duckdb.DuckDBPyConnection, work: Callable[[duckdb.DuckDBPyConnection], object]) -> Generator[None]:
    """Do `work` on a second connection while the block runs; after the block both are done.

    Temporary tables and registered rows belong to one connection: the two sides share tables only, and neither may
    read what the other makes.

    Args:
        con: the workshop.
        work: gets the second connection.

    Raises:
        Exception: the error of the block, or else that of `work`.
    """
    with con.cursor() as other, ThreadPoolExecutor(1, thread_name_prefix="meanwhile") as threads:
        begun = threads.submit(work, other)
        yield
    begun.result()
