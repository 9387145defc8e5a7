"""With only enrollment and wages a refresh succeeds, and says what it could not see."""

from collections.abc import Callable

import pytest

from tests.integration.warehouse.conftest import State


@pytest.fixture(scope="module")
def state(make_state: Callable[[], State]) -> State:
    """A published refresh over two feeds."""
    made = make_state()
    made.refresh("2022Q4", feeds={"k12_enrollment", "ui_wage"})
    return made


def test_employment_is_stated_and_college_is_unknown(state: State) -> None:
    rows = state.rows(
        """
        select sum(persons_employed) > 0, count(persons_enrolled), count(persons_credential), max(college_terms_held),
            max(feeds_held)
        from marts.high_school_leaver_outcomes
        where wage_quarters_held = 4
        """
    )
    assert rows == [(True, 0, 0, 0, "k12_enrollment, ui_wage")]


def test_without_cte_files_nobody_is_called_a_student_without_cte(state: State) -> None:
    assert state.rows("select count(*) from marts.cte_program_outcomes") == [(0,)]


def test_without_colleges_the_third_mart_is_there_and_empty(state: State) -> None:
    assert state.rows("select count(*) from marts.employment_while_enrolled") == [(0,)]


def test_employers_are_known_by_account_only(state: State) -> None:
    rows = state.rows("select count(*) > 0, count(naics_code), bool_or(is_on_employer_file) from core.dim_employer")
    assert rows == [(True, 0, False)]


def test_colleges_without_wages_count_students_and_leave_work_open(make_state: Callable[[], State]) -> None:
    state = make_state()
    state.refresh("2022Q4", feeds={"ps_enrollment", "employer"})
    rows = state.rows(
        """
        select sum(persons) > 0, count(persons_employed), count(median_quarterly_wages_usd), bool_or(is_wage_held)
        from marts.employment_while_enrolled
        """
    )
    assert rows == [(True, 0, 0, False)]
    assert state.rows("select count(*) from marts.high_school_leaver_outcomes") == [(0,)]
