"""Encrypted zip archives (AES-256, as WinZip and 7-Zip write them): what leaves for an agency, and what comes back.

Here: from files in memory to one archive and back, and passwords that are good enough; nothing unencrypted touches the
disk. Why this form: docs/decisions/encrypted-zip.md. Not here: what the files say (`letter`, `returned`), asking for a
password (`p20w.commands`).
"""

import io
import secrets
import zlib
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

import pyzipper

from p20w.intake.sources import Limits, SourceError, Stream, open_regular
from p20w.private import write_once

WEAKEST = 20
"""Characters of a password. The archive's format makes a guess only a thousand times slower, so length alone counts."""

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Of passwords that we make; none of it looks like another, as a password may be read out on the telephone."""
_GROUPS, _GROUP = 6, 5
_MOST_MEMBERS = 20
_HIDDEN = ("__MACOSX/", ".")  # what a Mac adds to archives
_DAMAGE = (pyzipper.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError)


class ArchiveError(ValueError):
    """An archive cannot be made or read; the message says why, without content."""


def made_password() -> str:
    """A password nobody can guess: 30 letters and digits (148 bits), in groups to be read out."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))


def password_in(file: Path) -> str:
    """The password on the first line of a file; a new one (file mode 0600) where there is no such file yet."""
    text = file.read_text(encoding="utf-8") if file.exists() else write_once(file, made_password() + "\n")
    return text.partition("\n")[0].rstrip("\r")


def demand_strong(password: str) -> None:
    """Make sure that a password can be encrypted with.

    Raises:
        ArchiveError: it is too short, or has letters that programs encode in several ways.
    """
    if len(password) < WEAKEST or not password.isascii():
        raise ArchiveError(
            f"A password needs {WEAKEST} characters or more, none with an accent: nothing else protects the archive."
        )


def pack(files: Mapping[str, bytes], password: str) -> bytes:
    """An archive of the files, each encrypted; their names and sizes are not. Raises ArchiveError (`demand_strong`)."""
    demand_strong(password)
    out = io.BytesIO()
    with pyzipper.AESZipFile(out, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(password.encode())
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def is_encrypted(file: Path) -> bool:
    """Whether an archive asks for a password.

    Raises:
        ArchiveError: it is damaged, or no zip archive.
    """
    with _opened(file) as archive:
        return any(item.flag_bits & 1 for item in _members(archive).values())


def unpack(file: Path, password: str | None, limits: Limits) -> dict[str, bytes]:
    """The files of an archive by name, whatever folder of it they are in.

    Raises:
        ArchiveError: it is damaged or no zip archive, the password is wrong, or it holds more than the limits allow.
    """
    found: dict[str, bytes] = {}
    with _opened(file) as archive:
        archive.setpassword((password or "").encode())
        for name, item in _members(archive).items():
            try:
                member = cast("IO[bytes]", archive.open(item))
            except NotImplementedError:
                raise
            except RuntimeError:
                raise ArchiveError(f"{file.name}: the password is wrong.") from None
            with member:
                found[name] = Stream(member, limits, item.compress_size).read(limits.file_bytes + 1)
    return found


@contextmanager
def _opened(file: Path) -> Generator[Any]:
    try:
        with open_regular(file) as handle, pyzipper.AESZipFile(cast("Any", handle)) as archive:
            yield archive
    except ArchiveError:
        raise
    except SourceError as error:
        raise ArchiveError(f"{file.name}: {error}.") from None
    except _DAMAGE:
        raise ArchiveError(f"{file.name} is no zip archive, is damaged, or is packed in a way not read here.") from None


def _members(archive: Any) -> dict[str, Any]:
    items = [item for item in archive.infolist() if not item.is_dir() and not item.filename.startswith(_HIDDEN)]
    if len(items) > _MOST_MEMBERS:
        raise ArchiveError(f"The archive holds {len(items):,} files, and should hold three.")
    return {item.filename.rpartition("/")[2]: item for item in items}
