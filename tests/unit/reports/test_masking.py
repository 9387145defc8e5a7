"""What a reader of the board's report may and may not work out about small groups."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from p20w.reports import masking
from p20w.reports.masking import balance, overlap, people, share_of


@pytest.mark.parametrize("count", range(1, 10))
def test_one_to_nine_people_are_never_a_number(count: int) -> None:
    assert people(count) == "fewer than 10"
    assert share_of(count, 500).part == "fewer than 10"


def test_nobody_and_ten_people_are_shown() -> None:
    assert (people(0), people(10), people(12345)) == ("0", "10", "12,345")


def test_a_rest_of_fewer_than_ten_hides_the_part() -> None:
    shown = share_of(496, 500)
    assert shown.part == "all but fewer than 10"
    assert shown.share == "over 98%"
    assert shown.is_hidden


def test_a_small_group_hides_its_parts() -> None:
    shown = share_of(3, 8)
    assert (shown.part, shown.whole, shown.share) == ("not shown", "fewer than 10", "not shown")


@given(whole=st.integers(1, 3000), data=st.data())
def test_a_share_never_narrows_a_hidden_part_to_less_than_what_fewer_than_ten_says(
    whole: int, data: st.DataObject
) -> None:
    part = data.draw(st.integers(0, whole))
    shown = share_of(part, whole)
    alike = [other for other in range(whole + 1) if share_of(other, whole) == shown]
    if masking.is_small(part) or masking.is_small(whole - part) or masking.is_small(whole):
        assert shown.is_hidden
        assert len(alike) >= min(9, whole)


@given(both=st.integers(1, 40), left_only=st.integers(0, 40), right_only=st.integers(0, 40))
def test_what_one_side_of_an_overlap_hides_the_other_does_not_tell(both: int, left_only: int, right_only: int) -> None:
    left, right = overlap(both, both + left_only, both + right_only)
    if any(masking.is_small(count) for count in (both, left_only, right_only)):
        assert left.is_hidden
        assert right.is_hidden
        assert not {left.part, right.part} & {f"{both:,}"}


SIGNS = {"before": 1, "new": 1, "split": 1, "merged": -1, "now": -1}


@settings(max_examples=200, deadline=None)
@given(before=st.integers(0, 400), new=st.integers(0, 60), split=st.integers(0, 15), merged=st.integers(0, 15))
def test_a_hidden_number_cannot_be_worked_out_from_the_numbers_it_adds_up_with(
    before: int, new: int, split: int, merged: int
) -> None:
    if before + new + split < merged:
        return
    terms = {"before": before, "new": new, "split": split, "merged": merged, "now": before + new + split - merged}
    shown = balance(terms, SIGNS, totals={"before", "now"})
    hidden = [name for name, count in terms.items() if masking.is_small(count)]
    assert all(shown[name] == "fewer than 10" for name in hidden)

    # the attacker: every state near this one that would have been printed in the same way
    possible: dict[str, set[int]] = {name: set() for name in hidden}
    free = [name for name in terms if name != "now"]
    choices = [range(1, 10) if name in hidden else _near(terms[name], shown[name]) for name in free]
    for values in itertools.product(*choices) if hidden else ():
        guess = dict(zip(free, values, strict=True))
        guess["now"] = guess["before"] + guess["new"] + guess["split"] - guess["merged"]
        if guess["now"] >= 0 and balance(guess, SIGNS, totals={"before", "now"}) == shown:
            for name in hidden:
                possible[name].add(guess[name])
            if all(len(known) > 1 for known in possible.values()):
                break
    assert all(len(known) > 1 for known in possible.values())


def _near(count: int, text: str) -> list[int]:
    """Candidates for a shown count, nearest first; an exact one has only itself."""
    if text == f"{count:,}":
        return [count]
    return sorted(range(max(0, count - 12), count + 13), key=lambda other: abs(other - count))


def test_numbers_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(ValueError, match="do not add up"):
        balance({"before": 100, "now": 101}, {"before": 1, "now": -1})
