"""What may be kept no longer is destroyed, certified, and refused when it comes again. The steps follow each other.

A wage file of 2003 (kept for twenty years) came twice, and once more and was refused; one of 2023 has some of
its workers. Not here: facts and marts after a purge (`tests/end_to_end/test_corrected_deliveries.py`), who may purge
(`tests/security/test_who_is_judged.py`).
"""

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from click.testing import Result
from psycopg import sql
from typer.testing import CliRunner

from p20w.cli import app
from p20w.database import Warehouse
from p20w.governance import retention
from p20w.governance.retention import purging, removing
from p20w.governance.retention.choosing import MayBeKept, NotHeld, NotWhole
from p20w.governance.retention.frozen_values import forget_values
from p20w.intake import pending, withdraw
from p20w.private import private_folder
from p20w.registry.persons import rollback
from p20w.settings import Settings
from tests.integration.intake.deliveries import Agency, drops, participation, take_in, wage, wages
from tests.integration.registry.small_vault import link, persons

OLD, NEW = "ui_wage/2003Q4", "ui_wage/2023Q4"
THEN = {"year": 2003, "quarter": 4}
SURNAME = slice(25, 45)
MARKS = ("QUARTERMAINE", "ZEBULONSKY", "XANTHIPPIS")
"""Surnames of people who are in the old files alone."""
REASON = "retention is over"


def named(line: str, surname: str) -> str:
    """A wage record under another surname."""
    return line[: SURNAME.start] + surname.ljust(20) + line[SURNAME.stop :]


def refresh(warehouse: Warehouse, refresh_id: int) -> None:
    """Who is who, worked out and published."""
    link(warehouse, refresh_id)
    with warehouse.connect("owner") as owner:
        owner.execute("update governance.refresh set status = 'published'")


def deliver(warehouse: Warehouse) -> Agency:
    """What came, and who is who after two refreshes."""
    agency = Agency(warehouse.settings.drops)
    first = [named(wage(number, **THEN), mark) for number, mark in enumerate(MARKS[:2])]
    agency.deliver("ui_wage", "2003Q4", [*first, *(wage(number, **THEN) for number in range(10, 30))], 1)
    agency.deliver("ui_wage", "2023Q4", wages(20) + [wage(number) for number in range(40, 45)], 1)
    agency.deliver("k12_cte", "2023-24-eoy", participation(20), 1)
    take_in(warehouse)
    refresh(warehouse, 1)
    # a worker of both files is spelled otherwise in the correction: a record of its own, linked to the other
    second = [first[1], named(wage(2, **THEN), MARKS[2]), *(wage(number, **THEN) for number in range(10, 29))]
    agency.deliver("ui_wage", "2003Q4", [*second, named(wage(41, **THEN), "FAMILYCJH")], 2)
    agency.deliver("ui_wage", "2003Q4", second[:3], 3, record_count=9)
    take_in(warehouse)
    refresh(warehouse, 2)
    return agency


