"""Scores follow from counts."""

from p20w.registry.evaluate import Score


def score(**counts: int) -> Score:
    given = {"predicted": 0, "correct": 0, "reachable": 0, "found": 0, "every_true": 0, **counts}
    return Score(None, None, **given)


def test_precision_and_recall_are_shares_of_pairs() -> None:
    found = score(predicted=100, correct=99, reachable=110, found=99, every_true=198)
    assert (found.precision, found.recall, found.coverage) == (0.99, 0.9, 0.5)
    assert round(found.f1, 4) == 0.9429


def test_nothing_predicted_and_nothing_reachable_is_no_error() -> None:
    assert (score().precision, score().recall, score().coverage) == (1.0, 1.0, 1.0)
