"""Small deliveries for tests: wage records and CTE participation, written as agencies write them."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from p20w.contracts import load_contracts
from p20w.database import Warehouse
from p20w.intake import DropOutcome, receive
from p20w.settings import PROJECT

CTE_HEADER = (
    "StudentIdentifierState,LeaIdentifierSeaAccountability,SchoolIdentifierSea,SchoolYear,CipCode,CareerCluster,"
    "ProgramParticipationStartDate,ProgramParticipationExitDate,CteCoursesPassed,CteParticipant,CteConcentrator,"
    "CteCompleter,NonTraditionalGenderStatus"
)
CONTRACTS = load_contracts(PROJECT / "contracts")


def wage(number: int, year: int = 2023, quarter: int = 4, wages: int | None = None) -> str:
    """One wage record of worker `number`."""
    ssn = f"{400 + number % 90}{10 + number % 80}{1000 + number}"
    name = f"{'GIVEN' + letters(number):<15}Q{'FAMILY' + letters(number * 7):<20}"
    return (
        f"{ssn}{name}99{number % 9:010d}{1:05d}{123456789}"
        f"{year}{quarter}{1000 + number if wages is None else wages:010d}{400:04d}{13:02d}"
    )


def wages(count: int = 60, **when: int) -> list[str]:
    """Wage records of `count` workers."""
    return [wage(number, **when) for number in range(count)]


def cte(number: int, **changes: str) -> str:
    """One participation of student `number`."""
    fields = {
        "student": f"{1_000_000_000 + number}",
        "lea": "9900010",
        "school": "9900010023",
        "year": "2024",
        "cip": "52.1803",
        "cluster": "14",
        "start": "2023-08-28",
        "exit": "2024-06-01",
        "courses": "2",
        "participant": "1",
        "concentrator": "1",
        "completer": "0",
        "nontraditional": "0",
    }
    return ",".join({**fields, **changes}.values())


def participation(count: int = 60) -> list[str]:
    """Participation of `count` students."""
    return [cte(number) for number in range(count)]


def letters(number: int) -> str:
    """A number spelled with letters, as names have no digits."""
    return "".join(chr(65 + int(digit)) for digit in str(number))


@dataclass
class Agency:
    """Delivers into a folder of drops."""

    drops: Path

    def deliver(
        self,
        feed: str,
        period: str,
        lines: Sequence[str] | bytes,
        submission: int = 1,
        /,
        *,
        header: str | None = None,
        change: Callable[[bytes], bytes] = lambda data: data,
        **manifest: Any,
    ) -> Path:
        """Write one drop; `change` alters the file before it is measured, manifest values replace what is true."""
        folder = self.drops / feed / period / str(submission)
        folder.mkdir(parents=True, exist_ok=True)
        if isinstance(lines, bytes):
            data, count = lines, 0
        else:
            head = [header] if header else [CTE_HEADER] if feed == "k12_cte" else []
            data, count = "".join(f"{line}\n" for line in [*head, *lines]).encode(), len(lines)
        data = change(data)
        file = folder / f"{feed}_{period}_{submission}.txt"
        file.write_bytes(data)
        totals = {"wages_usd": sum(int(line[76:86]) for line in lines)} if feed == "ui_wage" and count else {}
        promised = {
            "feed": feed,
            "period": period,
            "submission": submission,
            "delivered_on": f"2024-10-{submission:02d}",
            "file": file.name,
            "sha256": hashlib.sha256(data).hexdigest(),
            "record_count": count,
            "control_totals": totals,
            "contact_role": "data steward",
            "agreement_id": CONTRACTS[feed].agreement.id,
            "contract_version": "1.0.0",
            **manifest,
        }
        (folder / "manifest.json").write_text(json.dumps(promised))
        return file


def take_in(warehouse: Warehouse, **limits: Any) -> list[DropOutcome]:
    """Run intake over the warehouse's drops."""
    return receive(warehouse, warehouse.settings, **limits)


def contents(warehouse: Warehouse) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of intake and vault, in an order of their own; what a drop may change and a refusal may not."""
    feeds = load_contracts(warehouse.settings.contracts)
    tables = [("intake", feed) for feed in (*feeds, "quarantine")]
    tables += [("vault", name) for name in ("identity", "identity_presence", "address", "ssn")]
    found: dict[str, list[tuple[Any, ...]]] = {}
    with warehouse.connect("owner") as connection:
        for schema, table in tables:
            query = sql.SQL("select to_jsonb(t)::text from {} as t order by 1").format(sql.Identifier(schema, table))
            found[f"{schema}.{table}"] = connection.execute(query).fetchall()
    return found


def drops(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    """Feed, period, submission, status and reason code of every drop on record."""
    with warehouse.connect("intake") as connection:
        return connection.execute(
            "select feed, period, submission, status, reason_code from governance.drop order by drop_id"
        ).fetchall()


def count(connection: psycopg.Connection, query: str) -> int:
    """The one number a query gives."""
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return int(row[0])