@dataclass
class Town:
    """The warehouse of these steps, and what was true of it before."""

    warehouse: Warehouse
    agency: Agency
    before: dict[bytes, str]
    lost: set[bytes]
    """Identities that only the old files hold."""
    tokens: set[bytes]
    """SSN tokens of those that nobody else has."""
    after: dict[bytes, str] = field(default_factory=dict[bytes, str])
    """Who is who after the purge and a refresh."""

    def cli(self, *words: str) -> Result:
        """A command, on this warehouse."""
        return CliRunner().invoke(app, ["retention", *words])

    def folder(self, scope: str) -> Path:
        return self.warehouse.settings.drops / scope

    def certificate(self, ending: str) -> Path:
        return self.warehouse.settings.reports / "certificates" / f"0001-ui_wage.{ending}"

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with self.warehouse.connect("owner") as owner:
            return owner.execute(query.encode()).fetchall()


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same keys for two warehouses, so that their ids can be compared."""
    return private_folder(tmp_path_factory.mktemp("shared") / "keys")


@pytest.fixture(scope="module")
def town(make_warehouse: Callable[..., Warehouse], keys: Path) -> Town:
    warehouse = make_warehouse(keys=keys)
    agency = deliver(warehouse)
    with warehouse.connect("owner") as owner:
        held = owner.execute(
            """
            select identity_id, ssn_token, bool_or(drop.period = '2023Q4')
            from vault.identity
            inner join vault.identity_presence using (identity_id)
            inner join governance.drop using (drop_id)
            where drop.feed = 'ui_wage'
            group by identity_id
            """
        ).fetchall()
        lost = {identity.bytes for identity, _, stays in held if not stays}
        left = {token for _, token, stays in held if stays}
        pair = owner.execute("select identity_left, identity_right from registry.edge limit 1").fetchone()
        assert pair, "nobody is spelled in two ways"
        owner.execute("insert into registry.decision values (default, %s, %s, 'must_link')", pair)
        owner.execute("insert into registry.former_edge select 2, * from registry.edge")
        owner.execute("insert into registry.former_profile select 2, profile.* from registry.person_profile as profile")
        owner.execute("analyze")  # as the server does by itself, some time
    tokens = {token for identity, token, _ in held if identity.bytes in lost and token not in left}
    return Town(warehouse, agency, persons(warehouse), lost, tokens)


@pytest.fixture(autouse=True)
def here(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Settings, "load", lambda: town.warehouse.settings)
    monkeypatch.setenv("COLUMNS", "200")


def found_in(warehouse: Warehouse, marks: set[str]) -> dict[str, int]:
    """Tables, and the planner's statistics, that hold one of the marks; how many rows do."""
    found: dict[str, int] = {}
    with warehouse.connect_administrator(warehouse.settings.database) as admin:
        tables = admin.execute(
            "select schemaname, tablename from pg_tables where schemaname !~ '^pg_|^information_schema'"
        ).fetchall()
        for schema, table in [*tables, ("pg_catalog", "pg_stats")]:
            query = sql.SQL("select count(*) from {} as t where t::text ~* %s").format(sql.Identifier(schema, table))
            ((rows,),) = admin.execute(query, ("|".join(sorted(marks)),)).fetchall()
            if rows:
                found[f"{schema}.{table}"] = rows
    return found


def marks_of(town: Town) -> set[str]:
    """Names, tokens and ids of people who have to be gone."""
    ids = {str(UUID(bytes=identity)) for identity in town.lost}
    return {*MARKS, *ids, *(token.hex() for token in town.tokens)}


# ------------------------------------------------------------------ before


def test_every_table_that_names_a_record_or_a_drop_is_one_that_a_purge_knows(town: Town) -> None:
    columns = town.rows(
        """
        select distinct table_schema || '.' || table_name
        from information_schema.columns
        inner join information_schema.tables using (table_schema, table_name)
        where table_type = 'BASE TABLE' and table_schema in ('intake', 'vault', 'registry')
            and column_name in ('identity_id', 'identity_left', 'ssn_token', 'drop_id')
        """
    )
    with town.warehouse.connect("owner") as owner:
        lines = removing.tables_of_lines(owner)
    known = {*lines, *removing.BY_DROP, *removing.BY_IDENTITY, *removing.BY_PAIR, *removing.NAMELESS}
    assert {name for (name,) in columns} == {*known, "vault.ssn"} | {
        name for name in removing.CANDIDATES if name not in ("registry.candidate_person", "registry.candidate_profile")
    }


def test_what_is_due_is_told_by_feed_and_names_nobody(town: Town) -> None:
    said = town.cli("due").output
    (line,) = [line for line in said.splitlines() if "ui_wage" in line]
    assert re.findall(r"[\w-]+(?: [\w-]+)*", line) == ["ui_wage", "3", "2003Q4", "47", "3", "after 2043-12-31"]
    assert "QUARTERMAINE" not in said
    (line,) = [line for line in town.cli("due", "--on", "2023-12-31").output.splitlines() if "ui_wage" in line]
    assert re.findall(r"[\w-]+(?: [\w-]+)*", line) == ["ui_wage", "0", "0", "0", "after 2023-12-31"]


