"""Simulated programs cost what such colleges ask for on average, and their codes can be read back."""

import polars as pl
import pytest

from p20w.simulator.calendar import quarter_from_label
from p20w.simulator.feeds.program_cost import content, due
from p20w.simulator.geography import read_seed
from p20w.simulator.program_costs import cost, programs
from p20w.simulator.world import World

CIPS = {row["cip_code"] for row in read_seed("ref_cip")}
YEAR = 2024


def lines(world: World, year: int) -> pl.DataFrame:
    made = content(world, year)
    assert isinstance(made.columns, pl.DataFrame)
    assert (made.true_person, made.record_count) == (None, made.columns.height)
    return made.columns.with_columns(pl.col("CipCode").str.replace(r"\.", "").str.replace(r"^(..)", "$1."))


@pytest.mark.parametrize(
    ("sector", "published"),
    [(("2-year", "public"), 3_990), (("4-year", "public"), 11_260), (("4-year", "private nonprofit"), 41_540)],
)
def test_a_year_costs_what_is_published_of_such_colleges(sector: tuple[str, str], published: int) -> None:
    """Trends in College Pricing, 2023-24."""
    prices = [
        cost(seed, program, YEAR).tuition
        for seed in range(10)
        for program in programs(seed)
        if program.sector == sector and program.share == 1.0
    ]
    assert sum(prices) / len(prices) == pytest.approx(published, rel=0.06)


def test_each_program_of_a_college_is_told_once_with_what_is_true(world: World) -> None:
    frame = lines(world, YEAR)
    offered = {(item.college, item.cip, item.level): cost(world.seed, item, YEAR) for item in programs(world.seed)}
    assert len(offered) == frame.height
    assert {cip for _, cip, _ in offered} <= CIPS
    for college, cip, level, _, tuition, books, state, participant in frame.rows():
        true = offered[college, cip, level]
        assert (int(tuition.removeprefix("$")), int(books), int(state)) == (true.tuition, true.books, true.state)
        assert participant == (None if true.participant is None else str(true.participant))


def test_the_state_pays_nothing_to_private_colleges_and_a_college_keeps_its_programs(world: World) -> None:
    private = {row["institution_ipeds_unit_id"] for row in read_seed("ref_institution") if row["sector"] != "public"}
    frame = lines(world, YEAR)
    of = pl.col("InstitutionIpedsUnitId").is_in(list(private))
    assert set(frame.filter(of)["StateShare"]) == {"0"}
    assert frame.filter(~of)["StateShare"].cast(pl.Int64).min() > 0  # pyright: ignore[reportOptionalOperand, reportOperatorIssue]
    key = ["InstitutionIpedsUnitId", "CipCode", "AwardLevel"]
    assert frame.select(key).equals(lines(world, 2019).select(key))


def test_some_colleges_write_codes_without_a_point_always(world: World) -> None:
    frame = content(world, YEAR).columns
    assert isinstance(frame, pl.DataFrame)
    shares = frame.group_by("InstitutionIpedsUnitId").agg(pl.col("CipCode").str.contains(".", literal=True).mean())
    assert set(shares["CipCode"]) == {0.0, 1.0}


def test_where_the_states_share_comes_late_only_it_changes(world: World) -> None:
    years = [list(due(world, quarter_from_label(f"{year}Q2"))) for year in range(2000, 2040)]
    assert not list(due(world, quarter_from_label("2019Q3")))
    again = [drops for drops in years if len(drops) == 2]
    assert 0 < len(again) < 20
    first, second = (drop.content().columns for drop in again[0])
    assert isinstance(first, pl.DataFrame)
    assert isinstance(second, pl.DataFrame)
    differ = [name for name in first.columns if not first[name].equals(second[name], null_equal=True)]
    assert differ == ["StateShare"]
