"""Prove that the access log is as it was written: each row holds the hash of the one before it and of its content.

Here: the same rule as the database's trigger `governance.chain_access`, worked out apart from it, so that a change of
the one shows in the other. Not here: adding rows (`collecting`).
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg

from p20w.database import Warehouse

BATCH = 5_000


@dataclass(frozen=True)
class Head:
    """The last row of a chain: noted elsewhere, it shows later whether rows up to it were written anew or cut off."""

    entry: int
    hash: str

    def __str__(self) -> str:
        return f"{self.entry}:{self.hash}"

    @classmethod
    def read(cls, text: str) -> "Head":
        """A head as it was printed.

        Raises:
            ValueError: it is none.
        """
        entry, _, digest = text.strip().partition(":")
        if not entry.isdecimal() or len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise ValueError("A head is the number of a row, a colon and 64 digits of its hash, as it was printed.")
        return cls(int(entry), digest)


EMPTY = Head(0, hashlib.sha256(b"").hexdigest())


@dataclass(frozen=True)
class Proof:
    """What a walk along the chain found: the head, and the first row that is not as it was written, if any."""

    head: Head
    broken: int | None
    why: str | None


def verify(warehouse: Warehouse, noted: Head | None = None) -> Proof:
    """Walk the whole chain.

    Args:
        warehouse: read as the role `report`.
        noted: a head of an earlier day that must still be in the chain.
    """
    previous, entry, digest = b"", 0, EMPTY.hash
    is_found = noted is None or noted == EMPTY
    with warehouse.connect("report") as connection, connection.cursor(name="chain") as rows:
        rows.itersize = BATCH
        rows.execute(_ROWS)
        for row in rows:
            if row[0] != entry + 1:
                return Proof(Head(entry, digest), entry + 1, "it is missing")
            *content, stored = row
            previous = hashlib.sha256(previous + _text(content)).digest()
            if previous != stored:
                return Proof(Head(entry, digest), row[0], "its content or the row before it was changed")
            entry, digest = row[0], previous.hex()
            is_found = is_found or (noted == Head(entry, digest))
            if noted and noted.entry == entry and not is_found:
                return Proof(Head(entry, digest), entry, "it is not the row that was noted: rows were written anew")
    if not is_found:
        return Proof(
            Head(entry, digest), entry + 1, f"rows up to {noted.entry if noted else 0} were there and are gone"
        )
    return Proof(Head(entry, digest), None, None)


def head(connection: psycopg.Connection) -> Head:
    """The head of the chain as it is stored, without a proof, read by a login that may."""
    row = connection.execute(
        "select entry, encode(hash, 'hex') from governance.access_log order by entry desc limit 1"
    ).fetchone()
    return Head(*row) if row else EMPTY


def _text(content: list[Any]) -> bytes:
    """A row's content as the database writes it before hashing: a JSON array, times in UTC."""
    told = [_moment(value) if isinstance(value, datetime) else value for value in content]
    return json.dumps(told, ensure_ascii=False).encode()


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


_ROWS = """
select
    entry,
    happened_at,
    login,
    session,
    kind,
    command,
    relations,
    words,
    mark,
    sqlstate,
    source,
    position,
    recorded_at,
    hash
from governance.access_log
order by entry
"""
