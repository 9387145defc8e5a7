"""Who does not get at the page, and what never leaves it."""

import http.client
import logging
import re
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

import psycopg
import pytest

from p20w.database import Warehouse
from p20w.registry.review import session as sessions
from p20w.registry.review.app import make_server
from p20w.registry.review.queue import PairKey
from p20w.registry.review.steward import NotASteward
from tests.integration.review.made_up_pairs import FIRST_NAMES, SURNAMES, make_queue
from tests.integration.review.open_desk import OpenDesk, open_desk
from tests.server_logs import server_log


@dataclass
class Visitor:
    """A program that speaks HTTP to the page."""

    desk: OpenDesk
    cookie: str = ""
    answered: http.client.HTTPResponse = field(init=False)

    def ask(self, path: str, form: dict[str, str] | None = None, **headers: str) -> int:
        """The status; `text` and `answered` hold the rest. `host_` replaces the host."""
        sent = {name.rstrip("_").replace("_", "-"): value for name, value in headers.items()}
        if self.cookie:
            sent.setdefault("cookie", self.cookie)
        if form is not None:
            sent["content-type"] = "application/x-www-form-urlencoded"
            sent.setdefault("origin", self.desk.base)
        connection = http.client.HTTPConnection("127.0.0.1", self.desk.port, timeout=10)
        connection.request("GET" if form is None else "POST", path, form and urlencode(form), sent)
        self.answered = connection.getresponse()
        self.text = self.answered.read().decode()
        connection.close()
        return self.answered.status

    def enter(self) -> int:
        status = self.ask(self.desk.link.removeprefix(self.desk.base))
        self.cookie = self.answered.headers.get("set-cookie", "").partition(";")[0]
        return status

    def look(self, key: PairKey) -> dict[str, str]:
        """Open a pair; the fields its forms carry."""
        assert self.ask(f"/pair/{key.left}/{key.right}") == 200
        found = re.findall(r'name="(form|left|right)" value="([^"]+)"', self.text)
        return dict(found)


@pytest.fixture
def key(warehouse: Warehouse) -> PairKey:
    return make_queue(warehouse, 2)[0]


@pytest.fixture
def desk(warehouse: Warehouse, key: PairKey) -> Iterator[OpenDesk]:
    with open_desk(warehouse) as opened:
        yield opened


def said(warehouse: Warehouse) -> int:
    with warehouse.connect("linkage") as connection:
        row = connection.execute("select count(*) from registry.decision").fetchone()
    return row[0] if row else 0


def test_the_link_opens_the_page_once(desk: OpenDesk, key: PairKey) -> None:
    first, second = Visitor(desk), Visitor(desk)
    assert first.enter() == 303
    assert "HttpOnly" in first.answered.headers["set-cookie"]
    assert "SameSite=strict" in first.answered.headers["set-cookie"]
    assert first.ask(f"/pair/{key.left}/{key.right}") == 200
    assert second.enter() == 403
    assert second.ask(f"/pair/{key.left}/{key.right}") == 403


@pytest.mark.parametrize("path", ["/", "/agreement", "/pair/a/b", "/nowhere"])
def test_without_the_cookie_no_page_opens(desk: OpenDesk, path: str) -> None:
    visitor = Visitor(desk)
    assert visitor.ask(path) == 403
    visitor.cookie = f"p20w_review_{desk.port}=guessed"
    assert visitor.ask(path) == 403


@pytest.mark.parametrize("token", ["", "x", "é"])
def test_a_guessed_link_opens_nothing_and_spoils_nothing(desk: OpenDesk, token: str) -> None:
    visitor = Visitor(desk)
    assert visitor.ask(f"/enter?{urlencode({'token': token})}") == 403
    assert visitor.enter() == 303


def test_a_foreign_name_that_points_here_is_not_answered(desk: OpenDesk) -> None:
    visitor = Visitor(desk)
    visitor.enter()
    assert visitor.ask("/", host="desk.example.org") == 421
    assert visitor.ask("/", host=f"localhost:{desk.port}") == 303


