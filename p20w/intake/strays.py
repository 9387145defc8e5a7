"""Folders among the drops that nobody reads, and why.

Here: names that are no feed, period or submission, links, folders this user may not enter, and folders without a
manifest. Not here: drops (`drops`). Names are shown to whoever runs the warehouse, and nowhere else.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from p20w.contracts import FeedContract
from p20w.intake.drops import is_address
from p20w.intake.manifest import MANIFEST
from p20w.settings import Settings

_SHOWN = 60


@dataclass(frozen=True)
class Stray:
    """Something that intake does not read; `place` is below the folder of drops, safe to print."""

    place: str
    why: str


def strays(settings: Settings, contracts: Mapping[str, FeedContract]) -> list[Stray]:
    """What lies in the folder of drops and is not read, by place.

    Args:
        settings: where drops are.
        contracts: by feed.
    """
    return sorted(_below(settings.drops, contracts), key=lambda stray: stray.place)


def _below(drops: Path, contracts: Mapping[str, FeedContract]) -> Iterator[Stray]:
    for feed in _entries(drops):
        if feed.name in contracts:
            yield from _of_feed(Path(feed.path), drops)
        elif feed.is_dir():
            yield Stray(_shown(feed.path, drops), f"no feed has this name; the feeds are {', '.join(contracts)}")


def _of_feed(feed: Path, drops: Path) -> Iterator[Stray]:
    if not _may_enter(feed):
        yield Stray(_shown(feed, drops), "this user may not read it")
        return
    for period in _entries(feed):
        if not period.is_dir():
            yield Stray(_shown(period.path, drops), "no folder of a period")
        elif not _may_enter(Path(period.path)):
            yield Stray(_shown(period.path, drops), "this user may not read it")
        else:
            for submission in _entries(Path(period.path)):
                if why := _why_unread(Path(submission.path)):
                    yield Stray(_shown(submission.path, drops), why)


def _why_unread(folder: Path) -> str | None:
    """Why a submission's folder is not read; None when it is a drop."""
    if not folder.is_dir():
        return "no folder of a submission; files belong into <feed>/<period>/<submission>"
    if not is_address(folder):
        return "periods are named as in the contract, and submissions 1, 2, 3 …"
    if not _may_enter(folder):
        return "this user may not read it"
    names = [entry.name for entry in _entries(folder)]
    if MANIFEST in names:
        return None
    other = next((name for name in names if name.casefold().startswith("manifest")), None)
    return f"its manifest must be called {MANIFEST}, exactly" if other else f"no {MANIFEST} has come yet"


def _may_enter(folder: Path) -> bool:
    return os.access(folder, os.R_OK | os.X_OK)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return [entry for entry in found if not entry.name.startswith(".")]
    except OSError:
        return []


def _shown(path: str | Path, drops: Path) -> str:
    """The place below the drops in plain letters, whatever somebody called it."""
    text = ascii(os.path.relpath(path, drops))[1:-1]
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
