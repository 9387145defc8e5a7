"""Fingerprints: what exactly a gate judged, so that the next stage can tell it still lies there.

Here: fingerprints of tables and of lists. Not here: a file's checksum (`p20w.intake`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import psycopg


def of_queries(connection: psycopg.Connection, queries: Iterable[str]) -> str:
    """Fingerprint of the rows that the queries select, whatever their order.

    Each row is hashed to 64 bits by the server; count and sum of the hashes are what is kept. Rows in another
    order give the same fingerprint; a row added, lost, doubled or changed gives another.

    Args:
        connection: of a role that may read the rows.
        queries: select statements, our own; with a fixed column order.
    """
    digest = hashlib.sha256()
    for query in queries:
        row = connection.execute(
            f"""
            select count(*), coalesce(sum(hashtextextended(slice::text, 0)::numeric), 0)
            from ({query}) as slice
            """.encode()
        ).fetchone()
        digest.update(repr(row).encode())
    return digest.hexdigest()[:32]


def of_parts(*parts: object) -> str:
    """Fingerprint of plain values in their order."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:32]
