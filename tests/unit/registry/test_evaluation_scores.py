"""Scores follow from counts, and counts from who is put with whom."""

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from p20w.commands.plain import plain
from p20w.registry.evaluation.scores import Score, pairs, score_of

SMALL = st.integers(0, 4)


def score(**counts: int) -> Score:
    given = {"predicted": 0, "correct": 0, "reachable": 0, "found": 0, "every_true": 0, **counts}
    return Score(None, None, **given)


def test_precision_and_recall_are_shares_of_pairs() -> None:
    found = score(predicted=100, correct=99, reachable=110, found=99, every_true=198)
    assert (found.precision, found.recall, found.coverage) == (0.99, 0.9, 0.5)
    assert round(found.f1, 4) == 0.9429


def test_nothing_predicted_and_nothing_reachable_is_no_error() -> None:
    assert (score().precision, score().recall, score().coverage) == (1.0, 1.0, 1.0)


@given(st.lists(st.tuples(SMALL, SMALL, SMALL), max_size=25))
def test_pairs_are_those_one_would_count_one_by_one(rows: list[tuple[int, int, int]]) -> None:
    one, other, feed = np.array(rows, np.int64).reshape(-1, 3).T
    counted = sum(a[0] == b[0] and a[1] == b[1] and a[2] != b[2] for a, b in combinations(rows, 2))
    assert pairs(one, other, feed=feed) == counted


@given(st.lists(st.tuples(SMALL, SMALL, SMALL, SMALL), max_size=25))
def test_scores_are_those_one_would_count_one_by_one(rows: list[tuple[int, int, int, int]]) -> None:
    person, true, part, feed = np.array(rows, np.int64).reshape(-1, 4).T
    island = true * 5 + part
    found = score_of(person, true, island, feed, np.ones(len(rows), bool))
    across = [(a, b) for a, b in combinations(range(len(rows)), 2) if feed[a] != feed[b]]
    joined = [(a, b) for a, b in across if person[a] == person[b]]
    reachable = [(a, b) for a, b in across if island[a] == island[b]]
    assert found.predicted == len(joined)
    assert found.correct == sum(true[a] == true[b] for a, b in joined)
    assert found.reachable == len(reachable)
    assert found.found == sum(person[a] == person[b] for a, b in reachable)
    assert found.every_true == sum(true[a] == true[b] for a, b in across)


def test_figures_for_machines_hold_what_follows_from_counts() -> None:
    told = plain({"scores": (score(predicted=4, correct=3),)})
    assert told["scores"][0]["precision"] == 0.75
    assert told["scores"][0]["left_feed"] is None
