"""Bring a database to the newest revision: Alembic for the rooms, contracts for intake tables, rights as described.

Here: what the owner does, one process at a time, and the checks that the server's log stays free of data and that
nobody may do more than is described.
Not here: what needs the administrator (create).
"""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg import sql

from p20w.database.access import demand_described, makers, settle, settled_version, version
from p20w.database.described import logins
from p20w.database.errors import DatabaseError, ServerMismatch, TooManySessions
from p20w.database.recording import is_recording
from p20w.database.roles import ROLES, lacks_recording, login, logs_too_much
from p20w.database.writer import MIGRATION, alone

if TYPE_CHECKING:
    from p20w.database.warehouse import Warehouse

MIGRATIONS = Path(__file__).parent / "migrations"
PATIENCE = 600.0
"""Seconds to wait for another process that migrates."""


def upgrade(warehouse: "Warehouse") -> None:
    """Run the missing revisions as the owner, make the tables the contracts ask for, and see to the rights.

    Rights are brought in line when what they follow from has changed. Where they differ although it has not, somebody
    else changed them, and that is told, not mended.

    Raises:
        ServerMismatch: the server would write failing rows or statements into its log, or would not record a login, or
            a newer version of the software has changed the database.
        AccessDrift: somebody may do more or less than is described.
    """
    if warehouse.administrator:  # who made the roles, and knows the passwords of all
        _demand_log_settings(warehouse)
    configuration = _configuration()
    configuration.attributes["url"] = warehouse.url("owner")
    with warehouse.connect("owner", autocommit=True) as lock:
        if not alone(lock, MIGRATION, PATIENCE):
            raise DatabaseError("Another process has been bringing the tables up to date for long. Try again later.")
        _demand_known_revision(lock, configuration)
        command.upgrade(configuration, "head")

        from p20w.contracts import load_contracts
        from p20w.governance import catalog
        from p20w.intake.tables import create_tables
        from p20w.registry.persons.record_person import create_view
        from p20w.warehouse.handing_over import hand_over

        contracts = load_contracts(warehouse.settings.contracts)
        with warehouse.connect("owner") as connection:
            create_tables(connection, contracts)
            catalog.fill(connection, contracts)
            create_view(connection, contracts)
            if settled_version(connection) != version(connection):
                settle(connection)
        hand_over(warehouse)
        restore_access(warehouse, only_if_due=True)


def demand_migrated(warehouse: "Warehouse") -> None:
    """Demand, without a right to change anything, that tables and rights are those of this version.

    Raises:
        ServerMismatch: they are those of another one.
        AccessDrift: somebody may do more or less than is described.
    """
    from p20w.contracts import load_contracts
    from p20w.governance import catalog
    from p20w.intake.tables import lacking

    configuration = _configuration()
    with warehouse.connect("keeper") as keeper:
        found = {row[0] for row in keeper.execute("select governance.revision()")}
        _demand_known(found, configuration)
        is_newest = found == {ScriptDirectory.from_config(configuration).get_current_head()}
        contracts = load_contracts(warehouse.settings.contracts)
        is_current = is_newest and not lacking(keeper, contracts) and not catalog.differing(keeper, contracts)
        if not is_current or settled_version(keeper) != version(keeper):
            raise ServerMismatch(
                "The tables or rights of the database are not those of this version. Where the owner's password is, "
                "run: p20w db start (in containers: docker compose up migrate)"
            )
        demand_described(keeper)


def restore_access(warehouse: "Warehouse", *, only_if_due: bool = False) -> None:
    """Bring all rights in line with the description, and see that they are.

    Args:
        warehouse: migrated; the passwords of the owner and of whoever makes things (transform, publisher) are at hand.
        only_if_due: do nothing but look where rights were brought in line with this very description before.

    Raises:
        AccessDrift: there is a difference that the owners of things cannot put right, or that was not to be put right.
    """
    with warehouse.connect("owner") as owner:
        if not only_if_due or settled_version(owner) != version(owner):
            for described in logins():
                for schema in described.makes:
                    owner.execute(sql.SQL("create schema if not exists {}").format(sql.Identifier(schema)))
            settle(owner)
            owner.commit()  # makers find the schemas they may use
            for maker in makers():
                with warehouse.connect(maker) as connection:
                    connection.execute("alter default privileges revoke execute on functions from public")
                    settle(connection)
            owner.execute("insert into governance.access (version) values (%s)", (version(owner),))
            owner.commit()
        demand_described(owner)


def _configuration() -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS))
    return configuration


def _demand_known_revision(connection: psycopg.Connection, configuration: Config) -> None:
    """Refuse a database that a newer version of the software has changed, before anything of it is touched."""
    exists = connection.execute("select to_regclass('public.alembic_version') is not null").fetchone()
    if not exists or not exists[0]:
        return
    _demand_known(
        {row[0] for row in connection.execute("select version_num from public.alembic_version")}, configuration
    )


def _demand_known(revisions: set[str], configuration: Config) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(configuration).walk_revisions()}
    ahead = revisions - known
    if ahead:
        raise ServerMismatch(
            f"The database is at revision {', '.join(sorted(ahead))}, which this version of the software does not "
            "have: a newer one was used on it. Install that one or a later one; nothing was changed."
        )


def _demand_log_settings(warehouse: "Warehouse") -> None:
    with warehouse.connect("owner") as owner:
        recording = is_recording(owner, warehouse.settings)
        recorded = [described for described in logins() if recording and described.is_recorded]
        for described in recorded:  # not by logging in, which would be on record
            _demand_log(described.role, lacks_recording(owner, described.role))
    for role in ROLES:
        if any(described.name == role for described in recorded):
            continue
        with suppress(TooManySessions), warehouse.connect(role) as connection:  # readers hold up nothing
            _demand_log(login(role), logs_too_much(connection))


def _demand_log(name: str, missing: list[str]) -> None:
    if missing:
        raise ServerMismatch(
            f"The server's log would hold data of {name}, or miss what goes on record. In its configuration set: "
            + "; ".join(missing)
            + ".\nOr let a superuser run: p20w db start"
        )
