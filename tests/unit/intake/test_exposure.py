"""Which drops other users of the machine may read."""

from pathlib import Path

from p20w.intake.exposure import Exposure, exposure


def laid_out(drops: Path) -> list[Path]:
    files = [drops / "ui_wage" / "2024Q3" / str(submission) / "manifest.json" for submission in (1, 2)]
    for file in files:
        file.parent.mkdir(parents=True)
        file.write_text("{}")
        file.chmod(0o600)
    for folder in (drops, *(path for path in drops.rglob("*") if path.is_dir())):
        folder.chmod(0o700)
    return files


def test_a_private_folder_is_open_to_nobody(tmp_path: Path) -> None:
    laid_out(tmp_path / "drops")
    assert not exposure(tmp_path / "drops")


def test_a_file_is_open_when_it_and_every_folder_above_it_are(tmp_path: Path) -> None:
    drops = tmp_path / "drops"
    first, second = laid_out(drops)
    first.chmod(0o644)
    second.chmod(0o640)
    for folder in (first.parent, first.parent.parent, first.parent.parent.parent):
        folder.chmod(0o711)
        assert not exposure(drops)
    drops.chmod(0o711)
    assert exposure(drops) == Exposure(False, ("ui_wage/2024Q3/1/manifest.json",))
    first.chmod(0o600)
    drops.chmod(0o755)
    assert exposure(drops) == Exposure(True, ())


def test_a_link_is_not_followed_and_a_folder_that_is_not_there_is_not_open(tmp_path: Path) -> None:
    drops = tmp_path / "drops"
    laid_out(drops)
    drops.chmod(0o711)
    (drops / "etc").symlink_to("/etc")
    assert exposure(drops) == Exposure(False, ())
    assert not exposure(tmp_path / "nowhere")
