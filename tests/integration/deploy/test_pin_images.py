"""Images are pinned before anything starts. A stand-in answers for docker, which needs an engine and a network."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from p20w.settings import PROJECT

NAMES = ("P20W_POSTGRES_IMAGE", "P20W_PYTHON_IMAGE")
POSTGRES, PYTHON = "postgres:18", "python:3.11-slim-trixie"
DIGEST = "sha256:" + "5e" * 32


@pytest.fixture
def docker(tmp_path: Path) -> Path:
    """A folder with the stand-in, which notes what it was asked for; its answers are the files beside it."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "asked").touch()
    answers(tmp_path, DIGEST)
    program = tmp_path / "bin" / "docker"
    program.write_text(
        f'#!/bin/sh\necho "$@" >>"{tmp_path}/asked"\ncat "{tmp_path}/said"\nexit "$(cat "{tmp_path}/code")"\n'
    )
    program.chmod(0o755)
    return tmp_path


def answers(docker: Path, digest: str, code: int = 0) -> None:
    line = f"Digest: {digest}\n" if digest else ""
    (docker / "said").write_text(
        f"18: Pulling from library/image\n0a1b2c: Pull complete\n{line}Status: Image is up to date\n"
    )
    (docker / "code").write_text(str(code))


def pin(docker: Path, *arguments: str, path: str | None = None) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(PROJECT / "deploy" / "pin-images"), *arguments],
        env={"PATH": path or f"{docker / 'bin'}:{os.defpath}", "P20W_ENV_FILE": str(docker / "env")},
        capture_output=True,
        text=True,
        check=False,
    )


def pinned(docker: Path) -> dict[str, str]:
    lines = (docker / "env").read_text().splitlines()
    found = [line.split("=", 1) for line in lines if line.startswith(NAMES)]
    assert len(found) == len(NAMES)
    return dict(found)


def asked(docker: Path) -> list[str]:
    return (docker / "asked").read_text().splitlines()


def test_both_images_are_pinned_by_the_digest_their_registry_has_now(docker: Path) -> None:
    done = pin(docker)
    assert (done.returncode, done.stderr) == (0, "")
    assert pinned(docker) == {NAMES[0]: f"{POSTGRES}@{DIGEST}", NAMES[1]: f"{PYTHON}@{DIGEST}"}
    assert asked(docker) == [f"pull {POSTGRES}", f"pull {PYTHON}"]


def test_what_is_pinned_stays_until_it_is_to_move_on_and_then_nothing_needs_docker(docker: Path) -> None:
    pin(docker)
    before = (docker / "env").read_bytes()
    assert pin(docker, path=os.defpath).returncode == 0
    assert (docker / "env").read_bytes() == before
    newer = "sha256:" + "77" * 32
    answers(docker, newer)
    assert pin(docker, "--update").returncode == 0
    assert pinned(docker) == {NAMES[0]: f"{POSTGRES}@{newer}", NAMES[1]: f"{PYTHON}@{newer}"}


def test_other_lines_the_file_s_mode_and_images_of_one_s_own_stay(docker: Path) -> None:
    own = "registry.example.org:5000/mirror/postgres:18.1"
    (docker / "env").write_text(f'P20W_UI_NAME=here\nexport {NAMES[0]}="{own}"\n# the end, without a line end')
    (docker / "env").chmod(0o600)
    assert pin(docker).returncode == 0
    assert pinned(docker)[NAMES[0]] == f"{own}@{DIGEST}"
    lines = (docker / "env").read_text().splitlines()
    assert lines[:2] == ["P20W_UI_NAME=here", "# the end, without a line end"]
    assert (docker / "env").stat().st_mode & 0o777 == 0o600
    assert pin(docker, "--update").returncode == 0
    assert asked(docker).count(f"pull {own}") == 2


@pytest.mark.parametrize(
    ("digest", "code", "told"),
    [(DIGEST, 1, "could not be had"), ("", 0, "told no digest"), ("sha256:beef", 0, "told no digest")],
)
def test_where_docker_fails_nothing_is_changed(docker: Path, digest: str, code: int, told: str) -> None:
    (docker / "env").write_text("P20W_UI_NAME=here\n")
    answers(docker, digest, code)
    done = pin(docker)
    assert done.returncode == 1
    assert told in done.stderr
    assert "Nothing was changed" in done.stderr
    assert (docker / "env").read_text() == "P20W_UI_NAME=here\n"
    assert [path.name for path in docker.glob("env*")] == ["env"]


def test_an_image_without_a_version_is_not_taken_for_the_newest(docker: Path) -> None:
    (docker / "env").write_text(f"{NAMES[0]}=registry.example.org:5000/postgres@{DIGEST}\n")
    done = pin(docker, "--update")
    assert done.returncode == 1
    assert "names no version" in done.stderr
    assert asked(docker) == []


def test_without_docker_and_with_words_it_does_not_know_it_says_so(docker: Path) -> None:
    (docker / "bin" / "docker").unlink()
    for name in ("sed", "tail", "dirname"):
        (docker / "bin" / name).symlink_to(shutil.which(name) or "")
    done = pin(docker, path=str(docker / "bin"))
    assert (done.returncode, "There is no docker here" in done.stderr) == (1, True)
    done = pin(docker, "--all")
    assert (done.returncode, done.stderr) == (2, "deploy/pin-images [--update]\n")
