"""Simulated lists name occupations with openings and good wages, under codes that can be read back."""

import polars as pl
import pytest

from p20w.contracts import load_contract
from p20w.settings import PROJECT
from p20w.simulator.calendar import quarter_from_label
from p20w.simulator.feeds.in_demand_occupation import FEWEST_STARS, content, due, stars
from p20w.simulator.labor_market import ALL, OCCUPATIONS, STATE, areas
from p20w.simulator.world import World

CONTRACT = load_contract(PROJECT / "contracts" / "in_demand_occupation.yaml")
BY_SOC = {item.soc: item for item in OCCUPATIONS}
WHOLE, *COUNTIES = areas()


def listed(world: World, year: int) -> pl.DataFrame:
    made = content(world, year)
    assert isinstance(made.columns, pl.DataFrame)
    assert (made.true_person, made.record_count) == (None, made.columns.height)
    return made.columns.with_columns(pl.col("SocCode").str.replace("-", "").str.replace(r"^(..)", "$1-"))


def test_a_list_has_what_has_three_stars_and_the_stars_are_true(world: World) -> None:
    frame, population = listed(world, 2018), len(world.here())
    true = {
        (area.fips, item.soc): count
        for area in (WHOLE, *COUNTIES)
        for item in OCCUPATIONS
        if (count := stars(world, population, area, item, 2018)) >= FEWEST_STARS
    }
    assert {(area, soc): count for area, soc, count in frame.select("AreaFips", "SocCode", "Stars").rows()} == true
    assert max(true.values()) <= (CONTRACT.column("demand_stars").maximum or 0)  # pyright: ignore[reportOperatorIssue]


def test_trades_that_pay_and_grow_are_listed_and_shrinking_ones_are_not(world: World) -> None:
    state = set(listed(world, 2018).filter(pl.col("AreaFips") == STATE)["SocCode"])
    assert {"47-2111", "49-9021"} <= state
    assert not {"43-4051", "41-2031", ALL} & state
    assert 5 < len(state) < 25


@pytest.mark.parametrize("rate", ["lists_amended", "hyphens_lost"])
def test_some_years_a_list_grows_or_loses_its_hyphens(world: World, rate: str) -> None:
    years = range(2000, 2040)
    if rate == "lists_amended":
        drops = [list(due(world, quarter_from_label(f"{year}Q3"))) for year in years]
        again = [sent for sent in drops if len(sent) == 2]
        first, second = (drop.content().columns for drop in again[0])
        assert isinstance(first, pl.DataFrame)
        assert isinstance(second, pl.DataFrame)
        of = ["AreaFips", "SocCode"]
        assert first.join(second, on=of, how="anti").is_empty()
        assert second.join(first, on=of, how="anti")["AreaFips"].n_unique() > 1
        seen = len(again)
    else:
        codes = [content(world, year).columns for year in years]
        seen = sum("-" not in str(frame["SocCode"][0]) for frame in codes)  # pyright: ignore[reportIndexIssue]
    assert 0 < seen < 30
    assert not list(due(world, quarter_from_label("2019Q2")))
