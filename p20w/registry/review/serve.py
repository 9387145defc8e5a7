"""Open the desk as a page on this machine.

Here: the desk's server and its link. Not here: pages (`app`), who may see them (`p20w.web.guard`).
"""

import socket
from collections.abc import Callable

import uvicorn

from p20w.database import Warehouse
from p20w.registry.review.app import Desk
from p20w.registry.review.session import Session
from p20w.registry.review.steward import steward
from p20w.web.address import LOOPBACK
from p20w.web.server import bind, quiet_server


def make_server(warehouse: Warehouse, reviewer: str, port: int = 0) -> tuple[uvicorn.Server, socket.socket, str]:
    """A server bound to the loopback address (port 0 is a free one), and the link that opens its page once.

    Raises:
        NotASteward: the login at hand is not the steward's.
    """
    with steward(warehouse):
        pass
    bound = bind(LOOPBACK, port)
    port = bound.getsockname()[1]
    session = Session(reviewer)
    desk = Desk(warehouse, session, port)
    return quiet_server(desk.guarded), bound, f"http://{LOOPBACK}:{port}{session.link}"


def serve(warehouse: Warehouse, reviewer: str, port: int, tell: Callable[[str], None]) -> None:
    """Serve until interrupted; `tell` is given the link."""
    server, bound, link = make_server(warehouse, reviewer, port)
    tell(link)
    with bound:
        server.run(sockets=[bound])
