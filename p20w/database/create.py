"""Create what a server lacks: login roles, the warehouse database, Dagster's own database, who may enter them.

Here: what needs the administrator. Safe to repeat, and to start twice at once.
Not here: tables and what roles may do with them (migrations), connections (warehouse).
"""

from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from p20w.database.connections import connect
from p20w.database.roles import DAGSTER_ROLE, ROLES, ensure_roles, keep_out_of_log, login

if TYPE_CHECKING:
    from p20w.database.warehouse import Warehouse

CREATION_LOCK = 0x50323043  # "P20C"


def create_databases(warehouse: "Warehouse") -> None:
    """Roles and databases of this warehouse, as the administrator."""
    settings = warehouse.settings
    with warehouse.connect_administrator() as admin:
        admin.execute("select pg_advisory_lock(%s)", (CREATION_LOCK,))  # ends with the connection
        ensure_roles(admin, settings.secrets)
        keep_out_of_log(admin)
        _create_database(admin, settings.database, login("owner"))
        _create_database(admin, warehouse.dagster_database, DAGSTER_ROLE)
    grant_database(warehouse)
    with connect(warehouse.dagster_url(), "Dagster's role", "Run: p20w db start", autocommit=True) as dagster:
        close = sql.SQL("revoke all on database {} from public")
        dagster.execute(close.format(sql.Identifier(warehouse.dagster_database)))


def grant_database(warehouse: "Warehouse") -> None:
    """Let the roles into the warehouse database and nobody else; only transform may add schemas to it."""
    database = sql.Identifier(warehouse.settings.database)
    with warehouse.connect("owner", autocommit=True) as owner:
        owner.execute(sql.SQL("revoke all on database {} from public").format(database))
        for role in ROLES:
            owner.execute(sql.SQL("grant connect on database {} to {}").format(database, sql.Identifier(login(role))))
        for role in ("intake", "linkage", "transform", "report"):  # an analyst keeps nothing, not even for a session
            owner.execute(sql.SQL("grant temporary on database {} to {}").format(database, sql.Identifier(login(role))))
        owner.execute(sql.SQL("grant create on database {} to p20w_transform").format(database))


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
