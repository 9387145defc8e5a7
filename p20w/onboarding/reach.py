"""What stands on a feed in the warehouse: from dbt's lineage.

Here: models below the feed's source, and which of them name a column. Not here: what changed (`changed_terms`).
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

LAYERS = ("staging", "core", "intermediate", "marts")


@dataclass(frozen=True)
class Standing:
    """A model that stands on a feed, and which of the columns asked for its SQL names."""

    layer: str
    name: str
    columns: tuple[str, ...]


def standing_on(feed: str, columns: Iterable[str], manifest: Path) -> list[Standing]:
    """The models that stand on a feed, by layer and name.

    A model that names none of the columns can still be affected: one below it may hand the column on under a new name.

    Args:
        feed: name of the feed.
        columns: that changed.
        manifest: of the dbt project.
    """
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"]
    models = {name: node for name, node in nodes.items() if node["resource_type"] == "model"}
    reached = {f"source.p20w.intake.{feed}"}
    grows = True
    while grows:
        more = {name for name, node in models.items() if not reached.isdisjoint(node["depends_on"]["nodes"])} - reached
        reached |= more
        grows = bool(more)
    wanted = sorted(set(columns))
    found = [_standing(models[name], wanted) for name in reached if name in models]
    return sorted(found, key=lambda model: (LAYERS.index(model.layer), model.name))


def _standing(node: Mapping[str, str], columns: list[str]) -> Standing:
    said = {name for name in columns if re.search(rf"\b{re.escape(name)}\b", node["raw_code"])}
    return Standing(node["path"].partition("/")[0], node["name"], tuple(name for name in columns if name in said))
