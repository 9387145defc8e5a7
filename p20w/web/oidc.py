"""Logging in with the organization's own login (OpenID Connect).

Here: the way there and back, and who of those who come back may enter. Authlib checks the answer: its state and nonce,
that it is meant for us, its issuer, signature and time. Not here: the login page (`door`), what follows (`visits`).
"""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import OAuth
from joserfc.errors import JoseError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from p20w.plain_errors import describe
from p20w.settings import Settings
from p20w.web.address import Address

START, RETURN = "/login/oidc", "/login/oidc/return"
MINUTES_TO_LOG_IN = 10
NAMES = ("preferred_username", "email", "sub")
"""Claims by which somebody is called; the first that is there."""

log = logging.getLogger("p20w.web")


class NotConfigured(ValueError):
    """The settings of the organization's login are not complete, or not safe."""


@dataclass(frozen=True)
class Provider:
    """An organization's login, and who of its people may enter: those whose `claim` is or contains `value`."""

    issuer: str
    client_id: str
    client_secret: str
    claim: str
    value: str

    @classmethod
    def of(cls, settings: Settings) -> "Provider | None":
        """The provider of these settings; None if there is none.

        Raises:
            NotConfigured: a setting is missing, or the issuer is not asked by TLS.
        """
        if settings.oidc_issuer is None:
            return None
        parts = urlsplit(settings.oidc_issuer)
        if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost"):
            raise NotConfigured("P20W_OIDC_ISSUER must begin with https://")
        if not (settings.oidc_client_id and settings.oidc_client_secret_file and settings.oidc_value):
            raise NotConfigured(
                "With P20W_OIDC_ISSUER go P20W_OIDC_CLIENT_ID, P20W_OIDC_CLIENT_SECRET_FILE and P20W_OIDC_VALUE: the "
                "value, such as a group's name, that the claim P20W_OIDC_CLAIM has for those who may enter."
            )
        secret = settings.oidc_client_secret_file.read_text().strip()
        return cls(settings.oidc_issuer, settings.oidc_client_id, secret, settings.oidc_claim, settings.oidc_value)

    def admits(self, claims: dict[str, Any]) -> bool:
        """Whether somebody with these claims may enter."""
        found = claims.get(self.claim)
        return self.value in found if isinstance(found, list) else found == self.value


def login(provider: Provider, address: Address, let_in: Callable[[str], Response]) -> Starlette:
    """The pages at START and RETURN.

    Args:
        provider: the organization's login.
        address: where our pages are.
        let_in: the answer to somebody who may enter, by name.
    """
    oauth = OAuth()
    client: Any = oauth.register(
        "provider",
        server_metadata_url=f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        client_kwargs={"scope": "openid profile email", "code_challenge_method": "S256"},
    )
    demands = {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
    }

    async def start(request: Request) -> Response:
        try:
            return await client.authorize_redirect(request, address.origins[0] + RETURN)
        except (AuthlibBaseError, httpx2.HTTPError) as error:
            return _failed(error)

    async def back(request: Request) -> Response:
        try:
            token = await client.authorize_access_token(request, claims_options=demands)
        except (AuthlibBaseError, JoseError, httpx2.HTTPError) as error:
            return _failed(error)
        claims: dict[str, Any] = dict(token.get("userinfo") or {})
        if not provider.admits(claims):
            log.warning("A login failed.")
            return PlainTextResponse("Your organization knows you, but you are not among those who may enter.", 403)
        request.session.clear()
        return let_in(str(next(claims[name] for name in NAMES if claims.get(name))))

    # the way there and back needs a cookie of its own: one that comes along from the organization's page
    session = Middleware(
        SessionMiddleware,
        secret_key=secrets.token_urlsafe(32),
        session_cookie=address.cookie("p20w_oidc"),
        max_age=MINUTES_TO_LOG_IN * 60,
        same_site="lax",
        https_only=address.is_secure,
    )
    return Starlette(routes=[Route(START, start), Route(RETURN, back)], middleware=[session])


def _failed(error: Exception) -> Response:
    log.warning("A login at the organization failed. %s", describe(error))
    return PlainTextResponse("Your organization's login did not work. Go back to /login and try again.", 502)
