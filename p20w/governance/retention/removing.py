"""What goes when drops are purged: lines, quarantine, and everybody whom no other drop holds.

Here: the SQL, in its order, as the owner and in the caller's transaction. Not here: the drop's own row (migration
0024), its files (`files`), frozen values (`frozen_values`), facts: the next refresh takes them out.

Ids of persons stay, retired: they are never given again. Of events and earlier refreshes, what names a record goes.
"""

from collections.abc import Iterator, Sequence
from typing import LiteralString

import psycopg
from psycopg import sql

BY_IDENTITY = ("registry.assignment", "registry.other_map", "vault.identity")
BY_PAIR = (
    *("registry.decision", "registry.edge", "registry.former_edge"),
    *("registry.review_queue", "registry.former_review"),
)
BY_PERSON = ("registry.person_profile", "registry.former_profile")
"""Made of all of a person's records; the next refresh makes it anew of those that stay."""
BY_DROP = ("vault.address", "vault.identity_presence")
NAMELESS = ("registry.event", "registry.undone_event")
"""What happened to persons stays, without the record it happened by."""
CANDIDATES = (
    *("registry.candidate", "registry.candidate_person", "registry.candidate_event", "registry.candidate_edge"),
    *("registry.candidate_review", "registry.candidate_profile"),
)
"""A candidate that waits: the next refresh makes it anew in any case."""


def remove(connection: psycopg.Connection, drops: Sequence[int]) -> dict[str, int]:
    """Remove all that is held of these drops; how many rows of each table went.

    Args:
        connection: of the owner; the caller commits.
        drops: their ids.
    """
    removed: dict[str, int] = {}
    values = {"drops": list(drops)}
    for statement in _BEFORE:
        connection.execute(statement, values)
    for table, statement in _statements(connection):
        removed[table] = connection.execute(statement, values).rowcount
    connection.execute(sql.SQL("truncate {}").format(sql.SQL(", ").join(map(_name, CANDIDATES))))
    # the planner's statistics repeat values, and analyzing a table without rows leaves them as they were
    if connection.info.server_version >= _CAN_FORGET_STATISTICS:
        connection.execute(_FORGET_STATISTICS, {"tables": [*removed, *CANDIDATES]})
    connection.execute(sql.SQL("analyze {}").format(sql.SQL(", ").join(map(_name, removed))))
    return {table: rows for table, rows in removed.items() if rows}


def tables_of_lines(connection: psycopg.Connection) -> list[str]:
    """All tables of schema `intake`: each row of one belongs to a drop."""
    rows = connection.execute("select 'intake.' || tablename from pg_tables where schemaname = 'intake' order by 1")
    return [name for (name,) in rows.fetchall()]


def _statements(connection: psycopg.Connection) -> Iterator[tuple[str, sql.Composed | sql.SQL]]:
    """A table and what goes from it, in order."""
    for table in (*tables_of_lines(connection), *BY_DROP):
        yield table, sql.SQL("delete from {} where drop_id = any(%(drops)s)").format(_name(table))
    for table in BY_PAIR:
        yield table, sql.SQL(_PAIRS).format(_name(table))
    for table in BY_PERSON:
        yield table, sql.SQL("delete from {} where person_id in (select person_id from touched)").format(_name(table))
    for table in BY_IDENTITY:
        yield table, sql.SQL("delete from {} where identity_id in (select identity_id from gone)").format(_name(table))
    for table in NAMELESS:
        words = "update {} set identity_id = null where identity_id in (select identity_id from gone)"
        yield table, sql.SQL(words).format(_name(table))
    yield "vault.ssn", sql.SQL(_TOKENS)


def _name(table: str) -> sql.Identifier:
    return sql.Identifier(*table.split("."))


_CAN_FORGET_STATISTICS = 180000
"""Before Postgres 18, statistics of a table that a purge left without rows stay until rows come again."""
_FORGET_STATISTICS: LiteralString = """
    select pg_clear_attribute_stats(space.nspname, class.relname, attribute.attname, false)
    from pg_class as class
    inner join pg_namespace as space on class.relnamespace = space.oid
    inner join pg_attribute as attribute on class.oid = attribute.attrelid
    where class.oid = any(%(tables)s::text[]::regclass[]) and attribute.attnum > 0 and not attribute.attisdropped
"""

_BEFORE: tuple[LiteralString, ...] = (
    "drop table if exists gone, gone_token, touched, bereft",
    # everybody of these drops whom no other drop holds, whatever became of it
    """
    create temporary table gone on commit drop as
    select identity_id from vault.identity_presence where drop_id = any(%(drops)s)
    except
    select identity_id from vault.identity_presence where drop_id <> all(%(drops)s)
    """,
    """
    create temporary table gone_token on commit drop as
    select distinct ssn_token from vault.identity inner join gone using (identity_id) where ssn_token is not null
    """,
    """
    create temporary table touched on commit drop as
    select person_id from registry.assignment inner join gone using (identity_id)
    union
    select person_id from registry.candidate inner join gone using (identity_id)
    """,
    # persons without a record from now on retire, in the refresh that is open or comes next
    """
    create temporary table bereft on commit drop as
    select
        assignment.person_id,
        count(*) as identities,
        (
            select coalesce(max(refresh_id) filter (where status <> 'published'), max(refresh_id) + 1, 1)
            from governance.refresh
        ) as refresh_id
    from registry.assignment
    left join gone on assignment.identity_id = gone.identity_id
    where assignment.valid_to_refresh is null and assignment.person_id in (select person_id from touched)
    group by assignment.person_id
    having count(*) = count(gone.identity_id)
    """,
    "analyze gone, gone_token, touched, bereft",
    """
    insert into registry.event (refresh_id, kind, old_person_id, evidence)
    select refresh_id, 'retire', person_id, jsonb_build_object('identities', identities)
    from bereft
    order by person_id
    """,
    """
    update registry.person
    set retired_refresh = bereft.refresh_id
    from bereft
    where person.person_id = bereft.person_id and person.retired_refresh is null
    """,
)

_PAIRS: LiteralString = """
delete from {}
where identity_left in (select identity_id from gone) or identity_right in (select identity_id from gone)
"""

_TOKENS: LiteralString = """
delete from vault.ssn
where ssn_token in (select ssn_token from gone_token)
    and not exists (select from vault.identity where identity.ssn_token = ssn.ssn_token)
"""
