"""The keys that make tokens and ids. They live outside the database; the database knows only their fingerprints.

Here: making keys for an empty warehouse, opening them, refusing a key that is not the database's.
Not here: what is tokenized (p20w.intake) and how ids are minted (p20w.registry).

Losing the key folder means that no new file can be joined to what is stored: back it up apart from the database.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from pathlib import Path

import psycopg

from p20w.database import Warehouse
from p20w.private import write_once
from p20w.settings import Settings

NAMES = ("ssn", "near", "id")
KEY_BYTES = 32


class KeyMismatch(RuntimeError):
    """The keys at hand are not those that made the tokens in this database."""


@dataclass(frozen=True, repr=False)
class TokenKey:
    """One key: 32 secret bytes, and what may be told about them."""

    name: str
    key_id: str
    secret: bytes

    @property
    def fingerprint(self) -> str:
        """SHA-256 over a keyed constant: tells keys apart and gives nothing away."""
        return hashlib.sha256(hmac.digest(self.secret, b"p20w key fingerprint", "sha256")).hexdigest()

    def digest(self, message: bytes) -> bytes:
        """HMAC-SHA256 of `message`, 32 bytes (RFC 2104)."""
        return hmac.digest(self.secret, message, "sha256")

    def __repr__(self) -> str:
        return f"TokenKey({self.name}, {self.key_id})"


@dataclass(frozen=True)
class KeyRing:
    """The three keys: exact SSN tokens, near tokens, ids."""

    ssn: TokenKey
    near: TokenKey
    id: TokenKey

    @classmethod
    def open(cls, settings: Settings, warehouse: Warehouse) -> "KeyRing":
        """The keys of this warehouse; made when the warehouse is empty and there are none.

        Raises:
            KeyMismatch: the database holds tokens of another key, or of a key that is not at hand. Nothing is written.
        """
        folder = settings.private_folder("keys")
        with warehouse.connect("keeper") as connection:
            known = _known(connection) or _adopt(connection, folder)
        return cls(**{name: _checked(folder / name, name, known.get(name)) for name in NAMES})


def _known(connection: psycopg.Connection) -> dict[str, tuple[str, str]]:
    """Key id and fingerprint of each key this database was made with."""
    rows = connection.execute("select key_name, key_id, fingerprint from governance.key").fetchall()
    return {name: (key_id, fingerprint) for name, key_id, fingerprint in rows}


def _adopt(connection: psycopg.Connection, folder: Path) -> dict[str, tuple[str, str]]:
    """Put the keys of `folder` on record, making those that are not there; only for an empty warehouse."""
    may = connection.execute("select governance.may_adopt_keys()").fetchone() == (True,)
    if not may and not _known(connection):  # none by another process either, since we looked
        raise KeyMismatch("The vault has identities but no key is on record. Restore the database from its backup.")
    keys = [_read(folder / name, name) or _create(folder / name, name) for name in NAMES]
    connection.execute(
        "select governance.adopt_keys(%s, %s, %s)",
        ([key.name for key in keys], [key.key_id for key in keys], [key.fingerprint for key in keys]),
    )
    return _known(connection)


def _checked(file: Path, name: str, known: tuple[str, str] | None) -> TokenKey:
    """The key in `file`, if it is the one this database knows."""
    key = _read(file, name)
    key_id, fingerprint = known or ("none", "")
    if key is None or not hmac.compare_digest(key.fingerprint, fingerprint):
        raise KeyMismatch(
            f"The {name} key {file} is {'missing' if key is None else 'another one'}; "
            f"this database was made with key {key_id} (fingerprint {fingerprint[:12]}...).\n"
            "Nothing was read or written. Put the right key file back, or use another P20W_DATABASE."
        )
    return key


def _read(file: Path, name: str) -> TokenKey | None:
    if not file.exists():
        return None
    key_id, _, text = file.read_text().strip().partition(":")
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        secret = b""
    if len(secret) != KEY_BYTES:
        raise KeyMismatch(f"The key file {file} does not hold {KEY_BYTES} bytes. Restore it from its backup.")
    return TokenKey(name, key_id, secret)


def _create(file: Path, name: str) -> TokenKey:
    write_once(file, f"{name}-{secrets.token_hex(4)}:{secrets.token_bytes(KEY_BYTES).hex()}\n")
    key = _read(file, name)
    if key is None:
        raise KeyMismatch(f"The key file {file} vanished while it was made. Try again.")
    return key
