"""Simulated living wages have the published level, and a county for each household."""

from itertools import pairwise, product

import polars as pl
import pytest

from p20w.contracts import load_contract
from p20w.settings import PROJECT
from p20w.simulator.calendar import quarter_from_label
from p20w.simulator.feeds.living_wage import content, due
from p20w.simulator.geography import read_seed
from p20w.simulator.living_wages import HOUSEHOLDS, living_wage
from p20w.simulator.world import World

CONTRACT = load_contract(PROJECT / "contracts" / "living_wage.yaml")
COUNTIES = {row["county_fips"]: float(row["population_weight"]) for row in read_seed("ref_county")}


def lines(world: World, year: int) -> pl.DataFrame:
    made = content(world, year)
    assert isinstance(made.columns, pl.DataFrame)
    assert (made.true_person, made.record_count) == (None, made.columns.height)
    return made.columns.with_columns(pl.col("CountyCode").str.zfill(3), pl.col("LivingWage").cast(pl.Float64))


def test_two_working_adults_with_two_children_need_what_the_calculator_says() -> None:
    (family,) = [item for item in HOUSEHOLDS if (item.adults, item.working, item.children) == (2, 2, 2)]
    mean = sum(weight * living_wage(1, county, family, 2022) for county, weight in COUNTIES.items())
    assert mean == pytest.approx(25.02, rel=0.05)


@pytest.mark.parametrize("county", COUNTIES)
def test_a_household_needs_more_with_each_child_and_each_worker_less_beside_another(county: str) -> None:
    needed = {(item.adults, item.working, item.children): living_wage(1, county, item, 2019) for item in HOUSEHOLDS}
    assert len(needed) == 12
    for (adults, working, children), wage in needed.items():
        assert children == 0 or wage > needed[adults, working, children - 1]
        assert working == 1 or wage < needed[adults, 1, children]


def test_each_county_has_each_household_once_and_says_what_is_true(world: World) -> None:
    frame = lines(world, 2018)
    keys = frame.select("CountyCode", "Adults", "WorkingAdults", "Children").rows()
    assert sorted(keys) == sorted(
        (county[2:], item.adults, item.working, item.children) for county, item in product(COUNTIES, HOUSEHOLDS)
    )
    highest = CONTRACT.column("living_wage_hourly_usd").maximum
    hourly = frame.filter(pl.col("LivingWage") <= highest)
    assert 0.95 * frame.height < hourly.height
    truth = {
        (county[2:], item.adults, item.working, item.children): living_wage(world.seed, county, item, 2018)
        for county, item in product(COUNTIES, HOUSEHOLDS)
    }
    assert all(truth[*key] == wage for *key, wage in hourly.drop("Year").rows())


def test_some_years_are_calculated_anew_and_end_with_what_is_true(world: World) -> None:
    years = {year: list(due(world, quarter_from_label(f"{year}Q4"))) for year in range(2000, 2040)}
    assert not list(due(world, quarter_from_label("2019Q3")))
    again = [year for year, drops in years.items() if len(drops) == 2]
    assert 0 < len(again) < 20
    first, second = (drop.content().columns for drop in years[again[0]])
    assert isinstance(first, pl.DataFrame)
    assert isinstance(second, pl.DataFrame)
    differ = first["LivingWage"] != second["LivingWage"]
    assert differ.to_list() == (first["Children"] > 0).to_list()
    assert all(a.usual_day < b.usual_day for a, b in pairwise(years[again[0]]))
