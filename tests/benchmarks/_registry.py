"""What benchmarks of the registry share: no gate."""

from p20w.database import Warehouse
from p20w.pipeline.gates import GateRun
from p20w.registry import assigning
from p20w.registry.persons import promotion


def without_judgment() -> None:
    """Have every candidate pass, in this process: gates are measured elsewhere."""

    def passed(_: Warehouse, refresh_id: int, *__: object) -> GateRun:
        return GateRun(promotion.GATE, promotion.scope_of(refresh_id), "", True)

    assigning._judge = passed
    promotion.require = lambda *_, **__: None
