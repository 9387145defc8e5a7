"""Who may do what: the server's catalog says what the description says, and a refresh stops where it does not."""

import re
from collections.abc import Callable, Iterator
from itertools import product

import psycopg
import pytest

from dagster_project import refresh
from p20w.database import ROLES, Warehouse
from p20w.database.access import AccessDrift, demand_described, differences
from p20w.database.described import PRIVILEGES, logins
from p20w.database.migrate import restore_access
from p20w.database.roles import LOGINS
from p20w.database.server_settings import MAX_CONNECTIONS

OTHERS = tuple(login for login in logins() if login.name != "owner")
ON_TABLES = (*(word for word in PRIVILEGES.values() if word != "EXECUTE"), "REFERENCES", "TRIGGER", "MAINTAIN")


@pytest.fixture(scope="module")
def catalog(module_warehouse: Warehouse) -> Iterator[psycopg.Connection]:
    with module_warehouse.connect("owner", autocommit=True) as connection:
        yield connection


def things(catalog: psycopg.Connection, query: str) -> list[tuple[str, int]]:
    return catalog.execute(query.encode()).fetchall()


# ------------------------------------------------------- login x thing x privilege


def test_every_login_may_do_with_every_table_what_is_described(
    catalog: psycopg.Connection, record_property: Callable[[str, object], None]
) -> None:
    """By the server's own answer, which counts what everybody has and what comes by membership."""
    tables = catalog.execute(
        """
        select n.nspname || '.' || c.relname, c.oid, array(
            select attname::text from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped
        )
        from pg_class as c
        inner join pg_namespace as n on c.relnamespace = n.oid
        where c.relkind in ('r', 'v', 'm', 'p', 'f') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
        """
    ).fetchall()
    words = {privilege: word for word, privilege in PRIVILEGES.items()}
    tried = refused = 0
    for (name, oid, columns), login, privilege in product(tables, OTHERS, ON_TABLES):
        described = login.columns(words[privilege], name, columns) if privilege in words else frozenset[str]()
        whole, some = described is None, frozenset(columns) if described is None else described
        row = catalog.execute("select has_table_privilege(%s, %s, %s)", (login.role, oid, privilege)).fetchone()
        assert row == (whole,), (login.name, name, privilege)
        if privilege in ("SELECT", "INSERT", "UPDATE", "REFERENCES"):
            held = catalog.execute(
                "select attname::text from pg_attribute where attrelid = %s and attnum > 0 and not attisdropped "
                "and has_column_privilege(%s, attrelid, attnum, %s)",
                (oid, login.role, privilege),
            ).fetchall()
            assert {row[0] for row in held} == some, (login.name, name, privilege)
        tried += 1
        refused += not whole
    assert tried > 50 * len(OTHERS) * len(ON_TABLES)
    record_property("tried", refused)


def test_every_login_may_call_the_functions_it_is_described_to_call(catalog: psycopg.Connection) -> None:
    query = """
        select nspname || '.' || proname, pg_proc.oid
        from pg_proc inner join pg_namespace on pronamespace = pg_namespace.oid
        where nspname !~ '^(pg_|information_schema)'
    """
    found = things(catalog, query)
    assert len(found) > 20
    for (name, oid), login in product(found, OTHERS):
        row = catalog.execute("select has_function_privilege(%s, %s, 'execute')", (login.role, oid)).fetchone()
        assert row == (login.columns("calls", name, ()) is None,), (login.name, name)


def test_every_function_that_is_described_is_there(catalog: psycopg.Connection) -> None:
    called = {rule.pattern for login in logins() for rule in login.rules["calls"]}
    for name in called:
        assert catalog.execute("select count(*) from pg_proc where oid::regproc::text = %s", (name,)).fetchone() == (1,)


