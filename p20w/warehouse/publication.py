"""Make a judged set of marts visible, all at once, and keep the earlier ones.

Here: renaming the candidate schema, the views analysts query, their grants. Not here: building and judging
(`marts`), how long old vintages stay (retention).
"""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
from psycopg import sql

from p20w.database import Warehouse
from p20w.failpoints import reach
from p20w.warehouse.marts import CANDIDATE, fingerprint_of, marked, require_marts

READERS = ("p20w_analyst", "p20w_report", "p20w_steward")
PATIENCE = "30s"


class IncompleteSet(RuntimeError):
    """A mart that belongs to the set is missing; nothing was published."""


@dataclass(frozen=True)
class Publication:
    """The vintage the views show; `changed` is false when they already did."""

    schema: str
    marts: tuple[str, ...]
    changed: bool


def publish_marts(warehouse: Warehouse, refresh_id: int) -> Publication:
    """Rename the candidate to `marts_r<refresh_id>` and point every view of `marts` at it, in one transaction.

    Views have explicit column lists and are made anew, so a mart may gain, lose or retype columns. Earlier
    vintages stay. A rerun finds its work done and changes nothing.

    Args:
        warehouse: the warehouse; the caller is its one writer.
        refresh_id: the refresh whose marts were built and judged.

    Raises:
        GateMissing: there is no candidate of this refresh, or it did not pass the marts gate.
        IncompleteSet: a mart of the set is missing.
    """
    vintage = f"marts_r{int(refresh_id)}"
    with warehouse.connect("transform") as connection:
        connection.execute(f"set local lock_timeout = '{PATIENCE}'".encode())
        schema = CANDIDATE if _exists(connection, CANDIDATE) else vintage
        marts = marked(connection, schema, refresh_id)
        if missing := sorted(set(marts) - set(_tables(connection, schema))):
            raise IncompleteSet(f"{schema} lacks {', '.join(missing)}; the views stay as they are. Build again.")
        require_marts(warehouse, warehouse.settings, refresh_id, fingerprint_of(connection, schema, marts))
        if schema == vintage and _shown(connection) == dict.fromkeys(marts, vintage):
            return Publication(vintage, tuple(marts), changed=False)
        if schema == CANDIDATE:
            _rename(connection, vintage)
        _show(connection, vintage, marts)
        reach("marts.publishing")
        connection.commit()
    reach("marts.published")
    return Publication(vintage, tuple(marts), changed=True)


def _rename(connection: psycopg.Connection, vintage: str) -> None:
    """Put the candidate in the place of this refresh's earlier attempt, if there was one."""
    connection.execute(sql.SQL("drop schema if exists {} cascade").format(sql.Identifier(vintage)))
    connection.execute(
        sql.SQL("alter schema {} rename to {}").format(sql.Identifier(CANDIDATE), sql.Identifier(vintage))
    )


def _show(connection: psycopg.Connection, vintage: str, marts: list[str]) -> None:
    readers = sql.SQL(", ").join(map(sql.Identifier, READERS))
    schema = sql.Identifier(vintage)
    connection.execute(sql.SQL("grant usage on schema {} to {}").format(schema, readers))
    connection.execute(sql.SQL("grant select on all tables in schema {} to {}").format(schema, readers))
    for view in _shown(connection):
        connection.execute(sql.SQL("drop view {}").format(sql.Identifier("marts", view)))
    for mart in marts:
        view = sql.Identifier("marts", mart)
        columns = _columns(connection, vintage, mart)
        names = sql.SQL(", ").join(sql.Identifier(name) for name, _ in columns)
        connection.execute(
            sql.SQL("create view {} as select {} from {}").format(view, names, sql.Identifier(vintage, mart))
        )
        connection.execute(sql.SQL("grant select on {} to {}").format(view, readers))
        for name, comment in columns:
            if comment:
                connection.execute(
                    sql.SQL("comment on column {} is {}").format(
                        sql.Identifier("marts", mart, name), sql.Literal(comment)
                    )
                )


def _shown(connection: psycopg.Connection) -> dict[str, str]:
    """The views of `marts`, each with the vintage it shows."""
    rows = connection.execute(
        """
        select views.relname, coalesce(min(vintages.nspname), '')
        from pg_class as views
        inner join pg_rewrite as rules on views.oid = rules.ev_class
        left join pg_depend as uses
            on rules.oid = uses.objid and uses.classid = 'pg_rewrite'::regclass and uses.refobjid <> views.oid
        left join pg_class as tables on uses.refobjid = tables.oid and uses.refclassid = 'pg_class'::regclass
        left join pg_namespace as vintages on tables.relnamespace = vintages.oid
        where views.relnamespace = 'marts'::regnamespace and views.relkind = 'v'
        group by views.relname
        """
    ).fetchall()
    return dict(rows)


def _columns(connection: psycopg.Connection, schema: str, table: str) -> list[tuple[str, str | None]]:
    """Names and comments of a table's columns, in their order."""
    return connection.execute(
        """
        select attname, col_description(attrelid, attnum)
        from pg_attribute
        where attrelid = %s::regclass and attnum > 0 and not attisdropped
        order by attnum
        """,
        (f"{schema}.{table}",),
    ).fetchall()


def _tables(connection: psycopg.Connection, schema: str) -> list[str]:
    rows = connection.execute("select tablename from pg_tables where schemaname = %s", (schema,)).fetchall()
    return [row[0] for row in rows]


def _exists(connection: psycopg.Connection, schema: str) -> bool:
    row = connection.execute("select to_regnamespace(%s) is not null", (schema,)).fetchone()
    return bool(row and row[0])