def test_a_form_of_another_page_changes_nothing(warehouse: Warehouse, desk: OpenDesk, key: PairKey) -> None:
    visitor = Visitor(desk)
    visitor.enter()
    form = {**visitor.look(key), "verdict": "must_link"}
    assert visitor.ask("/decide", form, origin="http://example.org") == 403
    assert visitor.ask("/decide", form, origin="null") == 403
    assert visitor.ask("/decide", form, origin="") == 403
    assert visitor.ask("/decide", {**form, "form": "guessed"}) == 403
    assert visitor.ask("/decide", {name: form[name] for name in ("left", "right", "verdict")}) == 403
    assert visitor.ask("/decide", {**form, "padding": "x" * 5000}) == 413
    assert visitor.ask("/decide") == 405
    assert said(warehouse) == 0
    assert visitor.ask("/decide", form, origin=desk.base) == 303
    assert said(warehouse) == 1


def test_a_pair_outside_the_queue_does_not_open(warehouse: Warehouse, desk: OpenDesk, key: PairKey) -> None:
    visitor = Visitor(desk)
    visitor.enter()
    for path in (f"/pair/{key.left}/{key.left}", "/pair/a/b", f"/pair/{key.left}/00000000-0000-0000-0000-0000000000ff"):
        assert visitor.ask(path) == 303
        assert visitor.answered.headers["location"] == "/"


def test_every_answer_forbids_keeping_framing_and_loading_from_elsewhere(desk: OpenDesk, key: PairKey) -> None:
    visitor = Visitor(desk)
    for path in (
        "/nowhere",
        desk.link.removeprefix(desk.base),
        f"/pair/{key.left}/{key.right}",
        "/desk.css",
        "/desk.js",
    ):
        visitor.ask(path)
        visitor.cookie = visitor.cookie or visitor.answered.headers.get("set-cookie", "").partition(";")[0]
        headers = visitor.answered.headers
        assert headers["cache-control"] == "no-store"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert "server" not in headers


def test_the_page_closes_when_nobody_clicks(desk: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = Visitor(desk)
    visitor.enter()
    assert visitor.ask("/") == 303
    before = time.monotonic
    monkeypatch.setattr(sessions.time, "monotonic", lambda: before() + 60 * sessions.IDLE_MINUTES + 1)
    assert visitor.ask("/") == 403
    monkeypatch.undo()
    assert visitor.ask("/agreement") == 200


def test_the_page_listens_on_the_loopback_address_only(desk: OpenDesk) -> None:
    others = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), desk.port, socket.AF_INET)}
    for address in others - {"127.0.0.1"}:
        with pytest.raises(OSError), socket.create_connection((address, desk.port), timeout=2):  # noqa: PT011
            pass


def test_the_page_does_not_start_for_another_login(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = Warehouse.libpq
    for role in ("owner", "linkage"):
        monkeypatch.setattr(Warehouse, "libpq", lambda self, _, role=role: honest(self, role))
        with pytest.raises(NotASteward):
            make_server(warehouse, "R. Example")


def test_an_error_is_told_without_values(desk: OpenDesk, key: PairKey, monkeypatch: pytest.MonkeyPatch) -> None:
    from p20w.registry.review import app

    def fail(*_: object) -> None:
        raise ValueError(f"no room for {SURNAMES[0]}")

    monkeypatch.setattr(app, "read", fail)
    visitor = Visitor(desk)
    visitor.enter()
    assert visitor.ask(f"/pair/{key.left}/{key.right}") == 500
    assert "ValueError" in visitor.text
    assert SURNAMES[0] not in visitor.text


def test_nothing_personal_is_logged(
    warehouse: Warehouse,
    desk: OpenDesk,
    key: PairKey,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    visitor = Visitor(desk)
    with caplog.at_level(logging.DEBUG):
        visitor.enter()
        form = visitor.look(key)
        assert SURNAMES[0].upper() in visitor.text
        visitor.ask("/decide", {**form, "verdict": "must_link"})
        visitor.ask("/decide", {**form, "verdict": SURNAMES[0]})
        visitor.ask(f"/pair/{SURNAMES[0]}/{FIRST_NAMES[0]}")
    printed = capfd.readouterr()
    log = server_log(warehouse.settings)
    with warehouse.connect("report") as connection:
        audit = repr(connection.execute("select * from governance.audit").fetchall())
    for text in (caplog.text, printed.out, printed.err, log, audit):
        for name in (*SURNAMES, *FIRST_NAMES):
            assert name.upper() not in text.upper()
        for day in ("2001-03-09", "2001-09-03"):
            assert day not in text


def test_the_steward_s_login_must_work(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Warehouse, "password", lambda self, role: "wrong")
    with pytest.raises(Exception, match="wrong password") as caught:
        make_server(warehouse, "R. Example")
    assert not isinstance(caught.value, psycopg.Error)
