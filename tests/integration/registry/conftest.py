"""Warehouses whose ids can be compared, linked by the engine that P20W_LINKAGE_BACKEND names."""

import json
import os
from collections.abc import Callable, Iterator

import pytest

from p20w.database import Warehouse
from tests import spark
from tests.integration.registry.small_vault import Who, fill, open_keys


@pytest.fixture(scope="session", autouse=True)
def _engine() -> Iterator[None]:
    """With Spark as the engine: one Java process for all tests."""
    if os.environ.get("P20W_LINKAGE_BACKEND") != "spark":
        yield
        return
    os.environ.setdefault("P20W_SPARK_OPTIONS", json.dumps(spark.QUICK))
    with spark.one_java():
        yield


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
