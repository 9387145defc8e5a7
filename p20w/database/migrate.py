"""Bring a database to the newest revision: Alembic for the rooms, contracts for the intake tables.

Here: what the owner does, one process at a time, and the check that the server's log stays free of data.
Not here: what needs the administrator (create).
"""

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config

from p20w.database.errors import ServerMismatch
from p20w.database.roles import ROLES, logs_too_much

if TYPE_CHECKING:
    from p20w.database.warehouse import Warehouse

MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATION_LOCK = 0x5032304D  # "P20M"


def upgrade(warehouse: "Warehouse") -> None:
    """Run the missing revisions as the owner, then make the tables the contracts ask for.

    Raises:
        ServerMismatch: the server would write failing rows or statements into its log.
    """
    if warehouse.administrator:  # who made the roles, and knows the passwords of all
        _demand_silent_log(warehouse)
    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS))
    configuration.attributes["url"] = warehouse.url("owner")
    with warehouse.connect("owner", autocommit=True) as alone:
        alone.execute("select pg_advisory_lock(%s)", (MIGRATION_LOCK,))  # ends with the connection
        command.upgrade(configuration, "head")

        from p20w.contracts import load_contracts
        from p20w.intake.tables import create_tables
        from p20w.registry.persons.record_person import create_view

        contracts = load_contracts(warehouse.settings.contracts)
        with warehouse.connect("owner") as connection:
            create_tables(connection, contracts)
            create_view(connection, contracts)


def _demand_silent_log(warehouse: "Warehouse") -> None:
    for role in ROLES:
        with warehouse.connect(role) as connection:
            if missing := logs_too_much(connection):
                raise ServerMismatch(
                    f"The server would write data into its log for p20w_{role}. In its configuration set: "
                    + "; ".join(missing)
                    + ".\nOr let a superuser run: p20w db start"
                )
