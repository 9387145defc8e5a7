"""A state of one birth cohort: narrow in age, ordinary in everything else."""

from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from p20w.simulator import profile as profiles
from p20w.simulator import simulate
from p20w.simulator.census import FILE

DENSE = profiles.DEFAULT.with_name("dense.yaml")


def test_everybody_in_a_file_of_the_dense_state_was_born_within_fifteen_months(tmp_path: Path) -> None:
    summary = simulate(3000, "2020Q3", "2022Q2", 4, tmp_path / "drops", tmp_path / "truth", DENSE)
    people = pl.read_parquet(tmp_path / "truth" / FILE)
    lines = pl.concat([pl.read_parquet(path) for path in (tmp_path / "truth").glob("*/*/*.parquet")])
    seen = people.join(lines.select("true_person").unique(), on="true_person")
    assert len(seen) > 2800
    born = seen["birthdate"]
    assert born.max() - born.min() <= timedelta(days=15 * 30.5)  # type: ignore[operator]
    assert set(summary.drops) >= {"k12_enrollment", "ui_wage", "dmv_license", "ps_enrollment"}


def test_a_profile_based_on_another_gives_only_what_differs(tmp_path: Path) -> None:
    usual, dense = profiles.load_profile(), profiles.load_profile(DENSE)
    assert dense.model_copy(update={"name": usual.name, "cohort": None}) == usual
    mine = tmp_path / "mine.yaml"
    mine.write_text("based_on: default\nname: mine\nlives: {twins: 0.5}\n")
    assert profiles.load_profile(mine).lives == usual.lives.model_copy(update={"twins": 0.5})
    mine.write_text("based_on: default\nname: mine\nlives: {twin: 0.5}\n")
    with pytest.raises(profiles.ProfileError, match=r"lives\.twin"):
        profiles.load_profile(mine)
