"""What the truth says about people themselves."""

from pathlib import Path

import polars as pl

from p20w.simulator.census import FILE, persons
from p20w.simulator.world import World


def test_the_truth_knows_everybody_a_line_is_about_and_no_name(state: Path) -> None:
    people = pl.read_parquet(state / "truth" / FILE)
    lines = pl.concat([pl.read_parquet(path) for path in (state / "truth").glob("*/*/*.parquet")])
    assert set(lines["true_person"].drop_nulls().unique()) <= set(people["true_person"])
    assert people["true_person"].is_unique().all()
    assert not {"first", "last", "ssn", "first_name", "last_or_surname"} & set(people.columns)


def test_twins_share_a_mother_and_a_birthday_and_come_at_the_rate_of_the_profile(world: World) -> None:
    people = persons(world).filter(pl.col("mother").is_not_null())
    together = people.filter("is_twin").group_by("mother", "birthdate").len()
    assert (together["len"] >= 2).all()
    assert 0.02 < people["is_twin"].mean() < 0.05  # type: ignore[operator]


def test_sons_named_after_their_fathers_share_the_first_name_and_carry_suffixes(world: World) -> None:
    people = persons(world)
    named = people.filter(pl.col("is_named_after_father"))
    assert named["father"].is_not_null().all()
    assert (named["suffix"] != "").mean() > 0.8  # type: ignore[operator]
    assert 0.02 < len(named) / len(people.filter(pl.col("father").is_not_null() & (pl.col("sex") == "Male"))) < 0.08
