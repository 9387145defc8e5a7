"""Find drops: one folder a submission, one data file and its manifest.

Here: the folder tree `drops/<feed>/<period>/<submission>/`, checksums, and which drops nobody has decided on yet. Not
here: what a manifest says (`manifest`), what is in a data file (`inspection`), what becomes of a drop (`receive`),
folders that are no drops (`strays`).
"""

import hashlib
import json
import os
import re
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from p20w.contracts import load_contracts
from p20w.database import Warehouse
from p20w.intake.manifest import MANIFEST, PERIOD, Manifest, earliest, read_manifest
from p20w.intake.sources import USUAL_LIMITS, Limits, SourceError, open_regular
from p20w.private import replace_whole
from p20w.settings import Settings

_PERIOD = re.compile(PERIOD)
_SUBMISSION = re.compile(r"0|[1-9][0-9]{0,3}")
_DECIDED = ("accepted", "superseded", "rejected", "withdrawn", "purging")
"""A drop that was purged is none of them: a file that comes back is looked at, and refused."""


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
    limits: Limits = USUAL_LIMITS

    @property
    def scope(self) -> str:
        """The drop's name everywhere: `<feed>/<period>/<submission>`."""
        return f"{self.feed}/{self.period}/{self.submission}"

    @property
    def mark(self) -> str:
        """What tells this content from another one of the same name, even where no file can be read."""
        return self.sha256 or f"{self.scope} of {self.delivered_on}"


def find(settings: Settings, feeds: Sequence[str] | None = None) -> list[DropPath]:
    """All drops that have arrived, by scope: of these feeds, or of every feed with a contract.

    A folder without a manifest is a delivery still under way: agencies write it last. So is one that is not whole and
    has just changed (`still_coming`), so that a look in the middle of a transfer uses up no submission.
    """
    return [drop for drop in _all(settings, feeds) if not _is_coming(drop, settings)]


def still_coming(settings: Settings) -> list[DropPath]:
    """Drops with a manifest that are not whole and have changed within the last minutes (setting `settle_minutes`)."""
    return [drop for drop in _all(settings) if _is_coming(drop, settings)]


def _is_coming(drop: DropPath, settings: Settings) -> bool:
    whole = drop.manifest is not None and not drop.faults and drop.sha256 == drop.manifest.sha256
    if whole or not settings.settle_minutes:
        return False
    names = [MANIFEST, *([drop.manifest.file] if drop.manifest else [])]
    changed: list[float] = []
    for path in (drop.folder, *(drop.folder / name for name in names)):
        with suppress(OSError):
            changed.append(path.lstat().st_mtime)
    age = time.time() - max(changed, default=0.0)
    return 0 <= age < 60 * settings.settle_minutes  # a time to come is no news, only a wrong clock


def _all(settings: Settings, feeds: Sequence[str] | None = None) -> list[DropPath]:
    """All drops with a manifest; checksums are remembered."""
    cache = _Checksums(settings)
    names = sorted(load_contracts(settings.contracts) if feeds is None else feeds)
    places = [path for name in names for path in sorted(settings.drops.glob(f"{name}/*/*/{MANIFEST}"))]
    limits = Limits.of(settings)
    found = [read_drop(path.parent, limits, cache) for path in places if is_address(path.parent)]
    cache.save()
    return found


def is_address(folder: Path) -> bool:
    """Whether a folder's last two names can be a period and a submission."""
    return bool(_PERIOD.fullmatch(folder.parent.name) and _SUBMISSION.fullmatch(folder.name))


def pending(warehouse: Warehouse, settings: Settings, feeds: Sequence[str] | None = None) -> list[DropPath]:
    """Drops in the folder that nobody has decided on: unseen ones, and those whose intake was interrupted."""
    return _undecided(warehouse, find(settings, feeds))


def _undecided(warehouse: Warehouse, drops: Sequence[DropPath]) -> list[DropPath]:
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
    return [drop for drop in drops if (drop.feed, drop.period, drop.submission, drop.sha256) not in decided]


def arrivals(
    warehouse: Warehouse, settings: Settings, *, delivered_from: date, delivered_to: date, feeds: Sequence[str]
) -> dict[str, dict[str, int]]:
    """By feed: how many drops were delivered in a span of days, and how many of them wait for a decision.

    A feed without a delivery is not among them.
    """
    delivered = within(find(settings, feeds), delivered_from, delivered_to)
    waiting = Counter(drop.feed for drop in _undecided(warehouse, delivered))
    count = Counter(drop.feed for drop in delivered)
    return {feed: {"delivered": count[feed], "waiting": waiting[feed]} for feed in feeds if feed in count}


def within(drops: Iterable[DropPath], delivered_from: date | None, delivered_to: date | None) -> list[DropPath]:
    """The drops delivered between two days, both included; None leaves a side open."""
    first, last = delivered_from or date.min, delivered_to or date.max
    return [drop for drop in drops if first <= drop.delivered_on <= last]


def read_drop(folder: Path, limits: Limits = USUAL_LIMITS, checksums: "_Checksums | None" = None) -> DropPath:
    """Read one drop folder (`is_address`). Whatever is wrong with it is said in `faults`, never raised."""
    feed, period, submission = folder.parent.parent.name, folder.parent.name, int(folder.name)
    delivered_on = _day_of(folder / MANIFEST)
    if _leads_elsewhere(folder):
        faults = ("its folder, or that of its period, is a link, and should be a folder",)
        return DropPath(folder, feed, period, submission, None, None, delivered_on, None, faults, limits)
    manifest, faults = read_manifest(folder / MANIFEST, feed, period, submission)
    file = folder / manifest.file if manifest else None
    sha256 = None
    if file is not None:
        try:
            sha256 = (checksums or _Checksums(None)).of(file, limits)
        except SourceError as error:
            faults.append(f"about the file it names: {error}")
            file = None
    if manifest:
        delivered_on = manifest.delivered_on
    return DropPath(folder, feed, period, submission, file, sha256, delivered_on, manifest, tuple(faults), limits)


def _leads_elsewhere(folder: Path) -> bool:
    """Whether a link stands for the folder or its period; that of a feed may be one, it is the warehouse's own."""
    return folder.is_symlink() or folder.parent.is_symlink()


def sha256_of(path: Path, limits: Limits = USUAL_LIMITS) -> str:
    """SHA-256 of a regular file, in hexadecimal.

    Raises:
        SourceError: it cannot be read, or has more bytes than the limits allow.
    """
    with open_regular(path) as file:
        if os.fstat(file.fileno()).st_size > limits.file_bytes:
            raise SourceError(f"it has more than {limits.file_bytes:,} bytes (setting P20W_MAX_FILE_BYTES)")
        return hashlib.file_digest(file, "sha256").hexdigest()


def _day_of(path: Path) -> date:
    """The day a manifest came, for one that does not say it; a clock that is wrong moves no calendar."""
    try:
        came = date.fromtimestamp(path.lstat().st_mtime)
    except (OSError, ValueError, OverflowError):
        came = date.today()
    return min(max(came, earliest()), date.today())


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

    def of(self, path: Path, limits: Limits) -> str:
        try:
            stat = path.lstat()
        except OSError:
            return sha256_of(path, limits)  # which says why it cannot be read
        mark = [stat.st_size, stat.st_mtime_ns]
        known = self._known.get(str(path))
        if known and known[:2] == mark:
            return str(known[2])
        digest = sha256_of(path, limits)
        self._known[str(path)] = [*mark, digest]
        self._changed = True
        return digest

    def save(self) -> None:
        if self._file and self._changed:
            replace_whole(self._file, json.dumps(self._known))
