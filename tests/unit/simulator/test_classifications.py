"""Simulated lists hold the codes of their edition, and the official files are read as they come."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from p20w.contracts import load_contract
from p20w.intake.inspection import Inspection
from p20w.intake.lines import read_lines
from p20w.intake.readers import reader_of
from p20w.settings import PROJECT
from p20w.simulator.calendar import as_date, day, quarter_from_label
from p20w.simulator.classifications import CIP, NAICS, SOC, Classification
from p20w.simulator.feeds import cip_list, naics_list, soc_list
from p20w.simulator.feeds.plugin import Content
from p20w.simulator.world import World

CODES = Path(os.environ.get("P20W_TEST_SAMPLES", PROJECT.parent / "shared" / "samples")).parent / "reference" / "codes"
OFFICIAL = {"cip_list": "cip2020.csv", "soc_list": "soc2018.csv", "naics_list": "naics2022.csv"}


def frame(made: Content) -> pl.DataFrame:
    assert isinstance(made.columns, pl.DataFrame)
    assert (made.true_person, made.record_count) == (None, made.columns.height)
    return made.columns


@pytest.mark.parametrize(("kind", "changed"), [(CIP, 2), (SOC, 8), (NAICS, 10)])
def test_editions_differ_in_what_was_renumbered_or_came(kind: Classification, changed: int) -> None:
    before = {code for code, _ in kind.lines(date(2017, 12, 31))}
    since = {code for code, _ in kind.lines(kind.newer_from)}
    assert len(before ^ since) == changed
    assert len(since) == len(kind.lines(kind.newer_from))


@pytest.mark.parametrize(
    ("feed", "make", "column", "kind"),
    [
        ("cip_list", cip_list.content, "CIPCode", CIP),
        ("soc_list", soc_list.content, "code", SOC),
        ("naics_list", naics_list.content, "code", NAICS),
    ],
)
@pytest.mark.parametrize("year", [2017, 2023])
def test_a_list_has_every_code_of_its_edition_in_the_form_of_the_contract(
    feed: str, make: Callable[[int], Content], column: str, kind: Classification, year: int
) -> None:
    first = day(year, 7, 1)
    made = frame(make(first))
    named = {code for code, _ in kind.lines(as_date(first))}
    shared = {"31-33": {"31", "32", "33"}, "44-45": {"44", "45"}, "48-49": {"48", "49"}}
    assert {each for code in made[column] for each in shared.get(code, {code})} == named
    contract = load_contract(PROJECT / "contracts" / f"{feed}.yaml")
    pattern = next(item.pattern for item in contract.columns if item.header == column)
    assert made.select(pl.col(column).str.contains(f"^(?:{pattern})$").all()).item()


def test_lists_come_once_a_year_and_some_of_programs_again_with_what_was_lost(world: World) -> None:
    quarters = range(quarter_from_label("2015Q1"), quarter_from_label("2024Q4") + 1)
    for module, ends in ((cip_list, "07-01"), (soc_list, "01-01"), (naics_list, "01-01")):
        found = [due for quarter in quarters for due in module.due(world, quarter)]
        assert [due.period for due in found if due.submission == 1] == [f"{year}-{ends}" for year in range(2015, 2025)]
        for again in (due for due in found if due.submission == 2):
            (before,) = [due for due in found if (due.period, due.submission) == (again.period, 1)]
            assert before.usual_day < again.usual_day
            assert frame(again.content()).head(-1).equals(frame(before.content()))


def test_hyphens_that_a_list_lost_can_be_put_back() -> None:
    bare, whole = frame(soc_list.content(day(2023, 1, 1), is_bare=True)), frame(soc_list.content(day(2023, 1, 1)))
    assert bare.select(pl.col("code").str.replace(r"^(..)", "$1-")).equals(whole.select("code"))


@pytest.mark.skipif(not CODES.exists(), reason="the official lists are not here")
@pytest.mark.parametrize("feed", OFFICIAL)
def test_the_official_list_is_read_whole(feed: str) -> None:
    contract = load_contract(PROJECT / "contracts" / f"{feed}.yaml")
    file = CODES / OFFICIAL[feed]
    found = Inspection(reader=reader_of(file, contract))
    parts = [read_lines(block, contract, found) for block in found.reader.blocks() if len(block)]  # pyright: ignore[reportOptionalMemberAccess]
    assert sum(part.quarantine.height for part in parts) == 0
    accepted = pl.concat(part.accepted for part in parts)
    (key,) = (column.name for column in contract.columns if column.key_position)
    assert accepted.height == len(pl.read_csv(file, infer_schema_length=0))
    assert accepted[key].is_unique().all()
