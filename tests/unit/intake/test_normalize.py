"""Names, suffixes and SSNs in one form."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from p20w.intake.normalize import over_distinct, plain_name, plain_suffix, surname_and_suffix, valid_ssn


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("O'Neil-García ", "ONEIL GARCIA"),
        ("d’Arcy", "DARCY"),
        ("Müller", "MULLER"),
        ("Straße", "STRASSE"),
        ("Łukasz", "LUKASZ"),
        ("de la  Cruz", "DE LA CRUZ"),
        ("St. John", "ST JOHN"),
        ("Na", "NA"),
        ("unknown", None),
        ("--", None),
    ],
)
def test_a_name_has_one_form(written: str, plain: str | None) -> None:
    assert plain_name(written) == plain


@given(st.text(max_size=30))
def test_bringing_a_name_to_form_twice_changes_nothing(name: str) -> None:
    once = plain_name(name)
    assert once is None or plain_name(once) in (once, None)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzáéíóúñç'- ", min_size=1, max_size=20))
def test_case_does_not_count(name: str) -> None:
    assert plain_name(name) == plain_name(name.upper())


@pytest.mark.parametrize(
    ("surname", "split"),
    [
        ("Smith, Jr.", ("SMITH", "JR")),
        ("Smith III", ("SMITH", "III")),
        ("Smith", ("SMITH", None)),
        ("Senior", ("SENIOR", None)),
        ("De Jong", ("DE JONG", None)),
    ],
)
def test_a_suffix_behind_the_surname_is_told_apart(surname: str, split: tuple[str, str | None]) -> None:
    assert surname_and_suffix(surname) == split


def test_suffixes_have_one_spelling() -> None:
    spellings = ("Jr", "JR.", "junior", "2nd", "iii", "Esq")
    assert [plain_suffix(text) for text in spellings] == ["JR", "JR", "JR", "II", "III", None]


def test_distinct_values_are_brought_to_form_once() -> None:
    asked: list[str] = []

    def form(value: str) -> str:
        asked.append(value)
        return value.upper()

    column = pl.Series(["a", None, "b", "a"])
    assert over_distinct(column, form).to_list() == ["A", None, "B", "A"]
    assert sorted(asked) == ["a", "b"]


IMPOSSIBLE = [
    "000123456",
    "666123456",
    "912345678",
    "123004567",
    "123450000",
    "111111111",
    "123456789",
    "078051120",
    "098765432",
    "12345678",
    "1234567890",
    "12345678X",
    "",
]


@pytest.mark.parametrize("ssn", IMPOSSIBLE)
def test_an_ssn_that_nobody_can_have_is_no_ssn(ssn: str) -> None:
    assert valid_ssn(pl.Series([ssn, "123-45-6780", "219 09 9998"])).to_list() == [None, "123456780", "219099998"]
    assert valid_ssn(pl.Series([ssn])).to_list() == [None]


@given(area=st.integers(1, 899), group=st.integers(1, 99), serial=st.integers(1, 9999))
def test_every_other_number_is_kept_as_it_is(area: int, group: int, serial: int) -> None:
    ssn = f"{area:03d}{group:02d}{serial:04d}"
    if area != 666 and ssn not in IMPOSSIBLE and len(set(ssn)) > 1:
        kept = valid_ssn(pl.Series([ssn])).to_list()
        assert kept in ([ssn], [None])
        assert kept == [ssn] or ssn in ("012345678", "123123123", "111223333", "123121234", "219099999")


def test_a_column_without_any_ssn_stays_empty() -> None:
    assert valid_ssn(pl.Series([None, None], dtype=pl.String)).to_list() == [None, None]


def test_a_plus_sign_makes_no_ssn() -> None:
    """Polars reads +12345678 as a number; nine digits are asked for."""
    assert valid_ssn(pl.Series(["+12345678", "512348765"])).to_list() == [None, "512348765"]
