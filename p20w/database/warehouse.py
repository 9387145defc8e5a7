"""The handle every room holds: connections by role, the one-writer lock, migrations.

Here: where the database is and how a role gets in.
Not here: SQL of any room.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import sql

from p20w.database import embedded
from p20w.database.errors import DatabaseError, ServerMismatch, WriterBusy
from p20w.database.roles import DAGSTER_ROLE, ROLES, Role, ensure_roles, login, password
from p20w.settings import Settings

OLDEST_SERVER = 160000
WRITER_LOCK = 0x50323057  # "P20W"


@dataclass
class Warehouse:
    """One warehouse database on one server."""

    settings: Settings
    host: str
    port: int
    administrator: str
    """Connection string of who may create roles and databases."""
    _held: int = 0
    _lock: Any = None
    _guard: Any = field(default_factory=threading.RLock)

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
        parts = urlsplit(settings.server_url)
        warehouse = cls(settings, parts.hostname or "localhost", parts.port or 5432, settings.server_url)
        with warehouse.connect_administrator() as admin:
            if admin.info.server_version < OLDEST_SERVER:
                raise ServerMismatch("The configured server is older than Postgres 16. Upgrade it, then try again.")
        return warehouse

    # ------------------------------------------------------------ connections

    def connect(self, role: Role, *, autocommit: bool = False) -> psycopg.Connection:
        """A connection logged in as `role`.

        Raises:
            DatabaseError: the role cannot log in, or the database is not there yet.
        """
        try:
            return psycopg.connect(self.libpq(role), autocommit=autocommit, application_name=f"p20w {role}")
        except psycopg.OperationalError as error:
            raise DatabaseError(
                f"Role {login(role)} could not connect to database {self.settings.database} "
                f"(SQLSTATE {error.sqlstate or 'none'}). Run: p20w db start"
            ) from None

    def connect_administrator(self, database: str | None = None) -> psycopg.Connection:
        """A connection that may create roles and databases (autocommit)."""
        try:
            target: dict[str, Any] = {"dbname": database} if database else {}
            return psycopg.connect(self.administrator, autocommit=True, **target)
        except psycopg.OperationalError as error:
            raise DatabaseError(
                f"The server does not let the administrator in (SQLSTATE {error.sqlstate or 'none'}). "
                "Check P20W_SERVER_URL, or for the embedded server: p20w db start"
            ) from None

    def password(self, role: Role) -> str:
        """The password of a role's login."""
        return password(self.settings.secrets, login(role))

    def libpq(self, role: Role) -> str:
        """Libpq URI of a role, for psycopg and ADBC. Holds a password: never log it."""
        return self._uri("postgresql", login(role), self.password(role), self.settings.database)

    def url(self, role: Role) -> str:
        """SQLAlchemy URL of a role (psycopg 3). Holds a password: never log it."""
        return self._uri("postgresql+psycopg", login(role), self.password(role), self.settings.database)

    def dagster_url(self) -> str:
        """URL of Dagster's own storage, a separate database on the same server."""
        secret = password(self.settings.secrets, DAGSTER_ROLE)
        return self._uri("postgresql", DAGSTER_ROLE, secret, self.dagster_database)

    @property
    def dagster_database(self) -> str:
        """Name of the database that holds Dagster's own storage."""
        return f"{self.settings.database}_dagster"

    def _uri(self, scheme: str, user: str, secret: str, database: str) -> str:
        credentials = f"{quote(user)}:{quote(secret, safe='')}"
        if self.host.startswith("/"):
            # a named host keeps strict URL parsers content; the parameter is what libpq follows
            return f"{scheme}://{credentials}@localhost:{self.port}/{database}?host={quote(self.host, safe='')}"
        return f"{scheme}://{credentials}@{self.host}:{self.port}/{database}"

    # --------------------------------------------------------------- creation

    def migrate(self) -> None:
        """Create what is missing: roles, databases, tables, the contracts' intake tables. Safe to repeat."""
        from p20w.database.migrate import upgrade

        with self.connect_administrator() as admin:
            ensure_roles(admin, self.settings.secrets)
            self._create_database(admin, self.settings.database, login("owner"))
            self._create_database(admin, self.dagster_database, DAGSTER_ROLE)
            admin.execute("alter role p20w_analyst set default_transaction_read_only = on")
        upgrade(self)

    def _create_database(self, admin: psycopg.Connection, name: str, owner: str) -> None:
        if admin.execute("select 1 from pg_database where datname = %s", (name,)).fetchone():
            return
        admin.execute(
            sql.SQL("create database {} owner {} template template0 encoding 'UTF8' locale 'C.UTF-8'").format(
                sql.Identifier(name), sql.Identifier(owner)
            )
        )
        if owner == login("owner"):
            self.grant_database(name)

    def grant_database(self, name: str) -> None:
        """Let the roles into database `name`; only the transform role may add schemas to it."""
        with self.connect_administrator() as admin:
            database = sql.Identifier(name)
            admin.execute(sql.SQL("revoke all on database {} from public").format(database))
            for role in ROLES:
                admin.execute(
                    sql.SQL("grant connect, temporary on database {} to {}").format(
                        database, sql.Identifier(login(role))
                    )
                )
            admin.execute(sql.SQL("grant create on database {} to p20w_transform").format(database))

    # ------------------------------------------------------------- one writer

    @contextmanager
    def writer(self, doing: str = "writing") -> Iterator[None]:
        """Be the one writer for the length of the block; reentrant within a process.

        Raises:
            WriterBusy: another process holds the lock; the message says what it does and since when.
        """
        with self._guard:
            if self._held == 0:
                self._lock = self._take_lock(doing)
            self._held += 1
        try:
            yield
        finally:
            with self._guard:
                self._held -= 1
                if self._held == 0:
                    self._lock.close()
                    self._lock = None

    def _take_lock(self, doing: str) -> psycopg.Connection:
        connection = self.connect("owner", autocommit=True)
        connection.execute(
            "select set_config('application_name', %s, false)", (f"p20w writer {os.getpid()}: {doing}"[:60],)
        )
        row = connection.execute("select pg_try_advisory_lock(%s)", (WRITER_LOCK,)).fetchone()
        if row and row[0]:
            return connection
        holder = connection.execute(
            """
            select activity.application_name, to_char(activity.backend_start, 'YYYY-MM-DD HH24:MI:SS')
            from pg_locks as locks
            inner join pg_stat_activity as activity on locks.pid = activity.pid
            where locks.locktype = 'advisory' and locks.objid = %s and locks.granted
                and locks.database = (select oid from pg_database where datname = current_database())
            """,
            (WRITER_LOCK,),
        ).fetchone()
        connection.close()
        who = f"{holder[0]}, connected {holder[1]}" if holder else "another process"
        raise WriterBusy(f"The warehouse is being written to ({who}). Wait for it to end, then try again.")
