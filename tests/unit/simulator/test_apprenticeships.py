"""Apprentices begin, are suspended, complete or are canceled, and the office's file says what it has heard of it."""

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest

from p20w.contracts import load_contract
from p20w.intake.conform import conform
from p20w.intake.readers.block import REASONS
from p20w.settings import PROJECT
from p20w.simulator.apprenticeships import CANCELED, COMPLETED, TRADES
from p20w.simulator.calendar import as_date, last_day, quarter_from_label
from p20w.simulator.feeds.apprenticeship import NAME, STATUSES, content, status
from p20w.simulator.table import Table
from p20w.simulator.world import NEVER, World
from tests.unit.simulator.told import told

QUARTER = quarter_from_label("2019Q1")  # a snapshot in the time of the world of these tests
CONTRACT = load_contract(PROJECT / "contracts" / f"{NAME}.yaml").until(as_date(last_day(QUARTER)))


@pytest.fixture(scope="module")
def registered(world: World) -> Table:
    return world.own[f"{NAME}.registration"]


@pytest.fixture(scope="module")
def file(world: World) -> pl.DataFrame:
    return told(content(world, QUARTER))


def test_nobody_is_an_apprentice_twice_at_one_time(registered: Table) -> None:
    real = registered["duplicate"] == 0
    person, start, leaves = (registered[name][real] for name in ("person", "start", "exit"))
    order = np.lexsort((start, person))
    again = person[order][1:] == person[order][:-1]
    assert (start[order][1:] > leaves[order][:-1])[again].all()


def test_a_duplicate_is_told_of_as_one_for_two_years(world: World, registered: Table) -> None:
    twice = np.flatnonzero(registered["duplicate"] == 1)
    assert len(twice) > 0
    assert set(status(world, twice, last_day(QUARTER))) == {STATUSES.index("DU")}


def test_fewer_than_half_complete_and_they_take_their_term(registered: Table) -> None:
    real = registered["duplicate"] == 0
    outcome, trade = registered["outcome"][real], registered["trade"][real].astype(np.int64)
    days = (registered["exit"] - registered["start"])[real]
    term = np.array([item.years for item in TRADES])[trade] * 365
    assert 0.3 < (outcome == COMPLETED).mean() < 0.6
    assert (days >= 0.85 * term - 1)[outcome == COMPLETED].all()
    assert (days < term)[outcome == CANCELED].all()


def test_a_suspension_ends_before_the_apprenticeship(registered: Table) -> None:
    rows = registered["suspended"] < NEVER
    assert rows.any()
    assert (registered["start"] < registered["suspended"])[rows].all()
    assert (registered["suspended"] < registered["reinstated"])[rows].all()
    assert (registered["reinstated"] < registered["exit"])[rows].all()


def test_a_cancellation_may_be_told_long_after_it(world: World, registered: Table) -> None:
    on = last_day(QUARTER)
    over = np.flatnonzero((registered["exit"] <= on) & (registered["duplicate"] == 0))
    said = status(world, over, on)
    running: npt.NDArray[np.bool_] = said < STATUSES.index("CO")
    assert 0 < running.sum() < 0.2 * len(over)
    assert (registered["told"][over][running] > on).all()


def test_every_status_is_told_some_day_and_wages_rise(world: World, registered: Table, file: pl.DataFrame) -> None:
    rows, on = np.arange(registered.size), last_day(QUARTER)
    days = [on - 90 * number for number in range(8)]
    assert {STATUSES[place] for day in days for place in status(world, rows, day)} == set(STATUSES)
    wages = file.filter(pl.col("apprstatus") == "CO").select(pl.col("startingwage", "exitwage").cast(pl.Float64))
    known = wages.filter(pl.col("exitwage").is_not_null())
    assert known.height > 0
    assert known.filter(pl.col("exitwage") <= pl.col("startingwage")).height <= 0.05 * known.height


def test_few_lines_are_set_aside_and_few_have_no_ssn(file: pl.DataFrame) -> None:
    text = file.select(pl.col(column.header).cast(pl.String).alias(column.name) for column in CONTRACT.columns)
    reasons = [REASONS[reason] for reason in conform(text, CONTRACT.columns).reason if reason]
    assert len(reasons) < 0.02 * file.height
    assert set(reasons) <= {"contradiction"}
    assert 0.05 < file["ssn"].null_count() / file.height < 0.3
