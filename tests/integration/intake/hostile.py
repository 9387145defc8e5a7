"""Drops that would stop, falsify or expose more than themselves: each kind of attack and damage once.

Here: a function a drop, which writes it into the folder of an agency, and what its refusal must be called. Not here:
what intake makes of them beside a good drop (`test_hostile_drops`).
"""

import gzip
import io
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.integration.intake.deliveries import Agency, wage

DAY = "2024-11-01"
SECRET = "JANE ROE 219-09-9871"
"""What no message, table or page may repeat."""


@dataclass(frozen=True)
class Hostile:
    """How one drop is written, where, and the reason code of its refusal."""

    code: str
    write: Callable[[Agency, str, int], object]


def deliver(**manifest: Any) -> Callable[[Agency, str, int], object]:
    """An ordinary drop with a manifest that says something else."""

    def write(agency: Agency, period: str, submission: int) -> Path:
        return agency.deliver("ui_wage", period, lines(submission), submission, **{"delivered_on": DAY, **manifest})

    return write


def lines(submission: int) -> list[str]:
    """Sound lines, none of which another submission has."""
    return [wage(100 * submission + number) for number in range(60)]


def raw_manifest(change: Callable[[str], bytes]) -> Callable[[Agency, str, int], object]:
    """An ordinary drop whose manifest's text is changed."""

    def write(agency: Agency, period: str, submission: int) -> None:
        path = agency.deliver("ui_wage", period, lines(submission), submission, delivered_on=DAY).with_name(
            "manifest.json"
        )
        path.write_bytes(change(path.read_text()))

    return write


def in_place_of(name: str | None, put: Callable[[Path], object]) -> Callable[[Agency, str, int], object]:
    """An ordinary drop of which the manifest (or the data file: None) is replaced by something else."""

    def write(agency: Agency, period: str, submission: int) -> None:
        file = agency.deliver("ui_wage", period, lines(submission), submission, delivered_on=DAY)
        path = file.with_name(name) if name else file
        path.unlink()
        put(path)

    return write


def packed(method: int = zipfile.ZIP_DEFLATED, flag: int = 0, members: int = 1) -> Callable[[bytes], bytes]:
    """A zip of the lines that says it has another method, flag bits or more members."""

    def pack(data: bytes) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(members):
                archive.writestr(f"{number}.txt", data)
        raw = bytearray(stream.getvalue())
        for signature, flags, at in ((b"PK\x03\x04", 6, 8), (b"PK\x01\x02", 8, 10)):
            place = raw.find(signature)
            raw[place + flags] |= flag
            raw[place + at : place + at + 2] = method.to_bytes(2, "little")
        return bytes(raw)

    return pack


def linked_folder(agency: Agency, period: str, submission: int) -> None:
    """A submission's folder that stands for another one's."""
    folder = agency.drops / "ui_wage" / period / str(submission)
    folder.symlink_to(folder.with_name("1"))


def manifest_with(old: str, new: str) -> Callable[[Agency, str, int], object]:
    """An ordinary drop, one piece of whose manifest's text is replaced."""
    return raw_manifest(lambda text: text.replace(old, new, 1).encode())


def link(target: str) -> Callable[[Path], object]:
    """Puts a link to something in a file's place."""
    return lambda path: path.symlink_to(target)


def as_gzip(data: bytes) -> Callable[[bytes], bytes]:
    """Packs something else than the lines."""
    return lambda _: gzip.compress(data)


MANIFEST = "manifest.json"
DEEP = "[" * 20_000 + "]" * 20_000
HOSTILE = {
    "a record count of infinity": Hostile("manifest", manifest_with('"record_count": 60', '"record_count": Infinity')),
    "a lone surrogate": Hostile("manifest", deliver(agreement_id="DOL\ud800")),
    "a control total that is no number": Hostile("manifest", deliver(control_totals={"wages_usd": float("nan")})),
    "a control total as text": Hostile("manifest", deliver(control_totals={"wages_usd": "sNaN"})),
    "a control total of a text column": Hostile("control_total", deliver(control_totals={"last_or_surname": 1})),
    "a control total of no column": Hostile("control_total", deliver(control_totals={"jane_roe": 1})),
    "a control total without end": Hostile(
        "manifest", manifest_with('"wages_usd": ', '"wages_usd": 1e999999999, "x": ')
    ),
    "nested without end": Hostile("manifest", manifest_with('"wages_usd": ', f'"x": {DEEP}, "wages_usd": ')),
    "megabytes of manifest": Hostile("manifest", raw_manifest(lambda text: text.encode() + b" " * 5_000_000)),
    "a file name of 5,000 characters": Hostile("manifest", deliver(file="x" * 5_000)),
    "a file name with a NUL": Hostile("manifest", deliver(file="a\0b")),
    "a file name that leads elsewhere": Hostile("manifest", deliver(file="../1/manifest.json")),
    "a person in the agreement": Hostile("manifest", deliver(agreement_id=SECRET)),
    "a person in the agreement, well written": Hostile("agreement", deliver(agreement_id="JANE-219-09-9871")),
    "a person in the control totals": Hostile("manifest", deliver(control_totals={SECRET: 1})),
    "a person in the period": Hostile("manifest", deliver(period=SECRET)),
    "a person in the period, well written": Hostile("manifest", deliver(period="2190-99871-JANE")),
    "a person in the version": Hostile("manifest", deliver(contract_version=SECRET)),
    "a person in a field of its own": Hostile("manifest", manifest_with("{", '{"' + SECRET + '": 1, ')),
    "a contract that nobody has": Hostile("contract_version", deliver(contract_version="1.999.0")),
    "before there was a calendar": Hostile("manifest", deliver(delivered_on="0001-01-01")),
    "delivered in the future": Hostile("manifest", deliver(delivered_on="2999-01-01")),
    "delivered before the period ended": Hostile("period_not_over", deliver(delivered_on="2023-12-30")),
    "a manifest that is a pipe": Hostile("manifest", in_place_of(MANIFEST, os.mkfifo)),
    "a manifest that is a device": Hostile("manifest", in_place_of(MANIFEST, link("/dev/zero"))),
    "a manifest that is a folder": Hostile("manifest", in_place_of(MANIFEST, Path.mkdir)),
    "a file that is a pipe": Hostile("manifest", in_place_of(None, os.mkfifo)),
    "a file that is a link": Hostile("manifest", in_place_of(None, link("/etc/passwd"))),
    "a file that is a device": Hostile("manifest", in_place_of(None, link("/dev/zero"))),
    "a folder that is a link": Hostile("manifest", linked_folder),
    "a zip with a password": Hostile("unreadable", deliver(change=packed(flag=1))),
    "a zip of another method": Hostile("unreadable", deliver(change=packed(method=97))),
    "a zip of many files": Hostile("unreadable", deliver(change=packed(members=500))),
    "a line without end": Hostile("unreadable", deliver(change=as_gzip(b" " * 40_000_000))),
    "a small archive of much": Hostile("unreadable", deliver(change=as_gzip(b"0\n" * 20_000_000))),
    "line breaks and nothing else": Hostile("layout", deliver(change=lambda data: b"\n" * 90_000 + data)),
    "a NUL in every line": Hostile("layout", deliver(change=lambda data: data.replace(b"GIVEN", b"\0\0"))),
    "every line set aside": Hostile(
        "enough_lines", deliver(change=lambda data: data.replace(b"00001123", b"0000X123"))
    ),
}
