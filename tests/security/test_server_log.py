"""Whatever fails, the server's log holds no row, no value and no statement of a login that is not recorded."""

from collections.abc import Callable

import psycopg
import pytest
from psycopg import sql

from p20w.database import ROLES, Role, Warehouse
from p20w.database.described import logins
from p20w.database.roles import LOGINS, lacks_recording, log_settings, login, logs_too_much
from tests.server_logs import server_log

CANARY = "Quetzalwhistle"
RECORDED = tuple(described.name for described in logins() if described.is_recorded)


Attempt = Callable[[psycopg.Connection], object]


def copy_bad_line(connection: psycopg.Connection) -> None:
    with connection.cursor().copy("copy vault.identity (identity_id, feed, birthdate) from stdin") as copy:
        copy.write(f"00000000-0000-4000-8000-000000000001\t{CANARY}\tborn {CANARY}\n".encode())


def repeat_a_key(connection: psycopg.Connection) -> None:
    for _ in range(2):
        connection.execute("insert into governance.stage_run values (1, %s, now())", (CANARY,))


ATTEMPTS: dict[str, Attempt] = {
    "a value of the wrong type": lambda c: c.execute(
        "insert into vault.identity (identity_id, feed, birthdate) values (gen_random_uuid(), 'x', %s::text::date)",
        (CANARY,),
    ),
    "a literal of the wrong type": lambda c: c.execute(f"select '{CANARY}'::date"),
    "a row that misses what must be there": lambda c: c.execute(
        "insert into intake.quarantine (drop_id, line_number, reason_code) values (1, 1, %s)", (CANARY,)
    ),
    "a row that is there already": repeat_a_key,
    "a row that a check forbids": lambda c: c.execute(
        "insert into intake.quarantine values (1, 1, null, %s, 0, 0, 'nothing')", (CANARY,)
    ),
    "a line of a copy": copy_bad_line,
    "a statement that does not parse": lambda c: c.execute(f"selekt '{CANARY}'"),
    "an error somebody raises": lambda c: c.execute(f"do $$ begin raise exception 'no {CANARY}'; end $$"),
    "a warning somebody raises": lambda c: c.execute(f"do $$ begin raise warning 'no {CANARY}'; end $$"),
}


@pytest.mark.parametrize("what", ATTEMPTS)
def test_a_failing_row_is_not_in_the_server_log(module_warehouse: Warehouse, what: str) -> None:
    role: Role = "owner" if "somebody raises" in what else "intake"  # nobody but the owner may write code
    before = len(server_log(module_warehouse.settings))
    told = ""
    with psycopg.connect(module_warehouse.libpq(role), autocommit=True) as connection:
        connection.add_notice_handler(lambda notice: notices.append(notice.message_primary))
        notices: list[str | None] = []
        try:
            ATTEMPTS[what](connection)
        except psycopg.Error as error:
            told = f"{error} {error.diag.message_detail} {error.diag.context}"
    assert CANARY in f"{told} {notices}"  # the server told the client, so it could have told its log
    written = server_log(module_warehouse.settings)[before:]
    assert f"p20w_{role}" in written  # the log is alive: it tells who came in
    assert CANARY not in written


def test_a_slow_statement_is_not_in_the_server_log(module_warehouse: Warehouse) -> None:
    with module_warehouse.connect("linkage") as connection:
        connection.execute(f"select pg_sleep(0.2), '{CANARY}'")
    assert CANARY not in server_log(module_warehouse.settings)


@pytest.mark.parametrize("role", ROLES)
def test_every_role_s_session_keeps_to_the_log_settings(module_warehouse: Warehouse, role: Role) -> None:
    wanted = log_settings(login(role), is_recording=True)
    with module_warehouse.connect(role) as connection:
        for name, value in wanted.items():
            assert connection.execute("select setting from pg_settings where name = %s", (name,)).fetchone() == (value,)
        assert bool(logs_too_much(connection)) == (role in RECORDED)
        assert bool(lacks_recording(connection, login(role))) == (role not in RECORDED)


def test_the_roles_carry_the_log_settings_to_any_server(module_warehouse: Warehouse) -> None:
    with module_warehouse.connect_administrator() as admin:
        rows = admin.execute(
            "select setrole::regrole::text, setconfig from pg_db_role_setting where setdatabase = 0"
        ).fetchall()
    carried = {name: dict(item.split("=", 1) for item in config) for name, config in rows}
    for name in LOGINS:
        assert log_settings(name, is_recording=True).items() <= carried[name].items()


def test_a_role_that_would_log_too_much_is_found(module_warehouse: Warehouse) -> None:
    with module_warehouse.connect_administrator() as admin:
        for name, value in (("log_error_verbosity", "default"), ("log_statement", "all")):
            admin.execute(sql.SQL("set {} = {}").format(sql.Identifier(name), sql.Literal(value)))
        assert logs_too_much(admin) == ["log_error_verbosity = 'terse'", "log_statement = 'none'"]
