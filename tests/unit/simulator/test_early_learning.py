"""Young children come to programs that are for them, and the yearly file says so, line by line."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from p20w.simulator.calendar import day
from p20w.simulator.early_learning import PROGRAMS
from p20w.simulator.feeds.early_childhood import NAME, content
from p20w.simulator.table import Table
from p20w.simulator.world import World

YEAR = 2019  # the program year that has just ended in the world of these tests


@pytest.fixture(scope="module")
def spells(world: World) -> Table:
    return world.own[f"{NAME}.spell"]


def test_children_are_under_six_and_none_comes_before_six_weeks(world: World, spells: Table) -> None:
    days = spells["entry"] - world.people["birth"][spells["person"]]
    assert days.min() >= 42
    assert days.max() < 6 * 365.25
    assert (spells["exit"] >= spells["entry"]).all()


def test_a_program_serves_the_ages_it_is_for(world: World, spells: Table) -> None:
    mine = spells["year"] == YEAR
    age = np.floor((day(YEAR - 1, 9, 1) - world.people["birth"][spells["person"]]) / 365.25)
    ages = {name: set(age[mine & (spells["program"] == number)]) for number, name in enumerate(PROGRAMS)}
    assert ages["StatePrekindergarten"] == ages["HeadStart"] == {3, 4}
    assert max(ages["EarlyHeadStart"] | ages["EarlyIntervention"]) == 2
    assert ages["ChildCareSubsidy"] >= {0, 1, 2, 3, 4}


def test_state_prekindergarten_reaches_four_year_olds_as_it_does_in_the_nation(world: World, spells: Table) -> None:
    people, four, reached = world.people, 0, 0
    for year in (YEAR - 1, YEAR):
        age = (day(year - 1, 9, 1) - people["birth"]) / 365.25
        here = (people["arrived"] < day(year - 1, 9, 1)) & (people["left"] > day(year, 6, 1))
        children = np.flatnonzero((age >= 4) & (age < 5) & here)
        mine = (spells["year"] == year) & (spells["program"] == PROGRAMS.index("StatePrekindergarten"))
        four, reached = four + len(children), reached + int(np.isin(children, spells["person"][mine]).sum())
    assert reached / four == pytest.approx(0.35, abs=0.08)  # NIEER, State of Preschool 2023


def test_a_child_is_once_in_a_program_of_a_year(spells: Table) -> None:
    keys = np.stack([spells["person"], spells["program"], spells["year"]])
    assert len(np.unique(keys, axis=1).T) == spells.size


def test_a_line_of_the_file_tells_the_spell_and_a_subsidy_has_its_amount(world: World) -> None:
    made = content(world, YEAR, 0)
    frame = made.columns
    assert isinstance(frame, pl.DataFrame)
    assert frame.height == made.record_count
    subsidized = frame.filter(pl.col("EarlyLearningProgramType") == "ChildCareSubsidy")
    assert subsidized["SubsidyPaid"].min() > 0  # pyright: ignore[reportOperatorIssue, reportOptionalOperand]
    assert frame.filter(pl.col("EarlyLearningProgramType") != "ChildCareSubsidy")["SubsidyPaid"].null_count() > 0
    twice = frame.group_by(pl.exclude("HoursWeekly", "SubsidyPaid", "FamilyCopayMonthly")).len()["len"].max()
    assert twice == 2  # some lines come twice, as in other files


def test_readiness_is_told_of_kindergartners_alone_and_the_same_in_each_of_their_lines(state: Path) -> None:
    (path,) = (state / "drops" / "early_childhood" / "2018-19" / "1").glob("*.txt")
    frame = pl.read_csv(path, separator="|", infer_schema=False)
    assessed = frame.filter(pl.col("KindergartenReadinessLevel").is_not_null())
    assert 0 < assessed.height < frame.height
    assert set(assessed["KindergartenReadinessLevel"]) == {"1", "2", "3"}
    born = assessed["Birthdate"].drop_nulls().str.to_date()
    assert born.is_between(pl.date(2013, 6, 1), pl.date(2014, 12, 31)).mean() > 0.9  # pyright: ignore[reportOptionalOperand, reportOperatorIssue]
    assert assessed.group_by("ChildIdentifier").agg(pl.col("KindergartenReadinessLevel").n_unique())[:, 1].max() == 1
