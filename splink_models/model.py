"""A model version: trained values on file, settings for Splink out of them.

Here: reading and writing `splink_models/<version>/trained.json` and building settings.
Not here: what is compared (`comparisons`), how values are found (`train`).
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from splink import SettingsCreator

from splink_models import blocking
from splink_models.comparisons import COMPARISONS, build

LATEST = "v1"
FOLDER = Path(__file__).parent

Values = dict[str, dict[str, dict[str, float]]]
"""comparison -> level -> m and u."""


@dataclass(frozen=True)
class Model:
    """One version of trained values."""

    version: str
    values: Values
    trained_on: str

    @property
    def digest(self) -> str:
        """SHA-256 of the values: two models with the same digest weigh alike."""
        return hashlib.sha256(json.dumps(self.values, sort_keys=True).encode()).hexdigest()

    def settings(self, records: int, apart: str | None = None, retain: tuple[str, ...] = ()) -> SettingsCreator:
        """Settings for Splink, for whichever engine the records are registered with.

        Args:
            records: how many records (or groups already joined) will be compared. Each is expected to have
                about one partner among the others, so the prior that two of them match is 1 / `records`: a
                larger state needs more evidence for the same certainty.
            apart: column whose equal values are not compared again (`blocking.rules`).
            retain: columns to carry into the edges.
        """
        return SettingsCreator(
            link_type="dedupe_only",
            unique_id_column_name="record",
            probability_two_random_records_match=min(0.5, 1.0 / max(records, 2)),
            comparisons=[build(item, self.values.get(item.name)) for item in COMPARISONS],
            blocking_rules_to_generate_predictions=blocking.rules(apart),
            retain_matching_columns=False,
            retain_intermediate_calculation_columns=False,
            additional_columns_to_retain=list(retain),
            linker_uid=f"p20w_{self.version}",
        )


def load(version: str = LATEST, folder: Path = FOLDER) -> Model:
    """The model of a version.

    Raises:
        FileNotFoundError: there is no such version in `folder`.
    """
    file = folder / version / "trained.json"
    if not file.exists():
        raise FileNotFoundError(f"No linkage model {version} in {folder}. Train it: p20w model train {version}")
    stored: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return Model(stored["version"], stored["values"], stored["trained_on"])


def save(model: Model, folder: Path = FOLDER) -> Path:
    """Write trained values; the same values give the same bytes."""
    file = folder / model.version / "trained.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    content = {"version": model.version, "trained_on": model.trained_on, "values": model.values}
    file.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return file
