"""Courses agree with who was enrolled, with programs and with college; districts write them in ways of their own."""

import numpy as np
import polars as pl
import pytest

from p20w.simulator.calendar import quarter_from_label
from p20w.simulator.courses import ENGLISH, SUMMER, TRADE, take_courses
from p20w.simulator.feeds.k12_course import content
from p20w.simulator.world import DUAL, World
from tests.unit.simulator.told import told

YEAR, MOMENT = 2019, quarter_from_label("2019Q2")


@pytest.fixture(scope="module")
def file(world: World) -> pl.DataFrame:
    return told(content(world, YEAR, MOMENT))


def test_every_high_school_student_who_stayed_took_english(world: World, file: pl.DataFrame) -> None:
    spells = world.spells
    stayed = spells["person"][(spells["grade"] >= 9) & (spells["exit"] - spells["entry"] > 200)]
    took = file.filter(pl.col("CourseIdentifier").str.starts_with("ENG"))["person"]
    assert set(stayed.tolist()) <= set(took)


def test_who_passed_courses_of_a_program_passed_them_here(world: World) -> None:
    classes = take_courses(world, YEAR)
    person = world.spells["person"][classes.row].astype(np.int64)
    stayed = (classes.subject >= TRADE) & (classes.points >= 0)
    passed = world.people["cte_passed"][person[stayed]] > 0
    assert np.array_equal(passed, classes.earned[stayed] > 0)
    assert 0 < passed.sum() < stayed.sum()


def test_college_credit_is_that_of_students_of_the_college(world: World) -> None:
    people, classes = world.people, take_courses(world, YEAR)
    person = world.spells["person"][classes.row].astype(np.int64)
    dual = classes.college >= 0
    assert dual.sum() > 100
    assert set(classes.subject[dual]) == {ENGLISH}
    assert np.array_equal(classes.college[dual], people["college"][person[dual]])
    assert (people["level"][person[dual]] == DUAL).all()


def test_summer_school_gives_credit_for_what_was_failed(world: World) -> None:
    classes = take_courses(world, YEAR)
    summer = classes.term == SUMMER
    key = classes.row * 10 + classes.subject
    assert summer.any()
    assert (classes.earned[summer] > 0).all()
    assert np.isin(key[summer], key[(classes.points == 0) & ~summer]).all()


def test_few_lines_contradict_themselves(file: pl.DataFrame) -> None:
    earned, attempted = pl.col("NumberOfCreditsEarned"), pl.col("NumberOfCreditsAttempted")
    grade = pl.col("StudentCourseSectionGradeEarned")
    assert 0 < file.filter(earned > attempted).height < 0.005 * file.height
    failed = file.filter(grade == "F")
    assert 0 < failed.filter(earned > 0).height < 0.1 * failed.height


def test_districts_write_grades_units_and_codes_in_their_own_ways(file: pl.DataFrame) -> None:
    assert set(file["CreditUnitType"]) == {"CarnegieUnit", "LocalCredit"}
    assert file.filter(pl.col("StudentCourseSectionGradeEarned").str.contains(r"^\d+$")).height > 0
    lengths = set(file["ScedCourseCode"].drop_nulls().str.len_chars())
    assert lengths == {4, 5, 12}
    forms = pl.col("ScedCourseCode").str.len_chars() == 12
    by_district = file.group_by("LeaIdentifierSeaAccountability").agg(forms.drop_nulls().n_unique())
    assert (by_district["ScedCourseCode"] == 1).all()
