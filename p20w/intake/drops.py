"""Find drops: one folder a submission, one data file and its manifest.

Here: the folder tree `drops/<feed>/<period>/<submission>/`, manifests, checksums, and which drops nobody has decided
on yet. Not here: what is in a data file (`inspect`), what becomes of a drop (`receive`).
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, cast

from p20w.database import Warehouse
from p20w.settings import Settings

MANIFEST = "manifest.json"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_DECIDED = ("accepted", "superseded", "rejected", "withdrawn")


@dataclass(frozen=True)
class Manifest:
    """What the agency says about its file."""

    file: str
    sha256: str
    record_count: int
    delivered_on: date
    agreement_id: str
    contract_version: str
    control_totals: Mapping[str, Decimal] = field(default_factory=dict[str, Decimal])


@dataclass(frozen=True)
class DropPath:
    """One submission as it lies in the folder. `faults` say in words what is wrong with the manifest."""

    folder: Path
    feed: str
    period: str
    submission: int
    file: Path | None
    sha256: str | None
    delivered_on: date
    manifest: Manifest | None
    faults: tuple[str, ...] = ()

    @property
    def scope(self) -> str:
        """The drop's name everywhere: `<feed>/<period>/<submission>`."""
        return f"{self.feed}/{self.period}/{self.submission}"


def find(settings: Settings, feed: str | None = None) -> list[DropPath]:
    """All drops of the folder whose manifest has arrived, by scope; checksums come from a cache where they can.

    A folder without a manifest is a delivery still under way: agencies write it last.
    """
    cache = _Checksums(settings)
    places = sorted(settings.drops.glob(f"{feed or '*'}/*/*/{MANIFEST}"))
    found = [read_drop(path.parent, cache) for path in places if path.parent.name.isdigit()]
    cache.save()
    return found


def pending(warehouse: Warehouse, settings: Settings, feed: str | None = None) -> list[DropPath]:
    """Drops in the folder that nobody has decided on: unseen ones, and those whose intake was interrupted."""
    with warehouse.connect("intake") as connection:
        rows = connection.execute(
            """
            select feed, period, submission, file_sha256
            from governance.drop
            where status = any(%s) and not (status = 'rejected' and reason_code is null)
            """,
            (list(_DECIDED),),
        ).fetchall()
    decided = set(rows)
    return [
        drop for drop in find(settings, feed) if (drop.feed, drop.period, drop.submission, drop.sha256) not in decided
    ]


def arrivals(
    warehouse: Warehouse, settings: Settings, *, delivered_from: date, delivered_to: date, feed: str | None = None
) -> dict[str, int]:
    """How many drops were delivered in a span of days, and how many of them wait for a decision."""
    waiting = {drop.scope for drop in pending(warehouse, settings, feed)}
    delivered = within(find(settings, feed), delivered_from, delivered_to)
    return {"delivered": len(delivered), "waiting": sum(drop.scope in waiting for drop in delivered)}


def within(drops: Iterable[DropPath], delivered_from: date | None, delivered_to: date | None) -> list[DropPath]:
    """The drops delivered between two days, both included; None leaves a side open."""
    first, last = delivered_from or date.min, delivered_to or date.max
    return [drop for drop in drops if first <= drop.delivered_on <= last]


def read_drop(folder: Path, checksums: "_Checksums | None" = None) -> DropPath:
    """Read one drop folder. Whatever is wrong with it is said in `faults`, never raised."""
    feed, period, submission = folder.parent.parent.name, folder.parent.name, int(folder.name)
    manifest, faults = read_manifest(folder / MANIFEST, feed, period, submission)
    file = folder / manifest.file if manifest else None
    if file is not None and (file.parent != folder or not file.is_file()):
        faults.append("the file it names is not beside it")
        file = None
    sha256 = (checksums or _Checksums(None)).of(file) if file else None
    delivered_on = manifest.delivered_on if manifest else _day_of(folder / MANIFEST)
    return DropPath(folder, feed, period, submission, file, sha256, delivered_on, manifest, tuple(faults))


def read_manifest(path: Path, feed: str, period: str, submission: int) -> tuple[Manifest | None, list[str]]:
    """The manifest, if it can be read, and what is wrong with it."""
    try:
        data = cast("dict[str, Any]", json.loads(path.read_text(encoding="utf-8")))
        manifest = Manifest(
            file=str(data["file"]),
            sha256=str(data["sha256"]).lower(),
            record_count=int(data["record_count"]),
            delivered_on=date.fromisoformat(data["delivered_on"]),
            agreement_id=str(data["agreement_id"]),
            contract_version=str(data["contract_version"]),
            control_totals={
                str(name): Decimal(str(total)) for name, total in (data.get("control_totals") or {}).items()
            },
        )
    except KeyError as error:
        return None, [f"it has no {error.args[0]}"]
    except (OSError, ValueError, TypeError, AttributeError, InvalidOperation):
        return None, ["it is not the JSON object that the delivery guide asks for"]
    faults = [
        f"it says {name} {data.get(name)!r}, its folder says {value!r}"
        for name, value in (("feed", feed), ("period", period), ("submission", submission))
        if data.get(name) != value
    ]
    if not _SHA256.fullmatch(manifest.sha256):
        faults.append("its sha256 is not 64 hexadecimal digits")
    return manifest, faults


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _day_of(path: Path) -> date:
    return date.fromtimestamp(path.stat().st_mtime)


class _Checksums:
    """Checksums by path, size and time of change, kept in the private folder: a second look costs no reading."""

    def __init__(self, settings: Settings | None) -> None:
        self._file = settings.private_folder("intake") / "checksums.json" if settings else None
        self._known: dict[str, list[Any]] = {}
        self._changed = False
        if self._file and self._file.exists():
            try:
                self._known = json.loads(self._file.read_text(encoding="utf-8"))
            except ValueError:
                self._known = {}

    def of(self, path: Path) -> str:
        stat = path.stat()
        mark = [stat.st_size, stat.st_mtime_ns]
        known = self._known.get(str(path))
        if known and known[:2] == mark:
            return str(known[2])
        digest = sha256_of(path)
        self._known[str(path)] = [*mark, digest]
        self._changed = True
        return digest

    def save(self) -> None:
        if self._file and self._changed:
            partial = self._file.with_suffix(".partial")
            partial.write_text(json.dumps(self._known), encoding="utf-8")
            partial.replace(self._file)
