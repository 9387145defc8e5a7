"""What benchmarks of the registry share: no gate, and the vault read as a user of bare Splink would read it."""

from collections.abc import Callable

import duckdb

from p20w.database import Warehouse
from p20w.database.bulk import reader
from p20w.governance.gates import GateRun
from p20w.registry import absorption, promotion, records


def without_judgment() -> None:
    """Have every candidate pass, in this process: gates are measured elsewhere."""

    def passed(_: Warehouse, refresh_id: int) -> GateRun:
        return GateRun(promotion.GATE, promotion.scope_of(refresh_id), "", True)

    absorption._judge = passed
    promotion.require = lambda *_, **__: None


def read_one_by_one(con: duckdb.DuckDBPyConnection, warehouse: Warehouse) -> int:
    """As `records.read_records`, on one connection, each query and each step after the other."""
    with reader(warehouse.libpq("linkage")) as read:
        queries = _OneByOne(read)
        records.take_people(con, queries)  # type: ignore[arg-type]
        records.take_places(con, queries)  # type: ignore[arg-type]
    return records.join_places(con)


class _OneByOne:
    """Reads each query when its result is asked for."""

    def __init__(self, read: Callable[[str], object]) -> None:
        self.read = read

    def take(self, name: str) -> object:
        return self.read(records.QUERIES[name])
