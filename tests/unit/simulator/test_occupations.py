"""People are licensed for their work, renew or let lapse, and rosters say so, a few lines with the number alone."""

import numpy as np
import polars as pl
import pytest

from p20w.contracts import load_contract
from p20w.intake.readers.block import REASONS
from p20w.settings import PROJECT
from p20w.simulator.calendar import as_date, last_day, quarter_from_label
from p20w.simulator.feeds.credential_award import NAME, content
from p20w.simulator.occupations import ACTIVE, EXPIRED, OCCUPATIONS
from p20w.simulator.table import Table
from p20w.simulator.world import World
from tests.unit.simulator.told import conformed, told

QUARTER = quarter_from_label("2019Q2")  # the last one in the world of these tests
CONTRACT = load_contract(PROJECT / "contracts" / f"{NAME}.yaml").until(as_date(last_day(QUARTER)))


@pytest.fixture(scope="module")
def licenses(world: World) -> Table:
    return world.own[f"{NAME}.license"]


@pytest.fixture(scope="module")
def file(world: World) -> pl.DataFrame:
    return told(content(world, QUARTER))


def test_every_license_is_held_and_nobody_holds_one_twice(licenses: Table) -> None:
    assert set(licenses["occupation"].tolist()) == set(range(len(OCCUPATIONS)))
    held = pl.DataFrame({"person": licenses["person"], "occupation": licenses["occupation"]})
    assert held.is_duplicated().sum() == 0


def test_a_license_in_force_has_not_expired_and_a_lapsed_one_has(licenses: Table) -> None:
    on = last_day(QUARTER)
    assert (licenses["expires"] > on)[licenses["status"] == ACTIVE].all()
    assert (licenses["expires"] <= on)[licenses["status"] == EXPIRED].all()
    assert (licenses["issued"] <= licenses["renewed"]).all()
    assert (licenses["renewed"] < licenses["expires"]).all()


def test_some_renew_and_some_do_not(licenses: Table) -> None:
    assert (licenses["renewed"] > licenses["issued"]).any()
    assert 0 < (licenses["status"] == EXPIRED).mean() < 0.5


def test_boards_give_what_they_have_and_a_few_lines_the_number_alone(file: pl.DataFrame) -> None:
    alone = file["LastName"].is_null() & file["FirstName"].is_null()
    assert 0 < alone.sum() < 0.1 * file.height
    assert file.filter(alone)["SSN"].null_count() == alone.sum()
    by_name = file.filter(pl.col("BoardName") == "Board of Cosmetology")
    assert by_name.height > 0
    assert by_name["SSN"].null_count() == by_name["DateOfBirth"].null_count() == by_name.height


def test_a_number_is_one_persons_within_its_type(file: pl.DataFrame) -> None:
    holders = file.group_by("LicenseNumber", "LicenseType").agg(pl.col("person").n_unique())
    assert holders["person"].max() == 1


def test_few_lines_are_set_aside_and_an_unknown_status_is_a_missing_field(file: pl.DataFrame) -> None:
    found = conformed(file, CONTRACT)
    assert {REASONS[reason] for reason in found.reason if reason} <= {"contradiction"}
    assert np.count_nonzero(found.reason) < 0.02 * file.height
    assert len(found.fields.reason) < 0.02 * file.height
