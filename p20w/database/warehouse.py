"""The handle every room holds: where the database is, connections by role, migrations, the one-writer lock.

Here: how a role gets in.
Not here: SQL of any room, creating roles and databases (create), tables (migrate).
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from p20w.database import embedded
from p20w.database.connections import connect
from p20w.database.create import create_databases, grant_database
from p20w.database.errors import DatabaseError, ServerMismatch
from p20w.database.roles import DAGSTER_ROLE, Role, has_password, login, password
from p20w.database.writer import one_writer
from p20w.settings import Settings

OLDEST_SERVER = 160000
CARRIED = ("sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "ssl_min_protocol_version", "channel_binding")
"""Parameters of a configured server's URL that every role's connection takes over."""


@dataclass
class Warehouse:
    """One warehouse database on one server."""

    settings: Settings
    host: str
    """Host name, address, or a socket's folder."""
    port: int
    administrator: str | None
    """Connection string of who may create roles and databases; None where somebody else did that."""
    parameters: dict[str, str] = field(default_factory=dict)
    """More parameters of every connection, such as how to check the server's certificate."""

    @classmethod
    def open(cls, settings: Settings) -> "Warehouse":
        """The warehouse of these settings: the embedded server is started if no other is configured.

        Raises:
            ServerMismatch: the server is older than Postgres 16.
            DatabaseError: it cannot be reached.
        """
        if settings.server_url is None:
            cluster = embedded.start(settings)
            return cls(settings, str(cluster.socket), 5432, cluster.administrator_dsn)
        warehouse = cls._configured(settings, settings.server_url)
        if warehouse.administrator:
            with warehouse.connect_administrator() as admin:
                _demand_version(admin)
        return warehouse

    @classmethod
    def _configured(cls, settings: Settings, url: str) -> "Warehouse":
        """A server that is there already. A URL without a user names the server only."""
        try:
            found = {name: str(value) for name, value in conninfo_to_dict(url).items()}
        except psycopg.Error:
            found = None
        if found is None:
            raise DatabaseError("P20W_SERVER_URL is not a URL that Postgres understands.")
        if settings.server_password_file:
            found["password"] = settings.server_password_file.read_text().strip()
        found.setdefault("dbname", "postgres")
        administrator = make_conninfo(**found) if found.get("user") else None
        carried = {name: found[name] for name in CARRIED if name in found}
        return cls(settings, found.get("host", "localhost"), int(found.get("port", "5432")), administrator, carried)

    # ------------------------------------------------------------ connections

    def connect(self, role: Role, *, autocommit: bool = False) -> psycopg.Connection:
        """A connection logged in as `role`. Its errors hold no values (connections).

        Raises:
            DatabaseError: the role cannot log in, or the database is not there yet.
        """
        who = f"Role {login(role)} on database {self.settings.database}"
        name = f"p20w {role}"
        return connect(self.libpq(role), who, "Run: p20w db start", autocommit=autocommit, application_name=name)

    def connect_administrator(self, database: str | None = None) -> psycopg.Connection:
        """A connection that may create roles and databases (autocommit)."""
        if self.administrator is None:
            raise DatabaseError("P20W_SERVER_URL names no administrator: it has no user. Add one, or ask who does.")
        target: dict[str, Any] = {"dbname": database} if database else {}
        remedy = "Check P20W_SERVER_URL, or for the embedded server: p20w db start"
        return connect(self.administrator, "The server's administrator", remedy, autocommit=True, **target)

    def password(self, role: Role) -> str:
        """The password of a role's login."""
        return password(self.settings.secrets, login(role))

    def libpq(self, role: Role) -> str:
        """Libpq URI of a role, for psycopg and ADBC. Holds a password: never log it."""
        return self._uri("postgresql", login(role), self.password(role), self.settings.database)

    def url(self, role: Role) -> str:
        """SQLAlchemy URL of a role (psycopg 3). Holds a password: never log it."""
        return self._uri("postgresql+psycopg", login(role), self.password(role), self.settings.database)

    def libpq_environment(self) -> dict[str, str]:
        """How the server is checked, for programs that take no URL (dbt, psql) and follow libpq's environment."""
        return {f"PG{name.upper().replace('_', '')}": value for name, value in self.parameters.items()}

    def dagster_url(self) -> str:
        """URL of Dagster's own storage, a separate database on the same server."""
        secret = password(self.settings.secrets, DAGSTER_ROLE)
        return self._uri("postgresql", DAGSTER_ROLE, secret, self.dagster_database)

    @property
    def dagster_database(self) -> str:
        """Name of the database that holds Dagster's own storage."""
        return f"{self.settings.database}_dagster"

    def _uri(self, scheme: str, user: str, secret: str, database: str) -> str:
        host, parameters = self.host, dict(self.parameters)
        if host.startswith("/"):
            # a named host keeps strict URL parsers content; the parameter is what libpq follows
            host, parameters["host"] = "localhost", host
        elif ":" in host:
            host = f"[{host}]"
        query = f"?{urlencode(parameters, quote_via=quote)}" if parameters else ""
        return f"{scheme}://{quote(user)}:{quote(secret, safe='')}@{host}:{self.port}/{database}{query}"

    # --------------------------------------------------------------- creation

    def migrate(self) -> None:
        """Create what is missing: roles, databases, tables, the contracts' intake tables. Safe to repeat.

        Who has not got the owner's password, as in a container, only looks whether somebody did.
        """
        from p20w.database.migrate import demand_migrated, upgrade

        if self.administrator:
            create_databases(self)
        elif not has_password(self.settings.secrets, login("owner")):
            demand_migrated(self)
            return
        with self.connect("owner") as owner:
            _demand_version(owner)
        upgrade(self)

    def grant_database(self) -> None:
        """Let the roles into this database, and nobody else."""
        grant_database(self)

    # ------------------------------------------------------------- one writer

    def writer(self, doing: str = "writing") -> AbstractContextManager[None]:
        """Be the one writer for the length of the block; reentrant within a process.

        Raises:
            WriterBusy: another process holds the lock; the message says what it does and since when.
        """
        database = f"{self.host}:{self.port}/{self.settings.database}"
        return one_writer(database, partial(self.connect, "keeper", autocommit=True), doing)


def _demand_version(connection: psycopg.Connection) -> None:
    if connection.info.server_version < OLDEST_SERVER:
        raise ServerMismatch("The configured server is older than Postgres 16. Upgrade it, then try again.")
