"""Give a verdict on a pair, and take it back.

Here: calls of the functions that write `registry.decision`. Not here: what linkage makes of verdicts
(`p20w.registry.clustering`).

A verdict outlives models and refreshes. One reviewer has one standing verdict on a pair; another takes its place.
Where reviewers differ none holds, and linkage does what it would do without them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from p20w.registry.review.queue import PairKey, UnknownPair

Verdict = Literal["must_link", "cannot_link", "undecided"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)

WORDS: dict[Verdict, str] = {"must_link": "same person", "cannot_link": "different people", "undecided": "cannot tell"}


class Refused(ValueError):
    """A word that is no verdict, or a verdict that cannot be true together with others that stand."""


class UnknownDecision(LookupError):
    """No standing decision has this number."""


@dataclass(frozen=True)
class Decision:
    """A verdict that was given."""

    decision_id: int
    identity_left: UUID
    identity_right: UUID
    verdict: Verdict
    reviewer: str
    decided_at: datetime
    is_blind: bool
    revoked_at: datetime | None


def verdict_of(word: str) -> Verdict:
    """The verdict a word means; hyphens and the page's words are understood.

    Raises:
        Refused: it means none.
    """
    plain = word.strip().lower()
    for verdict, words in WORDS.items():
        if plain in (verdict, verdict.replace("_", "-"), words):
            return verdict
    raise Refused("A verdict is must-link, cannot-link or undecided.")


def decide(
    connection: psycopg.Connection, key: PairKey, verdict: Verdict, reviewer: str, *, is_blind: bool = False
) -> int:
    """Put a verdict on record, in effect from the next refresh on; its number, which stays if it is given again.

    Raises:
        UnknownPair: the pair is neither in the queue nor judged.
        Refused: other verdicts that stand say otherwise through a third record.
    """
    said = (key.left, key.right, verdict, reviewer, is_blind)
    try:
        return connection.execute("select registry.review_decide(%s, %s, %s, %s, %s)", said).fetchall()[0][0]
    except psycopg.errors.InsufficientPrivilege:
        raise UnknownPair from None
    except psycopg.Error as error:
        if error.sqlstate != "PW001":
            raise
    raise Refused(
        "Other verdicts already say otherwise: through a third record, one of them makes these two the same "
        "person and this one forbids it, or the other way round.\n"
        "Say that you cannot tell, or revoke the verdict that is wrong: p20w review show, p20w review revoke"
    )


def revoke(connection: psycopg.Connection, decision_id: int, reviewer: str) -> None:
    """Take a verdict back. It stays on record, without effect.

    Raises:
        UnknownDecision: there is none of that number, or it was revoked before.
    """
    row = connection.execute("select registry.review_revoke(%s, %s)", (decision_id, reviewer)).fetchone()
    if row != (True,):
        raise UnknownDecision(f"No standing decision has number {decision_id}. See: p20w review status")


def decisions(connection: psycopg.Connection, key: PairKey | None = None, *, standing: bool = True) -> list[Decision]:
    """Verdicts, the newest first; of one pair with `key`; revoked ones too unless `standing`."""
    query = """
        select decision_id, identity_left, identity_right, verdict, reviewer, decided_at, is_blind, revoked_at
        from registry.decision
        where (revoked_at is null or not %(standing)s)
            and (%(left)s::uuid is null or (identity_left, identity_right) = (%(left)s, %(right)s))
        order by decision_id desc
    """
    wanted = {"standing": standing, "left": key and key.left, "right": key and key.right}
    with connection.cursor(row_factory=class_row(Decision)) as cursor:
        return cursor.execute(query, wanted).fetchall()
