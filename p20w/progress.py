"""Tell whoever waits what is being done.

Here: `tell`, which any room may call, and `listening`, with which the command line listens. Nobody listening
costs nothing. Not here: logs and records (`p20w.pipeline.stages`).
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[str, float | None], None]
_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


def tell(doing: str, share: float | None = None) -> None:
    """Say what is being done, in a few words without values; `share` from 0 to 1 when it is known."""
    listener = _listener.get()
    if listener is not None:
        listener(doing, share)


@contextmanager
def listening(listener: Listener) -> Generator[None]:
    """Send what is told within the block to `listener`."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)