def test_what_may_be_kept_is_not_purged_unless_that_is_said(town: Town) -> None:
    before = drops(town.warehouse)
    refused = town.cli("purge", NEW, "--reason", REASON, "--yes")
    assert refused.exit_code == 1
    assert isinstance(refused.exception, SystemExit | MayBeKept)
    ids = town.rows("select drop_id from governance.drop where period = '2023Q4'")
    with town.warehouse.connect("owner") as owner, pytest.raises(psycopg.Error, match="cannot be purged now"):
        owner.execute("select governance.purge_drop(%s, null, false)", ids[0])
    assert drops(town.warehouse) == before


def test_a_purge_names_something_whole_that_is_held(town: Town) -> None:
    with town.warehouse.connect("report") as report:
        held = retention.read(report)
    with pytest.raises(NotWhole, match=r"ui_wage/2003Q4/2 is active.*p20w drops withdraw"):
        retention.choose(held, set(), [f"{OLD}/2"])
    with pytest.raises(NotHeld, match="Nothing is held under ui_wage/2004Q1"):
        retention.choose(held, set(), ["ui_wage/2004Q1"])
    assert [drop.scope for drop in retention.choose(held, set(), [f"{OLD}/3"])] == [f"{OLD}/3"]
    assert town.cli("purge", "--reason", REASON).exit_code == 1
    assert town.cli("purge", OLD).exit_code == 1


def test_a_file_that_nobody_has_decided_on_is_not_deleted(town: Town) -> None:
    file = next(town.folder(f"{OLD}/1").glob("*.txt"))
    content = file.read_bytes()
    file.write_bytes(content + b"\n")
    with town.warehouse.connect("report") as report:
        held = retention.choose(retention.read(report), set(), [OLD])
    with pytest.raises(NotWhole, match="ui_wage/2003Q4/1: the file in the drops folder is not the one on record"):
        retention.purge(town.warehouse, town.warehouse.settings, held, REASON)
    file.write_bytes(content)


def test_no_is_an_answer(town: Town) -> None:
    before = drops(town.warehouse)
    asked = CliRunner().invoke(app, ["retention", "purge", "--all-due", "--reason", REASON], input="n\n")
    assert "ui_wage/2003Q4/2" in asked.output
    assert asked.exit_code == 1
    assert drops(town.warehouse) == before


# ------------------------------------------------------------------ the purge


def test_before_it_they_are_in_all_of_these_places(town: Town) -> None:
    assert set(found_in(town.warehouse, marks_of(town))) >= {
        *("vault.identity", "vault.ssn", "vault.identity_presence", "vault.term_frequency", "intake.ui_wage"),
        *("registry.assignment", "registry.edge", "registry.former_edge", "registry.decision", "registry.event"),
    }


def test_a_purge_that_dies_before_it_deletes_files_is_finished_by_the_next(town: Town) -> None:
    values = town.warehouse.settings.model_dump()
    environment = {f"P20W_{name.upper()}": str(value) for name, value in values.items() if value is not None}
    command = [sys.executable, "-m", "p20w.cli", "retention", "purge", "--all-due", "--reason", REASON, "--yes"]
    died = subprocess.run(
        command, env={**os.environ, **environment, "P20W_FAILPOINT": "retention.committed"}, check=False
    )
    assert died.returncode == -9
    assert {status for _, period, _, status, _ in drops(town.warehouse) if period == "2003Q4"} == {"purging"}
    assert len(list(town.folder(OLD).iterdir())) == 3
    assert town.rows("select * from governance.certificate") == []
    assert pending(town.warehouse, town.warehouse.settings) == []
    next(town.folder(f"{OLD}/1").glob("*.txt")).unlink()  # as when it dies once more, in the middle of a folder
    again = town.cli("purge", "--all-due", "--reason", REASON, "--yes")
    assert again.exit_code == 0, again.output
    assert "Certificate 1: " in again.output
    assert not town.folder(OLD).exists()
    assert town.folder(f"{NEW}/1").exists()
    purged = [row for row in drops(town.warehouse) if row[1] == "2003Q4"]
    assert [row[2:] for row in purged] == [
        (1, "purged", "purged"),
        (2, "purged", "purged"),
        (3, "purged", "record_count"),
    ]
    for words in (("--all-due",), (OLD,), (f"{OLD}/1",)):
        once_more = town.cli("purge", *words, "--reason", REASON, "--yes")
        assert "Nothing is left to purge" in once_more.output, once_more.output
    assert town.rows("select count(*) from governance.certificate") == [(1,)]


