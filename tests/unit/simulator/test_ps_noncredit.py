"""Adults take short courses and programs at colleges, and the year's file says what came of it."""

import numpy as np
import polars as pl
import pytest

from p20w.contracts import load_contract
from p20w.intake.conform import conform
from p20w.settings import PROJECT
from p20w.simulator.calendar import day, quarter_from_label
from p20w.simulator.feeds.ps_noncredit import NAME, content, due
from p20w.simulator.geography import read_seed
from p20w.simulator.labor_market import OCCUPATIONS
from p20w.simulator.noncredit import OFFERS
from p20w.simulator.world import World
from tests.unit.simulator.told import told

YEAR = 2019  # the academic year that closes with the world of these tests
CONTRACT = load_contract(PROJECT / "contracts" / f"{NAME}.yaml")


@pytest.fixture(scope="module")
def file(world: World) -> pl.DataFrame:
    return told(content(world, YEAR))


def test_codes_of_programs_and_occupations_are_those_of_the_state() -> None:
    assert {offer.cip for offer in OFFERS} <= {row["cip_code"] for row in read_seed("ref_cip")}
    assert {offer.soc for offer in OFFERS} - {""} <= {item.soc for item in OCCUPATIONS}
    assert any(150 <= offer.hours <= 599 and 8 <= offer.weeks <= 14 for offer in OFFERS)


def test_each_line_is_as_the_contract_has_it_but_for_ends_before_the_start(file: pl.DataFrame) -> None:
    text = file.select(
        pl.col(column.header).cast(pl.String).str.strip_chars().replace("TBD", None).alias(column.name)
        for column in CONTRACT.columns
    )
    found = conform(text, CONTRACT.columns)
    early = (file["EndDate"] < file["StartDate"]).fill_null(value=False)
    assert (found.reason != 0).sum() == early.sum() < 0.03 * file.height
    assert len(found.fields.reason) == 0


def test_about_as_many_train_as_half_of_those_who_study_without_credit(world: World, file: pl.DataFrame) -> None:
    """Shares are in `noncredit`."""
    assert 0.004 < file["person"].n_unique() / len(world.here()) < 0.009
    programs = file.filter(pl.col("ClockHours") >= 150)
    assert 0.15 < programs.height / file.height < 0.45
    assert (programs["ClockHours"] <= 599).all()
    assert 0.6 < (programs["CompletionStatus"] == "C").mean() < 0.9  # type: ignore[operator]
    age = (day(YEAR, 6, 30) - world.people["birth"][file["person"].to_numpy()]) / 365.25
    assert age.min() > 17


def test_what_a_line_says_agrees_with_itself(file: pl.DataFrame) -> None:
    ended = file.filter(pl.col("CompletionStatus") != "I", pl.col("EndDate") >= pl.col("StartDate"))
    assert ended["HoursAttended"].null_count() == 0
    assert (ended["HoursAttended"] <= ended["ClockHours"]).all()
    awarded = file.filter(pl.col("CredentialType").is_not_null())
    assert (awarded["CompletionStatus"] == "C").all()
    assert awarded["CredentialDate"].null_count() == 0
    assert file["StartDate"].min() >= pl.Series([f"{YEAR - 1}-07-01"]).str.to_date()[0]
    assert file["StartDate"].max() <= pl.Series([f"{YEAR}-06-30"]).str.to_date()[0]


def test_most_give_no_number_and_most_numbers_are_right(world: World, file: pl.DataFrame) -> None:
    given = file.filter(pl.col("SocialSecurityNumber").is_not_null())
    assert 0.25 < given.height / file.height < 0.65
    right = given["SocialSecurityNumber"].cast(pl.Int64).to_numpy() == world.people["ssn"][given["person"].to_numpy()]
    assert np.mean(right) > 0.9


def test_a_registrant_keeps_the_number_unless_registered_anew(world: World) -> None:
    table, registrants = world.own[f"{NAME}.enrollment"], world.own[f"{NAME}.registrant"]
    of = table["registrant"]
    assert (registrants["person"][of] == table["person"]).all()
    assert (registrants["college"][of] == table["college"]).all()
    pairs = registrants["person"].astype(np.int64) * 100 + registrants["college"]
    assert 0 < len(pairs) - len(np.unique(pairs)) < 0.05 * len(pairs)


def test_the_year_is_filed_in_the_fall_and_some_years_twice(world: World) -> None:
    drops = {year: list(due(world, quarter_from_label(f"{year}Q3"))) for year in range(2000, 2040)}
    assert drops[2019][0].period == "2018-19"
    assert {len(found) for found in drops.values()} == {1, 2}
    assert not list(due(world, quarter_from_label("2019Q2")))
    first = told(content(world, YEAR, lacking=True))
    whole = told(content(world, YEAR))
    late = set(whole["InstitutionIpedsUnitId"]) - set(first["InstitutionIpedsUnitId"])
    assert len(late) == 1
