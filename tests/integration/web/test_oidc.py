"""Logging in with an organization's account, at a provider of OpenID Connect that runs here."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from oidc_provider_mock import User, run_server_in_thread

from p20w.settings import Settings
from p20w.web.oidc import RETURN, START, NotConfigured, Provider
from tests.integration.web.house import SECRET, House, open_house

PEOPLE = (
    User(sub="1", claims={"preferred_username": "a.operator", "groups": ["everybody", "p20w-ops"]}),
    User(sub="2", claims={"preferred_username": "b.visitor", "groups": ["everybody"]}),
    User(sub="3", claims={"preferred_username": "c.visitor", "groups": "not-p20w-ops"}),
)


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with run_server_in_thread(user_claims=PEOPLE, require_nonce=True) as server:
        yield Provider(f"http://localhost:{server.server_port}", "p20w", "a secret", "groups", "p20w-ops")


@pytest.fixture
def house(provider: Provider, tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, provider) as opened:
        yield opened


@pytest.fixture
def browser() -> Iterator[httpx2.Client]:
    with httpx2.Client(timeout=30) as client:
        yield client


def way_back(browser: httpx2.Client, house: House, subject: str) -> str:
    """Log in at the provider as `subject`; the address it sends the browser back to."""
    there = browser.get(house.base + START).headers["location"]
    asked = parse_qs(urlsplit(there).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [house.base + RETURN]
    form = {"sub": subject} if subject else {"action": "deny"}
    return browser.post(there, data=form).headers["location"]


def test_somebody_of_the_right_group_comes_in_and_the_browser_asks_anew_from_our_own_page(
    browser: httpx2.Client, house: House
) -> None:
    assert START in browser.get(f"{house.base}/login").text
    landed = browser.get(way_back(browser, house, "1"))
    assert landed.status_code == 200
    assert '<meta http-equiv="refresh" content="0; url=/">' in landed.text
    assert "SameSite=strict" in str(landed.headers.get_list("set-cookie"))
    assert browser.get(f"{house.base}/").text == SECRET
    assert "As a.operator." in browser.get(f"{house.base}/login").text


@pytest.mark.parametrize("subject", ["2", "3", "4"])
def test_others_of_the_organization_do_not(browser: httpx2.Client, house: House, subject: str) -> None:
    answer = browser.get(way_back(browser, house, subject))
    assert answer.status_code == 403
    assert "not among those" in answer.text
    assert browser.get(f"{house.base}/").status_code == 401


def test_who_is_refused_there_is_refused_here(browser: httpx2.Client, house: House) -> None:
    assert browser.get(way_back(browser, house, "")).status_code == 502
    assert browser.get(f"{house.base}/").status_code == 401


def test_a_way_back_is_good_for_one_browser_and_once(browser: httpx2.Client, house: House) -> None:
    back = way_back(browser, house, "1")
    with httpx2.Client() as other:
        assert other.get(back).status_code == 502
        assert other.get(f"{house.base}/").status_code == 401
    assert browser.get(back.replace("state=", "state=x")).status_code == 502
    assert browser.get(back.replace("code=", "code=x")).status_code == 502
    back = way_back(browser, house, "1")
    assert browser.get(back).status_code == 200
    with httpx2.Client(cookies=browser.cookies) as again:
        assert again.get(back).status_code == 502


def test_an_answer_of_another_issuer_is_refused(provider: Provider, browser: httpx2.Client, tmp_path: Path) -> None:
    mistaken = replace(provider, issuer=f"{provider.issuer}/")  # the same server under another name
    with open_house(tmp_path, mistaken) as house:
        assert browser.get(way_back(browser, house, "1")).status_code == 502
        assert browser.get(f"{house.base}/").status_code == 401


def test_a_provider_that_does_not_answer_is_told_without_details(
    provider: Provider, browser: httpx2.Client, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with open_house(tmp_path, replace(provider, issuer="http://127.0.0.1:1")) as house:
        answer = browser.get(house.base + START)
    assert answer.status_code == 502
    assert "Go back to /login" in answer.text
    assert "a secret" not in answer.text + caplog.text


def test_settings_of_the_login_are_whole_and_by_tls(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("a secret\n")
    whole = {
        "oidc_issuer": "https://login.example.org",
        "oidc_client_id": "p20w",
        "oidc_client_secret_file": tmp_path / "secret",
        "oidc_value": "p20w-ops",
    }
    assert Provider.of(Settings(home=tmp_path)) is None
    found = Provider.of(Settings(home=tmp_path, **whole))  # pyright: ignore[reportArgumentType]
    assert found == Provider("https://login.example.org", "p20w", "a secret", "groups", "p20w-ops")
    for name in ("oidc_client_id", "oidc_client_secret_file", "oidc_value"):
        with pytest.raises(NotConfigured, match=f"P20W_{name.upper()}"):
            Provider.of(Settings(home=tmp_path, **{**whole, name: None}))  # pyright: ignore[reportArgumentType]
    with pytest.raises(NotConfigured, match="https"):
        Provider.of(Settings(home=tmp_path, **{**whole, "oidc_issuer": "http://login.example.org"}))  # pyright: ignore
