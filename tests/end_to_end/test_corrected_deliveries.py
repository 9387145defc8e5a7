"""An agency takes a file back, sends a shorter one, corrects a name, sends a file again or in its other layout, or is
purged.

Each refresh publishes.
The steps share one warehouse and follow each other. Not here: what one drop does in the registry
(`tests/integration/registry/test_way_back.py`).
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from psycopg import sql

from p20w.database import Warehouse
from p20w.governance import retention
from p20w.intake import withdraw
from tests.few_feeds import FEW_FEEDS
from tests.unit.intake.icesa import of_lehd

Line = tuple[str, str, int]

TAKEN_BACK, SHORTENED, CORRECTED = "2021Q2", "2021Q3", "2021Q4"
SURNAMES = ("BARTHOLOMEW", "ABERNATHY", "CASTELLANOS")
"""Of the corrections of one file, each in place of the one before."""
WORKER, SURNAME, WAGES = slice(0, 45), slice(25, 45), slice(76, 86)
"""Where a line of a wage file says whose it is, and what was paid (`contracts/ui_wage.yaml`)."""


@dataclass
class Wages:
    """The wage files in a folder of drops, as their agency keeps them."""

    drops: Path

    def folder(self, period: str) -> Path:
        """Of the latest submission of a quarter."""
        return max((self.drops / "ui_wage" / period).iterdir(), key=lambda folder: int(folder.name))

    def lines(self, period: str) -> list[bytes]:
        """Of the latest submission of a quarter."""
        return next(self.folder(period).glob("*.txt")).read_bytes().splitlines()

    def named_once(self, period: str) -> list[bytes]:
        """Lines of a quarter whose worker is named so in no other line of a latest submission."""
        periods = [folder.name for folder in (self.drops / "ui_wage").iterdir()]
        named = Counter(line[WORKER] for each in periods for line in self.lines(each))
        return [line for line in self.lines(period) if named[line[WORKER]] == 1]

    def correct_surname(self, period: str, surname: bytes) -> None:
        """Deliver a quarter once more with another surname in one line."""
        wrong = self.named_once(period)[0]
        right = wrong[: SURNAME.start] + surname.ljust(20) + wrong[SURNAME.stop :]
        self.submit(period, [right if line == wrong else line for line in self.lines(period)])

    def submit(self, period: str, lines: list[bytes], *, icesa: bool = False) -> None:
        """Deliver a quarter once more, whole, as the next submission, on the day of the latest delivery.

        Args:
            period: the quarter.
            lines: as states send them to LEHD.
            icesa: whether they are written in the ICESA layout.
        """
        last = self.folder(period)
        manifest = json.loads((last / "manifest.json").read_text())
        number = manifest["submission"] + 1
        content = b"".join(line + b"\n" for line in ([text.encode() for text in of_lehd(lines)] if icesa else lines))
        name = f"ui_wage_{period}_{number}.txt"
        manifest |= {
            "submission": number,
            "file": name,
            "sha256": hashlib.sha256(content).hexdigest(),
            "record_count": len(lines),
            "control_totals": {"wages_usd": sum(int(line[WAGES]) for line in lines)},
            "delivered_on": max(json.loads(path.read_text())["delivered_on"] for path in self.drops.rglob("*.json")),
        }
        folder = last.with_name(str(number))
        folder.mkdir()
        (folder / name).write_bytes(content)
        (folder / "manifest.json").write_text(json.dumps(manifest))


@dataclass
class Agency:
    """A warehouse that is refreshed with every gate, and the files it is sent."""

    warehouse: Warehouse
    refresh: Callable[..., Any]
    wages: Wages

    def withdraw(self, period: str) -> None:
        """Take the latest submission of a quarter of wages back."""
        withdraw(self.warehouse, f"ui_wage/{period}/{self.wages.folder(period).name}", "sent by mistake")

    def publish(self) -> None:
        """Refresh; it must end published, and the same again must change nothing."""
        ended = self.refresh(self.warehouse)
        assert ended.code == 0, ended.said
        assert (ended.said["opened"], ended.said["refused"]) == (True, [])
        published = self.refreshes()
        assert {status for _, status in published} == {"published"}
        again = self.refresh(self.warehouse)
        assert again.code == 0, again.said
        assert again.said["opened"] is False
        assert self.refreshes() == published

    def refreshes(self) -> list[tuple[object, ...]]:
        """Number and status of every refresh."""
        with self.warehouse.connect("report") as connection:
            return connection.execute("select refresh_id, status from governance.refresh order by 1").fetchall()

    def left(self) -> int:
        """How many identities lost their person in the last refresh and have none now."""
        with self.warehouse.connect("linkage") as connection:
            rows = connection.execute(
                """
                select ended.identity_id
                from registry.assignment as ended
                where ended.valid_to_refresh = (select max(refresh_id) from governance.refresh)
                except
                select identity_id from core.person_identity
                """
            ).fetchall()
        return len(rows)

    def persons(self) -> set[frozenset[Line]]:
        """The lines of each person; whatever submission a line came with."""
        with self.warehouse.connect("linkage") as connection:
            rows = connection.execute(
                "select feed, period, line_number, person_id from registry.record_person where identity_id is not null"
            ).fetchall()
        found: dict[object, set[Line]] = {}
        for feed, period, line_number, person in rows:
            found.setdefault(person, set()).add((feed, period, line_number))
        assert None not in found
        return {frozenset(lines) for lines in found.values()}

    def count(self, period: str) -> int:
        """How many lines of wages of a quarter are somebody's."""
        return sum(line[:2] == ("ui_wage", period) for lines in self.persons() for line in lines)


