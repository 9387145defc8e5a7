"""People who lose a job claim benefits for the weeks until the next one, and the quarter's file says so."""

import numpy as np
import polars as pl
import pytest

from p20w.contracts import load_contract
from p20w.intake.readers.block import REASONS
from p20w.settings import PROJECT
from p20w.simulator.calendar import as_date, first_day, last_day, quarter_from_label
from p20w.simulator.feeds.ui_claim import NAME, content
from p20w.simulator.table import Table
from p20w.simulator.unemployment import saturday
from p20w.simulator.world import World
from tests.unit.simulator.told import conformed, told

QUARTER = quarter_from_label("2019Q2")  # the last one in the world of these tests
CONTRACT = load_contract(PROJECT / "contracts" / f"{NAME}.yaml").until(as_date(last_day(QUARTER)))


@pytest.fixture(scope="module")
def claims(world: World) -> Table:
    return world.own[f"{NAME}.claim"]


@pytest.fixture(scope="module")
def weeks(world: World) -> Table:
    return world.own[f"{NAME}.week"]


@pytest.fixture(scope="module")
def file(world: World) -> pl.DataFrame:
    return told(content(world, QUARTER))


def test_weeks_end_on_saturdays_of_the_quarter(weeks: Table) -> None:
    days = weeks["ends"].astype(np.int64)
    assert len(days) > 0
    assert {as_date(day).isoweekday() for day in days.tolist()} == {6}
    assert first_day(QUARTER) <= days.min() <= days.max() <= last_day(QUARTER)
    assert {as_date(day).isoweekday() for day in saturday(np.arange(7)).tolist()} == {6}


def test_nobody_claims_while_at_a_new_job(world: World, claims: Table, weeks: Table) -> None:
    person = claims["person"][weeks["claim"]]
    jobs = world.jobs
    began = (jobs["start"] > first_day(QUARTER)) & (jobs["start"] <= last_day(QUARTER))
    start = dict(zip(jobs["person"][began].tolist(), jobs["start"][began].tolist(), strict=True))
    filed = claims["filed"][weeks["claim"]]
    late = [
        (who, day)
        for who, day, since in zip(person.tolist(), weeks["ends"].tolist(), filed.tolist(), strict=True)
        if since <= start.get(who, 10**9) <= day
    ]
    assert not late


def test_the_first_week_is_not_paid_and_no_claim_has_more_than_26_that_are(claims: Table, weeks: Table) -> None:
    assert (weeks["paid"][weeks["number"] == 0] == 0).all()
    assert (weeks["paid"][weeks["number"] > 0] > 0).all()
    assert weeks["number"].max() <= 26
    assert (weeks["paid"] <= claims["weekly"][weeks["claim"]]).all()


def test_a_person_has_one_benefit_year_at_a_time(claims: Table) -> None:
    order = np.lexsort((claims["filed"], claims["person"]))
    again = claims["person"][order][1:] == claims["person"][order][:-1]
    assert again.any()
    assert (claims["filed"][order][1:] - claims["filed"][order][:-1] > 250)[again].all()


def test_a_few_weeks_are_on_no_day_and_set_aside(file: pl.DataFrame) -> None:
    found = conformed(file, CONTRACT)
    reasons = [REASONS[reason] for reason in found.reason if reason]
    assert set(reasons) <= {"out_of_range"}
    assert 0 < len(reasons) < 0.01 * file.height
    assert len(found.fields.reason) == 0
