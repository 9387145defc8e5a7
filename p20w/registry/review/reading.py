"""Read the two records of one pair, on the record.

Here: the one way values of the vault reach the desk. Not here: how they are compared (`marks`) or shown.

The database shows nothing before the reading is committed to `governance.audit`: who read which pair, no values.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import psycopg
from pydantic import TypeAdapter

from p20w.registry.review.queue import PairKey, UnknownPair

Likeness = Literal["same", "one digit apart", "different", "missing", "not comparable"]


@dataclass(frozen=True)
class Place:
    """An address and when it was given."""

    street: str | None
    city: str | None
    state: str | None
    postal_code: str | None
    first_on: date | None
    last_on: date | None


@dataclass(frozen=True)
class Side:
    """One of the two records.

    `person` counts, by feed, all records that the registry holds to be the same person, this one included.
    """

    feed: str
    first_name: str | None
    middle_name: str | None
    last_or_surname: str | None
    previous_last_name: str | None
    generation_code_or_suffix: str | None
    birthdate: date | None
    sex: str | None
    has_ssn: bool
    is_ssn_verified: bool
    files: int
    first_on: date | None
    last_on: date | None
    places: tuple[Place, ...]
    person: dict[str, int]


@dataclass(frozen=True)
class Neighbor:
    """Someone else at an address of the pair; no name, and the birth year of likely relatives only."""

    age_band: str
    is_left_place: bool
    is_right_place: bool
    has_surname: bool
    has_first_name: bool
    has_birthdate: bool
    birth_year: int | None


@dataclass(frozen=True)
class Household:
    """Who else was ever at the addresses of the pair; of `others` eight at most, who share most with it first."""

    people: int
    bands: dict[str, int]
    others: tuple[Neighbor, ...]


@dataclass(frozen=True)
class Pair:
    """What a reviewer sees. An SSN or a source id is a word about both sides, never a number.

    `feed_names` say what feeds are called, by their contracts.
    """

    left: Side
    right: Side
    ssn: Likeness
    source_id: Likeness
    is_one_person: bool
    household: Household
    feed_names: dict[str, str]


_PAIR = TypeAdapter(Pair)


def read(connection: psycopg.Connection, key: PairKey, reviewer: str) -> Pair:
    """The two records of a pair; the reading is on record before anything is shown.

    Raises:
        UnknownPair: it is neither in the queue nor judged, or a record of it is gone.
    """
    said = (key.left, key.right, reviewer)
    try:
        receipt = connection.execute("select registry.review_open(%s, %s, %s)", said).fetchone()
        (found,) = connection.execute("select registry.review_read(%s)", receipt).fetchall()[0]
    except psycopg.errors.InsufficientPrivilege:
        raise UnknownPair from None
    if found is None:
        raise UnknownPair("A record of this pair has left the vault with its drop. The verdict, if any, stays.")
    names = dict(connection.execute("select feed, short_name from governance.feed").fetchall())
    return _PAIR.validate_python(found | {"feed_names": names})
