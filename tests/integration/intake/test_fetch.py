"""Drops that lie on an SFTP server, in an S3 bucket or in a folder come here whole, or stay where they are."""

import asyncio
import errno
import hashlib
import json
import os
import shutil
import threading
from collections.abc import Callable, Generator
from pathlib import Path

import asyncssh
import pytest
from moto.server import ThreadedMotoServer

from p20w.intake.fetch import FetchFailed, fetch
from p20w.plain_errors import describe
from p20w.settings import Settings

WAGES = b"one line\n" * 3


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", drops=tmp_path / "drops")


def put(outbox: Path, scope: str, content: bytes = WAGES, *, promised: bytes | None = None) -> Path:
    """A drop in an agency's folder; `promised` is what the manifest's checksum is of."""
    feed, period, submission = scope.split("/")
    folder = outbox / scope
    folder.mkdir(parents=True)
    (folder / "wages.txt").write_bytes(content)
    manifest = {
        "feed": feed,
        "period": period,
        "submission": int(submission),
        "delivered_on": "2024-11-20",
        "file": "wages.txt",
        "sha256": hashlib.sha256(content if promised is None else promised).hexdigest(),
        "record_count": 3,
        "agreement_id": "DOL-2014-003",
        "contract_version": "1.0.0",
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    folder = tmp_path / "outbox"
    folder.mkdir()
    return folder


@pytest.fixture
def sftp(outbox: Path, settings: Settings, tmp_path: Path) -> Generator[tuple[str, Settings]]:
    """An SFTP server over the agency's folder: its address, and settings that may log in."""
    host_key, user_key = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    for name, key in (("host", host_key), ("user", user_key)):
        key.write_private_key(str(tmp_path / name))
        key.write_public_key(str(tmp_path / f"{name}.pub"))
    loop, started, ports = asyncio.new_event_loop(), threading.Event(), list[int]()

    async def serve() -> None:
        server = await asyncssh.listen(
            "127.0.0.1",
            0,
            server_host_keys=[str(tmp_path / "host")],
            authorized_client_keys=str(tmp_path / "user.pub"),
            sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=os.fsencode(outbox)),
        )
        ports.append(server.get_port())
        started.set()

    thread = threading.Thread(target=lambda: (loop.run_until_complete(serve()), loop.run_forever()), daemon=True)
    thread.start()
    assert started.wait(20)
    known = tmp_path / "known_hosts"
    known.write_text(f"[127.0.0.1]:{ports[0]} {(tmp_path / 'host.pub').read_text()}")
    login = {"sftp_key_file": tmp_path / "user", "sftp_known_hosts": known}
    yield f"sftp://agency@127.0.0.1:{ports[0]}/", settings.model_copy(update=login)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(20)


@pytest.fixture
def bucket(outbox: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Callable[[], str]]:
    """A function that puts the agency's folder into a bucket of an S3 server, and says the bucket's address."""
    import boto3

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "ACCESS_KEY_ID": "key",
        "SECRET_ACCESS_KEY": "secret",
        "ENDPOINT_URL": f"http://{host}:{port}",
        "REGION": "us-east-1",
        "ALLOW_HTTP": "true",
    }.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    client = boto3.client("s3", endpoint_url=f"http://{host}:{port}", region_name="us-east-1")
    client.create_bucket(Bucket="agency")

    def fill() -> str:
        for file in outbox.rglob("*.*"):
            client.upload_file(str(file), "agency", f"out/{file.relative_to(outbox)}")
        return "s3://agency/out"

    yield fill
    server.stop()


def drops(settings: Settings) -> set[str]:
    return {str(path.relative_to(settings.drops)) for path in settings.drops.rglob("*") if path.is_file()}


def test_sftp_drops_come_here_private_and_once(outbox: Path, sftp: tuple[str, Settings]) -> None:
    source, settings = sftp
    put(outbox, "ui_wage/2024Q3/1")
    assert fetch(source, settings).fetched == ["ui_wage/2024Q3/1"]
    assert drops(settings) == {"ui_wage/2024Q3/1/manifest.json", "ui_wage/2024Q3/1/wages.txt"}
    file = settings.drops / "ui_wage/2024Q3/1/wages.txt"
    assert file.read_bytes() == WAGES
    assert {path.stat().st_mode & 0o077 for path in settings.drops.rglob("*")} == {0}
    put(outbox, "ui_wage/2024Q3/2")
    again = fetch(source, settings)
    assert (again.fetched, again.here_already) == (["ui_wage/2024Q3/2"], ["ui_wage/2024Q3/1"])