@pytest.fixture(scope="module")
def agency(
    make_alike: Callable[[Path], Warehouse],
    refresh: Callable[..., Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Agency:
    """After a refresh over three quarters of deliveries about 600 simulated people, one file of wages still to come."""
    from p20w.simulator import simulate

    folder = tmp_path_factory.mktemp("state")
    simulate(600, "2021Q3", "2022Q1", 7, folder / "drops", folder / "truth", feeds=FEW_FEEDS)
    (folder / "drops" / "ui_wage" / TAKEN_BACK).rename(folder / TAKEN_BACK)
    agency = Agency(make_alike(folder / "drops"), refresh, Wages(folder / "drops"))
    agency.publish()
    (folder / TAKEN_BACK).rename(folder / "drops" / "ui_wage" / TAKEN_BACK)
    return agency


@pytest.fixture(scope="module")
def at_first(agency: Agency) -> set[frozenset[Line]]:
    """The persons before any of these steps."""
    return agency.persons()


@pytest.fixture(scope="module")
def taken_back(agency: Agency) -> list[bytes]:
    """The lines of the file that comes late, and is taken back."""
    return agency.wages.lines(TAKEN_BACK)


def test_a_shorter_file_lets_go_of_whom_it_leaves_out(agency: Agency, at_first: set[frozenset[Line]]) -> None:
    wages = agency.wages
    leaving = wages.named_once(SHORTENED)
    wages.submit(SHORTENED, [line for line in wages.lines(SHORTENED) if line not in leaving])
    agency.publish()
    assert agency.persons() != at_first
    assert agency.left() == len(leaving) > 0


def test_withdrawn_files_leave_the_registry_as_if_they_had_never_come(
    agency: Agency, at_first: set[frozenset[Line]], taken_back: list[bytes]
) -> None:
    assert agency.count(TAKEN_BACK) == len(taken_back)
    for period in (TAKEN_BACK, SHORTENED):
        agency.withdraw(period)
    agency.publish()
    assert agency.left() > 0
    assert agency.persons() == at_first
    page = (agency.warehouse.settings.reports / "latest" / "index.html").read_text(encoding="utf-8")
    assert re.search(r"3 of 3.{0,200}gates passed.{0,200}no new file to check for the others", page, re.DOTALL)


def test_a_corrected_surname_replaces_one_identity_by_another(agency: Agency) -> None:
    agency.wages.correct_surname(CORRECTED, b"ABERNATHY")
    agency.publish()
    assert agency.left() == 1


def test_a_file_that_was_taken_back_comes_again_and_a_correction_while_the_refresh_is_stopped(
    agency: Agency, taken_back: list[bytes]
) -> None:
    agency.wages.submit(TAKEN_BACK, taken_back)
    stopped = agency.refresh(agency.warehouse, failpoint="core.before_build")
    assert stopped.code == -9, stopped.said
    agency.wages.correct_surname(CORRECTED, b"BARTHOLOMEW")
    agency.publish()
    assert agency.left() == 1
    assert agency.count(TAKEN_BACK) == len(taken_back)


def test_data_purged_while_a_refresh_is_stopped_is_in_no_table_of_any_schema_and_others_stay(agency: Agency) -> None:
    warehouse = agency.warehouse
    agency.wages.correct_surname(CORRECTED, b"CASTELLANOS")
    stopped = agency.refresh(warehouse, failpoint="core.before_build")
    assert stopped.code == -9, stopped.said
    others = {line for line in _lines(agency) if line[:2] != ("ui_wage", CORRECTED)}
    assert _tables_with(warehouse, SURNAMES[0])
    identities = [identity for surname in SURNAMES for identity in _identities_of(warehouse, surname)]
    assert len(identities) == len(SURNAMES)
    assert {table.partition(".")[0] for table in _tables_with(warehouse, identities[0])} >= {"intake", "vault", "core"}
    with warehouse.connect("report") as report:
        held = retention.choose(retention.read(report), set(), [f"ui_wage/{CORRECTED}"])
    assert {drop.status for drop in held} == {"accepted", "superseded"}
    retention.purge(warehouse, warehouse.settings, held, "its agreement has ended", is_early=True)
    agency.publish()
    for mark in (*SURNAMES, *identities):
        assert _tables_with(warehouse, mark) == []
    assert _lines(agency) == others
    page = (warehouse.settings.reports / "latest" / "index.html").read_text(encoding="utf-8")
    assert f"data of {len(held)} files purged" in page
    missing = unescape(page.partition('id="missing"')[2].partition("</section>")[0])
    of_quarter = r"</t[dh]>\s*<td[^>]*>Oct–Dec 2021"
    assert re.search(f"Other states' wages{of_quarter}", missing)  # which never came
    assert not re.search(f"Wage records{of_quarter}", missing)


def test_a_quarter_that_comes_again_in_the_icesa_layout_is_the_same_wages(agency: Agency) -> None:
    before, wages = _paid(agency.warehouse), agency.wages
    (in_force,) = (wages.drops / "ui_wage" / SHORTENED / str(_in_force(agency.warehouse, SHORTENED))).glob("*.txt")
    wages.submit(SHORTENED, in_force.read_bytes().splitlines(), icesa=True)
    agency.publish()
    assert _in_force(agency.warehouse, SHORTENED) == int(wages.folder(SHORTENED).name)
    assert _paid(agency.warehouse) == before


def _in_force(warehouse: Warehouse, period: str) -> int:
    """The submission of a quarter's wages that is in force."""
    query = "select submission from governance.drop where feed = 'ui_wage' and period = %s and status = 'accepted'"
    with warehouse.connect("report") as connection:
        ((submission,),) = connection.execute(query, (period,)).fetchall()
    return submission


def _paid(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    """By employer and quarter, the people paid and their wages."""
    query = """
        select ui_account_number, quarter, count(distinct person_id), sum(wages_usd)
        from core.fct_wage
        inner join core.person_identity using (identity_id)
        group by 1, 2
        order by 1, 2
    """
    with warehouse.connect("transform") as connection:
        return connection.execute(query).fetchall()


def _lines(agency: Agency) -> set[Line]:
    """All lines that are somebody's."""
    return {line for lines in agency.persons() for line in lines}


def _identities_of(warehouse: Warehouse, surname: str) -> list[str]:
    with warehouse.connect("linkage") as connection:
        query = "select identity_id::text from vault.identity where last_or_surname = %s"
        return [identity for (identity,) in connection.execute(query, (surname,)).fetchall()]


def _tables_with(warehouse: Warehouse, mark: str) -> list[str]:
    """Tables of all schemas, and the planner's statistics, in which a text stands."""
    with warehouse.connect_administrator(warehouse.settings.database) as admin:
        tables = admin.execute(
            "select schemaname, tablename from pg_tables where schemaname !~ '^pg_|^information_schema'"
        ).fetchall()
        found: list[str] = []
        for schema, table in [*tables, ("pg_catalog", "pg_stats")]:
            query = sql.SQL("select exists (select from {} as t where strpos(upper(t::text), upper(%s)) > 0)")
            if admin.execute(query.format(sql.Identifier(schema, table)), (mark,)).fetchone() == (True,):
                found.append(f"{schema}.{table}")
        return found
