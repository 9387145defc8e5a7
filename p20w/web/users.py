"""People who may log in with a password, in a file of this installation.

Here: the file, adding and removing, whether a password is right. Passwords are stored as Argon2id hashes (argon2-cffi
with RFC 9106's second recommended option: 64 MiB, three passes). Not here: how often one may try (`guesses`).
"""

import json
import os
import re
import secrets
from functools import cached_property
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from p20w.private import private_folder

SHORTEST, LONGEST = 15, 256
"""Characters of a password. NIST SP 800-63B-4 wants 15 where nothing else than a password is asked for."""

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")


class UserRefused(ValueError):
    """A user could not be added or removed; the message says why."""


class Users:
    """The users of one file; each call reads it, so that a change counts at once."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._hasher = PasswordHasher()

    def __bool__(self) -> bool:
        return bool(self._read())

    def names(self) -> list[str]:
        """Everybody, in order."""
        return sorted(self._read())

    def proof(self, name: str) -> str | None:
        """What changes when a user's password does; None for somebody who is no user."""
        return self._read().get(name)

    def set_password(self, name: str, password: str) -> None:
        """Add a user, or give one a new password.

        Raises:
            UserRefused: the name or the password is not one we take.
        """
        if not NAME.fullmatch(name):
            raise UserRefused("A name has up to 64 letters, digits, dots, hyphens, underscores and @, and no spaces.")
        if not SHORTEST <= len(password) <= LONGEST:
            raise UserRefused(f"A password has {SHORTEST} to {LONGEST} characters; a few words make a good one.")
        self._write({**self._read(), name: self._hasher.hash(password)})

    def remove(self, name: str) -> None:
        """Remove a user, who is logged out by that.

        Raises:
            UserRefused: there is no such user.
        """
        found = self._read()
        if found.pop(name, None) is None:
            raise UserRefused(f"There is no user {name}." if NAME.fullmatch(name) else "There is no such user.")
        self._write(found)

    def is_right(self, name: str, password: str) -> bool:
        """Whether this is the user's password. Takes as long for names that nobody has."""
        stored = self.proof(name)
        try:
            self._hasher.verify(stored or self._nobody, password[: LONGEST + 1])
        except VerificationError:
            return False
        return stored is not None

    @cached_property
    def _nobody(self) -> str:
        return self._hasher.hash(secrets.token_urlsafe())

    def _read(self) -> dict[str, str]:
        try:
            return json.loads(self.file.read_text())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            raise UserRefused(
                f"The file of users cannot be read: {self.file}. Restore it, or remove it and add its users again: "
                "p20w ui users add NAME"
            ) from None

    def _write(self, users: dict[str, str]) -> None:
        folder = private_folder(self.file.parent)
        draft = folder / f".{self.file.name}.{secrets.token_hex(8)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            json.dump(users, handle, indent=1, sort_keys=True)
            handle.flush()
            os.fsync(handle.fileno())
        draft.replace(self.file)
