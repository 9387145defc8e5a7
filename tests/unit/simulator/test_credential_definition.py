"""Simulated graphs have what boards and colleges award, and read back as what is true."""

from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from p20w.contracts import load_contract
from p20w.intake.readers import reader_of
from p20w.settings import PROJECT
from p20w.simulator.calendar import quarter_from_label
from p20w.simulator.credentials import definitions
from p20w.simulator.feeds.credential_definition import content, due
from p20w.simulator.feeds.plugin import Content
from p20w.simulator.feeds.writing import written
from p20w.simulator.geography import load_places
from p20w.simulator.occupations import OCCUPATIONS
from p20w.simulator.world import World

CONTRACT = load_contract(PROJECT / "contracts" / "credential_definition.yaml")


def read(made: Content, folder: Path) -> pl.DataFrame:
    """The records of a file as intake reads them; none has a fault."""
    assert isinstance(made.columns, pl.DataFrame)
    file = folder / "graph.jsonld"
    file.write_bytes(b"".join(written(made.columns, CONTRACT)))
    blocks = [block.values for block in reader_of(file, CONTRACT).blocks()]
    assert not any(block.faults.any() for block in blocks if block)
    return pl.concat([block.text for block in blocks if block])


def test_each_credential_reads_back_as_what_is_true_and_no_owner_does(world: World, tmp_path: Path) -> None:
    made = content(world, 2019)
    found = read(made, tmp_path)
    true = {item.ctid: item for item in definitions(world.seed, world.places, 2019)}
    assert made.true_person is None
    assert made.record_count == found.height < made.columns.height  # type: ignore[union-attr]
    assert set(found["credential_ctid"]) == set(true)
    said = found.select(
        "credential_ctid", "credential_kind", "license_type", "cip_code", "soc_code", "credential_status"
    )
    for ctid, kind, license_type, cip, soc, status in said.rows():
        item = true[ctid]
        assert (kind, license_type or "") == (f"ceterms:{item.kind}", item.license_type)
        assert (cip or "").replace(".", "") == item.cip.replace(".", "")
        assert (soc or "").removesuffix(".00") == item.soc
        assert (status == "credentialStat:Deprecated") == (item.ends > 0)


def test_licenses_are_those_of_the_boards_and_stay_in_force() -> None:
    places = load_places(1)
    found = list(definitions(1, places, 2024))
    assert {item.license_type for item in found} - {""} <= {item.name for item in OCCUPATIONS}
    assert not any(item.ends for item in found if item.license_type)
    assert any(item.ends for item in found)
    assert len({item.ctid for item in found}) == len(found)
    assert {item.license_type for item in found} <= set(CONTRACT.column("license_type").enum or {}) | {""}


def test_what_has_ended_stays_ended_and_nothing_leaves_the_registry() -> None:
    places = load_places(1)
    by_year = [{item.ctid: item.ends for item in definitions(1, places, year)} for year in range(2010, 2025)]
    for before, after in pairwise(by_year):
        assert before.keys() <= after.keys()
        assert all(after[ctid] == ends for ctid, ends in before.items() if ends)


def test_titles_descriptions_and_addresses_are_not_kept() -> None:
    for name in ("credential_title", "credential_description", "credential_web_page"):
        assert not CONTRACT.column(name).in_intake


@pytest.mark.parametrize("lacking", [True, False])
def test_some_years_come_again_with_owners_that_were_late(world: World, tmp_path: Path, *, lacking: bool) -> None:
    drops = [list(due(world, quarter_from_label(f"{year}Q2"))) for year in range(2000, 2040)]
    assert {len(found) for found in drops} == {1, 2}
    found = read(content(world, 2019, lacking=lacking), tmp_path)["credential_ctid"].n_unique()
    all_of_them = len(list(definitions(world.seed, world.places, 2019)))
    assert found < all_of_them if lacking else found == all_of_them
