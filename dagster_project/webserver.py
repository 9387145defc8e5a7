"""Dagster's pages behind a door: `python -m dagster_project.webserver --port 3000`.

Here: Dagster's own web application, never listening by itself, wrapped in the guard and the door of `p20w.web`. Not
here: who may come in and what a request must have (`p20w.web`), the processes beside it (`p20w.commands.ui`).
"""

import argparse
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster_webserver.app import create_app_from_workspace_process_context
from dagster_webserver.version import __version__
from starlette.types import ASGIApp

from p20w.plain_errors import describe
from p20w.settings import Settings
from p20w.web.address import LOOPBACK, Address
from p20w.web.door import Door
from p20w.web.oidc import Provider
from p20w.web.one_time import OneTimeLink
from p20w.web.server import bind, quiet_server
from p20w.web.users import Users

GRAPHQL = "/graphql"
"""Answers queries and changes things alike, and would do so by GET: pages ask it by POST."""


class NotGuarded(RuntimeError):
    """The pages would be open to others without what keeps strangers out."""


def serve(settings: Settings, host: str, port: int, workspace: Path) -> None:
    """Serve Dagster's pages until interrupted.

    Args:
        settings: of the installation.
        host: address to listen at. Others than the loopback address need TLS and users.
        port: 0 is a free one.
        workspace: YAML that says where the code server is.

    Raises:
        NotGuarded: others could come to the pages without TLS, or nobody could log in.
    """
    users, provider = Users(settings.ui_users), Provider.of(settings)
    is_open_to_somebody = bool(users or provider)
    if host != LOOPBACK:
        _demand_protection(settings, is_open_to_somebody)
    bound = bind(host, port)
    address = _address(settings, bound.getsockname()[1])
    link = None if is_open_to_somebody else OneTimeLink()
    with bound, dagster_pages(workspace) as pages:
        guarded = Door(address, users, link, provider).guard(pages, post_only=frozenset({GRAPHQL}))
        server = quiet_server(guarded, certificate=settings.ui_certificate, key=settings.ui_key, has_websockets=True)
        _tell(address, link)
        server.run(sockets=[bound])


@contextmanager
def dagster_pages(workspace: Path) -> Generator[ASGIApp]:
    """Dagster's web application over the instance of DAGSTER_HOME, without a server."""
    with dg.DagsterInstance.get() as instance:
        # as `dagster-webserver` does: patience in ms with a statement, seconds of a connection, connections
        instance.optimize_for_webserver(statement_timeout=15_000, pool_recycle=3600, max_overflow=20)
        target = WorkspaceFileTarget(paths=[str(workspace)])
        with WorkspaceProcessContext(instance, workspace_load_target=target, version=__version__) as context:
            yield create_app_from_workspace_process_context(context, live_data_poll_rate=2000)


def _demand_protection(settings: Settings, is_open_to_somebody: bool) -> None:
    if not (settings.ui_origin and settings.ui_certificate and settings.ui_key):
        raise NotGuarded(
            "Dagster's pages leave this machine by TLS only. Set P20W_UI_ORIGIN, P20W_UI_CERTIFICATE and P20W_UI_KEY."
        )
    if not is_open_to_somebody:
        raise NotGuarded(f"Nobody could log in: {settings.ui_users} has no users. Add one: p20w ui users add NAME")


def _address(settings: Settings, port: int) -> Address:
    if settings.ui_origin:
        return Address.of(settings.ui_origin)
    return Address.on_loopback(port, "https" if settings.ui_certificate else "http")


def _tell(address: Address, link: OneTimeLink | None) -> None:
    print(f"Dagster: {address.origins[0]}{link or '/'}")
    if link:
        print("The link works once, on this machine. To log in with a password: p20w ui users add NAME")
    print("Ctrl+C ends it.", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Dagster's pages behind a door.")
    parser.add_argument("--host", default=LOOPBACK)
    parser.add_argument("--port", type=int, default=3000)
    parser.add_argument("--workspace", type=Path, required=True)
    asked = parser.parse_args()
    try:
        serve(Settings.load(), asked.host, asked.port, asked.workspace)
    except Exception as error:
        sys.exit(describe(error))
