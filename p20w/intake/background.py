"""Do work on one chunk while the next one is being made.

Here: one thread, at most one chunk ahead, errors handed back. Not here: what the work is.
"""

import queue
import sys
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Item = TypeVar("Item")

# Sending hands over the interpreter after each buffer; at the usual 5 ms a turn, it would wait most of the time.
SWITCH_SECONDS = 0.000_2


class Background(Generic[Item]):
    """Runs `work` on each item, in order, in a thread of its own; whoever puts or finishes gets its error."""

    def __init__(self, work: Callable[[Item], None]) -> None:
        self._items: queue.Queue[Item | None] = queue.Queue(maxsize=1)
        self._work = work
        self._error: BaseException | None = None
        self._interval = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_SECONDS)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def put(self, item: Item) -> None:
        """Hand over an item; waits while another one waits for its turn."""
        self._items.put(item)
        if self._error is not None:
            raise self._error

    def finish(self) -> None:
        """Wait until all items are done."""
        self._items.put(None)
        self._thread.join()
        sys.setswitchinterval(self._interval)
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        while (item := self._items.get()) is not None:
            if self._error is None:
                try:
                    self._work(item)
                except BaseException as error:
                    self._error = error
