"""What waits at the desk, and in which order.

Here: pairs by their ids and why they are there. Not here: whose records they are (`reading`).

A first opinion goes to the pair whose decision is worth most (view `registry.review_pair`). A second opinion goes to
disputed pairs first and then in an order that has nothing to do with their weight, so that agreement is measured
on pairs of all kinds.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import class_row


class UnknownPair(LookupError):
    """The pair is neither in the queue nor judged, or is no pair."""

    def __init__(self, said: str = "This pair is neither in the review queue nor judged. See: p20w review next"):
        super().__init__(said)


@dataclass(frozen=True, order=True)
class PairKey:
    """The two identities of a pair, the smaller id first."""

    left: UUID
    right: UUID

    @classmethod
    def of(cls, one: str, other: str) -> "PairKey":
        """A key from two ids as text, in either order.

        Raises:
            UnknownPair: they are not two different ids.
        """
        try:
            left, right = sorted({UUID(one), UUID(other)})
        except ValueError:
            raise UnknownPair("A pair is two ids of identities, as `p20w review export` writes them.") from None
        return cls(left, right)


@dataclass(frozen=True)
class Waiting:
    """One pair, without anything personal."""

    identity_left: UUID
    identity_right: UUID
    is_disputed: bool
    reason: str | None
    match_weight: float | None
    evidence: dict[str, Any] | None
    worth: float | None
    value: float

    @property
    def key(self) -> PairKey:
        """Its two ids."""
        return PairKey(self.identity_left, self.identity_right)


@dataclass(frozen=True)
class Counts:
    """How many pairs wait for a first and for this reviewer's second opinion, and how many they have judged."""

    first: int
    second: int
    mine: int


_PAIRS = """
select identity_left, identity_right, is_disputed, reason, match_weight, evidence, worth, value
from registry.review_pair
"""
_FIRST = "is_queued and reviewers = '{}'"
_SECOND = "reviewers <> '{}' and not %(reviewer)s = any(reviewers)"
_BY_VALUE = "value desc, identity_left, identity_right"
_BY_CHANCE = "is_disputed desc, md5(identity_left::text || identity_right::text)"


def waiting(
    connection: psycopg.Connection,
    reviewer: str,
    *,
    second: bool = False,
    skipped: Collection[PairKey] = (),
    limit: int | None = None,
) -> list[Waiting]:
    """Pairs that wait for this reviewer, the most valuable first; those skipped come last.

    With `second`, pairs that others have judged and this reviewer has not, instead of pairs nobody has.
    """
    query = f"""
        {_PAIRS}
        where {_SECOND if second else _FIRST}
        order by (identity_left, identity_right) in (select * from unnest(%(lefts)s::uuid[], %(rights)s::uuid[])),
            {_BY_CHANCE if second else _BY_VALUE}
        limit %(limit)s
    """
    put_off = {"lefts": [key.left for key in skipped], "rights": [key.right for key in skipped]}
    with connection.cursor(row_factory=class_row(Waiting)) as cursor:
        return cursor.execute(query.encode(), {"reviewer": reviewer, "limit": limit, **put_off}).fetchall()


def find(connection: psycopg.Connection, key: PairKey) -> Waiting:
    """One pair by its ids.

    Raises:
        UnknownPair: it is neither in the queue nor judged.
    """
    query = f"{_PAIRS} where identity_left = %s and identity_right = %s"
    with connection.cursor(row_factory=class_row(Waiting)) as cursor:
        found = cursor.execute(query.encode(), (key.left, key.right)).fetchone()
    if found is None:
        raise UnknownPair
    return found


def counts(connection: psycopg.Connection, reviewer: str) -> Counts:
    """What waits for a reviewer, and what they have done."""
    query = f"""
        select
            count(*) filter (where {_FIRST}) as first,
            count(*) filter (where {_SECOND}) as second,
            count(*) filter (where %(reviewer)s = any(reviewers)) as mine
        from registry.review_pair
    """
    with connection.cursor(row_factory=class_row(Counts)) as cursor:
        return cursor.execute(query.encode(), {"reviewer": reviewer}).fetchall()[0]
