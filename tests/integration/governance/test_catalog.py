"""The catalog of feeds in the database says what the contracts say, then and after they change."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import psycopg
import pytest

from p20w.contracts import FeedContract, load_contracts
from p20w.database import Warehouse
from p20w.database.errors import ServerMismatch
from p20w.database.migrate import demand_migrated
from p20w.governance import catalog
from p20w.settings import PROJECT

CONTRACTS = load_contracts(PROJECT / "contracts")


@pytest.fixture
def owner(module_warehouse: Warehouse) -> Iterator[psycopg.Connection]:
    """A connection of the owner; what a test does to the catalog is undone."""
    with module_warehouse.connect("owner") as connection:
        yield connection
        connection.rollback()


def changed(feed: str, **terms: object) -> dict[str, FeedContract]:
    """The contracts, with other terms for one feed."""
    return CONTRACTS | {feed: replace(CONTRACTS[feed], **terms)}  # pyright: ignore[reportArgumentType]


def drop(owner: psycopg.Connection, feed: str, period: str) -> None:
    """A drop on record."""
    owner.execute(
        "insert into governance.drop (drop_id, feed, period, submission, status) values (1, %s, %s, 1, 'accepted')",
        (feed, period),
    )


def periods(owner: psycopg.Connection, feed: str) -> set[str]:
    """Labels of a feed in the catalog."""
    return {row[0] for row in owner.execute("select period from governance.feed_period where feed = %s", (feed,))}


def test_each_feed_and_each_period_its_contract_allows_has_a_row(owner: psycopg.Connection) -> None:
    feeds = owner.execute("select feed, intake_order, sector, parent_feed from governance.feed order by intake_order")
    assert feeds.fetchall() == [(c.feed, c.intake_order, c.sector, c.parent) for c in CONTRACTS.values()]
    for feed, contract in CONTRACTS.items():
        assert periods(owner, feed) == {period.label for period in contract.calendar.every()}


@pytest.mark.parametrize(
    ("feed", "period", "days", "years", "name"),
    [
        ("ui_wage", "2024Q3", "2024-07-01 2024-09-30 2024-11-29", "2025 2024", "quarter 2024Q3"),
        ("ps_enrollment", "2024-fall", "2024-08-20 2024-12-20 2025-02-03", "2025 2024", "term fall"),
        ("k12_enrollment", "2024-25-fall", "2024-07-01 2024-10-01 2024-11-15", "2025 2024", "collection fall"),
        ("k12_cte", "2024-25", "2024-07-01 2025-06-30 2025-08-31", "2025 2024", ""),
        ("dmv_license", "2024-12-31", "2024-12-31 2024-12-31 2025-01-20", "2025 2024", "quarter 2024Q4"),
    ],
)
def test_a_period_means_what_its_contract_says(
    owner: psycopg.Connection, feed: str, period: str, days: str, years: str, name: str
) -> None:
    query = """
        select
            concat_ws(' ', starts_on, ends_on, due_on), concat_ws(' ', school_year, program_year),
            concat_ws(' ', 'quarter ' || quarter, 'term ' || term, 'collection ' || collection)
        from governance.feed_period
        where feed = %s and period = %s
    """
    assert owner.execute(query, (feed, period)).fetchone() == (days, years, name)


def test_a_changed_contract_changes_its_rows_and_no_others(owner: psycopg.Connection) -> None:
    assert catalog.differing(owner, CONTRACTS) == []
    calendar = CONTRACTS["ps_enrollment"].calendar
    later = replace(calendar, parts=tuple(replace(part, due_after_days=60) for part in calendar.parts))
    contracts = changed("ps_enrollment", calendar=later, short_name="Colleges")
    assert catalog.differing(owner, contracts) == ["ps_enrollment"]
    catalog.fill(owner, contracts)
    assert catalog.differing(owner, contracts) == []
    assert owner.execute("select short_name from governance.feed where feed = 'ps_enrollment'").fetchone() == (
        "Colleges",
    )
    due = owner.execute(
        "select due_on from governance.feed_period where feed = 'ps_enrollment' and period = '2024-fall'"
    )
    assert due.fetchone() == (date(2025, 2, 18),)


def test_a_period_the_contract_gave_up_stays_while_a_drop_of_it_is_on_record(owner: psycopg.Connection) -> None:
    drop(owner, "dmv_license", "2024-06-30")
    calendar = CONTRACTS["dmv_license"].calendar
    yearly = replace(calendar, parts=calendar.parts[1:])
    catalog.fill(owner, changed("dmv_license", calendar=yearly))
    left = periods(owner, "dmv_license")
    assert {label for label in left if label.endswith("06-30")} == {"2024-06-30"}
    assert len(left) == 200


def test_a_feed_without_contract_stays_while_a_drop_of_it_is_on_record(owner: psycopg.Connection) -> None:
    drop(owner, "ui_wage", "2024Q3")
    catalog.fill(owner, {feed: contract for feed, contract in CONTRACTS.items() if feed not in ("ui_wage", "ps_award")})
    feeds = {row[0] for row in owner.execute("select feed from governance.feed")}
    assert feeds == CONTRACTS.keys() - {"ps_award"}
    assert "2024Q3" in periods(owner, "ui_wage")
    assert periods(owner, "ps_award") == set()


def test_who_may_not_change_the_catalog_says_that_it_is_not_the_contracts(
    module_warehouse: Warehouse, tmp_path: Path
) -> None:
    demand_migrated(module_warehouse)
    shutil.copytree(PROJECT / "contracts", tmp_path / "contracts")
    file = tmp_path / "contracts" / "k12_cte.yaml"
    file.write_text(file.read_text().replace("dueAfterDays: 62", "dueAfterDays: 90"))
    settings = module_warehouse.settings.model_copy(update={"contracts": tmp_path / "contracts"})
    with pytest.raises(ServerMismatch, match="p20w db start"):
        demand_migrated(replace(module_warehouse, settings=settings))
