"""What employers list to learn at work: many interns, a few apprentices, and nobody's name that is kept."""

import polars as pl
import pytest

from p20w.contracts import load_contract
from p20w.settings import PROJECT
from p20w.simulator.calendar import as_date, last_day, quarter_from_label
from p20w.simulator.feeds.wbl_listing import NAME, content, due
from p20w.simulator.work_based_listings import listings
from p20w.simulator.world import World
from tests.unit.simulator.told import conformed

QUARTER = quarter_from_label("2019Q1")
DAY = last_day(QUARTER)
CONTRACT = load_contract(PROJECT / "contracts" / f"{NAME}.yaml").until(as_date(DAY))


@pytest.fixture(scope="module")
def file(world: World) -> pl.DataFrame:
    made = content(world, DAY)
    assert made.true_person is None
    assert isinstance(made.columns, pl.DataFrame)
    return made.columns


def test_each_line_is_as_the_contract_has_it_but_for_pay_of_a_month(file: pl.DataFrame) -> None:
    found = conformed(file, CONTRACT)
    assert not found.reason.any()
    assert {CONTRACT.columns[at].name for at in found.fields.column} <= {"hourly_pay_usd"}
    assert len(found.fields.reason) < 0.03 * file.height


def test_names_contacts_and_words_of_employers_are_left_out() -> None:
    left = {column.name for column in CONTRACT.columns if not column.is_kept}
    assert left == {"employer_name", "wbl_contact", "wbl_description"}


def test_a_part_of_employers_lists_something_and_most_of_it_is_for_interns(world: World, file: pl.DataFrame) -> None:
    """One employer in six in a half-year, an assumption (see `work_based_listings`)."""
    found = listings(world, DAY)
    covered = (world.employers["firm"] == range(world.employers.size)) & (world.employers["covered"] == 1)
    assert 0.05 < len(set(found.employer.tolist())) / covered.sum() < 0.35
    assert (found.posted <= DAY).all()
    assert (found.starts > found.posted).all()
    assert (file["Type"] == "Internship").mean() > 0.4  # type: ignore[operator]
    assert file.filter(pl.col("Type") == "Apprenticeship")["Paid"].unique().to_list() in (["Yes"], [])


def test_a_listing_stays_for_months_and_says_the_same_again(world: World) -> None:
    before, after = listings(world, DAY - 60), listings(world, DAY)
    both = set(before.number.tolist()) & set(after.number.tolist())
    assert both
    kinds = [dict(zip(found.number.tolist(), found.kind.tolist(), strict=True)) for found in (before, after)]
    assert all(kinds[0][number] == kinds[1][number] for number in both)


def test_listings_come_in_spring_and_autumn(world: World) -> None:
    found = [drop.period for number in (1, 2, 3, 4) for drop in due(world, quarter_from_label(f"2019Q{number}"))]
    assert found == ["2019-03-31", "2019-09-30"]
