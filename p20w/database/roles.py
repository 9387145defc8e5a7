"""The login roles and their passwords.

Here: who they are, one password file each, creating them on a server, keeping their sessions out of its log.
Not here: what each may do (migrations/sql), databases (create), how a connection is made (connections).
"""

import secrets
from pathlib import Path
from typing import Literal, get_args

import psycopg
from psycopg import sql

from p20w.database.errors import DatabaseError
from p20w.database.server_settings import LOG_SETTINGS
from p20w.private import private_folder, write_once

Role = Literal["owner", "intake", "linkage", "transform", "report", "analyst", "steward"]
ROLES: tuple[Role, ...] = get_args(Role)
DAGSTER_ROLE = "p20w_dagster"


def login(role: Role) -> str:
    """The database login of a role."""
    return f"p20w_{role}"


LOGINS = (*(login(role) for role in ROLES), DAGSTER_ROLE)


def password(folder: Path, name: str) -> str:
    """The password of login `name`, from `folder/<name>`; made (mode 0600) when there is none.

    Raises:
        DatabaseError: there is none, and the folder is one that others fill.
    """
    file = folder / name
    try:
        if not file.exists():
            write_once(private_folder(folder) / name, secrets.token_urlsafe(32))
        return file.read_text().strip()
    except OSError as error:
        raise DatabaseError(f"No password of {name} in {file} ({error.strerror}). Put it there.") from None


def ensure_roles(admin: psycopg.Connection, folder: Path) -> None:
    """Create every login role that is missing and set its password; safe to repeat.

    Args:
        admin: a connection that may create roles; it need not be a superuser's.
        folder: the folder of password files.
    """
    for name in LOGINS:
        role, secret = sql.Identifier(name), sql.Literal(scram(admin, name, password(folder, name)))
        if admin.execute("select 1 from pg_roles where rolname = %s", (name,)).fetchone():
            admin.execute(sql.SQL("alter role {} with login password {}").format(role, secret))
        else:
            admin.execute(
                sql.SQL("create role {} login nosuperuser nocreatedb nocreaterole password {}").format(role, secret)
            )
    admin.execute("alter role p20w_analyst set default_transaction_read_only = on")


def keep_out_of_log(admin: psycopg.Connection) -> None:
    """Set, for every login, what keeps its rows and statements out of the server's log, where we may.

    Only a superuser, or who was granted the parameter, may; `logs_too_much` then tells whether it is so anyway.
    """
    allowed = admin.execute(
        """
        select settings.name
        from pg_settings as settings
        cross join pg_roles as roles
        where roles.rolname = current_user
            and settings.name = any(%s)
            and (roles.rolsuper or has_parameter_privilege(settings.name, 'set'))
        """,
        (list(LOG_SETTINGS),),
    ).fetchall()
    for name in LOGINS:
        for (parameter,) in allowed:
            admin.execute(
                sql.SQL("alter role {} set {} = {}").format(
                    sql.Identifier(name), sql.Identifier(parameter), sql.Literal(LOG_SETTINGS[parameter])
                )
            )


def logs_too_much(connection: psycopg.Connection) -> list[str]:
    """The log settings of this session that could put rows or statements into the server's log."""
    return [
        f"{name} = '{wanted}'"
        for name, wanted in LOG_SETTINGS.items()
        if connection.execute("select setting from pg_settings where name = %s", (name,)).fetchone() != (wanted,)
    ]


def scram(admin: psycopg.Connection, name: str, secret: str) -> str:
    """The SCRAM-SHA-256 verifier of a password, so that the password itself never reaches the server."""
    return admin.pgconn.encrypt_password(secret.encode(), name.encode(), b"scram-sha-256").decode()
