"""People take part in workforce programs, and the quarterly file says so, nearly always as edit checks want it."""

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest

from p20w.contracts import load_contract
from p20w.intake.readers.block import REASONS
from p20w.settings import PROJECT
from p20w.simulator.calendar import as_date, last_day, quarter_from_label
from p20w.simulator.feeds.plugin import Content
from p20w.simulator.feeds.wioa_participant import NAME, content
from p20w.simulator.pay import payroll
from p20w.simulator.table import Table
from p20w.simulator.workforce_programs import PROGRAMS, quarter_of
from p20w.simulator.world import NEVER, World
from tests.unit.simulator.told import conformed

QUARTER = quarter_from_label("2019Q2")  # the last one in the world of these tests
CONTRACT = load_contract(PROJECT / "contracts" / f"{NAME}.yaml").until(as_date(last_day(QUARTER)))


@pytest.fixture(scope="module")
def spells(world: World) -> Table:
    return world.own[f"{NAME}.participation"]


@pytest.fixture(scope="module")
def person(world: World, spells: Table) -> npt.NDArray[np.int32]:
    return world.own[f"{NAME}.registration"]["person"][spells["registration"]]


@pytest.fixture(scope="module")
def file(world: World) -> Content:
    return content(world, QUARTER, 2)


def test_every_core_program_has_participants(spells: Table) -> None:
    assert set(spells["program"].tolist()) == set(range(len(PROGRAMS)))


def test_training_and_credentials_lie_in_their_time(spells: Table) -> None:
    trained, attained = spells["training"] < NEVER, spells["attained"] < NEVER
    assert (spells["training"] >= spells["entry"])[trained].all()
    assert (spells["ended"] > spells["training"])[trained].all()
    assert (spells["ended"] <= spells["exit"])[trained].all()
    assert (spells["attained"] >= spells["entry"])[attained].all()
    assert (quarter_of(spells["attained"]) - quarter_of(spells["exit"]))[attained].max() <= 3


def test_nobody_takes_part_twice_at_one_time(spells: Table, person: npt.NDArray[np.int32]) -> None:
    order = np.lexsort((spells["entry"], person))
    again = person[order][1:] == person[order][:-1]
    assert again.any()
    assert (spells["entry"][order][1:] > spells["exit"][order][:-1])[again].all()


def test_wages_after_exit_are_what_employers_paid(world: World, spells: Table, person: npt.NDArray[np.int32]) -> None:
    pay, jobs = payroll(world, QUARTER), world.jobs
    covered = world.employers["covered"][jobs["employer"][pay.job]] == 1
    earned = np.bincount(jobs["person"][pay.job[covered]], pay.wages[covered], minlength=world.people.size)
    for number in range(1, 5):
        rows = QUARTER - quarter_of(spells["exit"]) == number
        assert rows.any()
        assert (spells[f"wages_{number}"][rows] == earned[person[rows]]).all()


def test_an_office_gives_a_second_number_to_a_few(world: World) -> None:
    registered = world.own[f"{NAME}.registration"]
    numbers = pl.DataFrame({"person": registered["person"], "number": registered["number"]}).unique()
    assert 0 < numbers.height - numbers["person"].n_unique() < 0.05 * numbers.height
    assert numbers["number"].n_unique() == numbers.height


def test_few_lines_fail_an_edit_check_and_each_in_a_way_that_states_know(file: Content) -> None:
    assert isinstance(file.columns, pl.DataFrame)
    found = conformed(file.columns, CONTRACT)
    reasons = [REASONS[reason] for reason in found.reason if reason]
    reasons += [REASONS[reason] for reason in found.fields.reason]
    assert set(reasons) <= {"contradiction", "impossible_date"}
    assert 0 < len(reasons) < 0.1 * file.columns.height


def test_an_exit_is_told_after_ninety_days_and_outcomes_two_quarters_after_theirs(
    world: World, spells: Table, file: Content
) -> None:
    assert isinstance(file.columns, pl.DataFrame)
    left = file.columns.filter(pl.col("PIRL 901").is_not_null())
    days = left["PIRL 901"].str.to_date("%Y%m%d")
    assert days.max() <= as_date(last_day(QUARTER) - 90)
    since = QUARTER - (days.dt.year() * 4 + days.dt.quarter().cast(pl.Int32) - 1)
    assert set(left.filter(since < 3)["PIRL 1600"]) == {"9"}
    told = left.filter(since >= 3)["PIRL 1600"]
    assert (told == "9").mean() < 0.03
    assert file.columns.height == file.record_count == len(file.true_person if file.true_person is not None else ())
