"""The login roles, their passwords and the settings of their sessions.

Here: one password file each, creating them on a server, keeping their sessions out of its log.
Not here: who they are and what each may do (`roles.yaml`, `described`, `access`), databases (create), how a connection
is made (connections).
"""

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg import sql

from p20w.database.described import logins
from p20w.database.errors import DatabaseError
from p20w.database.server_settings import LOG_SETTINGS, OF_RECORDING, RECORDED_SETTINGS
from p20w.private import private_folder, write_once

Role = str
"""Name of a login of the warehouse, one of `ROLES`."""
LOGINS = tuple(login.role for login in logins())
DAGSTER_ROLE = "p20w_dagster"
ROLES: tuple[Role, ...] = tuple(login.name for login in logins() if login.role != DAGSTER_ROLE)


def login(role: Role) -> str:
    """The database login of a role."""
    return f"p20w_{role}"


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


def has_password(folder: Path, name: str) -> bool:
    """Whether the password of login `name` is at hand."""
    return os.access(folder / name, os.R_OK)


def ensure_roles(admin: psycopg.Connection, folder: Path) -> None:
    """Create every login role that is missing, and set its password, settings and limit; safe to repeat.

    A login that a session of its own is changing just now keeps what it has, until the next time: the
    `lock_timeout` of `admin` is how long this waits.

    Args:
        admin: a connection that may create roles; it need not be a superuser's.
        folder: the folder of password files.
    """
    known = {row[0] for row in admin.execute("select name from pg_settings")}
    for described in logins():
        name = described.role
        role, secret = sql.Identifier(name), sql.Literal(scram(admin, name, password(folder, name)))
        if not admin.execute("select 1 from pg_roles where rolname = %s", (name,)).fetchone():
            admin.execute(sql.SQL("create role {} nosuperuser nocreatedb nocreaterole").format(role))
        limit = sql.Literal(described.connections)
        with suppress(psycopg.errors.LockNotAvailable):
            words = sql.SQL("alter role {} with login connection limit {} password {}")
            admin.execute(words.format(role, limit, secret))
            _settings(admin, name, {key: value for key, value in described.settings.items() if key in known})


def _settings(admin: psycopg.Connection, name: str, wanted: Mapping[str, str]) -> None:
    """Set what a login's sessions begin with; what they set for their successors goes."""
    role = sql.Identifier(name)
    found = admin.execute(
        """
        select datname, split_part(entry, '=', 1), substr(entry, strpos(entry, '=') + 1)
        from pg_db_role_setting
        cross join unnest(setconfig) as entry
        left join pg_database on setdatabase = pg_database.oid
        where setrole::regrole::text = %s
        """,
        (name,),
    ).fetchall()
    for database, parameter, _ in found:
        if database is not None:
            words = sql.SQL("alter role {} in database {} reset {}")
            admin.execute(words.format(role, sql.Identifier(database), sql.Identifier(parameter)))
        elif parameter not in {*wanted, *LOG_SETTINGS}:
            admin.execute(sql.SQL("alter role {} reset {}").format(role, sql.Identifier(parameter)))
    standing = {parameter: value for database, parameter, value in found if database is None}
    for parameter, value in wanted.items():
        if standing.get(parameter) != value:
            words = sql.SQL("alter role {} set {} = {}")
            admin.execute(words.format(role, sql.Identifier(parameter), sql.Literal(value)))


def log_settings(name: str, *, is_recording: bool) -> Mapping[str, str]:
    """What the sessions of login `name` put into the server's log: statements only where they are read from there.

    Args:
        name: the database role.
        is_recording: whether the server's log is one that statements may go into (`connections`).
    """
    recorded = {login.role for login in logins() if login.is_recorded}
    return RECORDED_SETTINGS if is_recording and name in recorded else LOG_SETTINGS


def keep_out_of_log(admin: psycopg.Connection, *, is_recording: bool) -> None:
    """Set, for every login, what its sessions put into the server's log, where we may.

    Only a superuser, or who was granted the parameter, may; `logs_too_much` then tells whether it is so anyway. Logins
    that are not recorded may have one session recorded (`p20w db psql`); those that are cannot stop it.
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
    found = admin.execute("select rolname, rolconfig from pg_roles where rolname = any(%s)", (list(LOGINS),)).fetchall()
    standing = {(name, entry) for name, entries in found for entry in entries or ()}
    for name in LOGINS:
        wanted = log_settings(name, is_recording=is_recording)
        for (parameter,) in allowed:
            if (name, f"{parameter}={wanted[parameter]}") not in standing:
                words = sql.SQL("alter role {} set {} = {}")
                admin.execute(
                    words.format(sql.Identifier(name), sql.Identifier(parameter), sql.Literal(wanted[parameter]))
                )
    if admin.execute("select rolsuper from pg_roles where rolname = current_user").fetchone() == (True,):
        for described in logins():
            may = is_recording and not described.is_recorded
            words = sql.SQL("grant set on parameter {} to {}" if may else "revoke set on parameter {} from {}")
            for parameter in OF_RECORDING:
                admin.execute(words.format(sql.Identifier(parameter), sql.Identifier(described.role)))


def logs_too_much(connection: psycopg.Connection) -> list[str]:
    """The log settings of this session that could put rows or statements into the server's log."""
    query = "select name, setting from pg_settings where name = any(%s)"
    found = dict(connection.execute(query, (list(LOG_SETTINGS),)).fetchall())
    return _lacking(LOG_SETTINGS, found)


def lacks_recording(connection: psycopg.Connection, name: str) -> list[str]:
    """The settings that the sessions of login `name` would need to begin with to be recorded, and do not."""
    row = connection.execute("select rolconfig from pg_roles where rolname = %s", (name,)).fetchone()
    found = dict(entry.split("=", 1) for entry in (row[0] if row else None) or ())
    return _lacking(RECORDED_SETTINGS, found)


def _lacking(wanted: Mapping[str, str], found: Mapping[str, str]) -> list[str]:
    return [f"{name} = '{value}'" for name, value in wanted.items() if found.get(name) != value]


def scram(admin: psycopg.Connection, name: str, secret: str) -> str:
    """The SCRAM-SHA-256 verifier of a password, so that the password itself never reaches the server."""
    return admin.pgconn.encrypt_password(secret.encode(), name.encode(), b"scram-sha-256").decode()
