"""What a build came to. Not here: building (`core`, `marts`), running dbt (`dbt_runs`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from p20w.pipeline.gates import GateRun


@dataclass(frozen=True)
class ModelRun:
    """One model or seed that dbt built; `rows` is what it wrote, None for a view."""

    name: str
    schema: str
    kind: str
    rows: int | None
    seconds: float


@dataclass(frozen=True)
class BuildOutcome:
    """A stage's models and the verdict on them; `gate_run.demand_pass()` raises when the gate is closed."""

    models: tuple[ModelRun, ...]
    gate_run: GateRun
    seconds: float

    def figures(self) -> Mapping[str, int | float]:
        """Counts for the record of the stage: models, rows written, seconds in dbt."""
        return {
            "models": len(self.models),
            "rows_written": sum(model.rows or 0 for model in self.models),
            "dbt_seconds": round(self.seconds, 1),
        }
