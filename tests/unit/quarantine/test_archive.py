"""Archives for agencies: what is in them can be read with the password, and with nothing else."""

import io
import stat
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
import pyzipper

from p20w.intake.sources import USUAL_LIMITS
from p20w.quarantine import archive
from p20w.quarantine.archive import ArchiveError

PASSWORD = "twenty characters or more"
SECRET = b"Zephyrquill,Quetzalbrand,731846209\n"
FILES = {"lines.csv": SECRET, "what to correct.csv": b"drop\n"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "out.zip"
    path.write_bytes(archive.pack(FILES, PASSWORD))
    return path


def test_an_archive_gives_back_its_files_and_shows_nothing_of_them(file: Path) -> None:
    assert archive.is_encrypted(file)
    assert archive.unpack(file, PASSWORD, USUAL_LIMITS) == FILES
    assert b"Zephyr" not in file.read_bytes()


def test_every_member_is_aes_256_and_says_no_checksum_of_what_it_holds(file: Path) -> None:
    with zipfile.ZipFile(file) as found:
        for item in found.infolist():
            assert item.compress_type == 99, "the number of WinZip's encryption"
            assert item.extra[:2] == b"\x01\x99"
            assert item.extra[8] == 3, "of 1, 2, 3 for 128, 192, 256 bits"
            assert item.CRC == 0


@pytest.mark.parametrize("password", ["", "another one, long enough", None])
def test_another_password_reads_nothing(file: Path, password: str | None) -> None:
    with pytest.raises(ArchiveError, match="password is wrong"):
        archive.unpack(file, password, USUAL_LIMITS)


def test_a_changed_byte_is_noticed(file: Path) -> None:
    data = bytearray(file.read_bytes())
    place = data.index(b"lines.csv") + 9 + 11 + 18 + 4
    data[place] ^= 1
    file.write_bytes(data)
    with pytest.raises(ArchiveError, match="damaged"):
        archive.unpack(file, PASSWORD, USUAL_LIMITS)


@pytest.mark.parametrize("password", ["nineteen characters", "twenty charactérs or more"])
def test_a_password_that_can_be_guessed_or_is_spelled_in_several_ways_is_refused(password: str) -> None:
    with pytest.raises(ArchiveError, match="20 characters"):
        archive.pack(FILES, password)


def test_a_password_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    made = archive.password_in(tmp_path / "password")
    assert archive.password_in(tmp_path / "password") == made
    assert stat.S_IMODE((tmp_path / "password").stat().st_mode) == 0o600
    assert len(made) >= archive.WEAKEST
    assert archive.password_in(tmp_path / "other") != made


def test_folders_and_what_a_mac_adds_do_not_count_and_a_plain_archive_needs_no_password(tmp_path: Path) -> None:
    path = tmp_path / "back.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("sent back/lines.csv", SECRET)
        made.writestr("__MACOSX/sent back/._lines.csv", b"x")
    assert not archive.is_encrypted(path)
    assert archive.unpack(path, None, USUAL_LIMITS) == {"lines.csv": SECRET}


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 and no more", b"lines of text\n"], ids=["empty", "cut", "text"])
def test_what_is_no_archive_is_said_so(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "back.zip"
    path.write_bytes(data)
    with pytest.raises(ArchiveError, match="no zip archive"):
        archive.is_encrypted(path)
    with pytest.raises(ArchiveError, match="not there"):
        archive.is_encrypted(tmp_path / "gone.zip")


def test_an_archive_asks_for_no_more_of_the_machine_than_the_limits_allow(tmp_path: Path) -> None:
    out = io.BytesIO()
    with pyzipper.AESZipFile(cast("Any", out), "w", compression=pyzipper.ZIP_DEFLATED) as made:
        made.writestr("lines.csv", b"0" * 5_000)
    (tmp_path / "bomb.zip").write_bytes(out.getvalue())
    with pytest.raises(ArchiveError, match="P20W_MAX_FILE_BYTES"):
        archive.unpack(tmp_path / "bomb.zip", None, replace(USUAL_LIMITS, file_bytes=4_999))
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as made:
        for number in range(21):
            made.writestr(f"{number}", b"")
    with pytest.raises(ArchiveError, match="should hold three"):
        archive.is_encrypted(tmp_path / "many.zip")
