"""Bad slips stay what they are: short forms by rule, numbers of valid form, dates that no calendar has."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p20w.simulator.name_lists import NICKNAMES
from p20w.simulator.unkind import slips

names = st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=15).map(str.capitalize)
draws = st.floats(min_value=0, max_value=1, exclude_max=True)


@given(names, draws)
def test_a_pet_name_keeps_the_beginning_and_ends_in_ie_or_y_or_is_the_name_itself(name: str, draw: float) -> None:
    short = slips.pet_name(name, draw)
    assert short == name or (short[0] == name[0] and short.endswith(("ie", "y")))
    assert short
    assert short[0].isupper()


def test_most_pet_names_are_in_no_list() -> None:
    listed = {short for shorts in NICKNAMES.values() for short in shorts}
    made = [slips.pet_name(name, 0.9) for name in NICKNAMES]
    assert sum(name not in listed for name in made) > 0.8 * len(made)
    assert slips.pet_name("Margaret", 0.1) == "Margie"
    assert slips.pet_name("Theodore", 0.1) != "Theodore"


@given(names, draws)
def test_a_botched_name_is_never_empty(name: str, draw: float) -> None:
    assert slips.botched(name, draw)


@given(st.integers(773, 899), st.integers(1, 99), st.integers(1, 9999), draws)
def test_two_wrong_digits_keep_area_and_form_and_change_at_most_two(
    area: int, group: int, serial: int, draw: float
) -> None:
    number = area * 1_000_000 + group * 10_000 + serial
    wrong = slips.two_wrong_digits(number, draw)
    before, after = f"{number:09d}", f"{wrong:09d}"
    assert wrong != number
    assert after[:3] == before[:3]
    assert after[3:5] != "00"
    assert after[5:] != "0000"
    # where two digits would be of no valid form, one is wrong, which may carry over
    assert 1 <= sum(one != other for one, other in zip(before, after, strict=True)) <= 4


@pytest.mark.parametrize("number", [-1, 0, 999_999_999, 912_345_678])
def test_missing_and_made_up_numbers_are_left_alone(number: int) -> None:
    assert slips.two_wrong_digits(number, 0.5) == number


@given(st.integers(1900, 2030), st.integers(1, 12), draws)
def test_an_unreadable_date_is_in_no_calendar(year: int, month: int, draw: float) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the calendar's own refusal
        date(*slips.unreadable_date(year, month, draw))


def test_compound_surnames_fall_into_their_parts_and_others_do_not() -> None:
    assert slips.surnames("Garcia-Lopez") == ("Garcia", "Lopez")
    assert slips.surnames("De La Cruz Lopez") == ("De La Cruz", "Lopez")
    assert slips.surnames("Smith") == ("Smith", "")
    assert slips.other_order("Garcia-Lopez") == "Lopez Garcia"
    assert slips.other_order("Smith") == "Smith"
