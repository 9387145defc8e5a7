"""Files of an unkind state: unreadable dates, the same bytes again, the default state's bytes at rates of zero."""

from pathlib import Path
from typing import Any

import polars as pl
import yaml

from p20w.simulator import profile as profiles
from p20w.simulator import simulate

UNKIND = profiles.DEFAULT.with_name("unkind.yaml")


def drops(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_some_birth_dates_cannot_be_read_and_are_the_same_in_every_file(tmp_path: Path) -> None:
    given = yaml.safe_load(UNKIND.read_text())
    given["unkind"]["unreadable_date"] = {"k12": 0.05, "college": 0.05, "license": 0.05}
    mine = tmp_path / "mine.yaml"
    mine.write_text(yaml.safe_dump(given))
    simulate(600, "2019Q3", "2020Q4", 5, tmp_path / "drops", tmp_path / "truth", mine)
    seen: dict[str, set[str]] = {}
    for path in sorted((tmp_path / "drops" / "dmv_license").rglob("*.txt")):
        frame = pl.read_csv(path, separator="|", infer_schema=False)
        bad = frame["DateOfBirth"].str.to_date("%Y%m%d", strict=False).is_null()
        assert 0.02 < bad.mean() < 0.09  # type: ignore[operator]
        for number, text in frame.select("LicenseNumber", "DateOfBirth").rows():
            seen.setdefault(number, set()).add(text)
    assert max(len(texts) for texts in seen.values()) == 1


def test_with_rates_of_zero_an_unkind_state_is_the_default_state_byte_for_byte(tmp_path: Path) -> None:
    def zero(section: Any) -> Any:
        return {name: zero(value) for name, value in section.items()} if isinstance(section, dict) else 0.0

    given = yaml.safe_load(UNKIND.read_text())
    mine = tmp_path / "mine.yaml"
    mine.write_text(yaml.safe_dump({**given, "unkind": zero(given["unkind"])}))
    for name, path in (("mine", mine), ("default", None)):
        simulate(500, "2019Q3", "2020Q2", 5, tmp_path / name / "drops", tmp_path / name / "truth", path)
    assert drops(tmp_path / "mine" / "drops") == drops(tmp_path / "default" / "drops")


def test_an_unkind_state_comes_out_the_same_and_time_only_adds_to_it(tmp_path: Path) -> None:
    for name, last in (("one", "2020Q1"), ("two", "2020Q1"), ("longer", "2020Q3")):
        simulate(500, "2019Q3", last, 5, tmp_path / name / "drops", tmp_path / name / "truth", UNKIND)
    one, two, longer = (drops(tmp_path / name / "drops") for name in ("one", "two", "longer"))
    assert one == two
    assert one.items() <= longer.items()
