"""One reviewer's sitting at the page: who they are, what proves it, and how they want to work.

Here: secrets of the sitting and what is kept in memory while it lasts. Not here: what every request must have
(`p20w.web.guard`), pages (`app`).
"""

import secrets
import time
from dataclasses import dataclass, field

from p20w.registry.review.queue import PairKey
from p20w.web.one_time import OneTimeLink

IDLE_MINUTES = 30
"""Minutes without a click after which the sitting ends: an unattended desk must not stay open."""


@dataclass
class Session:
    """State of the page for one reviewer; gone when the program ends.

    `link` opens the page, once; `form` is a secret that every form carries, so that no other page can send one. The
    weights of `weighed` pairs were on the page: a verdict on them is not a blind one. `latest` is the newest decision,
    which can be undone.
    """

    reviewer: str
    link: OneTimeLink = field(default_factory=OneTimeLink)
    cookie: str = field(default_factory=secrets.token_urlsafe)
    form: str = field(default_factory=secrets.token_urlsafe)
    is_blind: bool = False
    is_second: bool = False
    has_keys: bool = True
    skipped: list[PairKey] = field(default_factory=list)
    weighed: set[PairKey] = field(default_factory=set)
    latest: tuple[int, PairKey] | None = None
    notice: str | None = None
    done: int = 0
    seen_at: float = field(default_factory=time.monotonic)

    def enter(self, token: str) -> bool:
        """Whether the token opens the page; it never does again."""
        is_right = self.link.opens(token)
        if is_right:
            self.seen_at = time.monotonic()
        return is_right

    def admits(self, cookie: str | None) -> bool:
        """Whether a request with this cookie belongs to the sitting, and the sitting goes on."""
        if cookie is None or not secrets.compare_digest(cookie.encode(), self.cookie.encode()):
            return False
        now = time.monotonic()
        if now - self.seen_at > IDLE_MINUTES * 60:
            return False
        self.seen_at = now
        return True

    def owns(self, form: str) -> bool:
        """Whether a form was written by this page."""
        return secrets.compare_digest(form.encode(), self.form.encode())

    def take_notice(self) -> str | None:
        """What to say at the top of the next page, once."""
        notice, self.notice = self.notice, None
        return notice
