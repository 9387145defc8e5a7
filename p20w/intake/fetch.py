"""Bring drops that lie elsewhere, on an SFTP server or in an S3 bucket, into the folder of drops.

Here: what lies there in the usual tree (`<feed>/<period>/<submission>/`, manifest last) and not here yet, whole or not
at all. Nothing is changed at the source, and nothing that is here already. Not here: who delivers there, and what a
drop is worth (`receive`).
"""

import fcntl
import hashlib
import posixpath
import shutil
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from p20w.contracts import load_contracts
from p20w.intake.drops import is_address
from p20w.intake.manifest import MANIFEST, MOST_BYTES, Manifest, read_manifest
from p20w.plain_errors import of_the_machine
from p20w.private import for_us_alone, private_folder
from p20w.progress import tell
from p20w.settings import Settings

SCHEMES = ("sftp", "s3", "file")
_PIECE = 8 << 20


class FetchFailed(RuntimeError):
    """The source cannot be read, or somebody else is fetching; the message says what to do."""


@dataclass
class Fetched:
    """What became of the drops at a source, by their names `<feed>/<period>/<submission>`."""

    fetched: list[str] = field(default_factory=list[str])
    here_already: list[str] = field(default_factory=list[str])
    different: list[str] = field(default_factory=list[str])
    """Here already, and at the source with another manifest."""
    not_whole: dict[str, str] = field(default_factory=dict[str, str])
    """Left at the source, and why."""


@for_us_alone()
def fetch(source: str, settings: Settings) -> Fetched:
    """Copy every drop of a feed under contract that is whole at the source and not here.

    A drop is whole when its manifest can be read and names its folder, and the file has the manifest's SHA-256. What is
    not whole is left where it is: it may still be arriving.

    Args:
        source: `sftp://user@host/folder`, `s3://bucket/folder` or `file:///folder`.
        settings: where drops lie, how large a file may be, and with what key to log in (`sftp_key_file`,
            `sftp_known_hosts`; S3 takes the usual AWS variables).

    Raises:
        FetchFailed: the source cannot be reached or read, or another fetch is running.
    """
    done = Fetched()
    with _alone(settings) as workspace:
        try:
            there, root = _open(source, settings)
            for feed in load_contracts(settings.contracts):
                for manifest in sorted(there.glob(f"{root}/{feed}/*/*/{MANIFEST}")):
                    folder = posixpath.dirname(manifest)
                    scope = "/".join(folder.split("/")[-3:])
                    if is_address(Path(scope)):
                        _take(there, folder, scope, settings, workspace, done)
        except Exception as error:  # of the network, of a server, of three libraries, or of this machine
            if isinstance(error, FetchFailed) or of_the_machine(error):
                raise
            # their messages can hold paths, users and what a server chose to say: the kind is enough
            raise FetchFailed(
                f"The source cannot be read ({type(error).__name__}). Drops that were fetched before this are here and "
                "whole. Check address, network and login, then run the command again."
            ) from None
    return done


def _take(there: Any, folder: str, scope: str, settings: Settings, workspace: Path, done: Fetched) -> None:
    """Fetch one drop, or say why not."""
    here, said = settings.drops / scope, _beginning(there, f"{folder}/{MANIFEST}")
    if here.exists():
        ours = here / MANIFEST
        same = ours.is_file() and ours.read_bytes() == said
        (done.here_already if same else done.different).append(scope)
        return
    tell(f"fetching {scope}")
    draft = workspace / scope
    draft.mkdir(parents=True)
    (draft / MANIFEST).write_bytes(said)
    feed, period, submission = scope.split("/")
    manifest, faults = read_manifest(draft / MANIFEST, feed, period, int(submission))
    if manifest is None or faults:
        why = f"about its manifest: {faults[0]}"
    else:
        why = _copy(there, f"{folder}/{manifest.file}", draft / manifest.file, manifest, settings.max_file_bytes)
    if why:
        done.not_whole[scope] = why
        shutil.rmtree(draft)
        return
    here.parent.mkdir(parents=True, exist_ok=True)
    draft.rename(here)
    done.fetched.append(scope)


def _copy(there: Any, path: str, to: Path, manifest: Manifest, most: int) -> str | None:
    """Copy a file, or say why it is not whole."""
    if not there.exists(path):
        return "its file is not there"
    digest, copied = hashlib.sha256(), 0
    with there.open(path, "rb") as source, to.open("wb") as target:
        while piece := source.read(_PIECE):
            copied += len(piece)
            if copied > most:
                return f"its file has more than {most:,} bytes (P20W_MAX_FILE_BYTES)"
            digest.update(piece)
            target.write(piece)
    if digest.hexdigest() != manifest.sha256:
        return "its file has another SHA-256 than the manifest says"
    return None


def _beginning(there: Any, path: str) -> bytes:
    """The bytes of a manifest; of a longer file as many as make it one that cannot be read."""
    with there.open(path, "rb") as file:
        return file.read(MOST_BYTES + 1)


def _open(source: str, settings: Settings) -> tuple[Any, str]:
    """The file system of a source, and the folder in it."""
    address = urlsplit(source)
    if address.scheme not in SCHEMES or address.password is not None:
        raise FetchFailed(
            f"A source is written {', '.join(f'{scheme}://…' for scheme in SCHEMES)}, without a password: "
            "sftp://user@host/folder with a key (P20W_SFTP_KEY_FILE), s3://bucket/folder with the usual AWS variables."
        )
    match address.scheme:
        case "sftp":
            from sshfs import SSHFileSystem

            login: dict[str, Any] = {"username": address.username, "port": address.port}
            if settings.sftp_key_file:
                login["client_keys"] = [str(settings.sftp_key_file)]
            if settings.sftp_known_hosts:
                login["known_hosts"] = str(settings.sftp_known_hosts)
            given = {name: value for name, value in login.items() if value}
            return SSHFileSystem(address.hostname, skip_instance_cache=True, **given), address.path.rstrip("/")
        case "s3":
            from obstore.fsspec import FsspecStore

            return FsspecStore("s3"), f"{address.netloc}{address.path.rstrip('/')}"
        case _:
            from fsspec.implementations.local import LocalFileSystem

            return LocalFileSystem(), address.path.rstrip("/")


@contextmanager
def _alone(settings: Settings) -> Generator[Path]:
    """Be the one who fetches, with an empty folder for what is not whole yet; nothing of it stays."""
    workspace = settings.drops / ".fetching"
    with (private_folder(settings.home) / "fetch.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FetchFailed(
                "Another fetch is running. Wait until it has ended, then run the command again."
            ) from None
        shutil.rmtree(workspace, ignore_errors=True)
        workspace.mkdir(parents=True)
        try:
            yield workspace
        finally:
            shutil.rmtree(workspace)


def told(done: Fetched) -> Sequence[str]:
    """What became of it, in sentences."""
    lines = [f"{scope}: fetched" for scope in done.fetched]
    lines += [
        f"{scope}: here already, and different at the source. A correction is a new submission: ask the agency for it."
        for scope in done.different
    ]
    lines += [f"{scope}: left at the source: {why}" for scope, why in done.not_whole.items()]
    return [*lines, f"{len(done.fetched):,} fetched, {len(done.here_already):,} here already."]
