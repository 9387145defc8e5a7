"""Simulated lists have programs that come and go, and nothing of providers' names is kept."""

import polars as pl
import pytest

from p20w.contracts import load_contract
from p20w.settings import PROJECT
from p20w.simulator.feeds.training_provider import content
from p20w.simulator.geography import read_seed
from p20w.simulator.labor_market import OCCUPATIONS
from p20w.simulator.training import COURSES, listings, providers
from p20w.simulator.world import World

CONTRACT = load_contract(PROJECT / "contracts" / "training_provider.yaml")


@pytest.fixture(scope="module")
def listed(world: World) -> pl.DataFrame:
    made = content(world, 2019)
    assert isinstance(made.columns, pl.DataFrame)
    assert (made.true_person, made.record_count) == (None, made.columns.height)
    return made.columns


def test_programs_and_occupations_are_those_of_the_state() -> None:
    assert {course.cip for course in COURSES} <= {row["cip_code"] for row in read_seed("ref_cip")}
    assert {course.soc for course in COURSES} <= {item.soc for item in OCCUPATIONS}


def test_a_program_leaves_the_list_for_good_and_others_come() -> None:
    seen = {year: {item.program for item in listings(1, year)} for year in range(2010, 2025)}
    for year in range(2011, 2025):
        gone = seen[year - 1] - seen[year]
        assert not any(gone & seen[later] for later in range(year, 2025))
    assert seen[2024] - seen[2010]
    assert seen[2010] - seen[2024]


def test_each_program_of_the_list_is_told_with_what_is_true(world: World, listed: pl.DataFrame) -> None:
    true = {str(item.program): item for item in listings(world.seed, 2019)}
    assert set(listed["ProgramId"]) == set(true)
    assert listed.height < 1.1 * len(true)
    said = ("ProgramId", "TypeOfEntity", "CipCode", "SocCode", "ZipCode", "Tuition", "ClockHours")
    for number, kinds, cip, soc, place, tuition, hours in listed.select(said).rows():
        item = true[number]
        assert "".join(kinds.replace(",", " ").split()) == item.provider.entities
        assert cip.replace(".", "") == item.course.cip.replace(".", "")
        assert soc.replace("-", "") == item.course.soc.replace("-", "")
        assert place.zfill(5) == item.provider.postal_code
        assert (tuition in {None, item.tuition}, hours) == (True, item.course.hours)
    assert 0 < listed["Tuition"].null_count() < 0.2 * listed.height


def test_some_providers_are_one_person_and_neither_name_nor_number_of_theirs_is_kept(
    world: World, listed: pl.DataFrame
) -> None:
    assert any(provider.is_one_person for provider in providers(world.seed))
    for name in ("training_provider_name", "training_program_name", "training_provider_description", "federal_ein"):
        column = CONTRACT.column(name)
        assert listed[column.header].null_count() == 0
        assert not column.in_intake


def test_some_programs_are_short_as_workforce_pell_has_it() -> None:
    short = [course for course in COURSES if 150 <= course.hours <= 599 and 8 <= course.weeks <= 14]
    assert 0 < len(short) < len(COURSES)