def test_a_server_whose_key_is_not_known_is_not_read(outbox: Path, sftp: tuple[str, Settings], tmp_path: Path) -> None:
    source, settings = sftp
    put(outbox, "ui_wage/2024Q3/1")
    (tmp_path / "known_hosts").write_text("")
    with pytest.raises(FetchFailed, match="cannot be read"):
        fetch(source, settings)
    assert drops(settings) == set()


def test_s3_drops_come_here_and_what_is_no_drop_stays(
    outbox: Path, bucket: Callable[[], str], settings: Settings
) -> None:
    put(outbox, "ui_wage/2024Q3/1")
    put(outbox, "payroll/2024Q3/1")
    put(outbox, "ui_wage/latest/1")
    (outbox / "ui_wage/2024Q3/1/notes.txt").write_text("not named by the manifest")
    assert fetch(bucket(), settings).fetched == ["ui_wage/2024Q3/1"]
    assert drops(settings) == {"ui_wage/2024Q3/1/manifest.json", "ui_wage/2024Q3/1/wages.txt"}


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda folder: (folder / "wages.txt").write_bytes(WAGES[:-5]), "another SHA-256"),
        (lambda folder: (folder / "wages.txt").unlink(), "not there"),
        (lambda folder: (folder / "manifest.json").write_text("{"), "no JSON"),
        (lambda folder: folder.rename(folder.with_name("2")), "not that of its folder"),
    ],
)
def test_what_is_not_whole_stays_until_it_is(
    outbox: Path, settings: Settings, spoil: Callable[[Path], object], why: str
) -> None:
    spoil(put(outbox, "ui_wage/2024Q3/1"))
    done = fetch(f"file://{outbox}", settings)
    assert not done.fetched
    assert why in "".join(done.not_whole.values())
    assert drops(settings) == set()
    shutil.rmtree(outbox / "ui_wage")
    put(outbox, "ui_wage/2024Q3/1")
    assert fetch(f"file://{outbox}", settings).fetched == ["ui_wage/2024Q3/1"]


def test_a_drop_that_changed_at_the_source_changes_nothing_here(outbox: Path, settings: Settings) -> None:
    put(outbox, "ui_wage/2024Q3/1")
    fetch(f"file://{outbox}", settings)
    shutil.rmtree(outbox / "ui_wage")
    put(outbox, "ui_wage/2024Q3/1", b"other lines\n")
    assert fetch(f"file://{outbox}", settings).different == ["ui_wage/2024Q3/1"]
    assert (settings.drops / "ui_wage/2024Q3/1/wages.txt").read_bytes() == WAGES


def test_a_file_above_the_limit_is_not_taken(outbox: Path, settings: Settings) -> None:
    put(outbox, "ui_wage/2024Q3/1")
    done = fetch(f"file://{outbox}", settings.model_copy(update={"max_file_bytes": 10}))
    assert "more than 10 bytes" in done.not_whole["ui_wage/2024Q3/1"]


def test_a_full_disk_is_told_as_one_and_leaves_nothing(
    outbox: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(outbox, "ui_wage/2024Q3/1")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(hashlib, "sha256", full)  # called when the file is open on both sides
    with pytest.raises(OSError, match="No space left") as failed:
        fetch(f"file://{outbox}", settings)
    assert "The disk is full" in describe(failed.value)
    assert drops(settings) == set()


def test_what_a_killed_fetch_left_is_gone_after_the_next(outbox: Path, settings: Settings) -> None:
    put(outbox, "ui_wage/2024Q3/1")
    half = settings.drops / ".fetching" / "drop"
    half.mkdir(parents=True)
    (half / "wages.txt").write_bytes(WAGES[:4])
    fetch(f"file://{outbox}", settings)
    assert [path.name for path in settings.drops.iterdir()] == ["ui_wage"]


@pytest.mark.parametrize("source", ["ftp://agency/out", "sftp://agency:secret@host/out", "outbox", "https://host/out"])
def test_other_addresses_and_passwords_in_them_are_refused_and_not_repeated(source: str, settings: Settings) -> None:
    with pytest.raises(FetchFailed, match="A source is written") as refused:
        fetch(source, settings)
    assert "secret" not in str(refused.value)
