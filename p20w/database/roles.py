"""The login roles and their passwords.

Here: who they are, one password file each, creating them on a server.
Not here: what each may do (migrations/sql), how a connection is made (warehouse).
"""

import secrets
from pathlib import Path
from typing import Literal, get_args

import psycopg
from psycopg import sql

Role = Literal["owner", "intake", "linkage", "transform", "report", "analyst", "steward"]
ROLES: tuple[Role, ...] = get_args(Role)
DAGSTER_ROLE = "p20w_dagster"


def login(role: Role) -> str:
    """The database login of a role."""
    return f"p20w_{role}"


def password(folder: Path, name: str) -> str:
    """The password of login `name`, from `folder/<name>`; made (mode 0600) when there is none."""
    file = folder / name
    if not file.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(32))
    return file.read_text().strip()


def ensure_roles(admin: psycopg.Connection, folder: Path) -> None:
    """Create every login role that is missing and set its password; safe to repeat.

    Args:
        admin: a connection that may create roles.
        folder: the folder of password files.
    """
    for name in (*(login(role) for role in ROLES), DAGSTER_ROLE):
        exists = admin.execute("select 1 from pg_roles where rolname = %s", (name,)).fetchone()
        verb = sql.SQL("alter" if exists else "create")
        admin.execute(
            sql.SQL("{} role {} login nosuperuser nocreatedb nocreaterole password {}").format(
                verb, sql.Identifier(name), sql.Literal(scram(admin, name, password(folder, name)))
            )
        )
    admin.execute(sql.SQL("alter role {} set log_statement = 'none'").format(sql.Identifier(login("owner"))))


def scram(admin: psycopg.Connection, name: str, secret: str) -> str:
    """The SCRAM-SHA-256 verifier of a password, so that the password itself never reaches the server."""
    return admin.pgconn.encrypt_password(secret.encode(), name.encode(), b"scram-sha-256").decode()
