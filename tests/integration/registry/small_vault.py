"""Vaults of a few people, written by hand through the real tables.

Here: putting identities where intake would leave them. Not here: intake's own rules; names are given in plain form.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from p20w.contracts import load_contract
from p20w.database import Warehouse
from p20w.intake.tokens import near_tokens
from p20w.keys import KeyRing
from p20w.registry import assigning
from p20w.registry.assigning import RegistryOutcome
from p20w.registry.persons import promotion
from p20w.settings import PROJECT

SPACES = {"k12_enrollment": "k12_state_id", "k12_cte": "k12_state_id", "dmv_license": "license_no"}


@dataclass(frozen=True)
class Who:
    """What one identity says; `drops` are the files it is in."""

    feed: str
    first: str | None = None
    last: str | None = None
    born: str | None = None
    middle: str | None = None
    suffix: str | None = None
    sex: str | None = None
    ssn: str | None = None
    source_id: str | None = None
    space: str | None = None
    previous: str | None = None
    verified: bool | None = None
    street: str | None = None
    postal_code: str | None = None
    employer: str | None = None
    drops: Sequence[int] = field(default=(1,))

    @property
    def identity_id(self) -> bytes:
        """A fixed id that depends on what identifies and on nothing else."""
        key = (
            self.feed,
            self.first,
            self.last,
            self.born,
            self.middle,
            self.suffix,
            self.sex,
            self.ssn,
            self.source_id,
        )
        return hashlib.sha256(repr(key).encode()).digest()[:16]

    @property
    def id_space(self) -> str | None:
        return self.space or (SPACES.get(self.feed) if self.source_id else None)


def open_keys(warehouse: Warehouse) -> KeyRing:
    return KeyRing.open(warehouse.settings, warehouse)


def fill(warehouse: Warehouse, people: Sequence[Who]) -> None:
    """Write identities with their presence; each (feed, drop number) is a drop in force."""
    keys = open_keys(warehouse)
    with warehouse.connect("owner") as connection:
        for who in people:
            token = keys.ssn.digest(who.ssn.encode())[:16] if who.ssn else None
            if who.ssn:
                connection.execute(
                    "insert into vault.ssn values (%s, %s) on conflict do nothing",
                    (token, near_tokens([who.ssn.encode()], keys.near.secret)[0]),
                )
            connection.execute(
                """
                insert into vault.identity (identity_id, feed, id_space, source_id, first_name, middle_name,
                    last_or_surname, previous_last_name, generation_code_or_suffix, birthdate, sex, ssn_token,
                    is_ssn_verified)
                values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing
                """,
                (
                    *(who.identity_id.hex(), who.feed, who.id_space, who.source_id, who.first, who.middle, who.last),
                    *(who.previous, who.suffix, who.born, who.sex, token, who.verified),
                ),
            )
            for number in who.drops:
                drop_id = drop_of(who.feed, number)
                connection.execute(
                    "insert into governance.drop (drop_id, feed, period, submission, status, delivered_on) "
                    "values (%s, %s, %s, 1, 'accepted', %s) on conflict do nothing",
                    (drop_id, who.feed, f"period {number}", date(2020, 1, 1)),
                )
                connection.execute(
                    "insert into vault.identity_presence values (%s, %s) on conflict do nothing",
                    (who.identity_id.hex(), drop_id),
                )
                if who.employer:
                    connection.execute(
                        "insert into intake.ui_wage (drop_id, line_number, identity_id, ui_account_number) "
                        "select %s, coalesce(max(line_number), 0) + 1, %s, %s from intake.ui_wage where drop_id = %s",
                        (drop_id, who.identity_id.hex(), who.employer, drop_id),
                    )
                if who.street:
                    connection.execute(
                        "insert into vault.address (identity_id, drop_id, street, postal_code, valid_on) "
                        "values (%s, %s, %s, %s, %s) on conflict do nothing",
                        (who.identity_id.hex(), drop_id, who.street, who.postal_code, date(2020, 1, 1)),
                    )


def drop_of(feed: str, number: int) -> int:
    """The drop_id of a feed's file number."""
    return 1000 * load_contract(PROJECT / "contracts" / f"{feed}.yaml").intake_order + number


