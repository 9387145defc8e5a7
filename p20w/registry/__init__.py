"""The person registry: who is who, with stable ids, evidence and history.

Here: `assign` (identities to a candidate assignment, judged by the gate), `promote` (candidate to current) and
`roll_back` (to what was current before).
The engines behind them are imported on first use, because that takes a second.
Not here: comparisons and trained values (`splink_models`), orchestration.
"""

from typing import TYPE_CHECKING

from p20w.database import Warehouse
from p20w.settings import Settings

if TYPE_CHECKING:
    from p20w.registry.assigning import RegistryOutcome
    from p20w.registry.persons.rollback import Rollback

__all__ = ["assign", "promote", "roll_back", "standing"]


def assign(warehouse: Warehouse, settings: Settings, refresh_id: int) -> "RegistryOutcome":
    """See `p20w.registry.assigning.assign`."""
    from p20w.registry import assigning

    return assigning.assign(warehouse, settings, refresh_id)


def standing(warehouse: Warehouse, refresh_id: int) -> "RegistryOutcome | None":
    """See `p20w.registry.assigning.standing`."""
    from p20w.registry import assigning

    return assigning.standing(warehouse, refresh_id)


def promote(warehouse: Warehouse, refresh_id: int) -> None:
    """See `p20w.registry.persons.promotion.promote`."""
    from p20w.registry.persons import promotion

    promotion.promote(warehouse, refresh_id)


def roll_back(warehouse: Warehouse) -> "Rollback":
    """See `p20w.registry.persons.rollback.roll_back`."""
    from p20w.registry.persons import rollback

    return rollback.roll_back(warehouse)
