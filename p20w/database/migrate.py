"""Bring a database to the newest revision: Alembic for the rooms, contracts for the intake tables."""

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config

if TYPE_CHECKING:
    from p20w.database.warehouse import Warehouse

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(warehouse: "Warehouse") -> None:
    """Run the missing revisions as the owner, then make the tables the contracts ask for."""
    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS))
    configuration.attributes["url"] = warehouse.url("owner")
    command.upgrade(configuration, "head")

    from p20w.contracts import load_contracts
    from p20w.intake.tables import create_tables

    with warehouse.connect("owner") as connection:
        create_tables(connection, load_contracts(warehouse.settings.contracts))
