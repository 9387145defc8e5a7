"""The tables `intake.<feed>`, made from the contracts.

Here: one table a feed, its columns and their comments. Not here: the vault and quarantine, which are the same for
all feeds (migrations).
"""

from collections.abc import Mapping
from typing import LiteralString, cast

import psycopg
from psycopg import sql

from p20w.contracts import FeedContract

# Filled by intake for feeds with an address, before the postal code goes to the vault.
DERIVED = {
    "county_fips": "County of the address, five-digit FIPS code, taken from its postal code.",
    "locale_code": "NCES locale of the address, taken from its postal code: 11 large city to 43 remote rural.",
}


def intake_columns(contract: FeedContract) -> dict[str, str]:
    """Columns of `intake.<feed>` in their order, with their Postgres types."""
    columns = {"drop_id": "bigint", "line_number": "bigint", "identity_id": "uuid"}
    columns |= {column.name: column.sql_type for column in contract.attributes}
    if contract.has_address:
        columns |= dict.fromkeys(DERIVED, "text")
    return columns


def create_tables(connection: psycopg.Connection, contracts: Mapping[str, FeedContract]) -> None:
    """Make the table of each feed, and add columns that a newer contract brings; safe to repeat.

    A column that a contract no longer has stays, empty from then on: what was accepted is not taken away.

    Args:
        connection: of the owner; committed by the caller.
        contracts: by feed.
    """
    present = _present(connection)
    for feed in lacking(connection, contracts):
        contract = contracts[feed]
        wanted = intake_columns(contract)
        table = sql.Identifier("intake", feed)
        if feed not in present:
            connection.execute(
                sql.SQL(
                    # no foreign key to the drop: checking it would cost more than loading the line
                    "create table {} (drop_id bigint not null, line_number bigint not null, "
                    "primary key (drop_id, line_number))"
                ).format(table)
            )
            connection.execute(
                sql.SQL("comment on table {} is {}").format(
                    table, sql.Literal(f"{contract.title}: {contract.granularity}.")
                )
            )
        for name, kind in wanted.items():
            connection.execute(
                sql.SQL("alter table {} add column if not exists {} {}").format(
                    table, sql.Identifier(name), sql.SQL(cast("LiteralString", kind))
                )
            )
        for name, words in _comments(contract).items():
            connection.execute(
                sql.SQL("comment on column {} is {}").format(sql.Identifier("intake", feed, name), sql.Literal(words))
            )


def lacking(connection: psycopg.Connection, contracts: Mapping[str, FeedContract]) -> list[str]:
    """Feeds whose table is not there, or lacks a column of the contract."""
    present = _present(connection)
    return [
        feed
        for feed, contract in contracts.items()
        if not intake_columns(contract).items() <= present.get(feed, {}).items()
    ]


def _present(connection: psycopg.Connection) -> dict[str, dict[str, str]]:
    """Tables of the schema with their columns and types as the contracts write them."""
    rows = connection.execute(
        """
        select c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
        from pg_class as c
        inner join pg_attribute as a on c.oid = a.attrelid
        where c.relnamespace = 'intake'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
        """
    ).fetchall()
    tables: dict[str, dict[str, str]] = {}
    for table, column, kind in rows:
        tables.setdefault(table, {})[column] = kind
    return tables


def _comments(contract: FeedContract) -> dict[str, str]:
    words = {column.name: column.description for column in contract.attributes}
    return words | (DERIVED if contract.has_address else {})
