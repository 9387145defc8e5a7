"""What a role cannot do, tried by logging in as that role."""

from collections.abc import Callable

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege, ReadOnlySqlTransaction

from p20w.database import ROLES, DatabaseError, Role, Warehouse
from p20w.database.access import settle
from p20w.database.bulk import read_arrow
from p20w.database.described import logins

VAULT = ("vault.identity", "vault.address", "vault.ssn", "vault.term_frequency")
NOT_LINKAGE: tuple[Role, ...] = tuple(role for role in ROLES if role not in ("owner", "linkage"))


@pytest.fixture(scope="module")
def peopled(module_warehouse: Warehouse) -> Warehouse:
    """A warehouse with one identity, and with one mart that analysts may read."""
    with module_warehouse.connect("intake") as intake:
        intake.execute(
            "insert into vault.identity (identity_id, feed, birthdate) values (gen_random_uuid(), 'k12', '2001-02-03')"
        )
    with module_warehouse.connect("publisher") as publisher:
        publisher.execute("create table marts.outcomes (n integer)")
        settle(publisher)
    with module_warehouse.connect("transform") as transform:
        transform.execute("create table core.fct_wage (wages_usd integer)")
    return module_warehouse


def refused(warehouse: Warehouse, role: Role, statement: str) -> bool:
    """Whether the server says that `role` may not."""
    with warehouse.connect(role, autocommit=True) as connection:
        try:
            connection.execute(statement)
        except InsufficientPrivilege:
            return True
    return False


def test_the_linkage_role_reads_the_vault(peopled: Warehouse) -> None:
    with peopled.connect("linkage") as linkage:
        assert linkage.execute("select birthdate::text from vault.identity").fetchall() == [("2001-02-03",)]


@pytest.mark.parametrize("table", VAULT)
@pytest.mark.parametrize("role", NOT_LINKAGE)
def test_no_other_role_reads_the_vault(peopled: Warehouse, role: Role, table: str) -> None:
    assert refused(peopled, role, f"select * from {table}")
    assert refused(peopled, role, f"copy {table} to stdout")


@pytest.mark.parametrize("role", NOT_LINKAGE)
def test_no_other_role_reads_a_birth_date_in_bulk(peopled: Warehouse, role: Role) -> None:
    with pytest.raises(DatabaseError, match="42501"):
        read_arrow(peopled.libpq(role), "select birthdate from vault.identity")


def test_intake_puts_identities_into_the_vault_and_cannot_see_change_or_remove_them(peopled: Warehouse) -> None:
    with peopled.connect("intake") as intake:
        intake.execute("insert into vault.identity (identity_id, feed) values (gen_random_uuid(), 'k12')")
    for statement in (
        "select feed from vault.identity",
        "insert into vault.identity (identity_id, feed) values (gen_random_uuid(), 'k12') returning birthdate",
        "update vault.identity set feed = 'x'",
        "delete from vault.identity",
        "truncate vault.identity",
        "create view intake.peek as select * from vault.identity",
    ):
        assert refused(peopled, "intake", statement), statement


def test_intake_learns_which_tokens_are_new_and_nothing_else(peopled: Warehouse) -> None:
    known, unknown = b"k" * 32, b"u" * 32
    with peopled.connect("intake") as intake:
        intake.execute("insert into vault.ssn values (%s, %s)", (known, b"n" * 144))
        found = intake.execute("select vault.unknown_ssn_tokens(%s)", ([known, unknown],)).fetchall()
    assert found == [(unknown,)]
    assert refused(peopled, "steward", "select vault.unknown_ssn_tokens(array['x'::bytea])")


@pytest.mark.parametrize(
    "statement",
    [
        "select * from core.fct_wage",
        "select * from intake.quarantine",
        "select * from intake.ui_wage",
        "select * from registry.assignment",
        "select * from registry.person_profile",
        "select * from governance.drop",
        "select * from core.person_identity",
    ],
)
def test_an_analyst_reads_marts_and_nothing_else(peopled: Warehouse, statement: str) -> None:
    with peopled.connect("analyst") as analyst:
        assert analyst.execute("select count(*) from marts.outcomes").fetchall() == [(0,)]
    assert refused(peopled, "analyst", statement)


@pytest.mark.parametrize(
    "statement",
    [
        "insert into marts.outcomes values (1)",
        "delete from marts.outcomes",
        "create table marts.mine (n integer)",
        "create table public.mine (n integer)",
        "create temporary table mine (n integer)",
        "create schema mine",
        "copy marts.outcomes to '/tmp/mine'",
        "copy marts.outcomes to program 'cat'",
    ],
)
def test_an_analyst_cannot_write_even_in_a_session_that_says_it_may(peopled: Warehouse, statement: str) -> None:
    with peopled.connect("analyst", autocommit=True) as analyst:
        with pytest.raises((InsufficientPrivilege, ReadOnlySqlTransaction)):
            analyst.execute(statement)
        analyst.execute("set default_transaction_read_only = off")
        with pytest.raises(InsufficientPrivilege):
            analyst.execute(statement)


@pytest.mark.parametrize("role", [*NOT_LINKAGE, "linkage"])
def test_no_role_becomes_another(peopled: Warehouse, role: Role) -> None:
    for other in ("p20w_owner", "postgres", "p20w_linkage" if role != "linkage" else "p20w_intake"):
        assert refused(peopled, role, f"set role {other}")
        assert refused(peopled, role, f"set session authorization {other}")


@pytest.mark.parametrize("role", [*NOT_LINKAGE, "linkage"])
def test_no_role_reads_files_or_logs_of_the_server_or_changes_how_it_logs(peopled: Warehouse, role: Role) -> None:
    statements = [
        "select pg_read_file('postgresql.conf')",
        "select pg_ls_logdir()",
        "set log_error_verbosity = 'verbose'",
        "set log_min_error_statement = 'error'",
        "set log_parameter_max_length = -1",
        "alter system set log_statement = 'all'",
    ]
    if role in {login.name for login in logins() if login.is_recorded}:
        statements += ["set log_statement = 'none'", "set log_min_messages = 'panic'"]
    for statement in statements:
        assert refused(peopled, role, statement), statement


def test_transform_cannot_give_a_view_on_the_vault_to_anyone(
    peopled: Warehouse, make_warehouse: Callable[..., Warehouse]
) -> None:
    assert refused(peopled, "transform", "create view marts.people as select * from vault.identity")
    assert refused(peopled, "transform", "alter table core.person_identity owner to p20w_transform")


def test_a_statement_of_a_role_is_not_seen_by_another(peopled: Warehouse) -> None:
    with peopled.connect("linkage") as linkage, peopled.connect("analyst") as analyst:
        linkage.execute("select 'unmistakable'")
        seen = analyst.execute("select query from pg_stat_activity where usename = 'p20w_linkage'").fetchall()
    assert not any("unmistakable" in (row[0] or "") for row in seen)


def test_the_connection_of_a_role_is_that_role_from_the_start(peopled: Warehouse) -> None:
    for role in (*NOT_LINKAGE, "linkage", "owner"):
        with peopled.connect(role) as connection:
            row = connection.execute("select session_user::text, current_user::text").fetchone()
        assert row == (f"p20w_{role}", f"p20w_{role}")


def test_psycopg_without_our_wrapper_is_held_to_the_same_rules(peopled: Warehouse) -> None:
    with psycopg.connect(peopled.libpq("transform")) as raw, pytest.raises(InsufficientPrivilege):
        raw.execute("select birthdate from vault.identity")
