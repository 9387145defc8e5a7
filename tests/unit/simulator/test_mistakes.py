"""Slips change a value as people, ears and machines do, and never make it impossible."""

from hypothesis import given
from hypothesis import strategies as st

from p20w.simulator import mistakes
from p20w.simulator.calendar import as_date, first_school_day, label_of, last_school_day, quarter_from_label, term_days
from p20w.simulator.words import Words, plain

names = st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=15).map(str.capitalize)
draws = st.floats(min_value=0, max_value=1, exclude_max=True)


@given(names, draws)
def test_a_typing_error_keeps_the_first_letter_and_changes_at_most_one_place(name: str, draw: float) -> None:
    wrong = mistakes.typing_error(name, draw)
    assert wrong[0] == name[0]
    assert abs(len(wrong) - len(name)) <= 1


@given(st.integers(773, 899), st.integers(1, 99), st.integers(1, 9999), draws)
def test_a_wrong_digit_gives_another_number_of_valid_form(area: int, group: int, serial: int, draw: float) -> None:
    number = area * 1_000_000 + group * 10_000 + serial
    wrong = mistakes.wrong_digit(number, draw)
    digits = f"{wrong:09d}"
    assert wrong != number
    assert digits[:3] == str(area)
    assert digits[3:5] != "00"
    assert digits[5:] != "0000"


def test_two_surnames_become_one_with_its_particle() -> None:
    assert mistakes.one_surname("Garcia Lopez", 0.1) == "Garcia"
    assert mistakes.one_surname("Garcia-Lopez", 0.9) == "Lopez"
    assert mistakes.one_surname("De La Cruz Lopez", 0.1) == "De La Cruz"


def test_particles_and_apostrophes_are_lost_in_several_ways() -> None:
    assert mistakes.without_particle("De La Cruz", 0.1) == "Cruz"
    assert mistakes.without_particle("De La Cruz", 0.5) == "Dela Cruz"
    assert mistakes.without_particle("De La Cruz", 0.9) == "Delacruz"
    assert mistakes.without_particle("O'Neil", 0.1) == "ONeil"


def test_a_nickname_is_used_only_where_the_name_has_one() -> None:
    assert mistakes.nickname("William", 0.0) == "Bill"
    assert mistakes.nickname("Xiaoyan", 0.0) == "Xiaoyan"


def test_words_know_their_plain_and_capital_forms_also_for_words_that_come_later() -> None:
    words = Words()
    first = words.codes(["José", "O'Neil"])
    assert words.texts(words.plain(first)) == ["Jose", "O'Neil"]
    later = words.codes(["Peña-Ruiz", "Smith"])
    assert words.upper(later, punctuation=False).tolist() == [b"PENA RUIZ", b"SMITH"]
    assert words.upper(first, punctuation=True).tolist() == [b"JOSE", b"O'NEIL"]
    two, particle = words.surname_forms(words.codes(["Garcia Lopez", "De La Cruz", "O'Neil", "Smith"]))
    assert two.tolist() == [True, False, False, False]
    assert particle.tolist() == [False, True, True, False]
    assert plain("Ñandú") == "Nandu"


def test_the_calendar_knows_quarters_school_years_and_terms() -> None:
    assert label_of(quarter_from_label("2014Q3")) == "2014Q3"
    assert as_date(first_school_day(2024)).strftime("%a") == "Mon"
    assert as_date(last_school_day(2024)).strftime("%a") == "Fri"
    assert as_date(term_days(2024, "Fall")[0]).year == 2023
