"""Drops that other users of the machine may read.

Here: which folders of drops and which files in them let others in. Raw drops are the one place where names and SSNs lie
as agencies sent them. Not here: folders above the drops, which are the machine's own; who may use the database.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Exposure:
    """Whether others may list the folder of drops, and which files below it they may read, as `<feed>/<period>/…`."""

    folder: bool
    files: tuple[str, ...]

    def __bool__(self) -> bool:
        return self.folder or bool(self.files)


def exposure(drops: Path) -> Exposure:
    """What of the folder of drops is open to users other than its owner and group."""
    mode = _mode(drops)
    files = sorted(_files(drops, drops)) if mode & stat.S_IXOTH else []
    return Exposure(bool(mode & stat.S_IROTH), tuple(files))


def _files(folder: Path, drops: Path) -> Iterator[str]:
    """Files that others may read, through folders that they may enter."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                mode = _mode(Path(entry.path))
                if entry.is_dir(follow_symlinks=False):
                    if mode & stat.S_IXOTH:
                        yield from _files(Path(entry.path), drops)
                elif mode & stat.S_IROTH and stat.S_ISREG(mode):
                    yield os.path.relpath(entry.path, drops)
    except OSError:  # not ours to read either, or gone by now
        return


def _mode(path: Path) -> int:
    try:
        return path.lstat().st_mode
    except OSError:
        return 0
