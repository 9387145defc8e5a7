"""Make a judged set of marts visible, all at once, and keep the earlier ones.

Here: copying the candidate into a vintage of the publisher's own, the views analysts query, their grants. Not here:
building and judging (`marts`), how long old vintages stay (retention).

Nobody who reads can hold it up: schemas are put aside by renaming, which waits for nobody, and swept later.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from p20w.database import Warehouse
from p20w.database.access import settle
from p20w.failpoints import reach
from p20w.pipeline.gates import GateMissing
from p20w.progress import tell
from p20w.warehouse.marts import CANDIDATE, fingerprint_of, forget_candidate, require_marts

GONE = "marts_gone_"
PATIENCE = "2s"
"""How long sweeping waits for readers of what is no longer shown."""


class IncompleteSet(RuntimeError):
    """A mart that belongs to the set is missing; nothing was published."""


class OddMart(RuntimeError):
    """A mart of the set is no plain table; nothing was published."""


@dataclass(frozen=True)
class Publication:
    """The vintage the views show; `changed` is false when they already did.

    `still_read_by` are sessions that read what is no longer shown, as `login (process id)`: it goes when they end.
    """

    schema: str
    marts: tuple[str, ...]
    changed: bool
    still_read_by: tuple[str, ...] = ()


def publish_marts(warehouse: Warehouse, refresh_id: int) -> Publication:
    """Copy the candidate to `marts_r<refresh_id>` and show it in the views of `marts`, in one transaction.

    What is published is the publisher's own copy, and the copy is what must have passed: whoever built the candidate
    cannot change it afterwards. Views have explicit column lists and are made anew, so a mart may gain, lose or retype
    columns. Earlier vintages stay. A rerun finds its work done and changes nothing.

    Args:
        warehouse: the warehouse; the caller is its one writer.
        refresh_id: the refresh whose marts were built and judged.

    Raises:
        GateMissing: there is no candidate of this refresh, or it did not pass the marts gate.
        IncompleteSet: a mart of the set is missing.
        OddMart: a mart is a view, or something else that could run code of who made it.
    """
    vintage = f"marts_r{int(refresh_id)}"
    with warehouse.connect("publisher") as connection:
        marts = _candidate(connection, refresh_id)
        if marts is None:
            marts = _published(connection, vintage)
            if marts is None:
                raise GateMissing(
                    f"{CANDIDATE} has no finished marts of refresh {refresh_id}. Build them: p20w refresh"
                )
            require_marts(warehouse, warehouse.settings, refresh_id, fingerprint_of(connection, vintage, marts))
            if shown(connection) == dict.fromkeys(marts, vintage):
                return Publication(vintage, tuple(marts), changed=False, still_read_by=sweep(connection))
        else:
            put_aside(connection, vintage)
            copy_set(connection, CANDIDATE, vintage, marts, {"refresh_id": refresh_id, "marts": marts})
            require_marts(warehouse, warehouse.settings, refresh_id, fingerprint_of(connection, vintage, marts))
        show(connection, vintage, marts)
        settle(connection)
        reach("marts.publishing")
        connection.commit()
        reach("marts.published")
        forget_candidate(warehouse)
        return Publication(vintage, tuple(marts), changed=True, still_read_by=sweep(connection))


def copy_set(
    connection: psycopg.Connection, source: str, target: str, marts: Sequence[str], mark: Mapping[str, Any]
) -> None:
    """Make schema `target` with copies of the marts in `source` and their comments, as role `publisher`.

    Only values are taken over: nothing of who made them (views, policies, types, defaults) runs or comes along.

    Raises:
        IncompleteSet: a mart is missing.
        OddMart: a mart is no plain table of the server's own types.
    """
    to = sql.Identifier(target)
    connection.execute(sql.SQL("create schema {}").format(to))
    found = connection.execute("select relname from pg_class where relnamespace = to_regnamespace(%s)", (source,))
    if missing := sorted(set(marts) - {row[0] for row in found.fetchall()}):
        raise IncompleteSet(f"{source} lacks {', '.join(missing)}; the views stay as they are. Build again.")
    for mart in marts:
        table = sql.Identifier(source, mart)
        connection.execute(sql.SQL("lock table only {} in access share mode").format(table))
        if connection.execute(_IS_PLAIN, (f"{source}.{mart}",)).fetchone() != (True,):
            raise OddMart(f"{source}.{mart} is no plain table; the views stay as they are. Build the marts again.")
        copy = sql.Identifier(target, mart)
        connection.execute(sql.SQL("create table {} as select * from {}").format(copy, table))
        _explain(connection, copy, _columns(connection, source, mart))
    connection.execute(sql.SQL("comment on schema {} is {}").format(to, sql.Literal(json.dumps(mark))))


def show(connection: psycopg.Connection, vintage: str, marts: Sequence[str]) -> None:
    """Make schema `marts` anew with a view on each mart of a vintage; the one that was goes aside."""
    put_aside(connection, "marts")
    connection.execute("create schema marts")
    for mart in marts:
        columns = _columns(connection, vintage, mart)
        names = sql.SQL(", ").join(sql.Identifier(name) for name, _ in columns)
        view = sql.Identifier("marts", mart)
        table = sql.Identifier(vintage, mart)
        connection.execute(sql.SQL("create view {} as select {} from {}").format(view, names, table))
        _explain(connection, view, columns)


def put_aside(connection: psycopg.Connection, schema: str) -> None:
    """Rename a schema, if there is one, so that its name is free; whoever reads from it reads on."""
    row = connection.execute("select oid from pg_namespace where nspname = %s", (schema,)).fetchone()
    if row:
        gone = sql.Identifier(f"{GONE}{row[0]}")
        connection.execute(sql.SQL("alter schema {} rename to {}").format(sql.Identifier(schema), gone))


def sweep(connection: psycopg.Connection) -> tuple[str, ...]:
    """Drop what was put aside, and commit; what somebody still reads stays, for the next time.

    Returns:
        who reads it, as `login (process id)`.
    """
    connection.execute(f"set local lock_timeout = '{PATIENCE}'".encode())
    names = connection.execute("select nspname from pg_namespace where starts_with(nspname, %s)", (GONE,)).fetchall()
    readers: list[str] = []
    for (name,) in sorted(names):
        try:
            with connection.transaction():
                connection.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(name)))
        except psycopg.errors.LockNotAvailable:
            readers += [row[0] for row in connection.execute(_READERS, (name,)).fetchall()]
    connection.commit()
    if readers:
        tell(f"marts of before are still read by {', '.join(readers)}; they go when that ends")
    return tuple(readers)


def shown(connection: psycopg.Connection) -> dict[str, str]:
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


def _candidate(connection: psycopg.Connection, refresh_id: int) -> list[str] | None:
    """The marts of the candidate, if there is a finished one of this refresh."""
    if connection.execute(_IS_PLAIN, (f"{CANDIDATE}.build_mark",)).fetchone() != (True,):
        return None
    row = connection.execute(
        "select marts from marts_candidate.build_mark where refresh_id = %s", (refresh_id,)
    ).fetchone()
    return list(row[0]) if row else None


def _published(connection: psycopg.Connection, vintage: str) -> list[str] | None:
    """The marts of a vintage, if there is one; the publisher wrote down which."""
    row = connection.execute("select obj_description(to_regnamespace(%s), 'pg_namespace')", (vintage,)).fetchone()
    return list(json.loads(row[0])["marts"]) if row and row[0] else None


def _explain(connection: psycopg.Connection, thing: sql.Identifier, columns: Sequence[tuple[str, str | None]]) -> None:
    for name, comment in columns:
        if comment:
            words = sql.SQL("comment on column {}.{} is {}")
            connection.execute(words.format(thing, sql.Identifier(name), sql.Literal(comment)))


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


# A table, without policies, whose types are the server's own: selecting from it runs nothing of its owner's. Conditions
# and expressions of indexes and statistics are worked out while the select is planned.
_IS_PLAIN = """
select relkind = 'r' and not relrowsecurity and not exists (
    select from pg_index where indrelid = pg_class.oid and (indexprs is not null or indpred is not null)
) and not exists (
    select from pg_statistic_ext where stxrelid = pg_class.oid
) and not exists (
    select
    from pg_attribute
    inner join pg_type on atttypid = pg_type.oid
    where attrelid = pg_class.oid and attnum > 0 and not attisdropped
        and (typnamespace <> 'pg_catalog'::regnamespace or attgenerated <> '')
)
from pg_class
where oid = to_regclass(%s)
"""

_READERS = """
select distinct format('%%s (process %%s)', coalesce(activity.usename, 'a login'), locks.pid)
from pg_locks as locks
left join pg_stat_activity as activity on locks.pid = activity.pid
inner join pg_class on locks.relation = pg_class.oid
where locks.database = (select oid from pg_database where datname = current_database())
    and locks.pid <> pg_backend_pid()
    and pg_class.relnamespace = to_regnamespace(%s)
order by 1
"""