def test_a_schema_is_entered_by_those_who_have_something_there_and_made_in_by_its_makers(
    catalog: psycopg.Connection,
) -> None:
    schemas = things(catalog, "select nspname, oid from pg_namespace where nspname !~ '^(pg_|information_schema)'")
    for (name, oid), login in product(schemas, OTHERS):
        owner = ("publisher",) if name == "marts" else ()
        row = catalog.execute("select has_schema_privilege(%s, %s, 'create')", (login.role, oid)).fetchone()
        assert row == (name in login.makes or login.name in owner,), (login.name, name)
        patterns = {rule.schema for rules in login.rules.values() for rule in rules if not rule.is_taken_away}
        enters = name in {*login.makes, *patterns} or login.name in owner
        row = catalog.execute("select has_schema_privilege(%s, %s, 'usage')", (login.role, oid)).fetchone()
        assert row == (enters,), (login.name, name)


def test_in_the_database_a_login_may_do_what_is_described(catalog: psycopg.Connection) -> None:
    for login, privilege in product(OTHERS, ("connect", "temporary", "create")):
        row = catalog.execute(
            "select has_database_privilege(%s, current_database(), %s)", (login.role, privilege)
        ).fetchone()
        assert row == (privilege in login.database,), (login.name, privilege)


# ---------------------------------------------------------------- what must hold of any description


def test_the_vault_is_read_by_linkage_and_of_it_the_gate_reads_numbers_alone() -> None:
    vault = ("vault.identity", "vault.address", "vault.ssn", "vault.identity_presence", "vault.term_frequency")
    readers = {(login.name, table) for login in OTHERS for table in vault if login.columns("reads", table, ()) is None}
    assert readers == {*(("linkage", table) for table in vault), ("gate", "vault.identity_presence")}


def test_verdicts_decisions_audit_and_states_are_written_by_nobody_who_is_judged() -> None:
    written = ("governance.gate_run", "governance.gate_result", "governance.audit", "governance.drop",
               "governance.refresh", "governance.refresh_drop", "governance.current_refresh",
               "registry.decision", "registry.model_promotion")  # fmt: skip
    writers = {
        (login.name, word, table)
        for login in OTHERS
        for word in ("adds", "changes", "removes", "empties")
        for table in written
        if login.columns(word, table, ("passed", "gate")) != frozenset()
    }
    assert writers == {
        ("gate", "adds", "governance.gate_run"),
        ("gate", "adds", "governance.gate_result"),
        ("gate", "changes", "governance.gate_run"),
    }


def test_logins_together_leave_room_on_the_server() -> None:
    reserved = 10
    assert sum(login.connections for login in logins()) <= MAX_CONNECTIONS - reserved


def test_the_logins_of_the_server_are_those_of_the_description_with_its_limits_and_settings(
    catalog: psycopg.Connection,
) -> None:
    rows = catalog.execute(
        "select rolname, rolconnlimit, rolconfig from pg_roles where rolname like 'p20w%'"
    ).fetchall()
    assert {name: limit for name, limit, _ in rows} == {login.role: login.connections for login in logins()}
    settings = {name: set(config or ()) for name, _, config in rows}
    for login in logins():
        assert {f"{name}={value}" for name, value in login.settings.items()} <= settings[login.role], login.name


def test_logins_to_come_enter_and_read_nothing(module_warehouse: Warehouse) -> None:
    for role in ("researcher", "educator", "board"):
        with module_warehouse.connect(role) as connection:
            rows = connection.execute(
                "select relname from pg_class inner join pg_namespace on relnamespace = pg_namespace.oid "
                "where nspname !~ '^(pg_|information_schema)' and has_schema_privilege(nspname, 'usage')"
            ).fetchall()
        assert rows == []


def test_functions_that_act_as_their_owner_look_for_names_where_nobody_else_can_put_any(
    catalog: psycopg.Connection,
) -> None:
    rows = catalog.execute(
        """
        select oid::regprocedure::text, proconfig
        from pg_proc
        where prosecdef and pronamespace::regnamespace::text !~ '^pg_'
        """
    ).fetchall()
    assert len(rows) >= 15
    for name, settings in rows:
        assert any(re.fullmatch(r"search_path=(pg_catalog)(, pg_temp)?", setting) for setting in settings or []), name


