"""The manifest of the next submission: as the earlier one says, with what is true of the new file.

Here: what follows from the file and from today, and how it is written. Not here: the schema (`p20w.intake.manifest`).
"""

import json
from datetime import date
from pathlib import Path

from p20w.contracts import FeedContract
from p20w.intake.drops import DropPath, sha256_of
from p20w.intake.inspection import inspect
from p20w.intake.manifest import Manifest
from p20w.intake.sources import Limits


def following(earlier: Manifest, number: int, file: Path, contract: FeedContract, limits: Limits) -> Manifest:
    """The manifest of a submission that was made of an earlier one.

    Args:
        earlier: of the submission it was made of; agreement, contract version and contact stay.
        number: of the new submission.
        file: its data file; checksum, count and the same control totals are worked out from it, over its sound lines.
        contract: of the feed.
        limits: how much the file may ask of the machine.
    """
    said = {"submission": number, "delivered_on": date.today(), "file": file.name, "sha256": sha256_of(file, limits)}
    draft = earlier.model_copy(update=said)
    drop = DropPath(
        *(file.parent, draft.feed, draft.period, number, file, draft.sha256, draft.delivered_on), draft, limits=limits
    )
    found = inspect(drop, contract)
    totals = {name: found.totals[name] for name in earlier.control_totals if name in found.totals}
    return draft.model_copy(update={"record_count": found.counted, "control_totals": totals})


def as_json(manifest: Manifest) -> str:
    """The text of manifest.json; totals are numbers."""
    said = manifest.model_dump(mode="json")
    said["control_totals"] = {
        name: int(total) if total == total.to_integral_value() else float(total)
        for name, total in manifest.control_totals.items()
    }
    return json.dumps(said, indent=2) + "\n"
