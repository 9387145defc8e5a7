"""Private files and folders: secrets that only the operating-system user who runs the warehouse may open.

Here: making them so that no other user ever sees them, not even for a moment, and that a crash leaves all or nothing.
Not here: what is in them (p20w.keys, p20w.database.roles).
"""

import os
import secrets
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def for_us_alone() -> Generator[None]:
    """Whatever this process makes meanwhile is private: folders 0700, files 0600."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def private_folder(folder: Path) -> Path:
    """Make `folder` with mode 0700, or tighten it if it is ours and looser."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.stat()
    if found.st_uid == os.geteuid() and found.st_mode & 0o077:
        folder.chmod(0o700)
    return folder


@contextmanager
def working_folder(base: Path) -> Generator[Path]:
    """An empty private folder in `base` for the block; what processes that died left in `base` goes first."""
    for left_over in private_folder(base).iterdir():
        if not _in_use(left_over):
            shutil.rmtree(left_over, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"{os.getpid()}-", dir=base, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _in_use(folder: Path) -> bool:
    """Whether the process that made the folder still lives."""
    number = folder.name.partition("-")[0]
    return number.isdigit() and int(number) != os.getpid() and Path(f"/proc/{number}").exists()


def replace_whole(file: Path, content: str | bytes, mode: int = 0o600) -> None:
    """Write `content` in the place of what `file` holds, whole or not at all; nobody sees a half of it."""
    draft = _draft(file, content, mode)
    try:
        draft.replace(file)
    except BaseException:
        draft.unlink()
        raise


def write_once(file: Path, text: str) -> str:
    """Make `file` (mode 0600) with `text` unless it is there; return what it holds.

    Several processes may try at once: one text wins whole, and all return that one. It is on disk on return.
    """
    draft = _draft(file, text, 0o600)
    try:
        file.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return file.read_text()


def _draft(file: Path, content: str | bytes, mode: int) -> Path:
    """A new file beside `file` that holds `content`, on disk; gone again if it cannot be written."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content.encode() if isinstance(content, str) else content)
            out.flush()
            os.fsync(out.fileno())
    except BaseException:
        draft.unlink()
        raise
    return draft
