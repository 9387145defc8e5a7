"""Who read what is on record, without a value, in a chain that shows what was changed."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from typer.testing import CliRunner

from p20w.cli import app
from p20w.database import ROLES, DatabaseError, Role, Warehouse, embedded
from p20w.database.access import AccessDrift, demand_described
from p20w.database.described import logins
from p20w.database.recording import is_recording, log_folder, session_options
from p20w.database.roles import log_settings
from p20w.governance import access_log
from p20w.governance.access_log import Head, NotRecording, collect, note, uses, verify
from p20w.governance.access_log.chain import EMPTY
from p20w.governance.access_log.collecting import await_logger
from p20w.progress import listening
from p20w.settings import Settings
from tests.server_logs import server_log

CANARY = "Quetzalwhistle"
RECORDED = tuple(login.name for login in logins() if login.is_recorded)

Rows = list[tuple[str, str, str, list[str], str | None, str | None]]


def rows(warehouse: Warehouse) -> Rows:
    """Login, kind, command, relations, words and code of every row."""
    with warehouse.connect("report") as connection:
        return connection.execute(
            "select login, kind, command, relations, words, sqlstate from governance.access_log order by entry"
        ).fetchall()


def everything(warehouse: Warehouse) -> str:
    with warehouse.connect("report") as connection:
        return repr(connection.execute("select a, to_jsonb(a) from governance.access_log as a").fetchall())


def attempt(warehouse: Warehouse, role: Role, *statements: str) -> None:
    """Run statements as a login, whatever comes of them."""
    with psycopg.connect(warehouse.libpq(role), autocommit=True) as connection:
        for statement in statements:
            try:
                connection.execute(statement.encode())
            except psycopg.Error:
                continue


# --------------------------------------------------------------------- what is on record


def test_those_who_read_are_recorded_and_stages_are_not() -> None:
    assert set(RECORDED) == {"analyst", "steward", "researcher", "educator", "board"}


@pytest.mark.parametrize("role", RECORDED)
def test_what_a_person_s_login_does_is_on_record_without_a_value(warehouse: Warehouse, role: Role) -> None:
    attempt(
        warehouse,
        role,
        f"select 1 as \"{CANARY}\", '{CANARY}' /* {CANARY} */",
        f"select first_name from vault.identity where first_name = '{CANARY}'",
        f"select '{CANARY}'::date",
        f"selekt {CANARY}",
        f"do $$ begin raise log '{CANARY}'; end $$",
        f"prepare \"{CANARY}: x\" as select '{CANARY}'",
        f'execute "{CANARY}: x"',
    )
    assert CANARY in server_log(warehouse.settings)  # until it is read, where only the server's user can look
    collect(warehouse)
    found = [row[1:] for row in rows(warehouse) if row[0] == f"p20w_{role}"]
    assert ("statement", "SELECT", [], "select ? as _, ?", None) in found
    assert ("error", "SELECT", ["vault.identity"], None, "42501") in found
    assert ("error", "SELECT", [], None, "22007") in found
    assert [row[4] for row in found if row[0] == "error"].count("42601") == 1
    assert ("error", "DO", [], None, "42501") in found
    assert {row[1] for row in found} == {"SELECT", "DO", "PREPARE", "EXECUTE", "OTHER"}
    assert CANARY.lower() not in everything(warehouse).lower()
    assert CANARY not in server_log(warehouse.settings)


def test_what_the_server_s_logger_has_yet_to_write_is_waited_for(warehouse: Warehouse) -> None:
    """It writes behind the sessions, on a busy machine seconds behind."""
    cluster = embedded.locate(warehouse.settings)
    server = int((cluster.data / "postmaster.pid").read_text().split()[0])
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    logger = next(int(pid) for pid in children if "logger" in Path(f"/proc/{pid}/cmdline").read_text())
    os.kill(logger, signal.SIGSTOP)
    try:
        attempt(warehouse, "analyst", f"select '{CANARY}'")
        threading.Timer(0.5, os.kill, (logger, signal.SIGCONT)).start()
        with warehouse.connect("auditor", autocommit=True) as auditor:
            assert await_logger(auditor, cluster.statements)
        assert any(CANARY in file.read_text(errors="replace") for file in cluster.statements.glob("*.csv"))
    finally:
        os.kill(logger, signal.SIGCONT)
    collect(warehouse)
    assert [row[:3] for row in rows(warehouse)] == [("p20w_analyst", "statement", "SELECT")]


def test_who_may_raise_what_they_like_puts_no_word_of_theirs_on_record(warehouse: Warehouse) -> None:
    with warehouse.connect("owner") as connection:
        options = session_options(connection, warehouse.settings)
    with psycopg.connect(warehouse.libpq("owner"), autocommit=True, options=options) as owner:
        owner.execute(f"do $$ begin raise log 'statement: select {CANARY}'; end $$")
        with pytest.raises(psycopg.Error):
            owner.execute(f"do $$ begin raise exception '{CANARY}' using errcode = 'QUETZ'; end $$")
    collect(warehouse)
    assert [row[1:] for row in rows(warehouse)] == [
        ("statement", "DO", [], "do ?", None),
        ("statement", "DO", [], "do ?", None),
        ("error", "DO", [], None, "other"),
    ]
    assert CANARY not in everything(warehouse) + server_log(warehouse.settings)


def test_who_reads_the_log_says_nothing_that_is_on_record(warehouse: Warehouse) -> None:
    attempt(warehouse, "auditor", f"select governance.mark_log('statement: select {CANARY}')", f"select '{CANARY}'")
    assert collect(warehouse) == 0
    with warehouse.connect("analyst") as analyst, pytest.raises(psycopg.errors.InsufficientPrivilege):
        analyst.execute("select governance.mark_log('statement: select 1')")


def test_values_that_are_sent_apart_from_their_statement_never_reach_the_log(warehouse: Warehouse) -> None:
    with psycopg.connect(warehouse.libpq("analyst"), autocommit=True) as analyst:
        analyst.execute("select %s::text", (CANARY,))
        with pytest.raises(psycopg.Error):
            analyst.execute("select %s::text::date", (CANARY,))
    collect(warehouse)
    assert [row[4] for row in rows(warehouse) if row[0] == "p20w_analyst"] == [
        "select $ ? :: text",
        "select $ ? :: text :: date",
        None,
    ]
    assert CANARY not in everything(warehouse) + server_log(warehouse.settings)


@pytest.mark.parametrize(
    "escape",
    [
        "set log_statement = 'none'",
        "set log_min_messages = 'panic'",
        "set local log_statement = 'none'",
        "select set_config('log_statement', 'none', false)",
        "alter role p20w_analyst set log_statement = 'none'",
        "alter role p20w_analyst in database {} set log_statement = 'none'",
        "alter system set log_destination = 'stderr'",
        "select pg_rotate_logfile()",
        "select pg_reload_conf()",
    ],
)
def test_nobody_who_is_recorded_can_stop_it(warehouse: Warehouse, escape: str) -> None:
    with psycopg.connect(warehouse.libpq("analyst"), autocommit=True) as analyst:
        analyst.execute("set default_transaction_read_only = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            analyst.execute(sql.SQL(escape).format(sql.Identifier(warehouse.settings.database)))
        for way in ("reset all", "reset log_statement", "discard all", "set session authorization default"):
            try:
                analyst.execute(way.encode())
            except psycopg.Error:
                continue
        assert analyst.execute("show log_statement").fetchone() == ("all",)


def test_who_starts_with_options_of_their_own_is_recorded_or_not_let_in(warehouse: Warehouse) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied to set parameter"):
        psycopg.connect(warehouse.libpq("analyst"), options="-c log_statement=none")


def test_a_session_of_psql_is_on_record_whoever_s_login_it_is(warehouse: Warehouse) -> None:
    home = warehouse.settings
    environment = {
        **os.environ,
        **{
            f"P20W_{name.upper()}": str(getattr(home, name))
            for name in ("home", "secrets", "server_folder", "database")
        },
    }
    for role in ("linkage", "owner", "report"):
        command = [
            sys.executable,
            "-m",
            "p20w.cli",
            "db",
            "psql",
            "--role",
            role,
            "-c",
            f"select '{CANARY}' as its_{role}",
        ]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode, CANARY in done.stdout) == (0, True), done.stderr
    collect(warehouse)
    found = [(login, words) for login, _, _, _, words, _ in rows(warehouse)]
    assert found == [(f"p20w_{role}", "select ? as _") for role in ("linkage", "owner", "report")]
    assert CANARY not in everything(warehouse)


def test_who_may_stop_a_recording_is_told_as_a_right_too_many(warehouse: Warehouse) -> None:
    with warehouse.connect_administrator() as admin, warehouse.connect("owner") as owner:
        for grantee in ("p20w_analyst", "public"):
            admin.execute(f"grant set on parameter log_statement to {grantee}".encode())
            try:
                with pytest.raises(AccessDrift, match="set on parameter log_statement"):
                    demand_described(owner)
            finally:
                admin.execute(f"revoke set on parameter log_statement from {grantee}".encode())
        demand_described(owner)


# ---------------------------------------------------------------------- reading in


def test_reading_in_is_done_once_removes_what_was_read_and_keeps_what_the_server_said(warehouse: Warehouse) -> None:
    folder = log_folder(warehouse.settings)
    assert folder is not None
    attempt(warehouse, "analyst", "select 1", "select 2")
    assert collect(warehouse) == 2
    assert collect(warehouse) == 0
    assert len(rows(warehouse)) == 2
    collect(warehouse)
    assert len(list(folder.glob("*.csv"))) <= 2
    plain = embedded.locate(warehouse.settings).log.read_text()
    assert f"connection authorized: user=p20w_analyst database={warehouse.settings.database}" in plain
    assert "statement:" not in plain


def own_folder(warehouse: Warehouse, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """A function that reads a folder of made-up logs into the warehouse's access log, with no server that writes on."""
    folder.mkdir()
    monkeypatch.setattr("p20w.governance.access_log.collecting.log_folder", lambda settings: folder)
    return lambda: collect(replace(warehouse, administrator=None))


