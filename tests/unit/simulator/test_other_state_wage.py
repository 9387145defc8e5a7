"""Who works in another state is in that state's answer, if the state asked; some states answer late or tell little."""

import numpy as np
import polars as pl
import pytest

from p20w.contracts import load_contract
from p20w.settings import PROJECT
from p20w.simulator.calendar import as_date, last_day, quarter_from_label
from p20w.simulator.feeds.other_state_wage import NAME, content, due, is_restated
from p20w.simulator.uncovered import ELSEWHERE, STATES, asked, uncovered
from p20w.simulator.world import AWAY, World
from tests.unit.simulator.told import conformed, told

QUARTER = quarter_from_label("2019Q2")  # the last one in the world of these tests
CONTRACT = load_contract(PROJECT / "contracts" / f"{NAME}.yaml").until(as_date(last_day(QUARTER)))


@pytest.fixture(scope="module")
def file(world: World) -> pl.DataFrame:
    return told(content(world, QUARTER))


def test_each_line_is_as_the_contract_has_it(file: pl.DataFrame) -> None:
    found = conformed(file, CONTRACT)
    assert not found.reason.any()
    assert len(found.fields.reason) == 0


def test_states_answer_about_the_numbers_they_were_asked_and_no_others(world: World, file: pl.DataFrame) -> None:
    numbers = file["SSN"].cast(pl.Int64).to_numpy()
    assert np.isin(numbers, asked(world, QUARTER)).all()
    assert (world.people["ssn"][file["person"].to_numpy()] == numbers).all()
    work = uncovered(world, QUARTER).of(ELSEWHERE)
    known = np.isin(world.people["ssn"][work.person], asked(world, QUARTER))
    assert set(file["person"]) == set(work.person[known].tolist())
    assert 0.3 < known.mean() < 0.95


def test_some_have_moved_away_and_some_cross_the_state_line(world: World, file: pl.DataFrame) -> None:
    """About one worker in 40 crosses it (see `uncovered`)."""
    work, here = uncovered(world, QUARTER).of(ELSEWHERE), world.people["status"]
    crosses = work.person[here[work.person] != AWAY]
    workers = (world.people["job"][world.here()] >= 0).sum()
    assert 0.015 < len(crosses) / workers < 0.035
    assert set(work.state[here[work.person] != AWAY]) == {0, 1}
    assert set(work.state[here[work.person] == AWAY]) == set(range(len(STATES)))


def test_who_stays_with_an_employer_has_the_same_one_and_much_the_same_wages(world: World) -> None:
    now, before = (uncovered(world, quarter).of(ELSEWHERE) for quarter in (QUARTER, QUARTER - 1))
    frames = [pl.DataFrame({"person": w.person, "employer": w.employer, "wages": w.wages}) for w in (now, before)]
    both = frames[0].join(frames[1], on=["person", "employer"])
    assert both.height > 0.7 * frames[0].height
    assert abs((both["wages"] / both["wages_right"]).median() - 1) < 0.05  # type: ignore[operator]
    assert 4_000 < frames[0]["wages"].median() < 14_000  # type: ignore[operator]


def test_a_first_file_lacks_states_and_has_wages_amended_later(world: World) -> None:
    first, second = told(content(world, QUARTER, lacking=True)), told(content(world, QUARTER))
    late = set(second["STATE"]) - set(first["STATE"])
    both = first.join(second, on=["person", "EMPR_ACCT", "STATE", "EMPR_NAME"])
    lower = both.filter(pl.col("WAGES").cast(pl.Float64) < pl.col("WAGES_right").cast(pl.Float64))
    assert late or lower.height
    assert lower.height < 0.1 * both.height


def test_a_quarter_comes_after_three_months_and_some_come_twice(world: World) -> None:
    quarters = range(QUARTER - 40, QUARTER)
    again = [is_restated(world, quarter) for quarter in quarters]
    assert 0.15 < np.mean(again) < 0.65
    for quarter, twice in zip(quarters, again, strict=True):
        days = [drop.usual_day - last_day(quarter) for drop in due(world, quarter)]
        assert days == ([95, 170] if twice else [95])


def test_states_have_ways_of_their_own(file: pl.DataFrame) -> None:
    letters = file["NAME_CHECK"].str.len_chars().fill_null(0)
    assert letters.max() <= 4  # type: ignore[operator]
    ways = file.group_by("STATE").agg(
        withheld=pl.col("EMPR_ACCT").is_null().mean(), digits=pl.col("NAICS").str.len_chars().min()
    )
    assert set(ways["withheld"]) == {0.0, 1.0}
    assert set(ways["digits"]) == {4, 6}