def test_nothing_remains_of_people_whom_no_other_file_holds(town: Town) -> None:
    assert len(town.lost) >= 12
    assert town.tokens
    assert found_in(town.warehouse, marks_of(town)) == {}
    told = town.rows("select distinct file_name, reason from governance.drop where status = 'purged'")
    assert told == [(None, "Purged: see certificate 1.")]


def test_who_is_in_another_file_stays_with_all_that_it_says_and_keeps_the_number(town: Town) -> None:
    after = persons(town.warehouse)
    assert after == {identity: person for identity, person in town.before.items() if identity not in town.lost}
    refresh(town.warehouse, 3)
    town.after = persons(town.warehouse)
    assert town.after == after
    held = town.rows("select count(*) from vault.identity_presence inner join governance.drop using (drop_id)")
    assert held == town.rows("select sum(lines_accepted) from governance.drop where status = 'accepted'")


def test_persons_without_a_record_retire_on_record_and_a_way_back_brings_none_again(town: Town) -> None:
    gone = set(town.before.values()) - set(persons(town.warehouse).values())
    assert gone
    retired = town.rows("select person_id::text from registry.person where retired_refresh = 3")
    assert {person for (person,) in retired} == gone
    assert found_in(town.warehouse, marks_of(town)) == {}
    rollback.roll_back(town.warehouse)
    assert {person for (person,) in town.rows(
        "select person_id::text from registry.person where retired_refresh is not null"
    )} >= gone  # fmt: skip
    assert found_in(town.warehouse, marks_of(town)) == {}
    refresh(town.warehouse, 3)


# ------------------------------------------------------------- the certificate


def test_the_certificate_says_what_went_and_what_stays_and_names_nobody(town: Town) -> None:
    said = json.loads(town.certificate("json").read_text())
    page = town.certificate("html").read_text()
    assert said["certificate_of_destruction"] == 1
    assert said["agreement"]["id"] in page
    assert said["agreement"]["legal_authority"] in page
    assert [(drop["period"], drop["submission"], drop["status_before"]) for drop in said["drops"]] == [
        ("2003Q4", 1, "superseded"),
        ("2003Q4", 2, "accepted"),
        ("2003Q4", 3, "rejected"),
    ]
    for drop in said["drops"]:
        assert drop["file_sha256"] in page
        assert drop["file_sha256"] in {file["sha256"] for file in drop["files_deleted"]}
        assert len(drop["files_deleted"]) == 2
    assert said["rows_removed"]["intake.ui_wage"] == 44
    assert said["rows_removed"]["vault.identity"] == len(town.lost)
    assert said["rows_removed"]["vault.ssn"] == len(town.tokens)
    assert {"registry.edge", "registry.decision", "registry.assignment"} <= set(said["rows_removed"])
    text = town.certificate("json").read_text() + page
    assert not [mark for mark in marks_of(town) if mark.casefold() in text.casefold()]
    assert {town.certificate(ending).stat().st_mode & 0o777 for ending in ("json", "html")} == {0o640}


def test_a_certificate_is_proven_and_a_changed_one_is_not(town: Town, tmp_path: Path) -> None:
    file = town.certificate("json")
    proven = town.cli("verify", str(file))
    assert proven.exit_code == 0, proven.output
    assert hashlib.sha256(file.read_bytes()).hexdigest() in proven.output
    assert "Nothing of its drops is left" in proven.output
    changed = tmp_path / "changed.json"
    changed.write_text(file.read_text().replace('"vault.ssn": ', '"vault.ssn": 1'))
    refused = town.cli("verify", str(changed))
    assert refused.exit_code == 1
    assert "is not, to the letter, a certificate on record" in refused.output