def logged(warehouse: Warehouse, statement: str) -> bytes:
    database = warehouse.settings.database
    fields = f'2024-10-01 07:00:00.123 UTC,"p20w_analyst","{database}",12,"[local]",6700.1,1,"idle",,,0,LOG,00000,'
    return f'{fields}"statement: {statement}",,,,,,,,,"psql","client backend",,0\n'.encode()


def test_a_record_that_is_still_written_waits_and_one_that_never_ends_is_on_record_as_that(
    warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = own_folder(warehouse, tmp_path / "log", monkeypatch)
    file = tmp_path / "log" / "statements-1.csv"
    one, two = logged(warehouse, "select 1"), logged(warehouse, f"select\n'{CANARY}'")
    file.write_bytes(one + two[:-20])
    assert (read(), read()) == (1, 0)
    file.write_bytes(one + two)
    assert (read(), read()) == (1, 0)
    file.write_bytes(one + two + two[:-20])
    (tmp_path / "log" / "statements-2.csv").write_bytes(b"")  # the server has begun another, as after a crash
    assert (read(), read()) == (1, 0)
    assert [row[1] for row in rows(warehouse)] == ["statement", "statement", "unreadable"]
    assert [path.name for path in (tmp_path / "log").iterdir()] == ["statements-2.csv"]
    assert CANARY not in everything(warehouse)
    assert verify(warehouse).broken is None


def test_a_file_that_was_read_and_not_removed_adds_nothing(
    warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = own_folder(warehouse, tmp_path / "log", monkeypatch)
    for number in (1, 2):
        (tmp_path / "log" / f"statements-{number}.csv").write_bytes(logged(warehouse, "select 1"))
    assert read() == 2
    (tmp_path / "log" / "statements-1.csv").write_bytes(logged(warehouse, "select 1"))  # a crash before it was removed
    assert read() == 0


def test_a_refresh_tells_when_another_process_should_have_read_the_log_and_did_not(warehouse: Warehouse) -> None:
    elsewhere = replace(warehouse, settings=warehouse.settings.model_copy(update={"server_url": "postgresql://x"}))

    def told_when_last_read(days: int) -> list[str]:
        with warehouse.connect("owner") as owner:
            owner.execute("update governance.access_reading set read_at = now() - %s", (timedelta(days=days),))
        told: list[str] = []
        with listening(lambda doing, share=None: told.append(doing)):
            access_log.note(elsewhere)
        return told

    assert told_when_last_read(1) == []
    assert ["was last read on" in said for said in told_when_last_read(3)] == [True]
    collect(warehouse)
    assert access_log.overdue(warehouse) is None


def test_a_server_whose_statements_would_go_elsewhere_too_has_none_logged(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured = replace(warehouse, settings=warehouse.settings.model_copy(update={"server_url": "postgresql://x"}))
    with warehouse.connect("owner") as owner:
        assert is_recording(owner, warehouse.settings)
        assert not is_recording(owner, configured.settings)
    assert log_settings("p20w_analyst", is_recording=False)["log_statement"] == "none"
    with pytest.raises(NotRecording, match="P20W_SERVER_LOG"):
        collect(configured)


def test_on_a_server_of_one_s_own_statements_are_recorded_once_somebody_says_where(warehouse: Warehouse) -> None:
    cluster = embedded.locate(warehouse.settings)
    url = f"postgresql://postgres@/postgres?host={cluster.socket}"
    told = warehouse.settings.model_copy(update={"server_url": url, "server_log": cluster.statements})
    silent = Warehouse.open(told.model_copy(update={"server_log": None}))

    def standing() -> tuple[str, bool]:
        with warehouse.connect("analyst") as analyst, warehouse.connect("linkage") as linkage:
            said = analyst.execute("show log_statement").fetchall()[0][0]
            return said, session_options(linkage, warehouse.settings) != ""

    try:
        silent.migrate()
        assert standing() == ("none", False)
        with pytest.raises(NotRecording):
            collect(silent)
    finally:
        Warehouse.open(told).migrate()
    assert standing() == ("all", True)
    assert collect(Warehouse.open(told)) > 0
    assert {row[0] for row in rows(warehouse)} == {"p20w_analyst"}


def test_a_log_that_cannot_be_read_is_said_in_plain_words_and_stops_no_refresh(
    warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = own_folder(warehouse, tmp_path / "log", monkeypatch)
    (tmp_path / "log" / "statements-1.csv").mkdir()
    with pytest.raises(DatabaseError, match="cannot be read"):
        read()
    told: list[str] = []
    with listening(lambda doing, share=None: told.append(doing)):
        note(replace(warehouse, administrator=None))
    assert ["the access log stays as it is" in said and "cannot be read" in said for said in told] == [True]


# --------------------------------------------------------------------------- the chain


@pytest.fixture(scope="module")
def recorded(module_warehouse: Warehouse) -> Warehouse:
    """A warehouse with ten statements of an analyst on record."""
    attempt(module_warehouse, "analyst", *(f"select {number} as ünbekannt" for number in range(10)))
    assert collect(module_warehouse) == 10
    return module_warehouse


@pytest.fixture
def forger(recorded: Warehouse) -> Iterator[psycopg.Connection]:
    """The administrator, for whom no rule holds; what is done is undone afterwards."""
    with recorded.connect_administrator(recorded.settings.database) as admin:
        admin.execute("create temporary table kept as select * from governance.access_log")
        admin.execute("alter table governance.access_log disable trigger user")
        yield admin
        admin.execute("delete from governance.access_log")
        admin.execute("insert into governance.access_log select * from kept")
        admin.execute("alter table governance.access_log enable trigger user")


def test_a_chain_as_it_was_written_is_whole(recorded: Warehouse) -> None:
    proof = verify(recorded)
    assert (proof.broken, proof.head.entry) == (None, 10)
    with recorded.connect("report") as connection:
        assert access_log.head(connection) == proof.head
    assert verify(recorded, Head.read(str(proof.head))) == proof
    assert verify(recorded, EMPTY) == proof


COLUMNS = {
    "happened_at": "happened_at + interval '1 microsecond'",
    "login": "'p20w_board'",
    "session": "'x'",
    "kind": "'error'",
    "command": "'SHOW'",
    "relations": "'{marts.x}'",
    "words": "'another'",
    "mark": "'x'",
    "sqlstate": "'42501'",
    "source": "'x'",
    "position": "-1",
    "recorded_at": "recorded_at + interval '1 microsecond'",
    "hash": "sha256('x')",
}


def test_every_column_is_among_those_a_change_of_which_is_seen(recorded: Warehouse) -> None:
    with recorded.connect("report") as connection:
        names = connection.execute("select * from governance.access_log limit 0").description or []
    assert {column.name for column in names} == {*COLUMNS, "entry"}


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("entry", [1, 5, 10])
def test_a_row_that_was_changed_is_named(
    recorded: Warehouse, forger: psycopg.Connection, column: str, entry: int
) -> None:
    forger.execute(f"update governance.access_log set {column} = {COLUMNS[column]} where entry = {entry}".encode())
    proof = verify(recorded)
    assert (proof.broken, proof.head.entry) == (entry, entry - 1)


@pytest.mark.parametrize(
    ("forgery", "broken"),
    [
        ("delete from governance.access_log where entry = 4", 4),
        ("delete from governance.access_log where entry = 1", 1),
        ("update governance.access_log set entry = -entry where entry in (4, 5)", 1),
        ("delete from governance.access_log where entry > 7", 8),  # seen by a head that was noted
        ("truncate governance.access_log", 1),
    ],
)
def test_a_row_that_is_gone_is_missed(
    recorded: Warehouse, forger: psycopg.Connection, forgery: str, broken: int
) -> None:
    noted = verify(recorded).head
    forger.execute(forgery.encode())
    assert verify(recorded, noted).broken == broken


def test_a_chain_that_was_written_anew_is_whole_and_not_the_one_that_was_noted(
    recorded: Warehouse, forger: psycopg.Connection
) -> None:
    noted = verify(recorded).head
    forger.execute("delete from governance.access_log")
    forger.execute("alter table governance.access_log enable trigger chain_access")
    forger.execute("insert into governance.access_log select * from kept where entry <> 3 order by entry")
    forger.execute("insert into governance.access_log select * from kept where entry = 3")
    assert verify(recorded).broken is None
    assert verify(recorded, noted).broken == 10


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "statement",
    [
        "update governance.access_log set login = 'p20w_board'",
        "delete from governance.access_log",
        "truncate governance.access_log",
    ],
)
def test_no_login_changes_or_removes_a_row_not_even_the_owner(recorded: Warehouse, role: Role, statement: str) -> None:
    with recorded.connect(role, autocommit=True) as connection:
        connection.execute("set default_transaction_read_only = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement.encode())


def test_the_triggers_hold_where_a_right_was_given_back(recorded: Warehouse) -> None:
    with recorded.connect("owner") as owner:
        owner.execute("grant update, delete, truncate on governance.access_log to p20w_owner")
        owner.commit()
        for statement in ("update governance.access_log set login = 'x'", "delete from governance.access_log",
                          "truncate governance.access_log"):  # fmt: skip
            with pytest.raises(psycopg.Error, match="PW003"):
                owner.execute(statement.encode())
            owner.rollback()
        owner.execute("revoke update, delete, truncate on governance.access_log from p20w_owner")
        owner.commit()


def test_what_the_auditor_adds_is_chained_whatever_hash_it_gives(
    make_warehouse: Callable[..., Warehouse],
) -> None:
    warehouse = make_warehouse()
    with warehouse.connect("auditor", autocommit=True) as auditor:
        for number in (1, 2):
            auditor.execute(
                "insert into governance.access_log values "
                "(99, now(), 'p20w_analyst', 's', 'statement', 'SELECT', '{}', null, null, null, 'f', %s, now(), 'x')",
                (number,),
            )
    assert verify(warehouse).broken is None


@pytest.mark.parametrize("role", [role for role in ROLES if role not in ("owner", "report", "auditor")])
def test_who_read_what_is_read_by_those_who_answer_for_it(recorded: Warehouse, role: Role) -> None:
    with recorded.connect(role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("select count(*) from governance.access_log")


# -------------------------------------------------------------------------- who read what


def test_the_report_counts_by_login_day_and_table_and_says_what_failed(warehouse: Warehouse) -> None:
    attempt(warehouse, "steward", "select count(*) from governance.drop", "select * from registry.decision")
    attempt(warehouse, "steward", "select 1 from governance.drop as a, governance.drop as b", "set role p20w_owner")
    attempt(warehouse, "analyst", "select * from vault.identity")
    collect(warehouse)
    found = {(use.login, use.thing): (use.statements, use.failed) for use in uses(warehouse)}
    assert found == {
        ("p20w_steward", "governance.drop"): (2, 0),
        ("p20w_steward", "registry.decision"): (1, 0),
        ("p20w_steward", None): (1, 1),
        ("p20w_analyst", "vault.identity"): (1, 1),
    }
    assert {use.login for use in uses(warehouse, role="analyst")} == {"p20w_analyst"}
    assert uses(warehouse, since=date(2999, 1, 1)) == []
    assert len(uses(warehouse, since=date(2020, 1, 1))) == 4


def test_the_commands_say_who_read_what_and_whether_the_log_is_whole(
    recorded: Warehouse, forger: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Settings, "load", lambda: recorded.settings)

    def audit(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["audit", *words])
        return done.exit_code, " ".join(done.output.split())

    head = str(verify(recorded).head)
    assert audit("collect") == (0, f"Added 0 rows to the access log. Its head: {head}")
    assert audit("verify", "--head", head) == (0, f"The access log is whole: 10 rows. Its head: {head}")
    code, said = audit("report", "--since", "2020-01-01", "--role", "analyst")
    assert (code, "analyst" in said, "(none named)" in said, " 10 " in said) == (0, True, True, True)
    assert "Nothing is on record" in audit("report", "--role", "board")[1]
    assert "There is no role 'x'" in audit("report", "--role", "x")[1]
    assert "is no head" in audit("verify", "--head", "x")[1]
    forger.execute("update governance.access_log set login = 'p20w_board' where entry = 7")
    code, said = audit("verify")
    assert (code, "broken at row 7" in said, "docs/ops/audit.md" in said) == (1, True, True)


def test_a_head_that_is_none_is_refused() -> None:
    for text in ("", "1", "1:ab", f"x:{'0' * 64}", f"1:{'g' * 64}"):
        with pytest.raises(ValueError, match="as it was printed"):
            Head.read(text)
