"""What a reader of the board's report may and may not work out about small groups."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from p20w.contracts import load_contracts
from p20w.reports.masking import AMBIGUITY, Mask
from p20w.settings import Settings

MASK = Mask()


@pytest.mark.parametrize("count", range(1, 10))
def test_one_to_nine_people_are_never_a_number(count: int) -> None:
    assert MASK.people(count) == "fewer than 10"
    assert MASK.share_of(count, 500).part == "fewer than 10"


def test_nobody_is_told_and_all_other_numbers_are_rounded() -> None:
    assert (MASK.people(0), MASK.people(10), MASK.people(12345)) == ("0", "about 10", "about 12,350")


def test_the_strictest_agreement_says_what_is_small() -> None:
    contracts = list(load_contracts(Settings().contracts).values())
    assert Mask.of(contracts).floor == max(contract.agreement.minimum_cell_size for contract in contracts)
    agreement = replace(contracts[0].agreement, minimum_cell_size=11)
    strict = Mask.of([*contracts, replace(contracts[0], agreement=agreement)])
    assert (strict.people(10), strict.people(11), strict.base) == ("fewer than 11", "about 20", 20)


def test_a_rest_of_fewer_than_ten_hides_the_part() -> None:
    shown = MASK.share_of(496, 500)
    assert shown.part == "all but fewer than 10"
    assert shown.share == "over 97%"
    assert shown.is_hidden


def test_of_a_group_of_about_twenty_nothing_is_told() -> None:
    for whole, part in ((20, 0), (20, 9), (20, 10), (20, 15), (24, 12), (8, 3)):
        assert MASK.share_of(part, whole).share == "not shown"


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [(11, 26, "40%"), (18, 44, "40%"), (41, 101, "40%"), (205, 501, "41%"), (2051, 5001, "41.0%"), (11, 2000, "1%")],
)
def test_shares_of_small_groups_have_wider_steps(part: int, whole: int, share: str) -> None:
    assert MASK.share_of(part, whole).share == share


@settings(max_examples=50, deadline=None)
@given(group=st.integers(1, 1200).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
@example((135, 342))
@example((10, 144))
def test_the_same_words_leave_many_sizes_and_parts_possible(group: tuple[int, int]) -> None:
    part, whole = group
    shown = MASK.share_of(part, whole)
    alike = [
        (other, size)
        for size in range(max(1, whole - 12), whole + 13)
        for other in range(max(0, part - 12), min(size, part + 12) + 1)
        if MASK.share_of(other, size) == shown
    ]
    assert len(alike) >= (2 if MASK.floor in (part, whole - part) else 5)  # the least that is shown is known to be that
    if MASK.is_small(part) or MASK.is_small(whole - part) or MASK.is_small(whole):
        assert shown.is_hidden
        assert len({other for other, _ in alike}) >= AMBIGUITY
        assert len({size - other for other, size in alike}) >= AMBIGUITY


@given(whole=st.integers(25, 4000), data=st.data())
def test_what_is_said_of_a_share_is_true(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    text = MASK.share_of(part, whole).share
    number = float(text.strip("overund %")) / 100
    if text.startswith("under"):
        assert part / whole < number
    elif text.startswith("over"):
        assert part / whole > number
    else:
        assert abs(part / whole - number) <= MASK.step(whole) / 2 + 1e-9


@given(both=st.integers(1, 60), left_only=st.integers(0, 60), right_only=st.integers(0, 60))
def test_what_one_side_of_an_overlap_hides_the_other_does_not_tell(both: int, left_only: int, right_only: int) -> None:
    left, right = MASK.overlap(both, both + left_only, both + right_only)
    if any(MASK.is_small(count) for count in (both, left_only, right_only)):
        assert left.is_hidden
        assert right.is_hidden


SIGNS = {"before": 1, "new": 1, "split": 1, "merged": -1, "now": -1}
FIXED = {"before", "now"}


@settings(max_examples=200, deadline=None)
@given(before=st.integers(0, 400), new=st.integers(0, 60), split=st.integers(0, 15), merged=st.integers(0, 15))
def test_a_hidden_number_cannot_be_worked_out_from_the_numbers_it_adds_up_with(
    before: int, new: int, split: int, merged: int
) -> None:
    if before + new + split < merged:
        return
    terms = {"before": before, "new": new, "split": split, "merged": merged, "now": before + new + split - merged}
    shown = MASK.balance(terms, SIGNS, fixed=FIXED)
    hidden = [name for name, count in terms.items() if MASK.is_small(count)]
    assert all(shown[name] == "fewer than 10" for name in hidden)
    assert all(shown[name] == MASK.people(terms[name]) for name in FIXED)

    # the attacker: every state near this one that would have been printed in the same way
    possible: dict[str, set[int]] = {name: set() for name in hidden}
    free = [name for name in terms if name != "now"]
    choices = [range(1, 10) if name in hidden else _near(terms[name], shown[name]) for name in free]
    for values in itertools.product(*choices) if hidden else ():
        guess = dict(zip(free, values, strict=True))
        guess["now"] = guess["before"] + guess["new"] + guess["split"] - guess["merged"]
        if guess["now"] >= 0 and MASK.balance(guess, SIGNS, fixed=FIXED) == shown:
            for name in hidden:
                possible[name].add(guess[name])
            if all(len(known) > 1 for known in possible.values()):
                break
    assert all(len(known) > 1 for known in possible.values())


def _near(count: int, text: str) -> list[int]:
    """Candidates for a shown count, nearest first; nobody is only nobody."""
    if text == "0":
        return [0]
    return sorted(range(max(0, count - 12), count + 13), key=lambda other: abs(other - count))


def test_numbers_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(ValueError, match="do not add up"):
        MASK.balance({"before": 100, "now": 101}, {"before": 1, "now": -1})
