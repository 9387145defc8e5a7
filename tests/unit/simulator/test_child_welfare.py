"""Children are removed, placed and discharged as published, and a half-year's file tells what the record has."""

import numpy as np
import polars as pl
import pytest

from p20w.contracts import load_contract
from p20w.settings import PROJECT
from p20w.simulator.calendar import as_date, first_day, last_day, quarter_from_label
from p20w.simulator.feeds.child_welfare import NAME, content, due
from p20w.simulator.foster_placements import FAMILY, GROUP, INSTITUTION, RELATIVE
from p20w.simulator.table import Table
from p20w.simulator.world import World
from tests.unit.simulator.told import conformed, told

QUARTER = quarter_from_label("2019Q1")
ON = last_day(QUARTER)
CONTRACT = load_contract(PROJECT / "contracts" / f"{NAME}.yaml").until(as_date(ON))


@pytest.fixture(scope="module")
def file(world: World) -> pl.DataFrame:
    return told(content(world, QUARTER))


def tables(world: World) -> tuple[Table, Table]:
    return world.own[f"{NAME}.episode"], world.own[f"{NAME}.placement"]


def test_each_line_is_as_the_contract_has_it_but_for_discharges_before_the_removal(file: pl.DataFrame) -> None:
    found = conformed(file, CONTRACT)
    early = file["DateOfExit"] < file["DateOfRemoval"]
    assert found.reason.any() == early.any()
    assert (found.reason != 0).sum() == early.sum() < 0.02 * file.height
    assert len(found.fields.reason) == 0


def test_about_one_child_in_a_hundred_is_in_care_and_most_live_with_families(world: World) -> None:
    """Twice the nation's share, as `foster_care` says; settings of AFCARS Report 30."""
    episodes, placements = tables(world)
    here = world.here()
    children = (world.age(here, ON) < 18).sum()
    in_care = (episodes["removal"] <= ON) & (episodes["discharge"] > ON)
    assert 0.006 < in_care.sum() / children < 0.02
    now = in_care[placements["episode"]] & (placements["starts"] <= ON) & (placements["ends"] > ON)
    assert now.sum() == in_care.sum()
    setting = placements["setting"][now]
    assert np.isin(setting, [FAMILY, RELATIVE]).mean() > 0.6
    assert np.isin(setting, [GROUP, INSTITUTION]).mean() < 0.3


def test_placements_of_a_time_in_care_follow_each_other_from_removal_to_discharge(world: World) -> None:
    episodes, placements = tables(world)
    order = np.lexsort((placements["starts"], placements["episode"]))
    of, starts, ends = (placements[name][order] for name in ("episode", "starts", "ends"))
    same = of[1:] == of[:-1]
    assert (ends[:-1][same] == starts[1:][same]).all()
    firsts, lasts = np.append(True, ~same), np.append(~same, True)
    assert (starts[firsts] == episodes["removal"][of[firsts]]).all()
    assert (ends[lasts] == episodes["discharge"][of[lasts]]).all()


def test_nobody_is_in_care_twice_at_a_time_or_grown_when_removed(world: World) -> None:
    episodes, _ = tables(world)
    order = np.lexsort((episodes["removal"], episodes["person"]))
    person, removal, discharge = (episodes[name][order] for name in ("person", "removal", "discharge"))
    again = person[1:] == person[:-1]
    assert again.any()
    assert (removal[1:][again] > discharge[:-1][again]).all()
    assert (removal - world.people["birth"][person] < 18 * 365.25).all()
    assert (removal >= world.people["birth"][person]).all()


def test_a_file_has_everybody_in_care_in_the_half_year_with_all_placements_until_then(
    world: World, file: pl.DataFrame
) -> None:
    episodes, placements = tables(world)
    opens = first_day(QUARTER - 1)
    in_care = (episodes["removal"] <= ON) & (episodes["discharge"] >= opens)
    assert set(episodes["person"][in_care].tolist()) <= set(file["person"])
    told_stays = (placements["starts"] <= ON) & in_care[placements["episode"]]
    assert file.unique(["person", "DateOfRemoval", "DateOfPlacement"]).height >= told_stays.sum()
    late = file.filter(pl.col("DateOfExit").is_null(), pl.col("DatePlacementEnded").is_not_null())
    assert late.height > 0


def test_a_discharge_that_is_entered_late_is_in_a_later_file(world: World) -> None:
    episodes, _ = tables(world)
    late = np.flatnonzero((episodes["discharge"] <= ON) & (episodes["told"] > ON + 10) & (episodes["removal"] <= ON))
    if len(late):
        lines = told(content(world, QUARTER)).filter(pl.col("person").is_in(episodes["person"][late].tolist()))
        assert lines.filter(pl.col("DateOfExit").is_null()).height > 0


def test_half_years_end_in_march_and_september_and_some_come_twice(world: World) -> None:
    drops = [list(due(world, quarter)) for quarter in range(QUARTER - 40, QUARTER + 40)]
    assert {found[0].period[4:] for found in drops if found} == {"-03-31", "-09-30"}
    assert {len(found) for found in drops} == {0, 1, 2}
    first, whole = content(world, QUARTER, lacking=True), content(world, QUARTER)
    assert 0.85 < first.record_count / whole.record_count < 1
