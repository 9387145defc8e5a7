"""Files that a purge deletes, and the chain of certificates."""

import hashlib
from pathlib import Path

import pytest

from p20w.governance.retention import Certificate, prove
from p20w.governance.retention.certificates import write
from p20w.governance.retention.files import FilesRemain, RawFile, delete, look


def made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "wages.txt").write_text("lines")
    (folder / "manifest.json").write_text("{}")
    return folder


def test_files_are_known_by_hash_and_size_and_deleting_them_twice_is_no_fault(tmp_path: Path) -> None:
    folder = made(tmp_path / "2003Q4" / "1")
    found = look(folder)
    assert RawFile(hashlib.sha256(b"lines").hexdigest(), 5) in found
    assert len(found) == 2
    delete(folder)
    delete(folder)
    assert list(tmp_path.iterdir()) == []
    assert look(folder) == []


def test_a_period_with_another_submission_stays(tmp_path: Path) -> None:
    folder, other = made(tmp_path / "2003Q4" / "1"), made(tmp_path / "2003Q4" / "2")
    delete(folder)
    assert len(look(other)) == 2


@pytest.mark.parametrize("what", ["period", "submission", "file"])
def test_what_a_link_leads_to_is_not_deleted(tmp_path: Path, what: str) -> None:
    elsewhere = made(tmp_path / "elsewhere" / "1")
    drops = tmp_path / "drops"
    drops.mkdir()
    if what == "period":
        (drops / "2003Q4").symlink_to(elsewhere.parent)
    elif what == "submission":
        (drops / "2003Q4").mkdir()
        (drops / "2003Q4" / "1").symlink_to(elsewhere)
    else:
        (made(drops / "2003Q4" / "1") / "more.txt").symlink_to(elsewhere / "wages.txt")
    with pytest.raises(FilesRemain, match="is a link"):
        look(drops / "2003Q4" / "1")
    assert len(look(elsewhere)) == 2


def chain(length: int) -> list[Certificate]:
    found: list[Certificate] = []
    for number in range(1, length + 1):
        content = write(number, found[-1].hash if found else None, {"feed": "ui_wage"}, "2026-11-30T00:00:00+00:00")
        found.append(Certificate(number, content, hashlib.sha256(content.encode()).hexdigest()))
    return found


def test_a_chain_is_whole_and_its_head_is_the_last_hash() -> None:
    whole = chain(3)
    proof = prove(whole)
    assert (proof.whole, proof.head, proof.broken) == (3, whole[-1].hash, None)
    assert prove([]).head is None


def test_a_certificate_that_is_gone_changed_or_written_anew_breaks_the_chain() -> None:
    one, two, three = chain(3)
    assert prove([one, three]).broken == 2
    assert prove([two, three]).broken == 1
    assert prove([one, Certificate(2, two.content.replace("ui_wage", "employer"), two.hash), three]).broken == 2
    anew = two.content.replace("ui_wage", "employer")
    assert prove([one, Certificate(2, anew, hashlib.sha256(anew.encode()).hexdigest()), three]).broken == 3
