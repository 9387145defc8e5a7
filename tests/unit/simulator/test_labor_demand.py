"""Simulated figures on the labor market have published sizes, and what is held back is marked."""

import re
from itertools import pairwise

import polars as pl
import pytest

from p20w.contracts import load_contract
from p20w.settings import PROJECT
from p20w.simulator.calendar import quarter_from_label
from p20w.simulator.feeds.labor_demand import FEWEST, content, highest_wage
from p20w.simulator.geography import read_seed
from p20w.simulator.labor_market import (
    ALL,
    OCCUPATIONS,
    PERCENTILES,
    STATE,
    areas,
    employment,
    openings,
    postings,
    wage,
)
from p20w.simulator.world import World

CONTRACT = load_contract(PROJECT / "contracts" / "labor_demand.yaml")
BY_SOC = {item.soc: item for item in OCCUPATIONS}
WHOLE, *COUNTIES = areas()


def file(world: World, label: str) -> pl.DataFrame:
    made = content(world, quarter_from_label(label))
    assert isinstance(made.columns, pl.DataFrame)
    assert (made.true_person, made.record_count) == (None, made.columns.height)
    return made.columns


@pytest.fixture(scope="module")
def wages(world: World) -> pl.DataFrame:
    return file(world, "2019Q2").filter(pl.col("measure_code") != "POST")


def test_occupations_and_counties_are_those_of_the_state() -> None:
    assert set(BY_SOC) - {ALL} <= {row["soc_code"] for row in read_seed("ref_soc")}
    assert [area.fips for area in COUNTIES] == [row["county_fips"] for row in read_seed("ref_county")]
    assert sum(area.share for area in COUNTIES) == pytest.approx(1)


def test_employment_and_wages_have_the_size_of_the_nations() -> None:
    """May 2023: 3.2 million registered nurses at a median of 41 dollars an hour, among 335 million people."""
    nurse = BY_SOC["29-1141"]
    assert employment(1, 335_000_000, WHOLE, nurse, 2023) == pytest.approx(3_175_000, rel=0.01)
    assert wage(WHOLE, nurse, "p50", 2023) == pytest.approx(41.38, rel=0.01)
    rate = sum(openings(nurse, 100).values()) / 100
    assert 0.04 < rate < 0.09
    everybody = employment(1, 1_000_000, WHOLE, BY_SOC[ALL], 2023)
    assert everybody > sum(employment(1, 1_000_000, WHOLE, item, 2023) for item in OCCUPATIONS if item.soc != ALL)


def test_postings_fell_in_the_spring_of_2020_and_rose_above_what_they_were() -> None:
    months = {
        (year, month): sum(postings(1, 1000, WHOLE, item, year, month) for item in OCCUPATIONS)
        for year in (2019, 2020, 2022)
        for month in (4,)
    }
    assert months[2020, 4] < 0.7 * months[2019, 4] < 0.7 * months[2022, 4]


def test_a_figure_is_told_or_the_mark_that_stands_for_it(world: World, wages: pl.DataFrame) -> None:
    figure = CONTRACT.column("figure")
    for value in wages["value"].unique():
        assert re.fullmatch(figure.pattern or "", value)
    population = len(world.here())
    counts = wages.filter(pl.col("measure_code") == "EMP").select("area_fips", "occ_code", "value")
    for area, soc, value in counts.rows():
        (place,) = [item for item in (WHOLE, *COUNTIES) if item.fips == area]
        true = employment(world.seed, population, place, BY_SOC[soc], 2018)
        assert value == "**" if true < FEWEST else abs(int(value) - true) <= 5
    assert {"*", "**", "#"} <= set(wages["value"])


def test_wages_are_told_where_people_are_paid_by_the_hour_and_below_the_highest(wages: pl.DataFrame) -> None:
    hourly = wages.filter(pl.col("measure_code").str.starts_with("H"))
    assert set(hourly.filter(pl.col("occ_code") == "25-2021")["value"]) == {"*"}
    told = hourly.filter(pl.col("value").str.contains("[0-9]")).with_columns(pl.col("value").cast(pl.Float64))
    assert (told["value"].max() or 0) < highest_wage(2018)  # pyright: ignore[reportOperatorIssue]
    state = told.filter(pl.col("area_fips") == STATE).pivot("measure_code", index="occ_code", values="value")
    rising = [f"H{name.upper()}" for name in PERCENTILES if name != "mean"]
    for low, high in pairwise(rising):
        assert (state[low] < state[high]).all()


def test_projections_come_every_other_year_and_openings_are_those_of_the_base(world: World) -> None:
    assert set(file(world, "2019Q3")["measure_code"]) == {"POST"}
    lines = file(world, "2018Q3").filter(pl.col("measure_code") != "POST", pl.col("area_fips") == STATE)
    assert set(lines.select("year", "proj_year").rows()) == {(2016, 2026)}
    base = lines.filter(pl.col("measure_code") == "PBASE", pl.col("value") != "**")
    assert base.height > 10
    assert set(lines["measure_code"]) == {"PBASE", "PPROJ", "OEXIT", "OTRAN", "OGROW"}


def test_a_month_is_told_once_more_in_the_next_quarter(world: World) -> None:
    first, second = (file(world, label).filter(pl.col("measure_code") == "POST") for label in ("2019Q1", "2019Q2"))
    assert first["period"].unique().sort().to_list() == ["M01", "M02", "M03", "M12"]
    of = ["area_fips", "occ_code", "year", "period"]
    both = first.join(second, on=of, suffix="_again").filter(pl.col("area_fips") == STATE)
    assert set(both["period"]) == {"M03"}
    counts = both.select(pl.col("value", "value_again").cast(pl.Int64).sum()).row(0)
    assert counts[0] < counts[1]
