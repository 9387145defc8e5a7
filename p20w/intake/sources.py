"""Open the files of a drop: regular files only, and of an archive no more than the limits allow.

Here: plain, gzip and zip files as one stream of bytes. Whatever is odd about a file becomes a `SourceError` with its
reason; a machine that fails (a full or broken disk) is no fault of the file and is raised as it is. Not here: where
records begin and end (`readers`).
"""

import errno
import gzip
import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from p20w.settings import Settings

MACHINE_ERRORS = frozenset(
    {
        *(errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.ENOMEM, errno.EMFILE, errno.ENFILE),
        *(errno.ESTALE, errno.ETIMEDOUT, errno.ENOTCONN, errno.EHOSTDOWN),
    }
)
"""What the system says when a disk, a network folder or the machine fails: no file is to blame."""

_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_WORDS = {
    errno.ENOENT: "it is not there",
    errno.EACCES: "this user may not read it",
    errno.EPERM: "this user may not read it",
    errno.ELOOP: "it is a link, and should be the file itself",
    errno.ENAMETOOLONG: "its name is too long",
}
_FREE_BYTES = 32 * 1024 * 1024  # a small file may be as repetitive as it likes
_END_OF_ZIP = struct.Struct("<4s4H2LH")
_END_OF_ZIP64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_BYTES = 20  # between the two
_MOST_COMMENT = 65_535
_DIRECTORY_BYTES = 1_024  # a member's entry in the directory of a zip, with a long name
_DAMAGE = (
    *(zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, struct.error),
    *(EOFError, ValueError, OverflowError, LookupError, NotImplementedError, RuntimeError),
)
OTHER_KINDS = {
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"Rar!\x1a\x07": "a RAR archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ\x00": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a Zstandard archive",
    b"\xd0\xcf\x11\xe0": "a workbook of a spreadsheet",
    b"%PDF": "a PDF",
    b"PAR1": "a Parquet file",
    b"-----BEGIN PGP": "encrypted",
    b"\xff\xfe": "written in UTF-16",
    b"\xfe\xff": "written in UTF-16",
}
"""Other kinds of file by how they begin."""

_HIDDEN = ("__MACOSX/", ".")  # what a Mac adds to archives


class SourceError(ValueError):
    """A file cannot be read at all; the message says why, without content."""


class DropChanged(SourceError):
    """A file is no longer what was measured a moment ago."""


@dataclass(frozen=True)
class Limits:
    """How much one file may ask of the machine; reasons are beside the settings."""

    file_bytes: int
    inflation: int
    line_bytes: int
    zip_members: int

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        """Those of the installation."""
        return cls(settings.max_file_bytes, settings.max_inflation, settings.max_line_bytes, settings.max_zip_members)


USUAL_LIMITS = Limits.of(Settings.model_construct())
"""Those of an installation that sets none."""


class Stream:
    """Bytes of a file as its lines are written, up to the limits."""

    def __init__(self, inner: IO[bytes], limits: Limits, packed_bytes: int | None) -> None:
        self._inner, self._limits, self._packed, self._given = inner, limits, packed_bytes, 0

    def read(self, size: int) -> bytes:
        """At most `size` bytes; fewer only at the end.

        Raises:
            SourceError: the file holds more than the limits allow.
        """
        with _archive():
            data = self._inner.read(size)
        self._given += len(data)
        limits = self._limits
        if self._given > limits.file_bytes:
            raise SourceError(f"it holds more than {limits.file_bytes:,} bytes (setting P20W_MAX_FILE_BYTES)")
        if self._packed is not None and self._given > max(_FREE_BYTES, self._packed * limits.inflation):
            raise SourceError(
                f"it holds more than {limits.inflation:,} times the bytes of its archive (setting P20W_MAX_INFLATION)"
            )
        return data


def open_regular(path: Path) -> io.BufferedReader:
    """A regular file, opened without waiting for anybody.

    Raises:
        SourceError: it is a link, folder, pipe, socket or device, or this user may not read it.
    """
    try:
        _demand_regular(os.lstat(path).st_mode)  # opening a device can already do something
        handle = os.open(path, _OPEN)
    except OSError as error:
        raise _of_the_file(error) from None
    try:
        _demand_regular(os.fstat(handle).st_mode)
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


