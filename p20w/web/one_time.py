"""A link that works once: how who started a page on this machine gets in without a password."""

import secrets


class OneTimeLink:
    """The secret of a link."""

    def __init__(self) -> None:
        self._token: str | None = secrets.token_urlsafe()

    def __str__(self) -> str:
        return f"/enter?token={self._token}"

    def opens(self, token: str) -> bool:
        """Whether the token opens the page; it never does again."""
        is_right = self._token is not None and secrets.compare_digest(token.encode(), self._token.encode())
        if is_right:
            self._token = None
        return is_right