def test_no_login_is_more_than_a_login(catalog: psycopg.Connection) -> None:
    rows = catalog.execute(
        """
        select rolname
        from pg_roles
        where rolname like 'p20w%'
            and (rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls or not rolcanlogin)
        """
    ).fetchall()
    assert rows == []
    query = "select member::regrole::text from pg_auth_members where member::regrole::text like 'p20w%'"
    assert catalog.execute(query).fetchall() == []


def test_dagster_s_login_may_not_enter_the_warehouse_nor_ours_any_other_database(
    catalog: psycopg.Connection, template: str
) -> None:
    rows = catalog.execute(
        """
        select datname, rolname
        from pg_database
        cross join pg_roles
        where rolname like 'p20w%%'
            and (datname like %s or datname in ('postgres', 'template1'))
            and has_database_privilege(rolname, datname, 'connect')
        """,
        (f"{template}%",),
    ).fetchall()
    assert set(rows) == {(template, f"p20w_{role}") for role in ROLES} | {(f"{template}_dagster", "p20w_dagster")}


@pytest.mark.parametrize("role", ["analyst", "researcher", "educator", "board", "steward", "intake", "transform"])
def test_what_postgres_gives_to_everybody_is_taken_from_everybody(module_warehouse: Warehouse, role: str) -> None:
    for statement in (
        "select lo_create(0)",
        "select lo_from_bytea(0, 'x')",
        "select pg_advisory_lock(1)",
        "select pg_try_advisory_xact_lock(1)",
        "create table public.mine (n integer)",
        "create schema mine",
    ):
        with module_warehouse.connect(role, autocommit=True) as connection:
            connection.execute("set default_transaction_read_only = off")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())


# ------------------------------------------------------------------------ drift

DRIFTS = {
    "a table too many": ("owner", "grant select on vault.ssn to p20w_report", "p20w_report: select on table vault.ssn"),
    "for everybody": ("owner", "grant select on registry.decision to public", "PUBLIC: select on table registry.dec"),
    "a column": ("owner", "grant select (sex) on vault.identity to p20w_report", "column vault.identity.sex"),
    "to be passed on": (
        "owner",
        "grant select on governance.key to p20w_report with grant option",
        "p20w_report: select* on table governance.key",
    ),
    "a function": (
        "owner",
        "grant execute on function vault.forget_drop to public",
        "PUBLIC: execute on function vault.forget_drop",
    ),
    "a schema": ("owner", "grant usage on schema vault to p20w_report", "p20w_report: usage on schema vault"),
    "things to come": (
        "owner",
        "alter default privileges in schema registry grant select on tables to p20w_report",
        "default p20w_owner.registry",
    ),
    "things to come in any schema": (
        "transform",
        "alter default privileges grant execute on functions to p20w_gate",
        "p20w_gate: execute on default p20w_transform.",
    ),
    "a sequence": (
        "owner",
        "create sequence if not exists reference.numbers; grant usage on sequence reference.numbers to p20w_report",
        "p20w_report: usage on table reference.numbers",
    ),
    "the database": ("owner", "do $$begin execute format('grant create on database %I to p20w_intake', "
                     "current_database()); end$$", "p20w_intake: create on database"),
    "too little": ("owner", "revoke select on intake.ui_wage from p20w_transform", "- p20w_transform: select on table"),
    "by transform": (
        "transform",
        "create table core.people as select 1 as n; grant select on core.people to p20w_report",
        "p20w_report: select on table core.people",
    ),
    "by the publisher": (
        "publisher",
        "create schema loose; grant usage on schema loose to p20w_intake",
        "p20w_intake: usage on schema loose",
    ),
}  # fmt: skip


@pytest.mark.parametrize("drift", DRIFTS)
def test_what_somebody_changed_stops_a_refresh_is_named_and_can_be_put_right(
    module_warehouse: Warehouse, drift: str
) -> None:
    role, statement, told = DRIFTS[drift]
    restore_access(module_warehouse, only_if_due=True)
    with module_warehouse.connect(role, autocommit=True) as connection:
        connection.execute(statement.encode())
    with pytest.raises(AccessDrift) as caught:
        restore_access(module_warehouse, only_if_due=True)
    assert told in str(caught.value)
    assert "p20w db access --restore" in str(caught.value)
    restore_access(module_warehouse)
    restore_access(module_warehouse, only_if_due=True)


