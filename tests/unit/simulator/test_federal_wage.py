"""Who works for the federal government is in its answers, with pay as each source tells it."""

import numpy as np
import polars as pl
import pytest

from p20w.contracts import load_contract
from p20w.settings import PROJECT
from p20w.simulator.calendar import as_date, last_day, quarter_from_label
from p20w.simulator.feeds.federal_wage import NAME, content, due
from p20w.simulator.uncovered import CIVILIAN, MILITARY, asked, uncovered
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


def test_as_many_work_for_the_federal_government_as_published(world: World) -> None:
    """Civilians 1.8 % of workers, armed forces 0.8 % (see `uncovered`)."""
    work = uncovered(world, QUARTER)
    here = world.people["status"][work.person] != AWAY
    workers = (world.people["job"][world.here()] >= 0).sum()
    assert 0.012 < (here & (work.kind == CIVILIAN)).sum() / workers < 0.035
    assert 0.004 < (here & (work.kind == MILITARY)).sum() / workers < 0.012
    age = world.age(work.person[work.kind == MILITARY], last_day(QUARTER))
    assert np.median(age) < 35


def test_the_file_is_about_the_numbers_the_state_asked_for(world: World, file: pl.DataFrame) -> None:
    work = uncovered(world, QUARTER).of(CIVILIAN, MILITARY)
    known = np.isin(world.people["ssn"][work.person], asked(world, QUARTER))
    assert set(file["person"]) == set(work.person[known].tolist())
    right = file["SSN"].cast(pl.Int64).to_numpy() == world.people["ssn"][file["person"].to_numpy()]
    assert right.all()


def test_the_personnel_office_tells_rates_of_a_year_and_others_what_was_paid(file: pl.DataFrame) -> None:
    """A civilian's rate was some 80,000 dollars in 2019, a soldier's basic pay some 35,000 a year (rounded)."""
    assert set(file.select("SOURCE", "PAY_BASIS").unique().rows()) == {("1", "Y"), ("2", "Q"), ("3", "Q")}
    pay = dict(file.group_by("SOURCE").agg(pl.col("PAY").mean()).rows())
    assert 60_000 < pay["1"] < 105_000
    assert 6_000 < pay["3"] < 14_000
    assert file.filter(pl.col("SOURCE") != "1")["SERIES"].is_null().all()


def test_a_quarter_that_comes_twice_lacks_a_source_at_first(world: World, file: pl.DataFrame) -> None:
    first = told(content(world, QUARTER, lacking=True))
    assert len(set(file["SOURCE"]) - set(first["SOURCE"])) == 1
    days = {len(list(due(world, quarter))) for quarter in range(QUARTER - 40, QUARTER)}
    assert days == {1, 2}
