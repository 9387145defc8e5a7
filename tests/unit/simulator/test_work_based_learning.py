"""Work-based learning is of students of high schools, in the form of a file that state systems exchange."""

import numpy as np
import polars as pl
import pytest

from p20w.contracts import load_contract
from p20w.settings import PROJECT
from p20w.simulator.calendar import quarter_from_label
from p20w.simulator.feeds.k12_wbl import EXPLORATION, FORMS, INTERNSHIP, TRANSITION, content, learning
from p20w.simulator.feeds.writing import written
from p20w.simulator.world import World
from tests.unit.simulator.told import told

YEAR, MOMENT = 2019, quarter_from_label("2019Q2")
HOURS = ("WBL Hours - External", "WBL Hours - Embedded")


@pytest.fixture(scope="module")
def file(world: World) -> pl.DataFrame:
    return told(content(world, YEAR, MOMENT))


def test_internships_are_of_the_upper_grades_and_transition_is_of_special_education(world: World) -> None:
    row, form = learning(world, YEAR)
    person = world.spells["person"][row].astype(np.int64)
    assert world.spells["grade"][row[form == INTERNSHIP]].min() >= 11
    assert world.people["cte_year"][person[form == INTERNSHIP]].min() == YEAR
    assert (world.people["idea"][person[np.isin(form, (TRANSITION, EXPLORATION))]] == 1).all()
    assert set(form.tolist()) == set(range(len(FORMS)))


def test_everybody_who_learned_at_work_is_told_of(world: World, file: pl.DataFrame) -> None:
    row, form = learning(world, YEAR)
    true = set(zip(world.spells["person"][row].tolist(), (FORMS[code] for code in form), strict=True))
    assert true == set(file.select("person", "WBL Type Code").iter_rows())


def test_hours_are_told_of_internships_and_the_like_but_by_some_districts(file: pl.DataFrame) -> None:
    with_hours = file.filter(pl.col("WBL Type Code").is_in(["10", "15", "20"]))
    silent = with_hours.filter(pl.col(HOURS[0]).is_null())
    assert 0 < silent.height < 0.3 * with_hours.height
    others = file.filter(~pl.col("WBL Type Code").is_in(["10", "15", "20"]))
    strays = others.filter(pl.any_horizontal(pl.col(*HOURS).is_not_null())).height
    assert strays < 0.04 * others.height


def test_a_record_is_fifteen_fields_between_carets_under_no_header(file: pl.DataFrame) -> None:
    contract = load_contract(PROJECT / "contracts" / "k12_wbl.yaml")
    lines = b"".join(written(file.drop("person"), contract)).decode().splitlines()
    assert len(lines) == file.height
    assert {line.count("^") for line in lines} == {14}
    assert {line.split("^")[0] for line in lines} == {"WBLR"}
