"""Who has come in, and until when.

Here: visits, kept in memory, each behind a cookie. Not here: how somebody shows who they are (`door`).
"""

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

HOURS = 12
"""After which one has to log in again: a working day. Dagster's pages ask on their own every few seconds, so that
nobody could be called idle."""


@dataclass(frozen=True)
class Visit:
    """One person's, in one browser; `proof` is what let them in, and must still hold."""

    name: str
    proof: str | None
    ends_at: float


class Visits:
    """All visits; gone when the program ends. Only digests of cookies are kept."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._visits: dict[bytes, Visit] = {}

    def begin(self, name: str, proof: str | None) -> str:
        """Let somebody in.

        Returns:
            the cookie of the visit.
        """
        now = self._clock()
        self._visits = {digest: visit for digest, visit in self._visits.items() if visit.ends_at > now}
        cookie = secrets.token_urlsafe(32)
        self._visits[_digest(cookie)] = Visit(name, proof, now + HOURS * 3600)
        return cookie

    def find(self, cookie: str | None) -> Visit | None:
        """The visit of a cookie, if it goes on."""
        visit = self._visits.get(_digest(cookie)) if cookie else None
        return visit if visit and visit.ends_at > self._clock() else None

    def end(self, cookie: str | None) -> None:
        """Log out."""
        if cookie:
            self._visits.pop(_digest(cookie), None)


def _digest(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode()).digest()
