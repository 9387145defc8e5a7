"""Passwords: stored as hashes, asked for no faster than a person types."""

import json
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p20w.web.guesses import FREE, LONGEST_WAIT, REMEMBERED, Guesses
from p20w.web.one_time import OneTimeLink
from p20w.web.users import UserRefused, Users
from p20w.web.visits import HOURS, Visits

PASSWORD = "four plain words here"


@pytest.fixture
def users(tmp_path: Path) -> Users:
    made = Users(tmp_path / "ui" / "users.json")
    made.set_password("a.operator", PASSWORD)
    return made


def test_a_password_is_stored_as_an_argon2_hash_in_a_private_file(users: Users) -> None:
    text = users.file.read_text()
    assert PASSWORD not in text
    assert json.loads(text)["a.operator"].startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert stat.S_IMODE(users.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(users.file.parent.stat().st_mode) == 0o700


def test_only_the_user_s_own_password_is_right(users: Users) -> None:
    users.set_password("b.operator", PASSWORD.upper())
    assert users.is_right("a.operator", PASSWORD)
    for name, password in (("a.operator", PASSWORD + " "), ("b.operator", PASSWORD), ("nobody", PASSWORD), ("", "")):
        assert not users.is_right(name, password)
    assert not users.is_right("nobody", users._nobody)


def test_a_removed_user_is_gone_and_a_new_password_replaces_the_old(users: Users) -> None:
    before = users.proof("a.operator")
    users.set_password("a.operator", "another set of words")
    assert users.proof("a.operator") not in (None, before)
    assert not users.is_right("a.operator", PASSWORD)
    users.remove("a.operator")
    assert users.names() == []
    assert not users
    with pytest.raises(UserRefused, match=r"no user a\.operator"):
        users.remove("a.operator")


@pytest.mark.parametrize("name", ["", "a b", "-x", "<b>", "x" * 65, "a\n", "é"])
def test_a_name_that_could_be_mistaken_is_refused(users: Users, name: str) -> None:
    with pytest.raises(UserRefused, match="A name has"):
        users.set_password(name, PASSWORD)


@pytest.mark.parametrize("password", ["", "fourteen chars", "x" * 257])
def test_a_short_password_is_refused_and_not_repeated(users: Users, password: str) -> None:
    with pytest.raises(UserRefused) as caught:
        users.set_password("c.operator", password)
    assert password == "" or password not in str(caught.value)


def test_a_damaged_file_lets_nobody_in(users: Users) -> None:
    users.file.write_text("{")
    with pytest.raises(UserRefused, match="cannot be read"):
        users.is_right("a.operator", PASSWORD)


@given(pauses=st.lists(st.floats(0, 90), max_size=200))
def test_guesses_are_few_however_they_are_spread(pauses: list[float]) -> None:
    now = 0.0
    guesses = Guesses(lambda: now)
    tried = 0
    for pause in pauses:
        now += pause
        if guesses.wait("a.operator") == 0:
            tried += 1
            guesses.was_wrong("a.operator")
    short = 7  # after waits of 1, 2, 4, 8, 16 and 32 seconds, and the one under way
    assert tried <= FREE + short + now / LONGEST_WAIT


def test_a_wait_ends_and_a_right_password_ends_it_for_good() -> None:
    now = 0.0
    guesses = Guesses(lambda: now)
    for _ in range(FREE + 20):
        guesses.was_wrong("a.operator")
    assert guesses.wait("a.operator") == LONGEST_WAIT
    assert guesses.wait("b.operator") == 0
    now = LONGEST_WAIT
    assert guesses.wait("a.operator") == 0
    guesses.was_right("a.operator")
    guesses.was_wrong("a.operator")
    assert guesses.wait("a.operator") == 0


def test_made_up_names_do_not_fill_the_memory() -> None:
    guesses = Guesses()
    for number in range(REMEMBERED + 50):
        guesses.was_wrong(str(number))
    assert len(guesses._wrong) == REMEMBERED


def test_a_visit_ends_after_a_working_day_and_its_cookie_is_not_kept() -> None:
    now = 0.0
    visits = Visits(lambda: now)
    cookie = visits.begin("a.operator", "proof")
    found = visits.find(cookie)
    assert found is not None
    assert found.name == "a.operator"
    assert cookie not in repr(vars(visits))
    assert visits.find(None) is visits.find("") is visits.find(cookie + "x") is None
    now = HOURS * 3600
    assert visits.find(cookie) is None


@given(guess=st.text())
def test_a_link_opens_once_and_no_guess_spoils_it(guess: str) -> None:
    link = OneTimeLink()
    assert not link.opens(guess)
    token = str(link).partition("token=")[2]
    assert link.opens(token)
    assert not link.opens(token)
    assert not link.opens("None")
