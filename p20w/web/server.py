"""The server of a page: silent, without a word about itself, and believing no proxy's word.

Here: the socket and the server. Not here: pages, who may see them (`guard`).
"""

import socket
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp


class PortTaken(RuntimeError):
    """Another program listens at the port, or we may not."""


def bind(host: str, port: int) -> socket.socket:
    """A socket that listens (port 0 is a free one), so that who comes at once waits instead of being refused.

    Raises:
        PortTaken: it cannot be had.
    """
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise PortTaken(f"Port {port} cannot be had ({error.strerror}). Choose another with --port.") from None
    bound.listen()
    return bound


def quiet_server(
    app: ASGIApp, *, certificate: Path | None = None, key: Path | None = None, has_websockets: bool = False
) -> uvicorn.Server:
    """A server for a guarded page; with a certificate and its key, by TLS only."""
    configuration = uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        log_level="critical",
        lifespan="off",
        server_header=False,
        proxy_headers=False,
        ssl_certfile=certificate,
        ssl_keyfile=key,
        ws="auto" if has_websockets else "none",
    )
    return uvicorn.Server(configuration)
