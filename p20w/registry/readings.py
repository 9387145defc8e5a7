"""Read from Postgres what linkage will need, several queries at a time and ahead of need.

Here: starting queries in the background and handing over their results. Not here: the queries.

The server answers while the workshop computes. All readings are of what the one writer left; nobody writes meanwhile.
"""

from collections.abc import Generator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from p20w.database import Warehouse
from p20w.database.bulk import read_arrow

AT_ONCE = 3


class Readings:
    """Results of queries run as role `linkage`, by name."""

    def __init__(self, warehouse: Warehouse, threads: ThreadPoolExecutor) -> None:
        self._uri = warehouse.libpq("linkage")
        self._threads = threads
        self._begun: dict[str, Future[Any]] = {}

    def begin(self, queries: Mapping[str, str]) -> None:
        """Start queries, in this order; they run on while their results are not asked for."""
        for name, query in queries.items():
            self._begun[name] = self._threads.submit(read_arrow, self._uri, query)

    def take(self, name: str) -> Any:
        """The result of a query begun before, as an Arrow table; waits for it, and hands it over once."""
        return self._begun.pop(name).result()


@contextmanager
def readings(warehouse: Warehouse) -> Generator[Readings]:
    """Readings of a warehouse; what was begun and never taken is dropped at the end."""
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="reading") as threads:
        try:
            yield Readings(warehouse, threads)
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
