"""Ed-Fi files tell of the same enrollments as the state's own, in the words and forms of the standard."""

from pathlib import Path

import polars as pl
import pytest

from p20w.contracts import load_contract
from p20w.intake.conform import conform
from p20w.intake.readers import reader_of
from p20w.settings import PROJECT
from p20w.simulator.calendar import day, quarter_from_label
from p20w.simulator.feeds import k12_enrollment
from p20w.simulator.feeds.edfi_enrollment import FIRST_OF_5_2, NAME, PILOT, content, due
from p20w.simulator.feeds.writing import written
from p20w.simulator.world import World
from tests.unit.simulator.told import told

CONTRACT = load_contract(PROJECT / "contracts" / f"{NAME}.yaml")
QUARTER = quarter_from_label("2019Q2")
YEARS = {"descriptors as elements": 2019, "descriptors as texts": FIRST_OF_5_2}


@pytest.fixture(scope="module", params=YEARS.values(), ids=list(YEARS))
def file(request: pytest.FixtureRequest, world: World, tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    """What intake reads of a file at the end of the year, with the `person` of each record."""
    made = content(world, request.param, "eoy")
    assert isinstance(made.columns, pl.DataFrame)
    path: Path = tmp_path_factory.mktemp("ed_fi") / "file.xml"
    path.write_bytes(b"".join(written(made.columns, CONTRACT)))
    blocks = [block.values for block in reader_of(path, CONTRACT).blocks()]
    assert not any(block.faults.any() for block in blocks if block)
    text = pl.concat([block.text for block in blocks if block])
    assert text.height == made.record_count
    return text.with_columns(person=told(made)["person"])


def test_each_record_is_as_the_contract_has_it_but_for_those_who_never_came(file: pl.DataFrame) -> None:
    found = conform(file.drop("person"), CONTRACT.columns)
    aside = pl.Series(found.reason) != 0
    assert aside.mean() < 0.02  # type: ignore[operator]
    assert file.filter(aside)["exit_or_withdrawal_type"].str.ends_with("No show").all()


def test_records_say_what_the_states_own_lines_say(world: World, file: pl.DataFrame) -> None:
    """Except for students whom the district has not written down yet, those of its five districts are all there."""
    own = told(k12_enrollment.content(world, 2019, "eoy", QUARTER))
    own = own.filter(pl.col("LeaIdentifierSeaAccountability").is_in(world.places.leas[:PILOT]))
    typed = conform(file.drop("person"), CONTRACT.columns).frame.with_columns(file["person"])
    key = ["person", "school_identifier_sea", "enrollment_entry_date"]
    lines = own.select(
        "person",
        pl.col("StudentIdentifierState").alias("id"),
        pl.col("SchoolIdentifierSea").alias("school_identifier_sea"),
        pl.col("EnrollmentEntryDate").alias("enrollment_entry_date"),
        *("GradeLevel", "EnrollmentExitDate", "ExitOrWithdrawalType"),
    ).unique(key)
    both = typed.unique(key).join(lines, on=key, how="inner")
    assert both.height > 0.95 * lines.height
    assert (both["student_identifier_state"] == both["id"]).all()
    assert both["enrollment_exit_date"].eq_missing(both["EnrollmentExitDate"]).all()
    same = both.filter(pl.col("exit_or_withdrawal_type").is_not_null() & (pl.col("GradeLevel") != "PK"))
    assert (same["exit_or_withdrawal_type"] == same["ExitOrWithdrawalType"]).all()
    assert (same["grade_level"] == same["GradeLevel"]).all()


def test_collections_come_some_days_before_the_states_own(world: World) -> None:
    found = [drop for number in (1, 2, 3, 4) for drop in due(world, quarter_from_label(f"2019Q{number}"))]
    assert [(drop.period, drop.usual_day) for drop in found] == [
        ("2018-19-eoy", day(2019, 7, 13)),
        ("2019-20-fall", day(2019, 10, 18)),
    ]
