"""Courses of a term are what its credits are made of; colleges write them in ways of their own."""

import numpy as np
import polars as pl
import pytest

from p20w.simulator.calendar import quarter_from_label
from p20w.simulator.feeds.ps_transcript import content
from p20w.simulator.transcripts import courses_of
from p20w.simulator.world import DUAL, Term, World
from tests.unit.simulator.told import told

MOMENT = quarter_from_label("2019Q2")


@pytest.fixture(scope="module")
def term(world: World) -> Term:
    """The spring of 2019."""
    assert world.term is not None
    return world.term


@pytest.fixture(scope="module")
def file(world: World, term: Term) -> pl.DataFrame:
    return told(content(world, term, MOMENT))


def test_credits_of_courses_add_up_to_those_of_the_term(world: World, term: Term) -> None:
    courses = courses_of(world, term)
    for of_term, of_course in ((term.attempted, courses.credits), (term.earned, courses.earned)):
        assert np.array_equal(np.bincount(courses.entry, of_course, len(term.person)), of_term)


def test_nobody_takes_the_same_class_twice_but_by_a_line_filed_twice(file: pl.DataFrame) -> None:
    key = ["person", "InstitutionIpedsUnitId", "CoursePrefix", "UniversityCourseIdentifier", "CourseSectionIdentifier"]
    assert 0 < file.height - file.unique(key).height < 0.005 * file.height


def test_developmental_courses_are_of_beginners_and_name_their_subject(world: World, file: pl.DataFrame) -> None:
    behind = file.filter(pl.col("CourseLevelType") == "Developmental")
    assert 0.005 * file.height < behind.height < 0.2 * file.height
    assert behind["DevelopmentalSubject"].null_count() == 0
    assert file.filter(pl.col("CourseLevelType") != "Developmental")["DevelopmentalSubject"].null_count() > 0
    assert world.people["credits"][behind["person"].to_numpy()].max() < 45


def test_courses_of_high_school_students_are_marked(term: Term, file: pl.DataFrame) -> None:
    marked = file.filter(pl.col("DualEnrollmentIndicator") == 1)["person"].unique()
    assert set(marked) == set(term.person[(term.level == DUAL) & (term.attempted > 0)].tolist())
    assert len(marked) > 50


def test_colleges_grade_and_code_in_their_own_ways(file: pl.DataFrame) -> None:
    by_college = file.drop_nulls("CipCode").group_by("InstitutionIpedsUnitId")
    forms = by_college.agg(pl.col("CipCode").str.len_chars().unique())["CipCode"].to_list()
    assert sorted({tuple(form) for form in forms}) == [(6,), (7,)]
    fine = file.group_by("InstitutionIpedsUnitId").agg(
        pl.col("StudentCourseSectionGradeEarned").str.contains(r"[+-]$").any()
    )
    assert set(fine["StudentCourseSectionGradeEarned"]) == {True, False}


def test_audits_have_no_credits(file: pl.DataFrame) -> None:
    audits = file.filter(pl.col("StudentCourseSectionGradeEarned") == "AU")
    assert audits.height > 0
    assert audits.select(pl.col("NumberOfCreditsAttempted", "NumberOfCreditsEarned").sum()).row(0) == (0, 0)
