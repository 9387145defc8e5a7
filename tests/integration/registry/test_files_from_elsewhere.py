"""Files by another hand than our simulator's are linked as a refresh links, and beside plain Splink."""

import zlib
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from p20w.cli import app
from p20w.registry.evaluation.panel import files
from p20w.registry.evaluation.panel.files import FileMissing
from p20w.registry.evaluation.panel.layout import Line, PanelFile
from p20w.registry.evaluation.panel.measuring import Result, link, measure, score
from p20w.registry.evaluation.scores import Score
from p20w.settings import Settings
from p20w.simulator import hard_negatives


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


def _febrl(name: str) -> PanelFile:
    try:
        return files.febrl(name)
    except FileMissing as reason:
        pytest.skip(f"{name}: {reason}")


def _figures(folder: Path) -> Path:
    """Nine historical figures of nobody's making but ours, each four times, in the columns of Splink's file."""
    rows = [
        {
            "unique_id": f"Q{number}-{copy}",
            "cluster": f"Q{number}",
            "full_name": f"{first} {middle} {last}" if copy != 3 else f"{first} {last}",
            "first_and_surname": f"{first} {last}",
            "first_name": first,
            "surname": last if copy != 2 else last.replace("e", "a", 1),
            "dob": f"18{10 + 7 * number}-0{1 + number}-1{number}" if copy != 1 else "-0050-01-0",
            "birth_place": place,
            "postcode_fake": f"q{number} {copy % 2}ab",
            "gender": "male" if number % 2 else "male | female",
            "occupation": "painter",
        }
        for number, (first, middle, last, place) in enumerate(_PEOPLE)
        for copy in range(4)
    ]
    path = folder / "figures.parquet"
    pl.DataFrame(rows).write_parquet(path)
    return path


_PEOPLE = (
    ("edwin", "orde", "hartleben", "stockton"),
    ("lucas", "amery", "brewster", "sheffield"),
    ("oswald", "finch", "penderell", "york"),
    ("harriet", "jane", "mellersh", "bath"),
    ("walter", "pym", "ockenden", "leeds"),
    ("cecily", "rose", "tredwell", "derby"),
    ("rupert", "ivo", "wetherby", "hull"),
    ("agnes", "maud", "selwyne", "truro"),
    ("hugo", "basil", "greville", "oxford"),
)


def _linked(file: PanelFile, settings: Settings) -> Score:
    people, _, lines = zip(*file.rows, strict=True)
    person = np.unique(people, return_inverse=True)[1].astype(np.int64)
    return score(link(duckdb.connect(), lines, settings), person)


def test_febrl_4_is_linked_without_any_number(settings: Settings) -> None:
    found = _linked(_febrl("Febrl 4"), settings)
    assert found.every_true == 5_000
    assert found.precision >= 0.999
    assert found.f1 >= 0.975


def test_nobody_is_joined_for_want_of_the_right_one(settings: Settings) -> None:
    """Half of each file is left out at random, so that three of four records have no counterpart."""
    whole = _febrl("Febrl 4")
    half = [row for row in whole.rows if zlib.crc32(f"{row[2].feed} {row[0]}".encode()) % 2]
    found = _linked(replace(whole, rows=half), settings)
    assert found.correct > 1000
    assert found.precision >= 0.998


def test_hard_negatives_are_made_alike_and_kept_apart_better_than_by_plain_splink(settings: Settings) -> None:
    made = files.made_up(seed=3, households=40)
    assert made == files.made_up(seed=3, households=40) != files.made_up(seed=4, households=40)
    results = {result.name: result for result in measure(made, settings)}
    assert set(results) == {"Hard negatives", *(f"Hard negatives: {kind}" for kind in hard_negatives.KINDS)}
    whole = results["Hard negatives"]
    assert whole.records == sum(result.records for result in results.values()) - whole.records
    for kind in ("twins", "juniors and seniors"):
        result = results[f"Hard negatives: {kind}"]
        assert result.ours.precision >= 0.98 > result.plain.precision
        assert result.ours.recall >= 0.95
    assert whole.plain_best.f1 >= whole.plain.f1


def test_historical_figures_are_linked_from_end_to_end(tmp_path: Path, settings: Settings) -> None:
    (result,) = measure(files.historical(_figures(tmp_path)), settings)
    assert (result.records, result.people, result.ours.every_true) == (36, 9, 54)
    assert result.ours.precision == 1.0
    assert result.ours.recall > 0.5


@pytest.mark.parametrize("name", ["Febrl 3", "Febrl 4", "Historical figures"])
def test_linkage_sees_nothing_of_the_truth(name: str, tmp_path: Path, settings: Settings) -> None:
    """No table that linkage starts from or makes has a value that tells a person, under whatever name."""
    if name == files.HISTORICAL:
        file, telling = files.historical(_figures(tmp_path)), "Q[0-9]"
    else:
        file, telling = _febrl(name), "rec-[0-9]|-org|-dup"
        file = replace(file, rows=file.rows[:400])
    con = duckdb.connect()
    link(con, [line for _, _, line in file.rows], settings)
    tables = con.execute("select table_name from duckdb_tables()").fetchall()
    assert len(tables) > 8
    for (table,) in tables:
        found = con.sql(f"select count(*) from {table} as t where regexp_matches(t::text, '{telling}')").fetchall()
        assert found == [(0,)], table


def test_a_line_says_nothing_of_who_it_is() -> None:
    assert not {"person", "cluster", "unique_id", "rec_id", "soc_sec_id"} & set(Line.__dataclass_fields__)
    assert all(line.ssn == "" for _, _, line in _febrl("Febrl 3").rows)


def test_what_is_missing_is_said_and_the_rest_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    from p20w.registry.evaluation.panel import measuring

    monkeypatch.setattr(files, "find_spec", lambda _: None)
    monkeypatch.setattr(files, "made_up", lambda: files.historical(_figures(tmp_path)))
    panel = measuring.measure_panel(settings)
    assert [type(result) for result in panel.results] == [Result]
    assert len(panel.missing) == 5
    assert all("make install" in reason for reason in panel.missing[:4])
    assert "--historical" in panel.missing[4]


def test_a_historical_file_that_is_not_there_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("P20W_HOME", str(tmp_path / "home"))
    missing = CliRunner().invoke(app, ["evaluate", "--panel", "--historical", str(tmp_path / "none.parquet")])
    assert missing.exit_code == 1
    assert "There is no file" in missing.output
    other = tmp_path / "other.parquet"
    pl.DataFrame({"cluster": ["a"]}).write_parquet(other)
    wrong = CliRunner().invoke(app, ["evaluate", "--panel", "--historical", str(other)])
    assert wrong.exit_code == 1
    assert "it has no birth_place" in wrong.output
