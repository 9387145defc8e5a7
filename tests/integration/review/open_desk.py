"""The desk's page, served from a thread as `p20w review serve` would."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from p20w.database import Warehouse
from p20w.registry.review.app import make_server


@dataclass(frozen=True)
class OpenDesk:
    """Where the page is."""

    link: str

    @property
    def port(self) -> int:
        port = urlsplit(self.link).port
        assert port is not None
        return port

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def open_desk(warehouse: Warehouse, reviewer: str = "R. Example") -> Generator[OpenDesk]:
    """Serve for the length of the block."""
    server, bound, link = make_server(warehouse, reviewer)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    try:
        yield OpenDesk(link)
    finally:
        server.should_exit = True
        thread.join(10)
        bound.close()
    assert not thread.is_alive()
