"""Adults without a diploma and people from abroad learn for a while, and the year's file says what came of it."""

import numpy as np
import polars as pl
import pytest

from p20w.contracts import load_contract
from p20w.settings import PROJECT
from p20w.simulator.calendar import day, quarter_from_label
from p20w.simulator.feeds.adult_education import NAME, content, due
from p20w.simulator.world import World
from tests.unit.simulator.told import conformed, told

YEAR = 2019  # the program year that closes with the world of these tests
CONTRACT = load_contract(PROJECT / "contracts" / f"{NAME}.yaml")
PARTICIPANT = 12


@pytest.fixture(scope="module")
def file(world: World) -> pl.DataFrame:
    return told(content(world, YEAR))


def test_each_line_is_as_the_contract_has_it(file: pl.DataFrame) -> None:
    found = conformed(file, CONTRACT)
    assert not found.reason.any()
    assert len(found.fields.reason) == 0


def test_as_many_learn_as_published_and_as_many_gain(world: World, file: pl.DataFrame) -> None:
    """About 0.35 % of people, near half of them English; 45 % of participants gain (see `adult_learning`)."""
    assert 0.002 < file["person"].n_unique() / len(world.here()) < 0.006
    assert 0.25 < (file["AeInstructionalProgramType"] == "ESL").mean() < 0.65  # type: ignore[operator]
    learns = file.filter(pl.col("InstructionalActivityHoursCompleted") >= PARTICIPANT)
    assert 0.6 < learns.height / file.height < 0.95
    assert 0.3 < learns["MeasurableSkillGainType"].is_not_null().mean() < 0.7  # type: ignore[operator]


def test_learners_are_grown_and_out_of_school(world: World, file: pl.DataFrame) -> None:
    age = (day(YEAR, 6, 30) - world.people["birth"][file["person"].to_numpy()]) / 365.25
    assert age.min() >= 17
    english = file.filter(pl.col("AeInstructionalProgramType") == "ESL")["person"].to_numpy()
    assert (world.people["foreign"][english] == 1).all()


def test_nothing_happens_before_the_entry_or_outside_the_year(file: pl.DataFrame) -> None:
    assert file["EnrollmentEntryDate"].min() >= pl.Series([f"{YEAR - 1}-07-01"]).str.to_date()[0]
    for column in ("EnrollmentExitDate", "MeasurableSkillGainDate", "HighSchoolDiplomaDiplomaOrCredentialAwardDate"):
        dated = file.filter(pl.col(column).is_not_null())
        assert dated.height
        assert (dated[column] >= dated["EnrollmentEntryDate"]).all()
    gained = file["MeasurableSkillGainType"].is_not_null()
    assert (gained == file["MeasurableSkillGainDate"].is_not_null()).all()


def test_two_in_five_give_no_number_and_most_numbers_are_right(world: World, file: pl.DataFrame) -> None:
    given = file.filter(pl.col("SocialSecurityNumber").is_not_null())
    assert 0.35 < given.height / file.height < 0.75
    right = given["SocialSecurityNumber"].cast(pl.Int64).to_numpy() == world.people["ssn"][given["person"].to_numpy()]
    assert np.mean(right) > 0.9


def test_the_year_is_filed_once_in_the_fall(world: World) -> None:
    months = [[drop.period for drop in due(world, quarter_from_label(f"2019Q{number}"))] for number in (1, 2, 3, 4)]
    assert months == [[], [], ["2018-19"], []]
