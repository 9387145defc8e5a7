"""Spells of students in programs agree with who was enrolled, but for the ways of districts."""

import numpy as np
import polars as pl
import pytest

from p20w.simulator.calendar import quarter_from_label
from p20w.simulator.feeds.k12_program import HOMELESS, IDEA, PROGRAMS, content
from p20w.simulator.world import World
from tests.unit.simulator.told import told

YEAR, MOMENT = 2019, quarter_from_label("2019Q2")


@pytest.fixture(scope="module")
def file(world: World) -> pl.DataFrame:
    return told(content(world, YEAR, MOMENT))


def test_every_student_with_a_disability_is_served(world: World, file: pl.DataFrame) -> None:
    spells = world.spells
    enrolled = np.unique(spells["person"][spells["exit"] > spells["entry"]])
    served = file.filter(pl.col("ProgramType") == PROGRAMS[IDEA])["person"].unique()
    assert set(served) == set(enrolled[world.people["idea"][enrolled] == 1].tolist())


def test_all_programs_have_students_and_the_poor_are_most(file: pl.DataFrame) -> None:
    counts = dict(file.group_by("ProgramType").len().iter_rows())
    assert set(counts) == set(PROGRAMS)
    assert max(counts, key=counts.__getitem__) == "EconomicDisadvantage"


def test_some_districts_tell_of_no_homeless_student(world: World, file: pl.DataFrame) -> None:
    spells = world.spells
    homeless = int((spells["homeless"][spells["exit"] > spells["entry"]] == 1).sum())
    told = file.filter(pl.col("ProgramType") == PROGRAMS[HOMELESS])["person"].n_unique()
    assert 0 < told < homeless


def test_a_spell_ends_after_it_began_but_in_few_lines(file: pl.DataFrame) -> None:
    ended = file.filter(pl.col("ProgramParticipationExitDate").is_not_null())
    wrong = ended.filter(pl.col("ProgramParticipationExitDate") < pl.col("ProgramParticipationStartDate")).height
    assert 0 < wrong < 0.01 * ended.height


def test_how_meals_are_paid_is_told_of_the_poor_and_seldom_elsewhere(file: pl.DataFrame) -> None:
    told = pl.col("EligibilityStatusForSchoolFoodServicePrograms").is_not_null()
    assert file.filter(pl.col("ProgramType") == "EconomicDisadvantage").select(told.all()).item()
    strays = file.filter((pl.col("ProgramType") != "EconomicDisadvantage") & told).height
    assert 0 < strays < 0.01 * file.height


def test_districts_date_spells_in_ways_of_their_own(file: pl.DataFrame) -> None:
    by_district = file.group_by("LeaIdentifierSeaAccountability").agg(
        pl.col("ProgramParticipationExitDate").null_count().alias("open"),
        pl.col("ProgramParticipationStartDate").n_unique().alias("days"),
        pl.len().alias("lines"),
    )
    many = by_district.filter(pl.col("lines") > 10)
    assert many.filter(pl.col("open") > 0.95 * pl.col("lines")).height > 0
    assert many.filter(pl.col("days") == 1).height > 0
