"""The pages of the desk: the next pair, what was said, how reviewers agree.

Here: routes, each a few lines over the desk's functions. Not here: what every request must have
(`p20w.web.guard`), what a page looks like (`view`, `templates`).

Every page works without script; the script adds keys only. A form answers with a redirect, so that reloading never
repeats a verdict.
"""

import socket
from collections.abc import Callable, Coroutine
from functools import partial
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from p20w.database import Warehouse
from p20w.registry.review import verdicts, view
from p20w.registry.review.agreement import agreements
from p20w.registry.review.queue import PairKey, UnknownPair, counts, find, waiting
from p20w.registry.review.reading import read
from p20w.registry.review.session import Session
from p20w.registry.review.steward import steward
from p20w.web.address import LOOPBACK, Address
from p20w.web.guard import CLOSED_PAGE, Guard, Rules, failed
from p20w.web.server import bind, quiet_server

Form = dict[str, str]
COOKIE = "p20w_review"
FILES = ("desk.css", "desk.js")
SETTINGS = {"blind": "is_blind", "second": "is_second", "keys": "has_keys"}


class Desk:
    """The page of one reviewer."""

    def __init__(self, warehouse: Warehouse, session: Session, port: int) -> None:
        self._warehouse = warehouse
        self._session = session
        self._address = Address.on_loopback(port)
        pages = {"/": self._next, "/pair/{left}/{right}": self._pair, "/agreement": self._agreement}
        forms = {"/decide": self._decide, "/skip": self._skip, "/undo": self._undo, "/settings": self._settings}
        routes = [
            Route("/enter", self._enter),
            *(Route(path, page) for path, page in pages.items()),
            *(Route(path, self._posting(act), methods=["POST"]) for path, act in forms.items()),
            *(Route(f"/{name}", partial(_file, name)) for name in FILES),
        ]
        rules = Rules(
            address=self._address,
            admits=self._admits,
            closed=_closed,
            open_paths=frozenset({"/enter", *(f"/{name}" for name in FILES)}),
            forms=frozenset(forms),
            headers=CLOSED_PAGE,
        )
        self.guarded = Guard(Starlette(routes=routes, exception_handlers={Exception: failed}), rules)

    def _admits(self, request: HTTPConnection) -> bool:
        return self._session.admits(request.cookies.get(self._address.cookie(COOKIE)))

    # pages

    def _enter(self, request: Request) -> Response:
        if not self._admits(request) and not self._session.enter(request.query_params.get("token", "")):
            return PlainTextResponse("This link was used before, or is from an earlier start.", status_code=403)
        answer = _onward("/")
        self._address.set_cookie(answer, COOKIE, self._session.cookie)
        return answer

    def _next(self, _: Request) -> Response:
        session = self._session
        with steward(self._warehouse) as connection:
            found = waiting(connection, session.reviewer, second=session.is_second, skipped=session.skipped, limit=1)
            if not found:
                return self._page("done.html.j2", counts=counts(connection, session.reviewer))
        return _onward(_path(found[0].key))

    def _pair(self, request: Request) -> Response:
        session = self._session
        try:
            key = PairKey.of(request.path_params["left"], request.path_params["right"])
            with steward(self._warehouse) as connection:
                waits = find(connection, key)
                pair = read(connection, key, session.reviewer)
                given = verdicts.decisions(connection, key)
                left_over = counts(connection, session.reviewer)
        except UnknownPair as error:
            session.notice = str(error)
            return _onward("/")
        if not session.is_blind:
            session.weighed.add(key)
        mine = next((decision for decision in given if decision.reviewer == session.reviewer), None)
        shown = view.pair_page(pair, waits, is_blind=session.is_blind)
        return self._page("pair.html.j2", key=key, pair=shown, counts=left_over, mine=mine, verdicts=verdicts.WORDS)

    def _agreement(self, _: Request) -> Response:
        with steward(self._warehouse) as connection:
            given, left_over = verdicts.decisions(connection), counts(connection, self._session.reviewer)
        return self._page("agreement.html.j2", agreements=agreements(given), tally=view.tally(given), counts=left_over)

    def _page(self, template: str, **context: object) -> HTMLResponse:
        return HTMLResponse(view.render(template, session=self._session, notice=self._session.take_notice(), **context))

    # forms

    def _posting(self, act: Callable[[Form], str]) -> Callable[[Request], Coroutine[None, None, Response]]:
        """An endpoint that reads a form, checks that it is ours, acts on it and leads on."""

        async def endpoint(request: Request) -> Response:
            form = dict(parse_qsl((await request.body()).decode(errors="replace"), keep_blank_values=True))
            if not self._session.owns(form.get("form", "")):
                return PlainTextResponse("A form must come from this page itself.", status_code=403)
            try:
                return _onward(await run_in_threadpool(act, form))
            except UnknownPair as error:
                self._session.notice = str(error)
                return _onward("/")

        return endpoint

    def _decide(self, form: Form) -> str:
        session, key = self._session, _key(form)
        try:
            verdict = verdicts.verdict_of(form.get("verdict", ""))
            with steward(self._warehouse) as connection:
                is_blind = key not in session.weighed
                decision = verdicts.decide(connection, key, verdict, session.reviewer, is_blind=is_blind)
        except (verdicts.Refused, UnknownPair) as error:
            session.notice = f"Not saved. {error}"
            return _path(key)
        session.latest = (decision, key)
        session.done += 1
        session.notice = f"Saved: {verdicts.WORDS[verdict]}. Undo revokes it."
        return "/"

    def _skip(self, form: Form) -> str:
        key = _key(form)
        if key in self._session.skipped:  # once around: what was put off comes in order again
            self._session.skipped.clear()
        self._session.skipped.append(key)
        self._session.notice = "Put off: it will come back after the others."
        return "/"

    def _undo(self, _: Form) -> str:
        session = self._session
        if session.latest is None:
            session.notice = "There is nothing to undo."
            return "/"
        (decision, key), session.latest = session.latest, None
        try:
            with steward(self._warehouse) as connection:
                verdicts.revoke(connection, decision, session.reviewer)
        except verdicts.UnknownDecision:
            session.notice = "It is already revoked."
        else:
            session.done = max(session.done - 1, 0)
            session.notice = "Revoked. Here is the pair again."
        return _path(key)

    def _settings(self, form: Form) -> str:
        setting = SETTINGS.get(form.get("change", ""))
        if setting:
            setattr(self._session, setting, not getattr(self._session, setting))
        return _path(_key(form)) if "left" in form and setting != "is_second" else "/"


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
    return quiet_server(Desk(warehouse, session, port).guarded), bound, f"http://{LOOPBACK}:{port}{session.link}"


def _closed(_: HTTPConnection) -> Response:
    return PlainTextResponse(
        "This page is closed. It opens with the link that `p20w review serve` prints, which works once, and "
        "closes after half an hour without a click. Start it again for a new link.",
        status_code=403,
    )


def _key(form: Form) -> PairKey:
    return PairKey.of(form.get("left", ""), form.get("right", ""))


def _path(key: PairKey) -> str:
    return f"/pair/{key.left}/{key.right}"


def _onward(path: str) -> Response:
    return RedirectResponse(path, status_code=303)


def _file(name: str, _: Request) -> Response:
    return FileResponse(view.TEMPLATES / name)
