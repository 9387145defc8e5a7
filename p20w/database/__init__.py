"""The Postgres behind the warehouse: the server, its roles, connections, bulk loading and migrations.

Not here: what the tables mean (the rooms that own them) and dbt's models.
"""

from p20w.database.errors import DatabaseError, ServerMismatch, WriterBusy
from p20w.database.roles import ROLES, Role
from p20w.database.warehouse import Warehouse

__all__ = ["ROLES", "DatabaseError", "Role", "ServerMismatch", "Warehouse", "WriterBusy"]
