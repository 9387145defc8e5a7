"""From who is who to answers: conformed facts, marts, and the views analysts query.

Here: running the dbt project, the order of its parts and their gates, publishing a vintage. Not here: the SQL
(`dbt/`), what is expected of it (`expectations/core`, `expectations/marts`), when a refresh runs.
"""

from p20w.warehouse.core import build_core
from p20w.warehouse.dbt_runs import BuildError, manifest
from p20w.warehouse.marts import build_marts
from p20w.warehouse.outcome import BuildOutcome, ModelRun
from p20w.warehouse.publication import IncompleteSet, Publication, publish_marts
from p20w.warehouse.ranges import measure_ranges

__all__ = [
    "BuildError",
    "BuildOutcome",
    "IncompleteSet",
    "ModelRun",
    "Publication",
    "build_core",
    "build_marts",
    "manifest",
    "measure_ranges",
    "publish_marts",
]
