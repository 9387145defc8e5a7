"""Create what a server lacks: login roles, the warehouse database, Dagster's own database, who may enter them.

Here: what needs the administrator. Safe to repeat, and to start twice at once.
Not here: tables and what roles may do with them (migrations), connections (warehouse).
"""

from typing import TYPE_CHECKING, LiteralString, cast

import psycopg
from psycopg import sql

from p20w.database.connections import connect
from p20w.database.described import logins
from p20w.database.recording import is_recording
from p20w.database.roles import DAGSTER_ROLE, ensure_roles, keep_out_of_log, login

if TYPE_CHECKING:
    from p20w.database.warehouse import Warehouse

CREATION_LOCK = 0x50323043  # "P20C"


def create_databases(warehouse: "Warehouse") -> None:
    """Roles and databases of this warehouse, as the administrator."""
    settings = warehouse.settings
    with warehouse.connect_administrator() as admin:
        admin.execute("set lock_timeout = '1min'")
        admin.execute("select pg_advisory_lock(%s)", (CREATION_LOCK,))  # ends with the connection
        admin.execute("set lock_timeout = '3s'")
        ensure_roles(admin, settings.secrets)
        keep_out_of_log(admin, is_recording=is_recording(admin, settings))
        _create_database(admin, settings.database, login("owner"))
        _create_database(admin, warehouse.dagster_database, DAGSTER_ROLE)
    grant_database(warehouse)
    close_server(warehouse)
    with connect(warehouse.dagster_url(), "Dagster's role", "Run: p20w db start", autocommit=True) as dagster:
        close = sql.SQL("revoke all on database {} from public")
        dagster.execute(close.format(sql.Identifier(warehouse.dagster_database)))


def grant_database(warehouse: "Warehouse") -> None:
    """Let the roles into the warehouse database as described, and nobody else."""
    database = sql.Identifier(warehouse.settings.database)
    with warehouse.connect("owner", autocommit=True) as owner:
        owner.execute(sql.SQL("revoke all on database {} from public").format(database))
        for described in logins():
            for privilege in described.database:
                words = sql.SQL("grant {} on database {} to {}")
                what = sql.SQL(cast("LiteralString", privilege))
                owner.execute(words.format(what, database, sql.Identifier(described.role)))


def close_server(warehouse: "Warehouse") -> None:
    """Take from everybody what Postgres gives to everybody and nothing of ours needs, where a superuser does this.

    Large objects are a way to write, and advisory locks fill the one table of locks of the server; whoever may query
    marts could do both. Functions are made by the owner alone: one in a condition of an index runs as whoever reads
    the table, so transform could act as the gate. On a server of our own nobody has business in the databases it comes
    with.
    """
    with warehouse.connect_administrator() as admin:
        if admin.execute("select rolsuper from pg_roles where rolname = current_user").fetchone() != (True,):
            return
    with warehouse.connect_administrator(warehouse.settings.database) as admin:
        for (function,) in admin.execute(_OPEN_TO_ALL).fetchall():
            admin.execute(f"revoke execute on function {function} from public".encode())
        admin.execute("revoke all on language plpgsql, sql from public")
        admin.execute("grant usage on language plpgsql, sql to p20w_owner")
        if warehouse.settings.server_url is None:
            for database in ("postgres", "template1"):
                admin.execute(f"revoke all on database {database} from public".encode())


_OPEN_TO_ALL = """
select oid::regprocedure::text
from pg_proc
where pronamespace = 'pg_catalog'::regnamespace
    and (proname ~ '^lo_|^lo(read|write)$' or proname ~ '^pg_(try_)?advisory')
    and has_function_privilege('public', oid, 'execute')
order by 1
"""


def _create_database(admin: psycopg.Connection, name: str, owner: str) -> None:
    if admin.execute("select 1 from pg_database where datname = %s", (name,)).fetchone():
        return
    parts = {"database": sql.Identifier(name), "owner": sql.Identifier(owner)}
    is_superuser = admin.execute("select rolsuper from pg_roles where rolname = current_user").fetchone() == (True,)
    if not is_superuser:  # who gives a database away must be able to become its owner, for that moment
        admin.execute(sql.SQL("grant {owner} to current_user with inherit false, set true").format(**parts))
    admin.execute(
        sql.SQL("create database {database} owner {owner} template template0 encoding 'UTF8' locale 'C.UTF-8'").format(
            **parts
        )
    )
    if not is_superuser:
        admin.execute(sql.SQL("revoke {owner} from current_user granted by current_user").format(**parts))
