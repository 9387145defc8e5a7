"""Graduates study here and elsewhere, and a search of the clearinghouse tells most of it."""

import polars as pl
import pytest

from p20w.simulator.calendar import day, quarter_from_label
from p20w.simulator.feeds.nsc_studenttracker import NAME, content
from p20w.simulator.graduates import ELSEWHERE
from p20w.simulator.world import World

ON = day(2018, 11, 30)


@pytest.fixture(scope="module")
def file(world: World) -> pl.DataFrame:
    made = content(world, ON, quarter_from_label("2018Q4"))
    assert isinstance(made.columns, pl.DataFrame)
    assert made.true_person is not None
    return made.columns.with_columns(pl.Series("person", made.true_person - 1))


def test_every_graduate_of_a_public_school_is_searched_for(world: World, file: pl.DataFrame) -> None:
    graduates = world.own[f"{NAME}.graduate"]
    asked = graduates["person"][graduates["on"] < ON]
    assert set(file["person"]) == set(asked.tolist())


def test_who_is_not_found_has_one_row_that_names_no_college(file: pl.DataFrame) -> None:
    missing = file.filter(pl.col("Record Found Y/N") == "N")
    assert 0.2 < missing.height / file["person"].n_unique() < 0.6
    assert missing["person"].is_unique().all()
    assert missing["College Code/Branch"].null_count() == missing.height


def test_some_who_are_enrolled_are_not_found_and_some_keep_their_record_private(
    world: World, file: pl.DataFrame
) -> None:
    graduates, enrollments = world.own[f"{NAME}.graduate"], world.own[f"{NAME}.enrollment"]
    enrolled = set(graduates["person"][enrollments["graduate"][enrollments["begin"] <= ON]].tolist())
    unseen = file.filter(pl.col("College Code/Branch").is_null() & pl.col("person").is_in(list(enrolled)))
    assert set(unseen["Record Found Y/N"]) == {"N", "Y"}
    assert 0.02 < unseen.height / len(enrolled) < 0.12


def test_colleges_elsewhere_are_of_other_states_and_most_who_go_there_left_the_state(
    world: World, file: pl.DataFrame
) -> None:
    enrollments = world.own[f"{NAME}.enrollment"]
    outside = enrollments["college"] >= ELSEWHERE
    assert outside.any()
    assert not outside.all()
    states = file.filter(pl.col("College State").is_not_null())
    assert {"ZZ"} < set(states["College State"])
    assert (states["College State"] == "ZZ").mean() > 0.5


def test_degrees_are_rows_of_their_own_with_a_day(file: pl.DataFrame) -> None:
    degrees = file.filter(pl.col("Graduated?") == "Y")
    assert degrees.height > 0
    assert degrees["Graduation Date"].null_count() == 0
    assert degrees["Enrollment Begin"].null_count() == degrees.height
