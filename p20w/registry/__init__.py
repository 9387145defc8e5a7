"""The person registry: who is who, with stable ids, evidence and history.

Here: `absorb` (identities to a candidate assignment, judged by the gate) and `promote` (candidate to current).
The engines behind them are imported on first use, because that takes a second.
Not here: comparisons and trained values (`splink_models`), orchestration.
"""

from typing import TYPE_CHECKING

from p20w.database import Warehouse
from p20w.settings import Settings

if TYPE_CHECKING:
    from p20w.registry.absorption import RegistryOutcome

__all__ = ["absorb", "promote", "standing"]


def absorb(warehouse: Warehouse, settings: Settings, refresh_id: int) -> "RegistryOutcome":
    """See `p20w.registry.absorption.absorb`."""
    from p20w.registry import absorption

    return absorption.absorb(warehouse, settings, refresh_id)


def standing(warehouse: Warehouse, refresh_id: int) -> "RegistryOutcome | None":
    """See `p20w.registry.absorption.standing`."""
    from p20w.registry import absorption

    return absorption.standing(warehouse, refresh_id)


def promote(warehouse: Warehouse, refresh_id: int) -> None:
    """See `p20w.registry.promotion.promote`."""
    from p20w.registry import promotion

    promotion.promote(warehouse, refresh_id)
