"""Opening files of a drop: regular files within the limits, and nothing else, without waiting for anybody."""

import gzip
import io
import os
import socket
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from p20w.intake.drops import read_drop
from p20w.intake.readers.cutting import line_blocks
from p20w.intake.readers.delimited import needs_multiline
from p20w.intake.sources import USUAL_LIMITS, Limits, SourceError, open_regular, open_source
from tests.unit.intake.files import COMMA, numbers, written

SMALL = Limits(file_bytes=1_000, inflation=3, line_bytes=50, zip_members=3)
NOBODY = 65_534


def content(path: Path, limits: Limits = USUAL_LIMITS) -> bytes:
    with open_source(path, limits) as stream:
        return b"".join(iter(lambda: stream.read(64), b""))


def zipped(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return packed.getvalue()


def of_method(method: int, flag: int = 0) -> bytes:
    """A zip whose member says that it is packed by a method, or has flag bits."""
    raw = bytearray(zipped(a=b"x" * 99))
    for signature, flags, at in ((b"PK\x03\x04", 6, 8), (b"PK\x01\x02", 8, 10)):
        place = raw.index(signature)
        raw[place + flags] |= flag
        raw[place + at : place + at + 2] = method.to_bytes(2, "little")
    return bytes(raw)


def bound(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(path))


NO_FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a pipe": (os.mkfifo, "it is a folder, pipe or device"),
    "a folder": (Path.mkdir, "it is a folder, pipe or device"),
    "a socket": (bound, "it is a folder, pipe or device"),
    "a link to a file": (lambda path: path.symlink_to("/etc/hostname"), "it is a link"),
    "a link to a device": (lambda path: path.symlink_to("/dev/zero"), "it is a link"),
    "nothing": (lambda path: None, "it is not there"),
}


@pytest.mark.parametrize("name", NO_FILES)
def test_no_file_is(name: str, folder: Path) -> None:
    make, why = NO_FILES[name]
    path = folder / f"{next(numbers)}"
    make(path)
    with pytest.raises(SourceError, match=why):
        open_regular(path)


def test_a_device_itself_is_no_file() -> None:
    with pytest.raises(SourceError, match="it is a folder, pipe or device"):
        open_regular(Path("/dev/null"))


ARCHIVES: dict[str, tuple[bytes, Limits, str]] = {
    "more bytes than allowed": (b"x,y\n" * 300, SMALL, "more than 1,000 bytes"),
    "more bytes than allowed, packed": (
        gzip.compress(b"x,y\n" * 300),
        replace(SMALL, inflation=999),
        "more than 1,000 bytes",
    ),
    "a line without end": (b"x" * 500, SMALL, "line 1 has more than 50 bytes"),
    "a long line among short ones": (b"x,y\n" * 9 + b"x" * 51 + b"\ny\n", SMALL, "line 10 has more than 50 bytes"),
    "a small archive of much": (gzip.compress(b"\n" * 40_000_000), USUAL_LIMITS, "more than 200 times the bytes"),
    "a small zip of much": (zipped(a=b"\n" * 40_000_000), USUAL_LIMITS, "more than 200 times the bytes"),
    "two files": (zipped(a=b"1\n", b=b"2\n"), SMALL, "holds 2 files, and should hold one"),
    "many files": (zipped(**{f"f{n}": b"" for n in range(99)}), SMALL, "holds 99 files"),
    "no file": (zipped(**{"__MACOSX/a": b"", ".b": b""}), SMALL, "holds 0 files"),
    "a password": (of_method(zipfile.ZIP_DEFLATED, flag=1), SMALL, "asks for a password"),
    "another method": (of_method(97), SMALL, "by a method that is not read here"),
    "a workbook": (zipped(**{"[Content_Types].xml": b"", "xl/a.xml": b""}), SMALL, "workbook of a spreadsheet; export"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(90), SMALL, "it is a workbook of a spreadsheet;"),
    "another archive": (b"7z\xbc\xaf\x27\x1c" + bytes(90), SMALL, "it is a 7-Zip archive; send plain text, gzip"),
    "another encoding": ("a,b\n1,2\n".encode("utf-16"), SMALL, "it is written in UTF-16; send plain text"),
    "half an archive": (zipped(a=os.urandom(200))[:150], SMALL, "damaged or cut short"),
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_a_file_is_refused_for(name: str, folder: Path) -> None:
    data, limits, why = ARCHIVES[name]
    with pytest.raises(SourceError, match=why):
        for _ in line_blocks(written(folder, data), limits, 64 if limits is SMALL else 1 << 20):
            pass


def test_what_a_mac_packs_beside_the_file_is_left_out(folder: Path) -> None:
    data = zipped(**{"wages.txt": b"1\n2\n", "__MACOSX/._wages.txt": b"?", ".DS_Store": b"?"})
    assert content(written(folder, data)) == b"1\n2\n"


def test_a_directory_that_hides_its_size_is_not_read(folder: Path) -> None:
    """The end of the archive says one file; the part for large archives, which counts, says a million."""
    data = zipped(a=b"1\n")
    end = data.index(b"PK\x05\x06")
    large = (
        b"PK\x06\x06" + (44).to_bytes(8, "little") + bytes(20) + b"".join(n.to_bytes(8, "little") for n in (10**6,) * 4)
    )
    locator = b"PK\x06\x07" + bytes(16)
    with pytest.raises(SourceError, match="holds 1,000,000 files"):
        content(written(folder, data[:end] + large + locator + data[end:]))


def test_a_stray_quote_before_a_long_file_swallows_no_lines(folder: Path) -> None:
    path = written(folder, b'1,"2\n' + b"1,2\n" * 30)
    assert not needs_multiline(path, COMMA, SMALL)


@given(
    start=st.sampled_from([gzip.compress(b"1,2\n" * 9), zipped(a=b"1,2\n" * 9)]),
    places=st.lists(st.tuples(st.integers(4, 400), st.integers(0, 255)), min_size=1, max_size=8),
    cut=st.integers(4, 400),
)
@settings(deadline=None, max_examples=300)
def test_whatever_is_wrong_with_an_archive_is_said_of_the_file(
    folder: Path, start: bytes, places: list[tuple[int, int]], cut: int
) -> None:
    data = bytearray(start)
    for place, byte in places:
        data[min(place, len(data) - 1)] = byte
    with suppress(SourceError):
        content(written(folder, bytes(data[: max(cut, 4)])))


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may enter, unlike those of pytest."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser can become another user")
@pytest.mark.parametrize("hidden", ["manifest.json", "data.txt"])
def test_what_this_user_may_not_read_is_a_fault_of_the_drop(hidden: str, open_folder: Path) -> None:
    folder = open_folder / "ui_wage" / "2023Q4" / "1"
    folder.mkdir(parents=True)
    (folder / "data.txt").write_text("x")
    (folder / "manifest.json").write_text(
        '{"feed": "ui_wage", "period": "2023Q4", "submission": 1, "delivered_on": "2024-10-01", "file": "data.txt", '
        f'"sha256": "{"a" * 64}", "record_count": 1, "agreement_id": "A", "contract_version": "1.0.0"}}'
    )
    (folder / hidden).chmod(0o600)
    child = os.fork()
    if not child:
        told = ""
        try:
            os.setuid(NOBODY)
            told = "".join(read_drop(folder).faults)
        finally:
            os._exit(0 if "this user may not read it" in told else 1)
    assert os.waitpid(child, 0)[1] == 0
