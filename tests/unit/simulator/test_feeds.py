"""A simulated feed is a plug-in: a contract, and one module that says what is due and what it holds."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from p20w.contracts import load_contract, load_contracts
from p20w.settings import PROJECT
from p20w.simulator import simulate
from p20w.simulator.calendar import last_day, school_year_label
from p20w.simulator.feeds import FEEDS
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed
from p20w.simulator.feeds.writing import written
from p20w.simulator.run import SimulationRefused
from p20w.simulator.table import Table
from p20w.simulator.world import World

NAME = "ps_continuing"


def live(world: World, quarter: int) -> None:
    """One course a quarter for the first person."""
    world.own[f"{NAME}.course"].add(1, quarter=quarter)


def due(world: World, quarter: int) -> Iterator[Due]:
    if quarter % 4 == 1:
        yield Due(school_year_label(quarter // 4), last_day(quarter) + 10, lambda: content(world))


def content(world: World) -> Content:
    courses = world.own[f"{NAME}.course"]
    texts = ["InstitutionIpedsUnitId", "StudentIdentifierInstitution", "AcademicAwardDate"]
    texts += ["AcademicAwardLevelConferred", "AcademicAwardTitle", "CipCode"]
    frame = pl.DataFrame({"SchoolYear": courses["quarter"], **{name: ["1"] * courses.size for name in texts}})
    return Content(frame, np.ones(courses.size, dtype=np.int64), courses.size)


PLUGIN = SimulatedFeed(NAME, "Continuing education office", due, {"course": lambda: Table(quarter=("i4", 0))}, live)


@pytest.fixture
def contracts(tmp_path: Path) -> Path:
    """The contracts, and one more that is like another."""
    folder = tmp_path / "contracts"
    folder.mkdir()
    for path in (PROJECT / "contracts").glob("*.yaml"):
        (folder / path.name).write_bytes(path.read_bytes())
    like = (folder / "ps_award.yaml").read_text().replace("ps_award", NAME)
    like = re.sub(r"(property: intakeOrder\n    value:) \d+", r"\1 61", like)
    like = re.sub(r"(property: shortName\n    value:) .*", r"\1 Continuing education", like)
    (folder / f"{NAME}.yaml").write_text(like.replace('delimiter: ","', 'delimiter: "|"'))
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_each_contract_is_simulated_by_one_plug_in() -> None:
    """One that is listed twice lives and writes everything twice, in the same bytes, and no file tells."""
    assert sorted(feed.feed for feed in FEEDS) == sorted(load_contracts(PROJECT / "contracts"))


def test_one_more_feed_is_delivered_by_its_contract_and_changes_no_other(contracts: Path, tmp_path: Path) -> None:
    for name, feeds in (("usual", FEEDS), ("more", (PLUGIN, *FEEDS))):
        where = tmp_path / name
        simulate(300, "2019Q2", "2020Q3", 5, where / "drops", where / "truth", feeds=feeds, contracts=contracts)
    usual, more = files(tmp_path / "usual"), files(tmp_path / "more")
    assert usual.items() <= more.items()
    new = sorted(set(more) - set(usual))
    assert {Path(name).parts[1] for name in new} == {NAME}
    manifest = json.loads(more[f"drops/{NAME}/2019-20/1/manifest.json"])
    contract = load_contract(contracts / f"{NAME}.yaml")
    assert (manifest["agreement_id"], manifest["contact_role"]) == (contract.agreement.id, PLUGIN.contact)
    lines = more[f"drops/{NAME}/2019-20/1/{manifest['file']}"].decode().splitlines()
    assert sorted(lines[0].split("|")) == sorted(column.header for column in contract.columns)
    assert (
        len(lines)
        == manifest["record_count"] + 1
        == pl.read_parquet(tmp_path / "more" / "truth" / NAME / "2019-20" / "1.parquet").height + 1
    )


def test_a_feed_without_contract_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(SimulationRefused, match=NAME):
        simulate(300, "2019Q2", "2019Q3", 5, tmp_path / "drops", tmp_path / "truth", feeds=(PLUGIN,))
    assert not files(tmp_path)


def test_what_a_plug_in_writes_has_the_columns_of_its_contract() -> None:
    contract = load_contract(PROJECT / "contracts" / "ps_award.yaml")
    with pytest.raises(ValueError, match="has not the contract's headers"):
        list(written(pl.DataFrame({"A": [1]}), contract))
    with pytest.raises(ValueError, match="does not fit a delimited layout"):
        list(written({"A": np.zeros(1)}, contract))
