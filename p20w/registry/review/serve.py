"""Open the desk as a page on this machine.

Here: the socket, the server and its end. Not here: pages (`app`), who may see them (`guard`).
"""

import socket
from collections.abc import Callable

import uvicorn

from p20w.database import Warehouse
from p20w.registry.review.app import Desk
from p20w.registry.review.guard import LOOPBACK
from p20w.registry.review.session import Session
from p20w.registry.review.steward import steward


def make_server(warehouse: Warehouse, reviewer: str, port: int = 0) -> tuple[uvicorn.Server, socket.socket, str]:
    """A server bound to the loopback address (port 0 is a free one), and the link that opens its page once.

    Raises:
        NotASteward: the login at hand is not the steward's.
    """
    with steward(warehouse):
        pass
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind((LOOPBACK, port))
    bound.listen()  # who follows the link at once waits, instead of being refused
    port = bound.getsockname()[1]
    session = Session(reviewer)
    desk = Desk(warehouse, session, port)
    configuration = uvicorn.Config(
        desk.guarded,
        access_log=False,
        log_config=None,
        log_level="critical",
        lifespan="off",
        server_header=False,
        proxy_headers=False,
        ws="none",
    )
    return uvicorn.Server(configuration), bound, f"http://{LOOPBACK}:{port}/enter?token={session.entry}"


def serve(warehouse: Warehouse, reviewer: str, port: int, tell: Callable[[str], None]) -> None:
    """Serve until interrupted; `tell` is given the link."""
    server, bound, link = make_server(warehouse, reviewer, port)
    tell(link)
    with bound:
        server.run(sockets=[bound])
