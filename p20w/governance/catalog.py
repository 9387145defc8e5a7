"""The catalog of feeds: what the contracts say, as `governance.feed` and `governance.feed_period`.

Here: filling the two tables, and whether they say what the contracts say. Not here: the tables (migrations), what a
period means (`p20w.contracts.periods`), tables of lines (`p20w.intake.tables`).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from p20w.contracts import FeedContract
from p20w.pipeline import fingerprints

_PERIOD: dict[str, LiteralString] = {
    "period": "text",
    "starts_on": "date",
    "ends_on": "date",
    "due_on": "date",
    "school_year": "integer",
    "program_year": "integer",
    "quarter": "text",
    "term": "text",
    "collection": "text",
}


def fill(connection: psycopg.Connection, contracts: Mapping[str, FeedContract]) -> None:
    """Make the catalog say what the contracts say; where it does already, nothing is written.

    A feed without a contract, and a period its contract no longer has, stay while drops of them are on record.

    Args:
        connection: of the owner; committed by the caller.
        contracts: by feed.
    """
    for feed in differing(connection, contracts):
        contract = contracts[feed]
        _write_feed(connection, _said_of(contract) | {"fingerprint": fingerprint(contract)})
        _write_periods(connection, feed, _periods(contract))
    without = {"feeds": list(contracts)}
    connection.execute(_FORGET_PERIODS, without)
    connection.execute(_FORGET_FEEDS, without)


def differing(connection: psycopg.Connection, contracts: Mapping[str, FeedContract]) -> list[str]:
    """Feeds of which the catalog says something else than their contract."""
    standing = dict(connection.execute("select feed, fingerprint from governance.feed").fetchall())
    return [feed for feed, contract in contracts.items() if standing.get(feed) != fingerprint(contract)]


def fingerprint(contract: FeedContract) -> str:
    """Changes with anything of a contract that the catalog says."""
    return fingerprints.of_parts(_said_of(contract), _periods(contract))


def _said_of(contract: FeedContract) -> dict[str, Any]:
    """The feed's row, by column."""
    return {
        "feed": contract.feed,
        "short_name": contract.short_name,
        "title": contract.title,
        "sector": contract.sector,
        "purpose": contract.purpose,
        "granularity": contract.granularity,
        "limitations": contract.limitations,
        "authoritative_source": contract.authoritative_source,
        "steward": contract.steward,
        "contract_version": contract.version,
        "agreement_id": contract.agreement.id,
        "legal_authority": contract.agreement.legal_authority,
        "purposes": list(contract.agreement.purposes),
        "permitted_linkages": list(contract.agreement.permitted_linkages),
        "minimum_cell_size": contract.agreement.minimum_cell_size,
        "retention_years": contract.agreement.retention_years,
        "agreement_from": contract.agreement.in_force_from,
        "agreement_to": contract.agreement.in_force_to,
        "intake_order": contract.intake_order,
        "refresh_waits": contract.refresh_waits,
        "period_kind": contract.calendar.kind,
        "id_space": contract.id_space,
        "parent_feed": contract.parent,
        "has_identities": contract.has_identities,
        "has_proven_birthdate": contract.has_proven_birthdate,
    }


def _periods(contract: FeedContract) -> list[tuple[Any, ...]]:
    """The feed's periods, in the columns of `_PERIOD`."""
    kind = contract.calendar.kind
    rows: list[tuple[Any, ...]] = []
    for period in contract.calendar.every():
        part = period.facts.get("part")
        parts = (part if kind == "term" else None, part if kind == "collection" else None)
        years = (period.school_year, period.program_year)
        rows.append((period.label, period.starts, period.ends, period.due, *years, period.quarter, *parts))
    return rows


def _write_feed(connection: psycopg.Connection, row: Mapping[str, Any]) -> None:
    words = sql.SQL("insert into governance.feed ({}) values ({}) on conflict (feed) do update set {}").format(
        _names(row), sql.SQL(", ").join(sql.Placeholder() * len(row)), _changes(row)
    )
    connection.execute(words, list(row.values()))


def _write_periods(connection: psycopg.Connection, feed: str, rows: Sequence[tuple[Any, ...]]) -> None:
    kinds = sql.SQL(", ").join(sql.SQL("%s::{}[]").format(sql.SQL(kind)) for kind in _PERIOD.values())
    words = sql.SQL(
        "insert into governance.feed_period (feed, {}) select %s, * from unnest({}) "
        "on conflict (feed, period) do update set {}"
    ).format(_names(_PERIOD), kinds, _changes(_PERIOD))
    columns = [list(column) for column in zip(*rows, strict=True)]
    connection.execute(words, [feed, *columns])
    connection.execute(_FORGET_LABELS, {"feed": feed, "labels": columns[0]})


def _names(columns: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def _changes(columns: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in columns)


_FORGET_LABELS = """
delete from governance.feed_period as said
where feed = %(feed)s
    and period <> all(%(labels)s)
    and not exists (select from governance.drop where feed = said.feed and period = said.period)
"""
_FORGET_PERIODS = """
delete from governance.feed_period as said
where feed <> all(%(feeds)s) and not exists (select from governance.drop where feed = said.feed)
"""
_FORGET_FEEDS = """
delete from governance.feed as said
where feed <> all(%(feeds)s) and not exists (select from governance.drop where feed = said.feed)
"""
