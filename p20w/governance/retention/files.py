"""What lies of a drop in the drops folder: looked at before a purge, and deleted after it.

Here: one submission's folder, with whatever is in it. Not here: reading drops (`p20w.intake`). A deleted file's bytes
may stay on the disk and in backups: docs/ops/retention.md.
"""

import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from p20w.intake.drops import sha256_of
from p20w.settings import Settings


class FilesRemain(RuntimeError):
    """A folder of a drop cannot be deleted; nothing is certified before it is gone."""


@dataclass(frozen=True)
class RawFile:
    """A file as it was before it was deleted, without its name, which is the agency's text."""

    sha256: str
    bytes: int


def folder_of(settings: Settings, scope: str) -> Path:
    """Where a drop lies, or lay."""
    return settings.drops / scope


def look(folder: Path) -> list[RawFile]:
    """The files of one submission, by their hash; none where the folder is gone already.

    Raises:
        FilesRemain: the folder or its period is a link, or holds one: what it leads to is not ours to delete.
    """
    if not folder.exists() and not folder.is_symlink():
        return []
    inside = sorted(folder.rglob("*"))
    if any(path.is_symlink() for path in (folder.parent, folder, *inside)):
        raise FilesRemain(
            f"{folder}, or something in it, is a link. Delete by hand what it leads to, and the link; then purge again."
        )
    return sorted(
        (RawFile(sha256_of(path), path.stat().st_size) for path in inside if path.is_file()),
        key=lambda file: file.sha256,
    )


def delete(folder: Path) -> None:
    """Delete a submission's folder, and that of its period where nothing is left in it. Safe to repeat.

    Raises:
        FilesRemain: it could not be deleted.
    """
    try:
        if folder.exists():
            shutil.rmtree(folder)
    except OSError as error:
        raise FilesRemain(
            f"{folder} could not be deleted ({error.strerror}). The database holds nothing of it any more. "
            "Delete it, or let this user do it; then run the same command again."
        ) from None
    with suppress(OSError):  # not empty, or gone
        folder.parent.rmdir()
