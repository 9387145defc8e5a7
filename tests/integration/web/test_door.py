"""The door over a real server: who comes in, who is put off, who is out again."""

import http.client
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from p20w.web.address import LOOPBACK
from p20w.web.guesses import FREE
from tests.integration.web.house import PASSWORD, SECRET, House, open_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        yield opened


def test_a_right_password_opens_the_page_until_one_logs_out(house: House) -> None:
    assert house.ask("/") == 401
    assert house.log_in() == 303
    said = house.answered.headers["set-cookie"]
    assert "HttpOnly" in said
    assert "SameSite=strict" in said
    assert house.ask("/") == 200
    assert house.text == SECRET
    assert house.ask("/login") == 200
    assert "You are logged in" in house.text
    assert house.ask("/logout", {}, **{"content-length": "0"}) == 303
    assert house.ask("/") == 401


def test_a_browser_without_a_cookie_is_led_to_the_login_page(house: House) -> None:
    assert house.ask("/", accept="text/html,*/*") == 303
    assert house.answered.headers["location"] == "/login"
    assert house.ask("/login") == 200
    assert house.answered.headers["content-security-policy"].startswith("default-src 'none'")
    assert house.answered.headers["cache-control"] == "no-store"
    assert house.ask("/login/style.css") == 200
    assert SECRET not in house.text


def test_wrong_passwords_open_nothing_and_are_slowed_whoever_is_meant(house: House) -> None:
    for name in ("a.operator", "nobody"):
        assert [house.log_in(name, f"guess {number}") for number in range(FREE)] == [403] * FREE
        assert house.log_in(name) == 429
        assert re.search(r"again in \d seconds", house.text)
        assert int(house.answered.headers["retry-after"]) >= 1
        assert house.cookie == ""
    assert house.ask("/") == 401


@pytest.mark.parametrize("form", [{}, {"name": "a.operator"}, {"password": PASSWORD}, {"name": "", "password": ""}])
def test_half_a_login_is_none(house: House, form: dict[str, str]) -> None:
    assert house.ask("/login", form or {"x": ""}) == 403


def test_who_is_removed_or_gets_a_new_password_is_out_at_once(house: House) -> None:
    house.log_in()
    house.users.set_password("b.operator", PASSWORD)
    assert house.ask("/") == 200
    house.users.set_password("a.operator", "another set of words")
    assert house.ask("/") == 401
    assert house.log_in("b.operator") == 303
    house.users.remove("b.operator")
    assert house.ask("/") == 401


def test_the_terminal_s_link_opens_the_page_once(house: House) -> None:
    assert house.ask("/enter?token=guessed") == 403
    assert house.ask(str(house.link)) == 303
    cookie = house.answered.headers["set-cookie"].partition(";")[0]
    assert house.ask(str(house.link)) == 403
    house.cookie = cookie
    assert house.ask(str(house.link)) == 303
    assert house.ask("/") == 200


def test_another_page_s_form_logs_nobody_in_or_out(house: House) -> None:
    right = {"name": "a.operator", "password": PASSWORD}
    for origin in ("http://evil.example", "null", "http://127.0.0.1:1"):
        assert house.ask("/login", right, origin=origin) == 403
    house.log_in()
    assert house.ask("/logout", {"x": ""}, origin="http://evil.example") == 403
    assert house.ask("/") == 200


def test_what_a_get_could_change_is_not_answered_to_get(house: House) -> None:
    house.log_in()
    assert house.ask("/changes") == 405
    assert house.ask("/changes?query=mutation", accept="text/html") == 405
    assert house.ask("/changes", {"x": ""}) == 415
    connection = http.client.HTTPConnection(LOOPBACK, house.port, timeout=10)
    headers = {"cookie": house.cookie, "origin": house.base, "content-type": "application/json"}
    connection.request("POST", "/changes", json.dumps({}), headers)
    assert connection.getresponse().status == 200
    connection.close()


def test_a_websocket_needs_the_cookie_and_comes_from_this_page(house: House) -> None:
    house.log_in()
    url = f"ws://{LOOPBACK}:{house.port}/socket"

    def answer(origin: str | None, cookie: str) -> str:
        try:
            with connect(url, origin=origin, additional_headers={"cookie": cookie}, proxy=None) as opened:  # pyright: ignore
                return str(opened.recv())
        except InvalidStatus as refused:
            return str(refused.response.status_code)

    assert answer(house.base, house.cookie) == SECRET
    assert answer(house.base, "p20w_ui=guessed") == "403"
    assert answer("http://evil.example", house.cookie) == "403"
    assert answer(None, house.cookie) == "403"


def test_an_error_behind_the_door_is_logged_without_its_words(
    house: House, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    house.log_in()
    assert house.ask("/broken") == 500
    deadline = time.monotonic() + 10
    while "ValueError" not in caplog.text and time.monotonic() < deadline:  # logged after the answer
        time.sleep(0.01)
    assert "ValueError" in caplog.text
    printed = capfd.readouterr()
    for text in (house.text, caplog.text, printed.out, printed.err):
        assert SECRET not in text
        assert PASSWORD not in text


def test_nothing_of_a_login_is_logged(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.log_in("a.mistyped.name", "the wrong words entirely")
    assert caplog.messages == ["A login failed."]
