"""The door of a page that several people use: logging in and out.

Here: the routes of the login page, and which requests come from somebody who is in. Not here: what every request
must have (`guard`), what is behind the door.

Somebody comes in with a password of the file of users, with the organization's own login where one is set, or, where
there is neither and the page is on this machine only, by the link that the terminal shows, which works once.
"""

import asyncio
import logging
import math
from pathlib import Path
from urllib.parse import parse_qsl

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from p20w.web import oidc
from p20w.web.address import Address
from p20w.web.guard import CLOSED_PAGE, Guard, Rules
from p20w.web.guesses import Guesses
from p20w.web.one_time import OneTimeLink
from p20w.web.users import Users
from p20w.web.visits import Visit, Visits

COOKIE = "p20w_ui"
TEMPLATES = Path(__file__).parent / "templates"
LOCAL = "this machine's user"

log = logging.getLogger("p20w.web")


class Door:
    """Lets people in to a page.

    Args:
        address: where the page is.
        users: with their passwords.
        link: for who started it, where nobody can log in; None elsewhere.
        provider: the organization's own login; None without one.
    """

    def __init__(
        self, address: Address, users: Users, link: OneTimeLink | None = None, provider: oidc.Provider | None = None
    ) -> None:
        self._address = address
        self._provider = provider
        self._users = users
        self._link = link
        self._visits = Visits()
        self._guesses = Guesses()
        self._one_at_a_time = asyncio.Lock()  # a hash takes 64 MiB, and guesses at the same time would not be slowed
        self._templates = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)

    def guard(self, behind: ASGIApp, post_only: frozenset[str] = frozenset()) -> Guard:
        """The page with its door, guarded.

        Args:
            behind: the page.
            post_only: its paths at which a GET could change something.
        """
        routes = [
            Route("/login", self._show, methods=["GET"]),
            Route("/login", self._log_in, methods=["POST"]),
            Route("/login/style.css", _style),
            Route("/logout", self._log_out, methods=["POST"]),
            Route("/enter", self._enter),
        ]
        organization: frozenset[str] = frozenset()
        if self._provider:
            pages = oidc.login(self._provider, self._address, self._land)
            organization = frozenset({oidc.START, oidc.RETURN})
            routes += [Route(path, pages) for path in organization]
        rules = Rules(
            address=self._address,
            admits=lambda request: self._visit(request) is not None,
            closed=_closed,
            open_paths=frozenset({"/login", "/login/style.css", "/enter"}) | organization,
            forms=frozenset({"/login", "/logout"}),
            post_only=post_only,
        )
        return Guard(Starlette(routes=[*routes, Mount("/", behind)]), rules)

    def _visit(self, request: HTTPConnection) -> Visit | None:
        visit = self._visits.find(request.cookies.get(self._address.cookie(COOKIE)))
        if visit and visit.proof is not None and visit.proof != self._users.proof(visit.name):
            return None
        return visit

    async def _show(self, request: Request) -> Response:
        return self._page(self._visit(request))

    async def _log_in(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode(errors="replace")))
        name, password = form.get("name", ""), form.get("password", "")
        async with self._one_at_a_time:
            if wait := self._guesses.wait(name):
                told = f"Too many wrong passwords. Try again in {math.ceil(wait)} seconds."
                return self._page(None, told, 429, {"retry-after": str(math.ceil(wait))})
            proof = self._users.proof(name)
            if not await run_in_threadpool(self._users.is_right, name, password):
                self._guesses.was_wrong(name)
                log.warning("A login failed.")
                return self._page(None, "Name or password is wrong.", 403)
            self._guesses.was_right(name)
        return self._let_in(name, proof)

    async def _enter(self, request: Request) -> Response:
        if self._visit(request):
            return RedirectResponse("/", status_code=303)
        if self._link is None or not self._link.opens(request.query_params.get("token", "")):
            return PlainTextResponse("This link was used before, or is from an earlier start.", status_code=403)
        return self._let_in(LOCAL, None)

    def _let_in(self, name: str, proof: str | None) -> Response:
        answer = RedirectResponse("/", status_code=303, headers={"cache-control": "no-store"})
        self._address.set_cookie(answer, COOKIE, self._visits.begin(name, proof))
        return answer

    def _land(self, name: str) -> Response:
        """Let somebody in who comes from another site: the browser sends the cookie only to what our own page asks."""
        text = self._templates.get_template("landing.html.j2").render()
        answer = HTMLResponse(text, headers=CLOSED_PAGE)
        self._address.set_cookie(answer, COOKIE, self._visits.begin(name, None))
        return answer

    async def _log_out(self, request: Request) -> Response:
        self._visits.end(request.cookies.get(self._address.cookie(COOKIE)))
        answer = RedirectResponse("/login", status_code=303)
        self._address.forget_cookie(answer, COOKIE)
        return answer

    def _page(
        self, visit: Visit | None, told: str | None = None, status: int = 200, headers: dict[str, str] | None = None
    ) -> Response:
        page = self._templates.get_template("login.html.j2")
        text = page.render(
            visit=visit, told=told, has_users=bool(self._users), organization=self._provider and oidc.START
        )
        return HTMLResponse(text, status, {**CLOSED_PAGE, **(headers or {})})


def _closed(request: HTTPConnection) -> Response:
    if request.scope["method"] == "GET" and "text/html" in request.headers.get("accept", ""):
        return RedirectResponse("/login", status_code=303)
    return PlainTextResponse("Log in first, at /login.", status_code=401)


async def _style(_: Request) -> Response:
    return FileResponse(TEMPLATES / "login.css")
