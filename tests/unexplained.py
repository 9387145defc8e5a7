"""Assignments of any promoted refresh that no event accounts for; there should be none."""

from p20w.database import Warehouse
from p20w.registry.quality import stability


def changed_without_event(warehouse: Warehouse) -> int:
    with warehouse.connect("linkage") as connection:
        (unexplained, *_) = stability.figures(connection, refresh_id=0)
    return int(unexplained.value or 0)
