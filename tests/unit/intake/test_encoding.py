"""Records in another encoding than the contract's: found one by one, and a file that is full of them refused."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p20w.contracts import load_contracts
from p20w.intake.drops import DropPath, sha256_of
from p20w.intake.inspection import Inspection, inspect
from p20w.intake.manifest import Manifest
from p20w.intake.readers.block import Block
from p20w.intake.readers.cutting import line_blocks
from p20w.intake.readers.encoding import looks_like, misencoded
from p20w.settings import PROJECT

CONTRACTS = load_contracts(PROJECT / "contracts")
AWARD = CONTRACTS["k12_cte"]
NAMES = ["Nuñez", "Peña", "José", "Zoë", "Çelik", "Müller"]


def block_of(folder: Path, records: list[bytes]) -> Block:
    path = folder / "file"
    path.write_bytes(b"".join(record + b"\n" for record in records))
    (block,) = line_blocks(path)
    return block


@pytest.mark.parametrize(
    ("encoding", "records", "odd"),
    [
        ("windows-1252", [name.encode("cp1252") for name in NAMES], []),
        ("windows-1252", [b"plain", *(name.encode() for name in NAMES)], [1, 2, 3, 4, 5, 6]),
        ("windows-1252", ["Nuñez".encode("cp1252"), "Nuñez".encode(), b"x\x81"], [1, 2]),
        ("utf-8", [name.encode() for name in NAMES], []),
        ("utf-8", ["Nuñez".encode(), "Nuñez".encode("cp1252"), b"plain"], [1]),
        ("ascii", [b"plain", "Nuñez".encode(), "Nuñez".encode("cp1252")], [1, 2]),
    ],
)
def test_records_in_another_encoding_are_found(
    encoding: str, records: list[bytes], odd: list[int], tmp_path: Path
) -> None:
    assert misencoded(block_of(tmp_path, records), encoding).tolist() == odd


def test_what_a_record_looks_like_is_said() -> None:
    assert [looks_like("Nuñez".encode(coding)) for coding in ("utf-8", "cp1252")] == ["utf-8", "windows-1252"]
    assert looks_like(b"\x81\xff") == "no text at all"


@given(name=st.text(st.characters(min_codepoint=0xC0, max_codepoint=0xFF), min_size=1, max_size=12))
def test_a_word_of_european_letters_alone_is_never_utf_8_by_chance_unless_it_reads_as_such(name: str) -> None:
    """Letters from À to ÿ are lead bytes of UTF-8 and never what must follow one."""
    assert looks_like(name.encode("cp1252")) == "windows-1252"


def measured(folder: Path, encoding: str, lines: list[bytes]) -> Inspection:
    """The feed of pupils' programs, delivered in an encoding of its own."""
    contract = replace(AWARD, layout=replace(AWARD.layout, encoding=encoding))
    header = ",".join(column.header for column in AWARD.columns).encode()
    file = folder / "file"
    file.write_bytes(b"\n".join([header, *lines]) + b"\n")
    digest = sha256_of(file)
    manifest = Manifest.model_validate(
        {
            "feed": "k12_cte",
            "period": "2023-24",
            "submission": 1,
            "delivered_on": "2024-10-01",
            "file": "file",
            "sha256": digest,
            "record_count": len(lines),
            "agreement_id": AWARD.agreement.id,
            "contract_version": AWARD.version,
        }
    )
    return inspect(DropPath(folder, "k12_cte", "2023-24", 1, file, digest, date(2024, 10, 1), manifest), contract)


def lines_with(names: list[bytes]) -> list[bytes]:
    """Lines that say a name where nobody looks: what is judged is their letters."""
    return [
        b"%010d,9900010,9900010023,2024,52.1803,14,2023-08-28,2024-06-01,2,1,1,0,%s" % (number, name)
        for number, name in enumerate(names)
    ]


@pytest.mark.parametrize(
    ("agreed", "written", "looks"),
    [("windows-1252", "utf-8", "utf-8"), ("utf-8", "cp1252", "windows-1252"), ("ascii", "utf-8", "utf-8")],
)
def test_a_file_in_another_encoding_is_refused_and_says_which(
    agreed: str, written: str, looks: str, tmp_path: Path
) -> None:
    found = measured(tmp_path, agreed, lines_with([name.encode(written) for name in NAMES]))
    assert (found.first_fault, found.facts["lines_undecodable"]) == ("lines_undecodable", 6)
    assert (found.figures["looks_like"], found.figures["misencoded_line"]) == (looks, 1)


def test_one_stray_byte_is_no_reason_to_refuse_a_file(tmp_path: Path) -> None:
    found = measured(tmp_path, "utf-8", lines_with([b"\xff", *(b"%d" % number for number in range(40))]))
    assert found.first_fault is None
    assert found.lines == 41
