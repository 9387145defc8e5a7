"""Keep everybody else out of the page: other programs, other pages, other people at this machine.

Here: what every request must have and every answer carries. Not here: what is on the pages (`app`).

The page listens on the loopback address only. A request must name this host (so that no foreign name can be pointed
here), come with the sitting's cookie, and change something only by a form of ours. Answers may not be kept, framed
or load anything from elsewhere. An error is told without its message, which could repeat a value.
"""

from contextlib import suppress

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from p20w.plain_errors import describe
from p20w.registry.review.session import Session

LOOPBACK = "127.0.0.1"
LARGEST_FORM = 4096

OPEN = ("/enter", "/desk.css", "/desk.js")
"""Paths that hold nothing personal and are answered without the cookie."""

HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


class Guard:
    """Wraps the pages; the outermost layer, so that nothing is answered without it."""

    def __init__(self, app: ASGIApp, session: Session, port: int) -> None:
        self._app = app
        self._session = session
        self._hosts = {f"{LOOPBACK}:{port}", f"localhost:{port}"}
        self.cookie = f"p20w_review_{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await send({"type": "websocket.close"})
            return

        async def guarded_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        refusal = self._refusal(Request(scope))
        if refusal is not None and scope["method"] == "POST":
            await _drain(receive)
        with suppress(Exception):  # raised again after `failed` has answered; going further, it would be logged
            await (refusal or self._app)(scope, receive, guarded_send)

    def _refusal(self, request: Request) -> Response | None:
        headers = request.headers
        if headers.get("host") not in self._hosts:
            return PlainTextResponse("This page answers on the loopback address only.", status_code=421)
        if request.method not in ("GET", "POST"):
            return PlainTextResponse("There is nothing of that kind here.", status_code=405)
        if request.method == "POST":
            if headers.get("origin") not in {None, *(f"http://{host}" for host in self._hosts)}:
                return PlainTextResponse("A form must come from this page itself.", status_code=403)
            if not headers.get("content-length", "x").isdigit() or int(headers["content-length"]) > LARGEST_FORM:
                return PlainTextResponse("This is not a form of this page.", status_code=413)
        if request.scope["path"] in OPEN or self._session.admits(request.cookies.get(self.cookie)):
            return None
        return PlainTextResponse(
            "This page is closed. It opens with the link that `p20w review serve` prints, which works once, and "
            "closes after half an hour without a click. Start it again for a new link.",
            status_code=403,
        )


def failed(_: object, error: Exception) -> Response:
    """What is told of an error that nobody expected."""
    return PlainTextResponse(f"This page could not be made. Nothing was changed.\n\n{describe(error)}", status_code=500)


async def _drain(receive: Receive) -> None:
    """Take in the form that is refused, so that the browser waits for the answer instead of trying again."""
    taken, more = 0, True
    while more and taken <= LARGEST_FORM:
        message = await receive()
        taken += len(message.get("body", b""))
        more = message["type"] == "http.request" and message.get("more_body", False)
