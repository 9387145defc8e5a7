"""A state is a function of its arguments, and time only adds to it."""

import shutil
from pathlib import Path

import pytest

from p20w.simulator import SimulationMismatch, simulate
from p20w.simulator.calendar import QuarterError
from p20w.simulator.census import FILE

PEOPLE, SEED = 400, 5


def files(folder: Path, *, without: str = "") -> dict[str, bytes]:
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != without)
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def state(folder: Path, last: str, *, seed: int = SEED, first: str = "2019Q2") -> Path:
    simulate(PEOPLE, first, last, seed, folder / "drops", folder / "truth")
    return folder


def test_the_same_arguments_give_the_same_bytes_and_another_seed_gives_others(tmp_path: Path) -> None:
    one, two = state(tmp_path / "one", "2020Q1"), state(tmp_path / "two", "2020Q1")
    other = state(tmp_path / "other", "2020Q1", seed=6)
    assert files(one) == files(two)
    assert (
        files(one)["drops/ui_wage/2019Q2/1/ui_wage_2019Q2_1.txt"]
        != (files(other)["drops/ui_wage/2019Q2/1/ui_wage_2019Q2_1.txt"])
    )


def test_a_later_end_adds_drops_and_changes_none(tmp_path: Path) -> None:
    folders = state(tmp_path / "short", "2019Q4"), state(tmp_path / "long", "2020Q4")
    shorter, longer = (files(folder, without=FILE) for folder in folders)
    assert shorter.items() <= longer.items()
    assert len(shorter) < len(longer)


def test_an_earlier_end_forgets_nobody(tmp_path: Path) -> None:
    folder = state(tmp_path, "2020Q4")
    before = files(folder)
    assert files(state(folder, "2019Q4")) == before


def test_going_on_in_the_same_folder_gives_what_one_run_gives(tmp_path: Path) -> None:
    for last in ("2019Q3", "2020Q1"):
        resumed = state(tmp_path / "resumed", last)
    assert files(resumed) == files(state(tmp_path / "whole", "2020Q1"))


def test_a_drop_that_was_lost_is_written_again_as_it_was(tmp_path: Path) -> None:
    folder = state(tmp_path, "2020Q1")
    before = files(folder)
    shutil.rmtree(folder / "drops" / "ui_wage" / "2019Q3")
    assert files(state(folder, "2020Q1")) == before


def test_a_finished_folder_is_left_alone(tmp_path: Path) -> None:
    folder = state(tmp_path, "2019Q4")
    changed = next((folder / "drops" / "dmv_license").rglob("*.txt"))
    changed.write_text("somebody's own work")
    summary = simulate(PEOPLE, "2019Q2", "2019Q4", SEED, folder / "drops", folder / "truth")
    assert changed.read_text() == "somebody's own work"
    assert summary.drops == {}


def test_two_states_are_never_mixed_in_one_folder(tmp_path: Path) -> None:
    state(tmp_path, "2019Q3")
    with pytest.raises(SimulationMismatch, match="Give other folders"):
        state(tmp_path, "2019Q3", seed=6)


def test_nothing_is_made_up_over_drops_of_an_agency(tmp_path: Path) -> None:
    manifest = tmp_path / "drops" / "ui_wage" / "2019Q1" / "1" / "manifest.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_text("{}")
    with pytest.raises(SimulationMismatch, match="perhaps an agency's"):
        state(tmp_path, "2019Q3")
    assert list(files(tmp_path)) == ["drops/ui_wage/2019Q1/1/manifest.json"]


@pytest.mark.parametrize(("first", "last"), [("2019Q5", "2020Q1"), ("2019-3", "2020Q1"), ("2020Q2", "2020Q1")])
def test_impossible_quarters_are_refused_before_anything_is_written(tmp_path: Path, first: str, last: str) -> None:
    with pytest.raises(QuarterError, match="20"):
        state(tmp_path, last, first=first)
    assert files(tmp_path) == {}
