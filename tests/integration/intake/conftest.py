"""An agency that delivers to a fresh warehouse."""

import pytest

from p20w.database import Warehouse
from tests.integration.intake.deliveries import Agency


@pytest.fixture
def agency(warehouse: Warehouse) -> Agency:
    """Delivers into the drops of this test's warehouse."""
    return Agency(warehouse.settings.drops)


@pytest.fixture(scope="module")
def module_agency(module_warehouse: Warehouse) -> Agency:
    """Delivers into the drops of this module's warehouse."""
    return Agency(module_warehouse.settings.drops)