def test_a_refresh_begins_with_looking_for_what_somebody_changed(module_warehouse: Warehouse) -> None:
    with module_warehouse.connect("owner", autocommit=True) as owner:
        owner.execute("grant select on vault.ssn to p20w_report")
        with pytest.raises(AccessDrift, match=r"p20w_report: select on table vault\.ssn"):
            refresh.run(module_warehouse.settings, warehouse=module_warehouse)
        owner.execute("revoke select on vault.ssn from p20w_report")


@pytest.mark.parametrize("role", ["transform", "linkage", "intake", "publisher"])
def test_only_the_owner_makes_functions(module_warehouse: Warehouse, role: str) -> None:
    """One in a condition of an index or of a policy would run as whoever reads the table, the gate for one."""
    for language, body in (("plpgsql", "$$begin return 1; end$$"), ("sql", "'select 1'")):
        with module_warehouse.connect(role) as connection:
            where = "core" if role == "transform" else "pg_temp"
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="42501"):
                connection.execute(
                    f"create function {where}.peek() returns integer language {language} as {body}".encode()
                )
    with module_warehouse.connect(role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("do $$begin end$$")


def test_a_function_that_transform_makes_is_nobody_else_s(module_warehouse: Warehouse) -> None:
    """As on a server whose administrator is no superuser, where transform can make one."""
    with module_warehouse.connect_administrator(module_warehouse.settings.database) as admin:
        admin.execute("grant usage on language sql to p20w_transform")
    with module_warehouse.connect("transform") as transform:
        transform.execute("create function core.peek() returns integer language sql return 1")
        query = "select has_function_privilege(%s, 'core.peek()', 'execute')"
        assert [login.name for login in logins() if transform.execute(query, (login.role,)).fetchone() == (True,)] == [
            "transform"
        ]
        transform.rollback()
    with module_warehouse.connect_administrator(module_warehouse.settings.database) as admin:
        admin.execute("revoke usage on language sql from p20w_transform")


def test_a_login_that_became_a_member_of_another_stops_a_refresh(module_warehouse: Warehouse) -> None:
    with module_warehouse.connect_administrator() as admin, module_warehouse.connect("owner") as owner:
        admin.execute("grant p20w_linkage to p20w_analyst")
        try:
            with pytest.raises(AccessDrift, match="p20w_analyst: member on role p20w_linkage"):
                demand_described(owner)
        finally:
            admin.execute("revoke p20w_linkage from p20w_analyst")
        demand_described(owner)


def test_what_a_session_sets_for_its_successors_is_gone_with_the_next_refresh(module_warehouse: Warehouse) -> None:
    with module_warehouse.connect("analyst", autocommit=True) as analyst:
        analyst.execute("set default_transaction_read_only = off")
        analyst.execute("alter role p20w_analyst set statement_timeout = 0")
        analyst.execute("alter role p20w_analyst set work_mem = '1GB'")
    module_warehouse.migrate()
    with module_warehouse.connect("analyst") as analyst:
        assert analyst.execute("show statement_timeout").fetchone() == ("30min",)
        assert analyst.execute("show work_mem").fetchone() == ("64MB",)


def test_what_a_reader_does_with_its_own_login_stops_no_refresh(module_warehouse: Warehouse) -> None:
    with module_warehouse.connect("analyst") as analyst:
        analyst.execute("set transaction read write")
        analyst.execute("alter default privileges grant select on tables to public")
        analyst.commit()
        analyst.execute("set transaction read write")
        analyst.execute("alter role p20w_analyst password 'another'")
        analyst.execute("alter role p20w_analyst set work_mem = '1GB'")
        module_warehouse.migrate()
        analyst.rollback()


def test_looking_for_differences_finds_none_in_a_fresh_warehouse(warehouse: Warehouse) -> None:
    with warehouse.connect("owner") as owner:
        assert differences(owner) == (set(), set())
    assert len(LOGINS) == len(ROLES) + 1
