"""Bars are judged by the worst state."""

from tests.evaluation.bars import Line

MORE, LESS = Line("a", True, 0.9, 0.95, lambda _: None), Line("b", False, 0.02, 0.01, lambda _: None)


def test_the_worst_value_is_judged() -> None:
    assert MORE.verdict([0.99, 0.96]) == "goal met"
    assert MORE.verdict([0.99, 0.91]) == "bar met"
    assert MORE.verdict([0.99, 0.89]) == "MISSED"
    assert LESS.verdict([0.005, 0.015]) == "bar met"
    assert LESS.verdict([0.005, 0.03]) == "MISSED"


def test_what_could_not_be_measured_is_neither_met_nor_missed() -> None:
    assert MORE.verdict([None, None]) == "not measured"
    assert MORE.verdict([None, 0.96]) == "goal met"


def test_a_figure_without_a_bar_is_for_information() -> None:
    line = Line("c", True, None, None, lambda _: None)
    assert line.verdict([0.1]) == ""
    assert line.level(line.bar) == ""
    assert MORE.level(0.9) == "≥ 90.000%"
