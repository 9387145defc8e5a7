"""Where a page is, as browsers name it.

Here: its origins, the hosts and cookies that follow from them. Not here: what is done with them (`guard`).
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.responses import Response

LOOPBACK = "127.0.0.1"
STANDARD_PORTS = {"http": 80, "https": 443}


class NotAnAddress(ValueError):
    """The address of a page is not one that browsers would send."""


@dataclass(frozen=True)
class Address:
    """The origins under which a page may be asked for; the first is the one to tell people."""

    origins: tuple[str, ...]

    @classmethod
    def on_loopback(cls, port: int, scheme: str = "http") -> "Address":
        """A page of this machine only."""
        ending = "" if port == STANDARD_PORTS[scheme] else f":{port}"
        return cls((f"{scheme}://{LOOPBACK}{ending}", f"{scheme}://localhost{ending}"))

    @classmethod
    def of(cls, origin: str) -> "Address":
        """A page that others reach, for example `https://warehouse.example.org`.

        Raises:
            NotAnAddress: it is no origin, or not one with TLS.
        """
        parts = urlsplit(origin.lower().removesuffix("/"))
        if parts.scheme != "https" or not parts.hostname or any((*parts[2:], parts.username, parts.password)):
            raise NotAnAddress(
                "The address of the pages must begin with https:// and end with the name of the machine, or its port: "
                "P20W_UI_ORIGIN=https://warehouse.example.org"
            )
        return cls((f"https://{parts.netloc.removesuffix(':443')}",))

    @property
    def hosts(self) -> frozenset[str]:
        """What the header Host may say."""
        return frozenset(origin.partition("://")[2] for origin in self.origins)

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach it by TLS."""
        return self.origins[0].startswith("https://")

    def cookie(self, name: str) -> str:
        """The full name of a cookie. One machine's ports share their cookies, so that those need a name each.

        With TLS the prefix `__Host-` makes browsers refuse a cookie of that name from anybody but this host.
        """
        port = urlsplit(self.origins[0]).port
        return "__Host-" * self.is_secure + name + (f"_{port}" if port else "")

    def set_cookie(self, answer: Response, name: str, value: str) -> None:
        """Hand out a cookie that no script reads and no other page's request brings along."""
        answer.set_cookie(self.cookie(name), value, path="/", secure=self.is_secure, httponly=True, samesite="strict")

    def forget_cookie(self, answer: Response, name: str) -> None:
        """Take a cookie back."""
        answer.delete_cookie(self.cookie(name), path="/", secure=self.is_secure, httponly=True, samesite="strict")
