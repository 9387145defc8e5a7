"""Warehouses whose ids can be compared."""

from collections.abc import Callable

import pytest

from p20w.database import Warehouse
from tests.integration.registry.small_vault import Who, fill, open_keys


@pytest.fixture
def make_town(make_warehouse: Callable[..., Warehouse]) -> Callable[..., Warehouse]:
    """Warehouses with one set of keys, so that their ids can be compared."""
    keys = make_warehouse()
    open_keys(keys)

    def make(people: list[Who], **changes: object) -> Warehouse:
        warehouse = make_warehouse(home=keys.settings.home, **changes)
        fill(warehouse, people)
        return warehouse

    return make
