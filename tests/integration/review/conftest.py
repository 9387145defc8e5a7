"""Fixtures of the review desk's tests."""

from collections.abc import Iterator

import psycopg
import pytest

from p20w.database import Warehouse
from p20w.registry.review.steward import steward

TABLES = (
    *("registry.decision", "registry.review_queue", "registry.assignment", "governance.audit", "vault.identity"),
    *("vault.identity_presence", "vault.address", "vault.ssn", "governance.drop", "governance.refresh"),
)


@pytest.fixture
def warehouse(module_warehouse: Warehouse) -> Warehouse:
    """An empty warehouse: the module's, emptied, because making one takes longer than most tests here."""
    with module_warehouse.connect("owner") as owner:
        owner.execute(f"truncate {', '.join(TABLES)} cascade".encode())
        owner.commit()
    return module_warehouse


@pytest.fixture
def desk(warehouse: Warehouse) -> Iterator[psycopg.Connection]:
    """The steward's connection."""
    with steward(warehouse) as connection:
        yield connection
