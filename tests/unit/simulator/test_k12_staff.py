"""Teachers and other staff are those who work for schools, under the state's own numbers for them."""

import numpy as np
import polars as pl
import pytest

from p20w.contracts import load_contract
from p20w.settings import PROJECT
from p20w.simulator.calendar import as_date, day, last_day, quarter_from_label
from p20w.simulator.feeds.k12_staff import NAME, content, due
from p20w.simulator.world import BACHELOR, IN_SCHOOL, World
from tests.unit.simulator.told import conformed, told

YEAR = 2019  # the school year that closes with the world of these tests
QUARTER = quarter_from_label("2019Q2")
CONTRACT = load_contract(PROJECT / "contracts" / f"{NAME}.yaml").until(as_date(last_day(QUARTER)))


@pytest.fixture(scope="module")
def file(world: World) -> pl.DataFrame:
    return told(content(world, YEAR))


def test_a_line_is_as_the_contract_has_it_but_for_positions_in_percent(file: pl.DataFrame) -> None:
    found = conformed(file, CONTRACT)
    assert not found.reason.any()
    (place,) = {CONTRACT.columns[at].name for at in found.fields.column} | {"staff_full_time_equivalency"}
    assert place == "staff_full_time_equivalency"
    assert len(found.fields.reason) < 0.15 * file.height


def test_pupils_have_as_many_teachers_as_published(world: World, file: pl.DataFrame) -> None:
    """A teacher for every 15 to 16 pupils, and half of staff are teachers (see `school_staff`)."""
    pupils = (world.people["k12"][world.here()] == IN_SCHOOL).sum()
    teachers = file.filter(pl.col("K12StaffClassification") == "TCH")
    assert 11 < pupils / teachers["person"].n_unique() < 21
    assert 0.38 < teachers["person"].n_unique() / file["person"].n_unique() < 0.68
    assert (world.people["education"][teachers["person"].to_numpy()] >= BACHELOR).all()
    regular = (teachers["TeachingCredentialType"] == "REG").mean()
    assert 0.8 < regular < 0.95  # type: ignore[operator]


def test_staff_work_at_schools_of_the_district_that_tells_of_them(world: World, file: pl.DataFrame) -> None:
    places = world.places
    of = dict(zip(places.schools, (places.leas[lea] for lea in places.lea_of_school), strict=True))
    at = file["SchoolIdentifierSea"].str.strip_chars().to_list()
    assert [of[school] for school in at] == file["LeaIdentifierSea"].to_list()
    assert len(set(at)) > 0.6 * len(places.schools)


def test_who_works_at_two_schools_fills_one_position(world: World, file: pl.DataFrame) -> None:
    whole = file.filter(pl.col("StaffFullTimeEquivalency") <= 1).unique(["person", "SchoolIdentifierSea"])
    two = whole.group_by("person").agg(pl.len(), pl.col("StaffFullTimeEquivalency").sum())
    assert (two["len"] == 2).any()
    assert (two["StaffFullTimeEquivalency"].cast(pl.Float64) <= 2).all()


def test_numbers_are_the_states_own_and_a_few_have_two(world: World, file: pl.DataFrame) -> None:
    members = world.own[f"{NAME}.member"]
    held = np.bincount(members["person"], minlength=world.people.size)
    assert 0 < (held > 1).sum() < 0.15 * (held > 0).sum()
    numbers = file.group_by("StaffMemberIdentifierState").agg(pl.col("person").n_unique())
    assert (numbers["person"] == 1).all()
    given = file.filter(pl.col("SocialSecurityNumber").is_not_null())
    right = given["SocialSecurityNumber"].cast(pl.Int64).to_numpy() == world.people["ssn"][given["person"].to_numpy()]
    assert right.mean() > 0.98
    assert 0.75 < given.height / file.height < 0.98


def test_the_year_is_filed_once_in_august(world: World) -> None:
    found = [drop for number in (1, 2, 3, 4) for drop in due(world, quarter_from_label(f"2019Q{number}"))]
    assert [(drop.period, drop.usual_day) for drop in found] == [("2018-19", day(2019, 8, 20))]
