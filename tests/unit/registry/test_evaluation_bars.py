"""Bars are judged by the worst state."""

from p20w.registry.evaluation.panel.measuring import Panel, Result
from p20w.registry.evaluation.scores import Score
from tests.evaluation.bars import Line, panel_lines

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


def _panel(ours: int, plain: int) -> Panel:
    found, beside = (Score(None, None, count, count, 1000, count, 1000) for count in (ours, plain))
    return Panel([Result("Historical figures", 2000, 1000, found, beside, beside, 0)], [])


def test_historical_figures_are_judged_by_plain_splink_in_the_same_run() -> None:
    def verdict(panel: Panel) -> str:
        line = panel_lines(panel)[2]
        return line.verdict([line.measure(panel)])

    assert verdict(_panel(ours=600, plain=500)) == "bar met"
    assert verdict(_panel(ours=600, plain=700)) == "MISSED"
    assert verdict(_panel(ours=900, plain=700)) == "goal met"
    assert verdict(_panel(ours=900, plain=950)) == "MISSED"
    assert verdict(Panel([], [])) == "not measured"
