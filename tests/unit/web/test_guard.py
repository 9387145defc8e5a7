"""A request reaches a page only if every part of it is right."""

import asyncio
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message, Receive, Scope, Send

from p20w.web.address import Address, NotAnAddress
from p20w.web.guard import Guard, Rules

ADDRESS = Address.on_loopback(3000)
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
Header = tuple[str, str]


@dataclass(frozen=True)
class Asked:
    """One request; a header may be there twice."""

    kind: str = "http"
    method: str = "POST"
    path: str = "/graphql"
    host: tuple[str, ...] = ("127.0.0.1:3000",)
    origin: tuple[str, ...] = ("http://127.0.0.1:3000",)
    content: tuple[str, ...] = (JSON,)
    length: tuple[str, ...] = ("2",)
    cookie: tuple[str, ...] = ("known=yes",)

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        names = {
            "host": self.host,
            "origin": self.origin,
            "content-type": self.content,
            "content-length": self.length,
            "cookie": self.cookie,
        }
        return [(name.encode(), value.encode("latin-1")) for name, values in names.items() for value in values]


def ask(asked: Asked) -> tuple[bool, list[Message]]:
    """Whether the page was reached, and what was sent."""
    reached: list[str] = []
    sent: list[Message] = []

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        reached.append(scope["path"])
        if scope["type"] == "http":
            await PlainTextResponse("the page")(scope, receive, send)

    def closed(_: object) -> Response:
        return PlainTextResponse("closed", 401)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"{}", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    rules = Rules(
        ADDRESS,
        admits=lambda request: request.cookies.get("known") == "yes",
        closed=closed,
        open_paths=frozenset({"/login"}),
        forms=frozenset({"/login"}),
        post_only=frozenset({"/graphql"}),
    )
    scope = {
        "type": asked.kind,
        "method": asked.method,
        "path": asked.path,
        "query_string": b"",
        "headers": asked.headers,
    }
    asyncio.run(Guard(page, rules)(scope, receive, send))
    return bool(reached), sent


def said(*values: str) -> list[tuple[str, ...]]:
    """A header left out, or with one of these values."""
    return [(), *((value,) for value in values)]


HOST, ORIGIN = "127.0.0.1:3000", "http://127.0.0.1:3000"
FOREIGN_HOSTS = st.sampled_from(
    [
        *said("evil.example", "evil.example:3000", "127.0.0.1", "127.0.0.1:3001", f"{HOST}@evil.example"),
        *[(f"{HOST}.evil.example",), (HOST, "evil.example"), (HOST, HOST)],
    ]
)
FOREIGN_ORIGINS = st.sampled_from(
    [
        *said("", "null", "file://", "http://evil.example", "http://127.0.0.1:4000", f"https://{HOST}"),
        *[(f"{ORIGIN}.evil.example",), (ORIGIN, "http://evil.example")],
    ]
)
NO_COOKIES = st.sampled_from(said("known=no", "unknown=yes", "Known=yes"))
SIMPLE_KINDS = st.sampled_from(
    [
        *said("text/plain", FORM, "multipart/form-data; boundary=x", "text/plain; application/json"),
        *[("application/graphql",), ("application/jsonx",), (JSON, "text/plain")],
    ]
)
BAD_LENGTHS = st.sampled_from([(), ("-1",), ("²",), ("99999999",), ("2", "2"), ("two",)])


@given(
    asked=st.sampled_from([Asked(), Asked(origin=("http://localhost:3000",), host=("localhost:3000",))]),
    spoiled=st.fixed_dictionaries(
        {},
        optional={
            "host": FOREIGN_HOSTS,
            "origin": FOREIGN_ORIGINS,
            "content": SIMPLE_KINDS,
            "length": BAD_LENGTHS,
            "cookie": NO_COOKIES,
            "method": st.sampled_from(["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "get", "QUERY"]),
        },
    ),
)
def test_json_reaches_the_page_only_if_no_part_of_the_request_is_wrong(asked: Asked, spoiled: dict[str, str]) -> None:
    reached, _ = ask(replace(asked, **spoiled))
    assert reached == (not spoiled)


@given(spoiled=st.fixed_dictionaries({}, optional={"host": FOREIGN_HOSTS, "cookie": NO_COOKIES}))
def test_a_page_is_shown_only_to_who_names_this_host_and_is_known(spoiled: dict[str, str]) -> None:
    reached, _ = ask(replace(Asked(method="GET", path="/assets", origin=(), content=(), length=()), **spoiled))
    assert reached == (not spoiled)


@given(
    spoiled=st.fixed_dictionaries({}, optional={"host": FOREIGN_HOSTS, "origin": FOREIGN_ORIGINS, "cookie": NO_COOKIES})
)
def test_a_websocket_opens_only_from_this_page_for_who_is_known(spoiled: dict[str, str]) -> None:
    reached, sent = ask(replace(Asked(kind="websocket", method="GET", content=(), length=()), **spoiled))
    assert reached == (not spoiled)
    assert [message["type"] for message in sent] == (["websocket.close"] if spoiled else [])


def test_the_login_form_is_taken_without_a_cookie_and_only_as_a_form_of_this_page() -> None:
    form = Asked(path="/login", content=(FORM,), cookie=())
    assert ask(form)[0]
    for spoiled in (
        replace(form, content=(JSON,)),
        replace(form, origin=("http://evil.example",)),
        replace(form, length=("4097",)),
    ):
        assert not ask(spoiled)[0]


def test_every_answer_may_not_be_framed_and_with_tls_never_comes_without() -> None:
    for asked in (Asked(), Asked(cookie=()), Asked(host=("evil.example",))):
        headers = dict(ask(asked)[1][0]["headers"])
        assert headers[b"x-frame-options"] == b"DENY"
        assert b"strict-transport-security" not in headers


@pytest.mark.parametrize(
    "origin",
    [
        *("http://warehouse.example.org", "warehouse.example.org", "https://", "https://a.example/path", ""),
        *("https://user@a.example", "https://a.example?x", "ftp://a.example", "https://a.example#b"),
    ],
)
def test_an_address_for_others_is_an_https_origin(origin: str) -> None:
    with pytest.raises(NotAnAddress):
        Address.of(origin)


@pytest.mark.parametrize("said", ["https://Warehouse.example.org", "https://warehouse.example.org:443/"])
def test_an_address_is_written_as_browsers_write_it(said: str) -> None:
    address = Address.of(said)
    assert address.origins == ("https://warehouse.example.org",)
    assert address.hosts == {"warehouse.example.org"}
    assert address.cookie("p20w_ui") == "__Host-p20w_ui"
