"""The figures linkage has to reach, each with its bar and its goal.

Here: which figure of an evaluation is held against what. Not here: making states, printing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from p20w.registry.evaluation.against_truth import Evaluation
from p20w.registry.evaluation.panel.files import HISTORICAL
from p20w.registry.evaluation.panel.measuring import Panel

Verdict = Literal["goal met", "bar met", "MISSED", "not measured", ""]


@dataclass(frozen=True)
class Measured:
    """What one state came to: its evaluation, and identities that changed their person without an event."""

    evaluation: Evaluation
    changed_without_event: int


@dataclass(frozen=True)
class Line:
    """One figure of what was measured, with its bar and goal; `at_least` when more is better.

    Without a bar it is for information.
    """

    name: str
    at_least: bool
    bar: float | None
    goal: float | None
    measure: Callable[[Any], float | None]
    form: str = "{:.3%}"

    def verdict(self, values: Sequence[float | None]) -> Verdict:
        """Judge by the worst value."""
        if self.bar is None or self.goal is None:
            return ""
        known = [value for value in values if value is not None]
        if not known:
            return "not measured"
        worst = min(known) if self.at_least else max(known)
        if self._reaches(worst, self.goal):
            return "goal met"
        return "bar met" if self._reaches(worst, self.bar) else "MISSED"

    def _reaches(self, value: float, level: float) -> bool:
        return value >= level if self.at_least else value <= level

    def told(self, value: float | None) -> str:
        """The figure in words."""
        return "–" if value is None else self.form.format(value)

    def level(self, value: float | None) -> str:
        """A bar or goal in words; nothing where there is none."""
        return "" if value is None else f"{'≥' if self.at_least else '≤'} {self.told(value)}"


def precision(bar: float, goal: float) -> Line:
    """Precision over pairs of identities of different feeds."""
    return Line("precision over pairs of identities", True, bar, goal, lambda item: item.evaluation.overall.precision)


def recall(bar: float, goal: float) -> Line:
    """Recall of reachable pairs."""
    return Line("recall of reachable pairs", True, bar, goal, lambda item: item.evaluation.overall.recall)


def _gap(item: Measured) -> float | None:
    widest = item.evaluation.subgroups.widest
    return max(0.0, widest.low) if widest else None


def _among_relatives(item: Measured) -> float | None:
    """The lowest of the three kinds, so that many easy siblings cannot hide twins."""
    values = [kind.precision.value for kind in item.evaluation.relatives if kind.precision.value is not None]
    return min(values, default=None)


CALIBRATED = Line(
    "expected against observed precision, the widest of all bands from 3 bits up with 100 pairs",
    False,
    0.03,
    0.01,
    lambda item: item.evaluation.calibration.widest,
)
"""Whether scores promise what holds, in every group of states."""

UNDER_ONE_SSN = Line(
    "pairs under an SSN that a household shares, precision",
    True,
    0.98,
    0.995,
    lambda item: item.evaluation.under_one_ssn.value,
)
"""Of linked pairs under a number that two members of a household carry in the files."""

AT_ONCE = Line(
    "identities with others, delivery by delivery against all at once",
    False,
    0.0001,
    0,
    lambda item: item.evaluation.calibration.moved / item.evaluation.calibration.identities,
    "{:.4%}",
)
"""Refresh after refresh must come to what one look at everything, by the same values, comes to."""

USUAL = (
    precision(0.9995, 0.9999),
    Line("identities under a wrong person", False, 0.002, 0.0005, lambda item: item.evaluation.clusters.wrong.value),
    recall(0.995, 0.999),
    Line("recall gap of any two groups of 500 or more, lower bound", False, 0.01, 0.005, _gap),
    Line("precision among twins, siblings and Jr/Sr, the lowest", True, 0.995, 0.999, _among_relatives),
    CALIBRATED,
    UNDER_ONE_SSN,
    AT_ONCE,
    Line("ids changed without an event", False, 0, 0, lambda item: item.changed_without_event, "{:.0f}"),
    Line("people exactly right", True, None, None, lambda item: item.evaluation.clusters.exact.value),
    Line("B-cubed F1", True, None, None, lambda item: item.evaluation.clusters.b_cubed_f1),
)
DENSE = (
    precision(0.999, 0.9995),
    Line("recall of reachable pairs", True, None, None, lambda item: item.evaluation.overall.recall),
    Line("precision among twins", True, None, None, _among_relatives),
    CALIBRATED,
)
HARSH = (precision(0.995, 0.998), recall(0.93, 0.97), CALIBRATED)
_WRONG = Line("identities under a wrong person", False, None, None, lambda item: item.evaluation.clusters.wrong.value)
"""For information."""

UNKIND = (
    precision(0.997, 0.9985),
    recall(0.97, 0.985),
    _WRONG,
    Line("precision among twins, siblings and Jr/Sr, the lowest", True, None, None, _among_relatives),
    CALIBRATED,
    UNDER_ONE_SSN,
    AT_ONCE,
)
"""Of the unkind state, and of the two from elsewhere, which nothing is ever tuned on."""
HISTORICAL_PEOPLE = (precision(0.998, 0.998), recall(0.985, 0.995), _WRONG, CALIBRATED, UNDER_ONE_SSN)
HISTORICAL_THREEFOLD = (precision(0.997, 0.997), recall(0.97, 0.985), _WRONG, CALIBRATED, UNDER_ONE_SSN)
"""Of people with real names, errors as often as published and three times; of precision the bar is the goal."""
FIRST = (precision(0.995, 0.995), recall(0.95, 0.95))
"""What the first refresh already had to reach."""


def panel_lines(panel: Panel) -> tuple[Line, ...]:
    """F1 of public files; the bar of the historical figures is what plain Splink comes to in the same run."""
    plain = next((result.plain.f1 for result in panel.results if result.name == HISTORICAL), 0.0)
    return _f1("Febrl 3", 0.985, 0.996), _f1("Febrl 4", 0.996, 0.998), _f1(HISTORICAL, plain, max(0.85, plain))


def _f1(name: str, bar: float, goal: float) -> Line:
    def measure(panel: Panel) -> float | None:
        return next((result.ours.f1 for result in panel.results if result.name == name), None)

    return Line(f"{name}: F1 at the model's own threshold", True, bar, goal, measure)
