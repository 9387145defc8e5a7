"""Financial aid goes to those who studied; what colleges send beside it is not kept."""

from collections import deque

import numpy as np
import polars as pl
import pytest

from p20w.contracts import load_contract
from p20w.settings import PROJECT
from p20w.simulator.aid import highest_pell, receives_pell
from p20w.simulator.calendar import quarter_from_label
from p20w.simulator.feeds.ps_aid import NAME, content
from p20w.simulator.profile import load_profile
from p20w.simulator.run import live, warm_up_start
from p20w.simulator.world import DUAL, UNDERGRADUATE, World
from tests.unit.simulator.told import told

YEAR, MOMENT = 2019, quarter_from_label("2019Q3")


@pytest.fixture(scope="module")
def year() -> World:
    """8,000 people at the end of 2019Q3, when the terms of an award year have been closed."""
    opening = quarter_from_label("2018Q1")
    (_, latest) = deque(live(8000, 3, load_profile(), warm_up_start(opening), MOMENT), maxlen=1).pop()
    return latest


@pytest.fixture(scope="module")
def file(year: World) -> pl.DataFrame:
    return told(content(year, YEAR, MOMENT))


def test_aid_is_given_to_students_of_the_year_and_to_no_high_school_student(year: World, file: pl.DataFrame) -> None:
    studied = year.own[f"{NAME}.studied"]
    assert set(file["person"]) <= set(studied["person"].tolist())
    assert DUAL not in set(studied["level"].tolist())


def test_everybody_who_is_due_a_pell_grant_has_one_within_the_highest(year: World, file: pl.DataFrame) -> None:
    studied = year.own[f"{NAME}.studied"]
    undergraduates = np.unique(studied["person"][studied["level"] == UNDERGRADUATE]).astype(np.int64)
    due = undergraduates[receives_pell(year, undergraduates, YEAR)]
    paid = file.filter(
        (pl.col("FinancialAidAwardType") == "FederalPellGrant") & (pl.col("FinancialAidAwardStatus") == "Disbursed")
    )
    assert len(set(due.tolist()) - set(paid["person"])) <= 1
    within = paid.filter(pl.col("FinancialAidAwardAmount") <= 1.5 * highest_pell(YEAR))  # year-round Pell
    assert within.height >= paid.height - 1


def test_full_time_students_are_given_more_than_others(year: World, file: pl.DataFrame) -> None:
    studied = year.own[f"{NAME}.studied"]
    load = np.bincount(studied["person"], studied["load"], year.people.size)
    pell = file.filter(pl.col("FinancialAidAwardType") == "FederalPellGrant").filter(
        pl.col("FinancialAidAwardAmount") > 0
    )
    full = pl.Series(load[pell["person"].to_numpy()] >= 1)
    amounts = pell["FinancialAidAwardAmount"].cast(pl.Float64)
    assert (amounts.filter(full).mean() or 0) > 1.4 * (amounts.filter(~full).mean() or 0)


def test_colleges_that_tell_of_awards_tell_of_all_of_theirs(file: pl.DataFrame) -> None:
    by_college = file.group_by("InstitutionIpedsUnitId").agg(
        (pl.col("FinancialAidAwardStatus") == "Awarded").sum().alias("awarded"), pl.len().alias("lines")
    )
    shares = (by_college["awarded"] / by_college["lines"]).round(1).unique().sort().to_list()
    assert shares == [0.0, 0.5]


def test_what_is_told_for_the_fafsa_is_sent_by_some_and_kept_from_nobody(file: pl.DataFrame) -> None:
    contract = load_contract(PROJECT / "contracts" / "ps_aid.yaml")
    for name in ("student_aid_index", "dependency_status", "financial_aid_income_level"):
        column = contract.column(name)
        sent = file[column.header].drop_nulls()
        assert 0 < len(sent) < file.height
        assert not column.in_intake
        assert not column.identifies
