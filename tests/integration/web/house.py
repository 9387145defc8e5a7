"""A page with a door, served from a thread, and a program that speaks HTTP to it."""

import http.client
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from p20w.web.address import LOOPBACK, Address
from p20w.web.door import Door
from p20w.web.oidc import Provider
from p20w.web.one_time import OneTimeLink
from p20w.web.server import bind, quiet_server
from p20w.web.users import Users

PASSWORD = "four plain words here"
SECRET = "behind the door"


async def _page(_: Request) -> PlainTextResponse:
    return PlainTextResponse(SECRET)


async def _broken(_: Request) -> PlainTextResponse:
    raise ValueError(f"no room for {SECRET}")


async def _socket(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text(SECRET)
    await websocket.close()


BEHIND = Starlette(
    routes=[
        Route("/", _page),
        Route("/broken", _broken),
        Route("/changes", _page, methods=["GET", "POST"]),
        WebSocketRoute("/socket", _socket),
    ]
)


@dataclass
class House:
    """A page with a door, and a program that speaks HTTP to it."""

    port: int
    users: Users
    link: OneTimeLink
    cookie: str = ""
    answered: http.client.HTTPResponse = field(init=False)
    text: str = ""

    @property
    def base(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def ask(self, path: str, form: dict[str, str] | None = None, **headers: str) -> int:
        sent = {"cookie": self.cookie, **headers}
        if form is not None:
            sent = {"origin": self.base, "content-type": "application/x-www-form-urlencoded", **sent}
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=10)
        connection.request("GET" if form is None else "POST", path, form and urlencode(form), sent)
        self.answered = connection.getresponse()
        self.text = self.answered.read().decode()
        connection.close()
        return self.answered.status

    def log_in(self, name: str = "a.operator", password: str = PASSWORD) -> int:
        status = self.ask("/login", {"name": name, "password": password})
        self.cookie = self.answered.headers.get("set-cookie", "").partition(";")[0] or self.cookie
        return status


@contextmanager
def open_house(folder: Path, provider: Provider | None = None) -> Generator[House]:
    """Serve for the length of the block; there is a user `a.operator`."""
    users, link = Users(folder / "ui" / "users.json"), OneTimeLink()
    users.set_password("a.operator", PASSWORD)
    bound = bind(LOOPBACK, 0)
    port = bound.getsockname()[1]
    guarded = Door(Address.on_loopback(port), users, link, provider).guard(BEHIND, frozenset({"/changes"}))
    server = quiet_server(guarded, has_websockets=True)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    try:
        yield House(port, users, link)
    finally:
        server.should_exit = True
        thread.join(10)
        bound.close()
    assert not thread.is_alive()
