"""Read from Postgres what linkage will need, several queries at a time and ahead of need.

Here: starting queries in the background and handing over their results. Not here: the queries.

The server answers while the workshop computes. All readings are of what the one writer left; nobody writes meanwhile.
"""

from collections.abc import Callable, Generator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from queue import Empty, SimpleQueue
from typing import Any

from p20w.database import Warehouse
from p20w.database.bulk import reader

AT_ONCE = 3


class Readings:
    """Results of queries run as role `linkage`, by name."""

    def __init__(self, warehouse: Warehouse, threads: ThreadPoolExecutor, connections: ExitStack) -> None:
        self._uri = warehouse.libpq("linkage")
        self._threads = threads
        self._connections = connections
        self._idle: SimpleQueue[Callable[[str], Any]] = SimpleQueue()
        self._begun: dict[str, Future[Any]] = {}

    def begin(self, queries: Mapping[str, str], made: Callable[[Any], Any] | None = None) -> None:
        """Start queries, in this order; they run on while their results are not asked for.

        Args:
            queries: by the name that each result is asked for by.
            made: what to make of each result, an Arrow table, as soon as it is there; None leaves it.
        """
        for name, query in queries.items():
            self._begun[name] = self._threads.submit(self._read, query, made)

    def take(self, name: str) -> Any:
        """The result of a query begun before, as an Arrow table; waits for it, and hands it over once."""
        return self._begun.pop(name).result()

    def _read(self, query: str, made: Callable[[Any], Any] | None) -> Any:
        try:
            read = self._idle.get_nowait()
        except Empty:
            read = self._connections.enter_context(reader(self._uri))
        rows = read(query)
        self._idle.put(read)
        return made(rows) if made else rows


@contextmanager
def readings(warehouse: Warehouse) -> Generator[Readings]:
    """Readings of a warehouse; what was begun and never taken is dropped at the end."""
    with ExitStack() as connections, ThreadPoolExecutor(AT_ONCE, thread_name_prefix="reading") as threads:
        try:
            yield Readings(warehouse, threads, connections)
        finally:
            threads.shutdown(cancel_futures=True)
