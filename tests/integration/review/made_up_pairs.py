"""Pairs of made-up records in the vault and the queue, as a refresh would have left them."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from p20w.database import Warehouse
from p20w.registry.review.queue import PairKey

SURNAMES = ("Abbottsfield", "Brackenridge", "Castlemere", "Dunwoodie", "Elderwick", "Farnsbarrow", "Glenmoray")
FIRST_NAMES = ("Marguerite", "Bartholomew", "Clementine", "Dominick", "Evangeline", "Frederick", "Guinevere")

EVIDENCE = {
    "model_version": "v1",
    "prior": -13.3,
    "accept": 7.0,
    "parts": [
        {"title": "First name", "says": "spelled or sounding alike", "weight": 5.2},
        {"title": "Surname", "says": "same surname; rare", "weight": 9.6},
        {"title": "Birth date", "says": "day and month swapped", "weight": 6.1},
        {"title": "Sex", "says": "same", "weight": 1.0},
        {"title": "Address", "says": "none in common", "weight": -1.9},
        {"title": "SSN", "says": "not given", "weight": 0.0},
    ],
}


@dataclass(frozen=True)
class Record:
    """One identity and where it was seen."""

    number: int
    feed: str = "k12_enrollment"
    first_name: str = "Marguerite"
    middle_name: str | None = None
    last_or_surname: str = "Brackenridge"
    previous_last_name: str | None = None
    suffix: str | None = None
    birthdate: date | None = date(2001, 3, 9)
    sex: str | None = "Female"
    ssn_token: bytes | None = None
    is_ssn_verified: bool | None = None
    source_id: str | None = None
    address: tuple[str, str, str, str] | None = ("12 Juniper Hollow Road", "Elderwick", "ZZ", "00123")
    person: int | None = None
    drops: tuple[int, ...] = field(default=(1,))

    @property
    def id(self) -> UUID:
        return UUID(int=self.number)


SPACES = {"k12_enrollment": "k12_state_id", "dmv_license": "license_no", "ps_enrollment": "ps_id:990001"}


def put_drops(owner: psycopg.Connection) -> None:
    """Three accepted drops, numbers 1 to 3."""
    owner.cursor().executemany(
        "insert into governance.drop (drop_id, feed, period, submission, status, delivered_on) "
        "values (%s, %s, %s, 1, 'accepted', %s) on conflict do nothing",
        [
            (1, "k12_enrollment", "2019-20-fall", date(2019, 10, 25)),
            (2, "dmv_license", "2020-06-30", date(2020, 7, 10)),
            (3, "ui_wage", "2020Q3", date(2020, 11, 24)),
        ],
    )


def put_records(owner: psycopg.Connection, *records: Record) -> None:
    """Identities, presence, addresses and assignments."""
    for record in records:
        space = SPACES.get(record.feed) if record.source_id else None
        owner.execute(
            """
            insert into vault.identity (
                identity_id, feed, id_space, source_id, first_name, middle_name, last_or_surname, previous_last_name,
                generation_code_or_suffix, birthdate, sex, ssn_token, is_ssn_verified
            ) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
            """,
            (
                *(record.id, record.feed, space, record.source_id, record.first_name, record.middle_name),
                *(record.last_or_surname, record.previous_last_name, record.suffix, record.birthdate, record.sex),
                *(record.ssn_token, record.is_ssn_verified),
            ),
        )
        for drop in record.drops:
            owner.execute("insert into vault.identity_presence values (%s, %s)", (record.id, drop))
            if record.address:
                owner.execute(
                    "insert into vault.address (identity_id, drop_id, street, city, state, postal_code, valid_on) "
                    "values (%s, %s, %s, %s, %s, %s, %s)",
                    (record.id, drop, *record.address, date(2019 + drop, 1, 15)),
                )
        owner.execute(
            "insert into registry.assignment (identity_id, person_id, valid_from_refresh, method) "
            "values (%s, %s, 1, 'model')",
            (record.id, UUID(int=record.person or record.number)),
        )


def put_ssn(owner: psycopg.Connection, token: bytes, *near: bytes) -> None:
    """An SSN token with its near tokens (padded to nine)."""
    padding = [token[:8] + bytes([index]) * 8 for index in range(9 - len(near))]
    owner.execute("insert into vault.ssn values (%s, %s)", (token, b"".join(sorted([*near, *padding]))))


def queue(
    owner: psycopg.Connection,
    one: Record,
    other: Record,
    reason: str = "evidence against",
    weight: float | None = 6.7,
    worth: float = 2,
    evidence: dict[str, Any] | None = EVIDENCE,
) -> PairKey:
    """Put a pair into the review queue."""
    key = PairKey.of(str(one.id), str(other.id))
    owner.execute(
        "insert into registry.review_queue "
        "(refresh_id, identity_left, identity_right, reason, match_weight, worth, evidence) "
        "values (1, %s, %s, %s, %s, %s, %s)",
        (key.left, key.right, reason, weight, worth, Jsonb(evidence)),
    )
    return key


def make_queue(warehouse: Warehouse, pairs: int) -> list[PairKey]:
    """A queue of so many pairs, no two of them alike, each worth one file more than the one after it."""
    keys: list[PairKey] = []
    with warehouse.connect("owner") as owner:
        put_drops(owner)
        for index in range(pairs):
            surname, first = SURNAMES[index % 7], FIRST_NAMES[(index // 7 + index) % 7]
            one = Record(
                100 + 10 * index,
                first_name=first.upper(),
                last_or_surname=surname.upper(),
                source_id=f"{index:010}",
                address=(f"{index + 12} Juniper Hollow Road", "Elderwick", "ZZ", "00123"),
            )
            other = replace(
                one,
                number=one.number + 1,
                feed="dmv_license",
                first_name=one.first_name[:3] + one.first_name[4:],
                birthdate=date(2001, 9, 3),
                source_id=f"D{index:07}",
                address=(f"{index + 7} Larkspur Way Apt 3", "Farnsbarrow", "ZZ", "00123"),
                drops=(2,),
            )
            put_records(owner, one, other)
            keys.append(queue(owner, one, other, worth=pairs - index))
        owner.commit()
    return keys