@contextmanager
def open_source(path: Path, limits: Limits = USUAL_LIMITS) -> Generator[Stream]:
    """The uncompressed bytes of a plain, gzip or zip file, told apart by how they begin.

    Raises:
        SourceError: no regular file, a damaged archive, one with a password or of a method that is not read, a zip
            with other than one file in it, or more than the limits allow.
    """
    with ExitStack() as open_:
        file = open_.enter_context(open_regular(path))
        size = os.fstat(file.fileno()).st_size
        magic = file.read(16)
        file.seek(0)
        if kind := next((words for start, words in OTHER_KINDS.items() if magic.startswith(start)), None):
            raise SourceError(f"it is {kind}; send plain text, gzip, or a zip with one file in it")
        if magic[:2] == b"\x1f\x8b":
            inner = open_.enter_context(gzip.open(file, "rb"))
            yield Stream(cast("IO[bytes]", inner), limits, size)
        elif magic[:4] == b"PK\x03\x04":
            with _archive():
                _demand_small_directory(file, size, limits)
                archive = open_.enter_context(zipfile.ZipFile(file))
                inner = open_.enter_context(archive.open(_only_member(archive)))
            yield Stream(inner, limits, size)
        else:
            yield Stream(file, limits, None)


@contextmanager
def _archive() -> Generator[None]:
    """What libraries raise over an archive that is not whole, in one word."""
    try:
        yield
    except SourceError:
        raise
    except _DAMAGE:
        raise SourceError("the archive is damaged or cut short") from None
    except OSError as error:  # a place outside the file, for one
        if error.errno in MACHINE_ERRORS:
            raise
        raise SourceError("the archive is damaged or cut short") from None


def _demand_regular(mode: int) -> None:
    if stat.S_ISLNK(mode):
        raise SourceError(_WORDS[errno.ELOOP])
    if not stat.S_ISREG(mode):
        raise SourceError("it is a folder, pipe or device, and should be a file")


def _of_the_file(error: OSError) -> Exception:
    if error.errno in MACHINE_ERRORS:
        return error
    return SourceError(_WORDS.get(error.errno or 0, f"the system says: {error.strerror}"))


def _demand_small_directory(file: IO[bytes], size: int, limits: Limits) -> None:
    """The directory of a zip is read as a whole before any member is."""
    tail = min(size, _END_OF_ZIP64.size + _LOCATOR_BYTES + _END_OF_ZIP.size + _MOST_COMMENT)
    file.seek(size - tail)
    end = file.read(tail)
    place = end.rfind(b"PK\x05\x06")
    if place < 0 or len(end) - place < _END_OF_ZIP.size:
        raise zipfile.BadZipFile
    members, directory = _END_OF_ZIP.unpack_from(end, place)[4:6]
    locator = place - _LOCATOR_BYTES
    if locator >= _END_OF_ZIP64.size and end[locator : locator + 4] == b"PK\x06\x07":
        members, directory = _END_OF_ZIP64.unpack_from(end, locator - _END_OF_ZIP64.size)[7:9]
    if members > limits.zip_members or directory > limits.zip_members * _DIRECTORY_BYTES:
        raise SourceError(
            f"the zip archive holds {members:,} files, and should hold one "
            f"(more than {limits.zip_members:,} are not looked at, setting P20W_MAX_ZIP_MEMBERS)"
        )
    file.seek(0)


def _only_member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    if "[Content_Types].xml" in archive.namelist():
        raise SourceError("it is a workbook of a spreadsheet; export it as plain text")
    members = [
        item
        for item in archive.infolist()
        if not item.is_dir() and not item.filename.startswith(_HIDDEN) and "/." not in item.filename
    ]
    if len(members) != 1:
        raise SourceError(f"the zip archive holds {len(members)} files, and should hold one")
    if members[0].flag_bits & 0x1:
        raise SourceError("the zip archive asks for a password; send it without one, over a protected connection")
    if members[0].compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise SourceError("the zip archive is packed by a method that is not read here; pack it with deflate, or gzip")
    return members[0]
