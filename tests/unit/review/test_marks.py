"""What a reviewer is told of two values, and how weights become a waterfall."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p20w.registry.review.marks import compare, dates, edits, names, words
from p20w.registry.review.weights import waterfall

NAMES = st.text("ABC ", min_size=1, max_size=8).map(str.strip).filter(bool)
WEIGHTS = st.lists(st.floats(-30, 30), max_size=9)


@pytest.mark.parametrize(
    ("left", "right", "mark", "said"),
    [
        ("ANNA", "ANNA", "same", "same"),
        ("ANNA", "ANAN", "close", "one letter apart"),
        ("MARGUERITE", "MARGERITTE", "close", "2 letters apart"),
        ("A", "ANNA", "close", "initial agrees"),
        ("CASTLE BRIDGE", "BRIDGE", "close", "one part agrees"),
        ("ALEX", "ALEXANDER", "close", "one is the beginning of the other"),
        ("JADEN", "MARLON", "differs", "different"),
        ("JO", "BO", "differs", "different"),  # half of a short name is no spelling error
        ("ANNA", None, "one blank", "one blank"),
        (None, None, "both blank", "both blank"),
    ],
)
def test_names_are_told_apart_in_a_word(left: str | None, right: str | None, mark: str, said: str) -> None:
    row = compare("First name", left, right, names)
    assert (row.mark, row.words) == (mark, said)


@pytest.mark.parametrize(
    ("left", "right", "mark", "said"),
    [
        (date(2001, 3, 9), date(2001, 3, 9), "same", "same"),
        (date(2001, 3, 9), date(2001, 9, 3), "close", "day and month swapped"),
        (date(2001, 3, 9), date(2001, 3, 8), "close", "one digit apart, or two swapped"),
        (date(1999, 3, 9), date(2000, 3, 9), "close", "one year apart"),
        (date(1971, 3, 9), date(2000, 3, 9), "differs", "same day, 29 years apart"),
        (date(2001, 3, 9), date(2001, 5, 17), "differs", "69 days apart"),
        (date(2001, 3, 9), date(1966, 5, 17), "differs", "different"),
        (None, date(1966, 5, 17), "one blank", "one blank"),
    ],
)
def test_dates_are_told_apart_by_the_errors_that_are_made(
    left: date | None, right: date | None, mark: str, said: str
) -> None:
    row = compare("Birth date", left, right, dates)
    assert (row.mark, row.words) == (mark, said)


def test_codes_are_equal_or_not() -> None:
    assert compare("Suffix", "JR", "SR", words).words == "different"
    assert compare("Suffix", "JR", "JR", words).mark == "same"


@given(left=NAMES, right=NAMES)
def test_marks_are_the_same_from_either_side_and_show_every_letter(left: str, right: str) -> None:
    one, other = compare("x", left, right, names), compare("x", right, left, names)
    assert (one.mark, one.words) == (other.mark, other.words)
    assert "".join(segment.text for segment in one.left) == left
    assert "".join(segment.text for segment in one.right) == right
    marked = any(segment.differs for segment in (*one.left, *one.right))
    assert marked == (left != right)


@given(left=NAMES, right=NAMES, third=NAMES)
def test_edits_are_a_distance_but_for_overlapping_swaps(left: str, right: str, third: str) -> None:
    assert edits(left, right) == edits(right, left) <= max(len(left), len(right))
    assert (edits(left, right) == 0) == (left == right)
    assert edits(left + third, right + third) <= edits(left, right)


@given(prior=st.floats(-25, -1), weights=WEIGHTS)
def test_a_waterfall_ends_where_its_steps_lead_and_stays_on_the_scale(prior: float, weights: list[float]) -> None:
    parts = [{"title": "x", "says": "y", "weight": weight} for weight in weights]
    fall = waterfall({"model_version": "v1", "prior": prior, "accept": 7.0, "parts": parts})
    assert fall is not None
    assert fall.total == pytest.approx(prior + sum(weights))
    *steps, total = fall.bars
    assert all(after.begin == pytest.approx(before.end) for before, after in pairwise(steps))
    assert total.end == pytest.approx(steps[-1].end)
    for bar in fall.bars:
        assert bar.low >= 0
        assert bar.low + abs(bar.end - bar.begin) <= 1
    assert 0 <= fall.zero <= 1
    assert 0 <= fall.accept <= 1


def test_a_pair_without_evidence_has_no_waterfall() -> None:
    assert waterfall(None) is None


@pytest.mark.parametrize(
    ("bits", "words"),
    [
        (0.4, "the odds are about even"),
        (-2.0, "the odds are a few to one against one person"),
        (7.0, "the odds are hundreds to one for one person"),
        (-12.0, "the odds are thousands to one against one person"),
        (90.0, "the odds are billions to one or more for one person"),
    ],
)
def test_odds_are_said_in_words(bits: float, words: str) -> None:
    fall = waterfall({"model_version": "v1", "prior": bits, "accept": 7.0, "parts": []})
    assert fall is not None
    assert fall.odds == words
