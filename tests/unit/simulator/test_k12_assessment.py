"""Students of the tested grades take tests as published, and the year's file says it with the vendor's slips."""

import numpy as np
import polars as pl
import pytest

from p20w.contracts import load_contract
from p20w.intake.conform import conform
from p20w.settings import PROJECT
from p20w.simulator.assessments import GRADES, Sittings, level_of_scale, scale, take_tests
from p20w.simulator.calendar import as_date, day, quarter_from_label
from p20w.simulator.feeds.k12_assessment import NAME, content, due
from p20w.simulator.world import World
from tests.unit.simulator.told import told

YEAR = 2019  # the school year that has just closed in the world of these tests
CONTRACT = load_contract(PROJECT / "contracts" / f"{NAME}.yaml")


@pytest.fixture(scope="module")
def tests(world: World) -> Sittings:
    return take_tests(world, YEAR)


@pytest.fixture(scope="module")
def file(world: World) -> pl.DataFrame:
    return told(content(world, YEAR))


def conformed(lines: pl.DataFrame) -> pl.DataFrame:
    """The lines as intake stores them; none is set aside."""
    text = lines.select(
        pl.col(column.header).cast(pl.String).str.strip_chars().replace("*", None).alias(column.name)
        for column in CONTRACT.columns
    )
    found = conform(text, CONTRACT.columns)
    assert not found.reason.any()
    return found.frame.with_columns(lines["person"])


def test_each_line_is_as_the_contract_has_it_but_for_scores_without_a_test(file: pl.DataFrame) -> None:
    found = conformed(file)
    assert set(found["grade_level_when_assessed"]) == {f"{grade:02d}" for grade in GRADES[0]}
    strays = found.filter(
        pl.col("scale_score").is_not_null() & (pl.col("assessment_participation_status") != "Participated")
    )
    assert strays.height <= 0.05 * file.height


def test_as_many_are_tested_and_proficient_as_published(world: World, file: pl.DataFrame) -> None:
    """Sources and roundings are in `assessments`."""
    took = file["AssessmentParticipationStatus"] == "P"
    assert 0.95 < took.mean() < 0.985  # type: ignore[operator]
    found = conformed(file).filter(took, pl.col("assessment_kind") == "General")
    proficient = pl.col("performance_level").is_in(["Proficient", "Advanced"])
    shares = dict(found.group_by("assessment_academic_subject").agg(proficient.mean()).iter_rows())
    for subject, published in {"LanguageArts": 0.51, "Mathematics": 0.40, "Science": 0.30}.items():
        assert abs(shares[subject] - published) < 0.06, subject
    alternate = conformed(file)["assessment_kind"] == "Alternate"
    assert 0 < alternate.mean() <= 0.015  # type: ignore[operator]
    learners = pl.Series(world.people["english_learner"][found["person"].to_numpy()] == 1)
    assert found.filter(learners).select(proficient.mean()).item() < 0.5 * found.select(proficient.mean()).item()


def test_level_and_score_tell_the_same(tests: Sittings, file: pl.DataFrame) -> None:
    found = conformed(file).filter(pl.col("scale_score").is_not_null())
    levels = ["BelowBasic", "Basic", "Proficient", "Advanced"]
    said = found["scale_score"].to_numpy(), (found["assessment_kind"] == "Alternate").to_numpy()
    assert found["performance_level"].to_list() == [levels[number] for number in level_of_scale(*said)]
    points = scale(tests.score, tests.is_alternate)
    assert (points[~tests.is_alternate] >= 300).all()
    assert (points[tests.is_alternate] <= 200).all()


def test_everybody_is_tested_at_school_on_a_weekday_in_spring(world: World, tests: Sittings) -> None:
    spells = world.spells
    assert (spells["entry"][tests.row] <= tests.on).all()
    assert (spells["exit"][tests.row] > tests.on).all()
    assert day(YEAR, 3, 20) < tests.on.min() < tests.on.max() < day(YEAR, 5, 20)
    assert {as_date(int(number)).weekday() for number in np.unique(tests.on)} <= set(range(5))
    assert len(np.unique(np.stack([spells["person"][tests.row], tests.subject]), axis=1).T) >= 0.99 * len(tests.row)


def test_the_second_file_brings_late_districts_and_scores_that_were_too_low(world: World, file: pl.DataFrame) -> None:
    first = conformed(told(content(world, YEAR, lacking=True)))
    whole = conformed(file)
    assert 0.8 < first.height / whole.height < 1
    key = ["person", "assessment_kind", "assessment_academic_subject"]
    both = first.unique(key, keep="last").join(whole.unique(key, keep="last"), on=key)
    changed = both.filter(pl.col("scale_score") != pl.col("scale_score_right"))
    assert 0 < changed.height < 0.02 * both.height
    assert (changed["scale_score"] < changed["scale_score_right"]).all()


def test_nobody_was_tested_in_2020_and_some_years_come_twice(world: World) -> None:
    drops = {year: list(due(world, quarter_from_label(f"{year}Q2"))) for year in range(2005, 2030)}
    assert not drops[2020]
    assert drops[2019][0].period == "2018-19"
    assert {len(found) for year, found in drops.items() if year != 2020} == {1, 2}
    assert not list(due(world, quarter_from_label("2019Q3")))
