"""Answers over other maps are what the marts would have said under those maps."""

import pytest

from p20w.warehouse import measure_ranges, ranges
from tests.integration.warehouse.conftest import State

MART = "select md5(string_agg(t::text, '' order by t::text)) from marts.high_school_leaver_outcomes as t"


@pytest.fixture(scope="module")
def state(long_published: State) -> State:
    """Long enough for whole pools of cohorts."""
    return long_published


def answers(state: State, name: str) -> dict[tuple[str, str], tuple[float, int]]:
    rows = state.rows(f"select answer, part, value, persons from governance.answer_range where map = '{name}'")
    return {(str(row[0]), str(row[1])): row[2:] for row in rows}  # type: ignore[misc]


def test_maps_that_differ_in_nothing_give_the_published_answers(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    def alike(*_: object) -> None:  # this state's persons are known, so that no link could be stricter
        with state.warehouse.connect("linkage") as connection:
            connection.execute("truncate registry.other_map")

    monkeypatch.setattr(ranges, "write_maps", alike)
    assert measure_ranges(state.warehouse, state.warehouse.settings, state.refresh_id) > 6
    assert answers(state, "stricter") == answers(state, "looser") == answers(state, "current")
    assert ("leavers at work", "completer") in answers(state, "current")


def test_answers_follow_the_map(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    # a map that knows every wage record as a person of its own: nobody who left school is at work
    def apart(*_: object) -> None:
        with state.warehouse.connect("linkage") as connection:
            connection.execute("truncate registry.other_map")
            connection.execute(
                "insert into registry.other_map select distinct 'stricter', identity_id, identity_id "
                "from intake.ui_wage where identity_id is not null"
            )
            connection.commit()

    monkeypatch.setattr(ranges, "write_maps", apart)
    before = state.rows(MART)
    measure_ranges(state.warehouse, state.warehouse.settings, state.refresh_id)
    current, stricter = answers(state, "current"), answers(state, "stricter")
    assert current["leavers at work", "completer"][0] > 0
    assert stricter["leavers at work", "completer"][0] == 0
    assert stricter["leavers in college", "completer"] == current["leavers in college", "completer"]
    assert answers(state, "looser") == current
    assert state.rows(MART) == before


def test_nothing_is_measured_where_dbt_has_compiled_nothing(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranges.dbt_runs, "compiled_folder", lambda settings: settings.home / "nowhere")
    assert measure_ranges(state.warehouse, state.warehouse.settings, state.refresh_id) == 0
