"""Keep everybody else out of a page: other programs, other pages, other people.

Here: what every request must have and every answer carries. Not here: who a cookie belongs to (`door`, or the page's
own sitting), what is on the pages.

A request must name this host, so that no foreign name can be pointed here. It must come with a cookie that is known,
and change something only by POST, from this page itself, with a form of ours or with JSON, which no other page can
send without asking first. A websocket must name this host, come from this page and bring the cookie. Answers may not
be framed. An error is told without its message, which could repeat a value.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from p20w.plain_errors import describe
from p20w.web.address import Address

LARGEST_FORM = 4096
LARGEST_JSON = 5_000_000
"""Bytes. The longest request of Dagster's pages, a run's configuration, has some thousands."""

FORM, JSON = "application/x-www-form-urlencoded", "application/json"

HEADERS = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
CLOSED_PAGE = {
    "cache-control": "no-store",
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
}
"""Headers of pages of our own: not kept, and nothing from elsewhere."""

STRICT_TRANSPORT = {"strict-transport-security": "max-age=31536000"}

log = logging.getLogger("p20w.web")


@dataclass(frozen=True)
class Rules:
    """What one page wants.

    `admits` says whether a request's cookie is known, `closed` is the answer to those whose is not. `open_paths` are
    answered without, `forms` take a form and nothing else takes one, `post_only` are not answered to GET at all.
    """

    address: Address
    admits: Callable[[HTTPConnection], bool]
    closed: Callable[[HTTPConnection], Response]
    open_paths: frozenset[str] = frozenset()
    forms: frozenset[str] = frozenset()
    post_only: frozenset[str] = frozenset()
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


class Guard:
    """Wraps the pages; the outermost layer, so that nothing is answered without it."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        self._app = app
        self._rules = rules
        self._headers = {**HEADERS, **(STRICT_TRANSPORT if rules.address.is_secure else {}), **rules.headers}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._connect(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        refusal = self._refusal(HTTPConnection(scope), scope["method"])
        if refusal is not None and scope["method"] == "POST":
            await _drain(receive)
        await self._run(refusal or self._app, scope, receive, guarded_send)

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        if self._is_foreign(connection.headers) or not self._rules.admits(connection):
            await send({"type": "websocket.close"})
        else:
            await self._run(self._app, scope, receive, send)

    async def _run(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        except Exception as error:  # the page has answered; what the server would log could repeat a value
            log.error("A page could not be made. %s", describe(error))

    def _refusal(self, request: HTTPConnection, method: str) -> Response | None:
        rules, path = self._rules, request.scope["path"]
        if _only(request.headers, "host") not in rules.address.hosts:
            return PlainTextResponse(f"This page answers at {rules.address.origins[0]} only.", status_code=421)
        if method not in (("POST",) if path in rules.post_only else ("GET", "POST")):
            return PlainTextResponse("There is nothing of that kind here.", status_code=405)
        if method == "POST":
            if self._is_foreign(request.headers):
                return PlainTextResponse("A form must come from this page itself.", status_code=403)
            kind, largest = (FORM, LARGEST_FORM) if path in rules.forms else (JSON, LARGEST_JSON)
            if (_only(request.headers, "content-type") or "").partition(";")[0].strip().lower() != kind:
                return PlainTextResponse("This is not a form of this page.", status_code=415)
            length = _only(request.headers, "content-length") or "unknown"
            if not (length.isascii() and length.isdigit()) or int(length) > largest:
                return PlainTextResponse("This is not a form of this page.", status_code=413)
        if path in rules.open_paths or rules.admits(request):
            return None
        return rules.closed(request)

    def _is_foreign(self, headers: Headers) -> bool:
        address = self._rules.address
        return _only(headers, "host") not in address.hosts or _only(headers, "origin") not in address.origins


def failed(_: object, error: Exception) -> Response:
    """What is told of an error that nobody expected."""
    return PlainTextResponse(f"This page could not be made. Nothing was changed.\n\n{describe(error)}", status_code=500)


def _only(headers: Headers, name: str) -> str | None:
    """A header that came once; said twice it is as good as not said, for two readers could take two values."""
    values = headers.getlist(name)
    return values[0] if len(values) == 1 else None


async def _drain(receive: Receive) -> None:
    """Take in the form that is refused, so that the browser waits for the answer instead of trying again."""
    taken, more = 0, True
    while more and taken <= LARGEST_FORM:
        message = await receive()
        taken += len(message.get("body", b""))
        more = message["type"] == "http.request" and message.get("more_body", False)
