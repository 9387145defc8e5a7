"""Poor households receive assistance for months on end, and the federal report says who is in their cases."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from p20w.contracts import load_contract
from p20w.intake.conform import conform
from p20w.intake.readers import reader_of
from p20w.settings import PROJECT
from p20w.simulator.benefits import SNAP, TANF, month_end, months_of
from p20w.simulator.calendar import as_date, last_day, quarter_from_label
from p20w.simulator.feeds.tanf_report import NAME, active, closed, totals
from p20w.simulator.feeds.writing import written
from p20w.simulator.table import Table
from p20w.simulator.world import World

QUARTER = quarter_from_label("2019Q2")  # the last one in the world of these tests
CONTRACT = load_contract(PROJECT / "contracts" / f"{NAME}.yaml").until(as_date(last_day(QUARTER)))
MONTH = months_of(QUARTER)[1]


@pytest.fixture(scope="module")
def members(world: World) -> Table:
    return world.own[f"{NAME}.member"]


@pytest.fixture(scope="module")
def spells(world: World) -> Table:
    return world.own[f"{NAME}.spell"]


def assisted(members: Table, program: int, month: int = MONTH) -> np.ndarray:
    mine = (members["program"] == program) & (members["month"] == month) & (members["assisted"] == 1)
    return members["person"][mine]


def test_months_end_on_their_last_day() -> None:
    assert [str(as_date(month_end(month))) for month in (2019 * 12, 2020 * 12 + 1, 2019 * 12 + 11)] == [
        "2019-01-31", "2020-02-29", "2019-12-31",
    ]  # fmt: skip


def test_as_many_receive_assistance_as_published(world: World, members: Table) -> None:
    """SNAP 12 % of persons (2022), TANF 0.6 %, of whom three in four are children (see `benefits`)."""
    people = len(world.here())
    assert 0.09 < len(assisted(members, SNAP)) / people < 0.15
    tanf = assisted(members, TANF)
    assert 0.003 < len(tanf) / people < 0.009
    assert 0.6 < (world.age(tanf, last_day(QUARTER)) < 18).mean() < 0.9


def test_children_and_the_poor_receive_more_of_it(world: World, members: Table) -> None:
    here, on_snap = world.here(), assisted(members, SNAP)
    young = world.age(here, last_day(QUARTER)) < 18
    share = np.isin(here, on_snap)
    assert share[young].mean() > 1.2 * share[~young].mean()
    assert world.wealth_of(on_snap).max() < world.wealth_of(here).mean()
    assert (world.people["undocumented"][on_snap] == 0).all()


def test_a_household_is_in_one_spell_of_a_program_at_a_time(spells: Table) -> None:
    for program in (SNAP, TANF):
        mine = spells["program"] == program
        home, first, last = (spells[name][mine].astype(np.int64) for name in ("household", "first", "last"))
        order = np.lexsort((first, home))
        again = home[order][1:] == home[order][:-1]
        assert again.any()
        gaps = (first[order][1:] - last[order][:-1])[again]
        assert gaps.min() >= 1
        assert ((gaps == 2) | (gaps == 3)).any(), "some come back after a month or two"
    lengths = (spells["last"] - spells["first"] + 1)[spells["program"] == SNAP]
    assert 6 <= np.median(lengths) <= 14


def text_of(tmp_path: Path, content: object) -> pl.DataFrame:
    file = tmp_path / "file.txt"
    file.write_bytes(b"".join(written(content.columns, CONTRACT)))  # type: ignore[attr-defined]
    (block,) = reader_of(file, CONTRACT).blocks()
    assert block.values is not None
    assert not block.values.faults.any()
    return block.values.text


def test_a_file_of_active_families_says_what_is_true_of_them(world: World, members: Table, tmp_path: Path) -> None:
    made = active(world, QUARTER)
    text = text_of(tmp_path, made)
    found = conform(text, CONTRACT.columns)
    assert not found.reason.any()
    lines = found.frame.with_columns(person=pl.Series(made.true_person) - 1)
    people = lines.filter(pl.col("record_type").is_in(["T2", "T3"]))
    told = people.filter(pl.col("family_affiliation") == "Assisted", pl.col("report_month") == 201905)
    assert sorted(told["person"].to_list()) == sorted(assisted(members, TANF).tolist())
    known = people.filter(pl.col("ssn") != "9" * 9)
    right = known["ssn"].cast(pl.Int64).to_numpy() == world.people["ssn"][known["person"].to_numpy()]
    assert right.mean() > 0.98
    assert 0 < 1 - known.height / people.height < 0.15
    families = lines.filter(pl.col("record_type") == "T1")
    assert set(families["person"].to_list()) == {-1}
    assert 350 < families["cash_assistance_usd"].mean() < 600  # type: ignore[operator]
    keys = ["case_number", "report_month"]
    assert set(families.select(keys).rows()) == set(people.select(keys).rows())


def test_ssns_are_written_in_letters_since_2019(world: World, tmp_path: Path) -> None:
    file = tmp_path / "file.txt"
    file.write_bytes(b"".join(written(active(world, QUARTER).columns, CONTRACT)))
    header, *lines, trailer = file.read_text().splitlines()
    assert header[21] == "E"
    adults = [line[29:38] for line in lines if line.startswith("T2")]
    assert adults
    assert not any(set(number) & set("12345678") for number in adults)
    assert int(trailer[7:14]) == len(lines)


def test_closed_cases_and_totals_agree_with_the_active_ones(world: World, members: Table, tmp_path: Path) -> None:
    text = text_of(tmp_path, closed(world, QUARTER))
    assert set(text["record_type"]) <= {"T4", "T5"}
    assert set(text["report_month"].cast(pl.Int64)) <= {201904, 201905, 201906}
    sums = text_of(tmp_path, totals(world, QUARTER)).row(0, named=True)
    assert int(sums["recipients_month_2"]) == len(assisted(members, TANF))


def test_a_file_that_comes_again_lacked_cases_at_first(world: World) -> None:
    first, second = active(world, QUARTER, lacking=True), active(world, QUARTER)
    assert 0.8 < first.record_count / second.record_count < 1
