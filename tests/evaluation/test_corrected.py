"""Do corrected figures of employment come near the truth of simulated states (`make test-long`)?"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import pytest

from tests.evaluation.corrected import LEAVERS, STATES, STUDENTS, Cell, bias, cells_of, coverage
from tests.evaluation.states import server

COVERED = 0.93
"""Of cells: what the project asks of its 95 % intervals."""

GROUP = 500
"""Persons from which on a group may not be worse off by the correction."""

SLACK = 0.01
"""How much farther from the truth a corrected share may be than the observed one: a point, for chance alone moves the
observed share of 500 by as much, and most students are seen anyway."""

MEDIAN = 0.02
"""Observed medians have no bias that could be halved (who works earns the same with a bridge and without), so corrected
ones may only not bring one in: overall less than so much of the truth."""


def observed(cell: Cell) -> float:
    return cell.observed


def corrected(cell: Cell) -> float:
    return cell.corrected


@pytest.fixture(scope="module")
def cells() -> list[Cell]:
    with server() as base, ProcessPoolExecutor(2, get_context("spawn")) as pool:
        found = pool.map(partial(cells_of, base), range(len(STATES)))
        return [cell for cells in found for cell in cells]


def by(cells: Iterable[Cell], name: Callable[[Cell], object]) -> Iterator[tuple[object, list[Cell]]]:
    groups: dict[object, list[Cell]] = defaultdict(list)
    for cell in cells:
        groups[name(cell)].append(cell)
    yield from groups.items()


def shares(cells: Iterable[Cell]) -> list[Cell]:
    return [cell for cell in cells if not cell.is_told_before and cell.measure.startswith("share")]


def group_of(cell: Cell) -> object:
    """A group of people over all cohorts or terms."""
    who = (cell.key[0], cell.key[1], cell.key[4]) if cell.mart == STUDENTS else cell.key[1:]
    return cell.state, cell.mart, cell.measure, who


@pytest.mark.long
@pytest.mark.timeout(2_400)
def test_the_correction_takes_away_at_least_half_of_the_bias_of_employment(cells: list[Cell]) -> None:
    for mart, found in by(shares(cells), lambda cell: cell.mart):
        before, after = bias(found, observed), bias(found, corrected)
        assert abs(after) <= abs(before) / 2, (mart, before, after)


@pytest.mark.long
def test_the_correction_makes_no_group_of_500_worse_by_more_than_a_point(cells: list[Cell]) -> None:
    worse: list[object] = []
    for name, found in by(shares(cells), group_of):
        before, after = bias(found, observed), bias(found, corrected)
        if sum(cell.persons for cell in found) >= GROUP and abs(after) > abs(before) + SLACK:
            worse.append((name, round(before, 4), round(after, 4)))
    assert worse == []


@pytest.mark.long
def test_of_100_intervals_at_least_93_hold_the_truth(cells: list[Cell]) -> None:
    for name, found in by(cells, lambda cell: (cell.mart, cell.measure)):
        assert len(found) > 100
        assert coverage(found) >= COVERED, name


@pytest.mark.long
def test_the_correction_brings_no_bias_into_median_wages(cells: list[Cell]) -> None:
    medians = [cell for cell in cells if cell.measure.startswith("median") and cell.persons >= 100]
    assert {cell.mart for cell in medians} >= {LEAVERS, STUDENTS}
    for name, found in by(medians, lambda cell: cell.mart):
        assert abs(bias(found, corrected)) < MEDIAN * sum(cell.truth * cell.persons for cell in found) / sum(
            cell.persons for cell in found
        ), name