def test_what_is_on_record_of_a_purge_does_not_change_and_shows_when_it_was_forced(town: Town) -> None:
    with town.warehouse.connect("owner", autocommit=True) as owner:
        for statement in (
            "update governance.certificate set content = '{}'",
            "delete from governance.certificate",
            "update governance.purge set said = '{}'",
            "insert into governance.certificate values (7, now(), '{}', '')",
        ):
            with pytest.raises(psycopg.Error, match="PW003"):
                owner.execute(statement.encode())
        owner.execute("alter table governance.certificate disable trigger user")
        try:
            owner.execute("update governance.certificate set content = content || ' '")
            broken = town.cli("verify", str(town.certificate("json")))
        finally:
            owner.execute("update governance.certificate set content = left(content, -1)")
            owner.execute("alter table governance.certificate enable trigger user")
    assert broken.exit_code == 1
    assert "broken at certificate 1: its text is not the one that was certified" in broken.output
    assert town.cli("verify", str(town.certificate("json"))).exit_code == 0


# ----------------------------------------------------------------- it comes again


def test_a_copy_is_refused_wherever_it_comes_and_can_be_purged_too(town: Town) -> None:
    second = [named(wage(1, **THEN), MARKS[1]), named(wage(2, **THEN), MARKS[2])]
    second += [*(wage(number, **THEN) for number in range(10, 29)), named(wage(41, **THEN), "FAMILYCJH")]
    town.agency.deliver("ui_wage", "2003Q4", second, 2)
    town.agency.deliver("ui_wage", "2003Q4", second, 5)
    outcomes = take_in(town.warehouse)
    assert [(item.scope, item.status, item.reason_code) for item in outcomes] == [
        (f"{OLD}/2", "rejected", "purged"),
        (f"{OLD}/5", "rejected", "purged"),
    ]
    for item in outcomes:
        assert "was held as ui_wage/2003Q4/2 and was purged on 2" in (item.reason or "")
        assert f"p20w retention purge {item.scope} --early" in (item.reason or "")
    assert found_in(town.warehouse, marks_of(town)) == {}
    assert f"{town.folder(f'{OLD}/2')} is there again" in town.cli(
        "verify", str(town.certificate("json"))
    ).output.replace("\n", "")
    again = town.cli("purge", "--all-due", "--reason", "copies", "--yes")
    assert "Certificate 2: " in again.output
    assert not town.folder(OLD).exists()
    with town.warehouse.connect("report") as report:
        found = retention.issued(report)
    assert found[1].said["previous"] == found[0].hash
    assert [drop["status_before"] for drop in found[1].said["drops"]] == ["rejected", "rejected"]
    assert retention.prove(found).whole == 2
    assert take_in(town.warehouse) == []


def test_one_file_that_should_never_have_come_goes_before_its_time(town: Town) -> None:
    withdraw(town.warehouse, f"{NEW}/1", "sent by mistake")
    said = town.cli("purge", f"{NEW}/1", "--early", "--reason", "sent by mistake", "--yes")
    assert said.exit_code == 0, said.output
    assert not town.folder(NEW).exists()
    assert town.rows("select count(*) from vault.identity where feed = 'ui_wage'") == [(0,)]
    assert town.rows("select count(*) from vault.ssn") == [(0,)]


def test_a_purge_leaves_who_is_who_as_a_withdrawal_does(
    town: Town, make_warehouse: Callable[..., Warehouse], keys: Path
) -> None:
    other = make_warehouse(keys=keys)
    deliver(other)
    for submission in (2, 1):
        withdraw(other, f"{OLD}/{submission}", REASON)
    refresh(other, 3)
    assert persons(other) == town.after


def test_feeds_that_are_purged_together_have_a_certificate_each_and_the_vault_is_read_once(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.agency.deliver("ui_wage", "2022Q4", wages(20), 1)
    take_in(town.warehouse)
    forgotten: list[int] = []
    monkeypatch.setattr(purging, "forget_values", lambda *given: forgotten.append(forget_values(*given)))
    with town.warehouse.connect("report") as report:
        held = retention.read(report)
    feeds = sorted({drop.feed for drop in held})
    assert len(feeds) > 1
    numbers = retention.purge(town.warehouse, town.warehouse.settings, held, REASON, is_early=True)
    with town.warehouse.connect("report") as report:
        found = retention.issued(report)
        assert retention.read(report) == []
    assert retention.prove(found).broken is None
    assert [certificate.said["feed"] for certificate in found if certificate.number in numbers] == feeds
    assert len(forgotten) == 1
