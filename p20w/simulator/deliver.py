"""Put a drop into the folder an agency would put it in.

Here: the data file, its manifest, and the truth beside it, each written whole or not at all.
Not here: what the lines say (`feeds`).
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from p20w.contracts import FeedContract
from p20w.simulator.calendar import as_date
from p20w.simulator.feeds.plugin import Content
from p20w.simulator.feeds.writing import extension, written
from p20w.simulator.randomness import Ints


@dataclass(frozen=True)
class Delivery:
    """Which drop this is, and the day it arrives."""

    feed: str
    period: str
    delivered_on: int
    contact: str
    submission: int = 1


def is_there(delivery: Delivery, contract: FeedContract, drops: Path, truth: Path) -> bool:
    """True when this drop was written completely before; the manifest is always written last."""
    return _manifest_path(delivery, drops).exists() and (
        not contract.has_identities or _truth_path(delivery, truth).exists()
    )


def write(delivery: Delivery, content: Content, contract: FeedContract, drops: Path, truth: Path) -> None:
    """Write truth, data file and manifest, in this order, each by rename."""
    manifest_path = _manifest_path(delivery, drops)
    manifest_path.parent.mkdir(parents=True, exist_ok=True)
    if content.true_person is not None:
        _write_truth(_truth_path(delivery, truth), content.true_person)
    name = f"{delivery.feed}_{delivery.period}_{delivery.submission}.{extension(contract)}"
    digest = hashlib.sha256()
    partial = manifest_path.parent / (name + ".partial")
    with partial.open("wb") as file:
        for chunk in written(content.columns, contract):
            digest.update(chunk)
            file.write(chunk)
    partial.replace(manifest_path.parent / name)
    manifest = {
        "feed": delivery.feed,
        "period": delivery.period,
        "submission": delivery.submission,
        "delivered_on": as_date(delivery.delivered_on).isoformat(),
        "file": name,
        "sha256": digest.hexdigest(),
        "record_count": content.record_count,
        "control_totals": content.control_totals,
        "contact_role": delivery.contact,
        "agreement_id": contract.agreement.id,
        "contract_version": contract.version,
    }
    partial = manifest_path.with_suffix(".partial")
    partial.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    partial.replace(manifest_path)


def _write_truth(path: Path, true_person: Ints) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    frame = pl.DataFrame(
        {
            "line_number": np.arange(1, len(true_person) + 1, dtype=np.int64),
            "true_person": pl.Series(true_person.astype(np.int64)).replace(0, None),
        }
    )
    partial = path.with_suffix(".partial")
    frame.write_parquet(partial, compression="zstd")
    partial.replace(path)


def _manifest_path(delivery: Delivery, drops: Path) -> Path:
    return drops / delivery.feed / delivery.period / str(delivery.submission) / "manifest.json"


def _truth_path(delivery: Delivery, truth: Path) -> Path:
    return truth / delivery.feed / delivery.period / f"{delivery.submission}.parquet"
