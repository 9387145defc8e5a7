"""Certificates of destruction: what they say, and the proof that none was changed.

Here: a certificate's text (JSON), as it is kept in `governance.certificate` and written to a file, and walking along
the chain: each names the SHA-256 of the one before it, and its own is that of its text. Not here: purging (`purging`),
the page for people (`p20w.reports.certificate`).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

STAYS = (
    "The row of each file in the list of files received: feed, period, submission, counts, and its SHA-256, by which a "
    "copy is known and refused.",
    "Figures about groups of people in earlier reports and marts. They hold no row about a person.",
    "Numbers of persons, which stand for nobody any more and are never given again, and what happened to them when.",
    "The record of who read which pair of records at the review desk. It has numbers of records, and no name.",
)
"""What a purge leaves, in words."""
NOT_OURS = (
    "Deleted bytes can remain on disks, in the database's write-ahead log and in backups until they are overwritten "
    "or destroyed, and linkage models trained here may have learned from these records. That is certified by whoever "
    "keeps them."
)


@dataclass(frozen=True)
class Certificate:
    """One certificate as it is on record; `hash` is the SHA-256 of its `content`."""

    number: int
    content: str
    hash: str

    @property
    def said(self) -> Mapping[str, Any]:
        """What it says, by key."""
        return json.loads(self.content)


@dataclass(frozen=True)
class Proof:
    """What a walk along the chain found: how many certificates hold, and the first that does not, with why."""

    whole: int
    head: str | None
    broken: int | None = None
    why: str | None = None


def write(number: int, previous: str | None, said: Mapping[str, Any], certified_at: str) -> str:
    """The text of a certificate; `said` as the purge wrote it down."""
    head = {"certificate_of_destruction": number, "previous": previous}
    told = {**head, **said, "certified_at": certified_at, "stays": STAYS, "not_covered": NOT_OURS}
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def issued(connection: psycopg.Connection) -> list[Certificate]:
    """All certificates, the first first; for any role that reads governance."""
    rows = connection.execute("select purge_id, content, hash from governance.certificate order by purge_id").fetchall()
    return [Certificate(*row) for row in rows]


def prove(found: list[Certificate]) -> Proof:
    """Walk the chain as it is on record."""
    previous = None
    for expected, certificate in enumerate(found, 1):
        whole = Proof(expected - 1, previous)
        if certificate.number != expected:
            return Proof(whole.whole, previous, expected, "it is missing")
        digest = hashlib.sha256(certificate.content.encode()).hexdigest()
        if digest != certificate.hash:
            return Proof(whole.whole, previous, expected, "its text is not the one that was certified")
        if certificate.said["previous"] != previous:
            return Proof(whole.whole, previous, expected, "it does not follow the one before it")
        previous = digest
    return Proof(len(found), previous)
