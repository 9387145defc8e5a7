"""A month's file has everybody in a case, and comes twice where cases were entered late."""

import numpy as np
import polars as pl
import pytest

from p20w.contracts import load_contract
from p20w.settings import PROJECT
from p20w.simulator.benefits import months_of
from p20w.simulator.calendar import as_date, last_day, quarter_from_label
from p20w.simulator.feeds import tanf_report
from p20w.simulator.feeds.social_services import NAME, content, due
from p20w.simulator.world import World
from tests.unit.simulator.told import conformed, told

QUARTER = quarter_from_label("2019Q2")  # the last one in the world of these tests
CONTRACT = load_contract(PROJECT / "contracts" / f"{NAME}.yaml").until(as_date(last_day(QUARTER)))
MONTH = months_of(QUARTER)[1]


@pytest.fixture(scope="module")
def file(world: World) -> pl.DataFrame:
    return told(content(world, MONTH))


def test_each_line_is_as_the_contract_has_it(file: pl.DataFrame) -> None:
    found = conformed(file, CONTRACT)
    assert not found.reason.any()
    assert len(found.fields.reason) == 0
    assert set(found.frame["file_month"]) == {201905}


def test_everybody_in_a_case_has_a_line_and_all_of_a_case_its_amount(world: World, file: pl.DataFrame) -> None:
    members = world.own[f"{NAME}.member"]
    mine = (members["month"] == MONTH) & (members["assisted"] == 1)
    assert set(file["person"]) == set(members["person"][mine].tolist())
    amounts = file.group_by("program", "case_unit_id").agg(pl.col("benefit_amount").n_unique())
    assert (amounts["benefit_amount"] == 1).all()
    a_person = file.filter(pl.col("program") == "SNAP").group_by("case_unit_id").agg(
        pl.col("benefit_amount").first() / pl.col("person").n_unique()
    )  # fmt: skip
    assert 100 < a_person["benefit_amount"].mean() < 155  # type: ignore[operator]


def test_both_files_of_the_department_are_about_the_same_cases(world: World, file: pl.DataFrame) -> None:
    for table, columns in (("spell", ("household", "case", "first", "last")), ("client", ("person", "birth", "ssn"))):
        own, other = world.own[f"{NAME}.{table}"], world.own[f"{tanf_report.NAME}.{table}"]
        assert all(np.array_equal(own[column], other[column]) for column in columns)
    assert file.filter(pl.col("program") == "TANF").height > 0


def test_a_certification_covers_its_month_and_lasts_a_year_at_most(file: pl.DataFrame) -> None:
    days = file.select((pl.col("cert_end_date") - pl.col("cert_start_date")).dt.total_days()).to_series()
    assert 27 <= days.min() <= days.max() <= 366  # type: ignore[operator]
    covers = (pl.col("cert_start_date") <= pl.date(2019, 5, 1)) & (pl.col("cert_end_date") >= pl.date(2019, 5, 31))
    assert file.select(covers.all()).item()


def test_months_come_alone_and_some_twice(world: World) -> None:
    found = [(drop.period, drop.submission) for drop in due(world, QUARTER)]
    assert {"2019-04", "2019-05", "2019-06"} == {period for period, _ in found}
    lacking, whole = content(world, MONTH, lacking=True), content(world, MONTH)
    assert 0.9 < lacking.record_count / whole.record_count < 1
