"""What benchmarks of the registry share: no gate, and the vault read as a user of bare Splink would read it."""

from p20w.database import Warehouse
from p20w.database.bulk import read_arrow
from p20w.governance.gates import GateRun
from p20w.registry import absorption, promotion, records


def without_judgment() -> None:
    """Have every candidate pass, in this process: gates are measured elsewhere."""

    def passed(_: Warehouse, refresh_id: int) -> GateRun:
        return GateRun(promotion.GATE, promotion.scope_of(refresh_id), "", True)

    absorption._judge = passed
    promotion.require = lambda *_, **__: None


class OneByOne:
    """Reads each query when its result is asked for."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.uri = warehouse.libpq("linkage")

    def take(self, name: str) -> object:
        return read_arrow(self.uri, records.QUERIES[name])
