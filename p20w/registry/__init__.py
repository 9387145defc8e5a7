"""The person registry: who is who, with stable ids, evidence and history.

Here: `absorb` (identities to a candidate assignment, judged by the gate), `promote` (candidate to current) and
`roll_back` (to what was current before).
The engines behind them are imported on first use, because that takes a second.
Not here: comparisons and trained values (`splink_models`), orchestration.
"""

from typing import TYPE_CHECKING

from p20w.database import Warehouse
from p20w.settings import Settings

if TYPE_CHECKING:
    from p20w.registry.absorption import RegistryOutcome
    from p20w.registry.rollback import Rollback

__all__ = ["absorb", "promote", "roll_back", "standing"]


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


def roll_back(warehouse: Warehouse) -> "Rollback":
    """See `p20w.registry.rollback.roll_back`."""
    from p20w.registry import rollback

    return rollback.roll_back(warehouse)