def withdraw(warehouse: Warehouse, feed: str, number: int) -> None:
    with warehouse.connect("owner") as connection:
        connection.execute(
            "update governance.drop set status = 'withdrawn' where drop_id = %s", (drop_of(feed, number),)
        )


def put_back(warehouse: Warehouse) -> None:
    """Have every withdrawn file in force again."""
    with warehouse.connect("owner") as connection:
        connection.execute("update governance.drop set status = 'accepted' where status = 'withdrawn'")


def open_refresh(warehouse: Warehouse, refresh_id: int) -> None:
    with warehouse.connect("owner") as connection:
        connection.execute(
            "insert into governance.refresh (refresh_id, label, cutoff, status) "
            "values (%s, '2020Q1', '2020-03-31', 'running') on conflict do nothing",
            (refresh_id,),
        )


def link(warehouse: Warehouse, refresh_id: int = 1) -> RegistryOutcome:
    """Absorb and promote, as a refresh would."""
    open_refresh(warehouse, refresh_id)
    outcome = assigning.assign(warehouse, warehouse.settings, refresh_id)
    outcome.gate_run.demand_pass()
    promotion.promote(warehouse, refresh_id)
    return outcome


def persons(warehouse: Warehouse) -> dict[bytes, str]:
    """Person of each identity, by the identity's id."""
    with warehouse.connect("linkage") as connection:
        rows = connection.execute("select identity_id, person_id from core.person_identity").fetchall()
    return {row[0].bytes: str(row[1]) for row in rows}


def are_one(warehouse: Warehouse, *people: Who) -> bool:
    found = persons(warehouse)
    return len({found[who.identity_id] for who in people}) == 1


def reviews(warehouse: Warehouse) -> set[tuple[frozenset[bytes], str]]:
    """Pairs up for review and why."""
    with warehouse.connect("linkage") as connection:
        rows = connection.execute("select identity_left, identity_right, reason from registry.review_queue").fetchall()
    return {(frozenset((row[0].bytes, row[1].bytes)), row[2]) for row in rows}


def events(warehouse: Warehouse, refresh_id: int) -> list[str]:
    with warehouse.connect("linkage") as connection:
        rows = connection.execute(
            "select kind from registry.event where refresh_id = %s order by event_id", (refresh_id,)
        ).fetchall()
    return [row[0] for row in rows]


def everything(warehouse: Warehouse) -> dict[str, list[tuple[object, ...]]]:
    """All the registry holds, times and sequence numbers aside."""
    columns = {
        "assignment": "*",
        "person": "*",
        "edge": "*",
        "review_queue": "*",
        "person_profile": "*",
        "event": "refresh_id, kind, old_person_id, new_person_id, identity_id, evidence::text",
    }
    with warehouse.connect("owner") as connection:
        return {
            table: sorted(connection.execute(f"select {what} from registry.{table}").fetchall(), key=repr)
            for table, what in columns.items()
        }


def crowd(count: int = 600) -> list[Who]:
    """Strangers with licenses, so that frequencies and priors are those of a town and not of a family."""
    firsts = ("MARY", "JAMES", "LINDA", "JOHN", "SUSAN", "ROBERT", "KAREN", "MICHAEL", "NANCY", "DAVID", "OMAR", "RUTH")
    lasts = ("SMITH", "JOHNSON", "WILLIAMS", "BROWN", "JONES", "GARCIA", "MILLER", "DAVIS", "LOPEZ", "WILSON", "NGUYEN")
    return [
        Who(
            "dmv_license",
            firsts[number % 12],
            lasts[number % 11],
            f"{1940 + number % 60}-{1 + number % 12:02d}-{1 + number % 28:02d}",
            middle=chr(65 + number % 26),
            sex="Male" if number % 2 else "Female",
            ssn=f"{200 + number * 7 % 400}{10 + number * 13 % 80}{1000 + number * 37 % 8999}",
            source_id=f"L{number:06d}",
            verified=True,
            drops=(1, 2),
        )
        for number in range(count)
    ]
