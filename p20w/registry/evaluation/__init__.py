"""What the registry knows about its own errors.

Here: `evaluate`, which holds it against a truth, and `check`, which estimates what no truth tells.
The engines behind them are imported on first use. Not here: who is who (`p20w.registry`), what figure is good enough
(`expectations/registry`, and the bars of `make evaluate`), printing (`p20w.commands`, `p20w.reports`).
"""

from pathlib import Path
from typing import TYPE_CHECKING

from p20w.database import Warehouse
from p20w.settings import Settings

if TYPE_CHECKING:
    from p20w.registry.evaluation.against_truth import Evaluation

__all__ = ["evaluate"]


def evaluate(warehouse: Warehouse, settings: Settings, truth: Path) -> "Evaluation":
    """See `p20w.registry.evaluation.against_truth.evaluate`."""
    from p20w.registry.evaluation import against_truth

    return against_truth.evaluate(warehouse, settings, truth)
