"""`p20w db …`."""

from __future__ import annotations

import os
import shutil

import typer
from rich.table import Table

from p20w.commands.console import console
from p20w.database import ROLES, DatabaseError, Role, Warehouse, embedded
from p20w.database.access import demand_described
from p20w.database.described import logins
from p20w.database.migrate import restore_access
from p20w.database.recording import session_options
from p20w.settings import Settings


def start() -> None:
    """Start the server and bring the tables up to date."""
    settings = Settings.load()
    warehouse = Warehouse.open(settings)
    warehouse.migrate()
    kind = "configured" if settings.server_url else "embedded"
    console.print(f"The {kind} Postgres answers at {warehouse.host}; database {settings.database} is up to date.")


def stop() -> None:
    """Stop the embedded server."""
    settings = _embedded("stop")
    console.print("Stopped." if embedded.stop(settings) else "It was not running.")


def url(role: str) -> None:
    """Print a role's URL."""
    typer.echo(Warehouse.open(Settings.load()).libpq(_role(role)))


def psql(role: str, command: str | None = None) -> None:
    """Become psql, with the password in the environment and not among the arguments others can see."""
    settings = Settings.load()
    warehouse = Warehouse.open(settings)
    chosen = _role(role)
    program = shutil.which("psql")
    if settings.server_url is None:
        program = str(embedded.locate(settings).binaries / "psql")
    if program is None:
        raise DatabaseError("There is no psql here. Install it, or connect with the URL of: p20w db url")
    recorded = ""
    if not any(login.is_recorded for login in logins() if login.name == chosen):
        with warehouse.connect(chosen) as connection:
            recorded = session_options(connection, settings)
    environment = {
        **os.environ,
        "PGOPTIONS": f"{os.environ.get('PGOPTIONS', '')} {recorded}".strip(),
        "PGHOST": warehouse.host,
        "PGPORT": str(warehouse.port),
        "PGUSER": f"p20w_{chosen}",
        "PGPASSWORD": warehouse.password(chosen),
        "PGDATABASE": settings.database,
        **warehouse.libpq_environment(),
    }
    arguments = [program, "--no-psqlrc", *(["--command", command] if command else [])]
    os.execve(program, arguments, environment)  # noqa: S606 no shell is what we want


def access(restore: bool) -> None:
    """Say whether the server allows what is described, and put it right if that is wanted."""
    warehouse = Warehouse.open(Settings.load())
    if restore:
        restore_access(warehouse)
    with warehouse.connect("owner") as owner:
        demand_described(owner)
    console.print("The server allows what p20w/database/roles.yaml says, no more and no less.")


def roles() -> None:
    """Show the logins and what each is for."""
    table = Table("role", "for")
    for login in logins():
        table.add_row(login.name, login.purpose)
    console.print(table)


def destroy(yes: bool) -> None:
    """Remove the embedded server and its data."""
    settings = _embedded("destroy")
    if not yes:
        typer.confirm("Remove the embedded Postgres and all its data?", abort=True)
    embedded.destroy(settings)
    console.print("Removed. The drops are still there: p20w refresh builds everything again.")


def _embedded(doing: str) -> Settings:
    settings = Settings.load()
    if settings.server_url is not None:
        raise DatabaseError(f"P20W_SERVER_URL names a server of your own; {doing} it with its own tools.")
    return settings


def _role(name: str) -> Role:
    if name not in ROLES:
        raise DatabaseError(f"There is no role {name!r}. Roles: {', '.join(ROLES)}.")
    return name
