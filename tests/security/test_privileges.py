"""Who may do what, as one table; the catalog must say the same. Change both together, or this fails."""

import re
from collections.abc import Iterator

import psycopg
import pytest

from p20w.contracts import load_contracts
from p20w.database import ROLES, Warehouse

OTHERS = ("intake", "linkage", "transform", "report", "analyst", "steward")

# letters as in psql's \dp: r select, a insert, w update, d delete, D truncate, x references, t trigger
TABLES = """
                              intake  linkage transform report analyst steward
governance.answer_range       r       rawd    rawd      r      -       r
governance.audit              ra      ra      ra        ra     -       ra
governance.current_refresh    raw     r       r         r      -       r
governance.drop               raw     r       r         r      -       r
governance.drop_check         rawd    r       r         r      -       r
governance.gate_result        rawd    rawd    rawd      r      -       r
governance.gate_run           rawd    rawd    rawd      r      -       r
governance.key                r       r       r         r      -       r
governance.latest_verdict     r       r       r         r      -       r
governance.linkage_figure     r       rawd    r         r      -       r
governance.match_rate         r       rawd    r         r      -       r
governance.model_in_force     r       r       r         r      -       r
governance.refresh            raw     rw      rw        r      -       r
governance.refresh_drop       rawd    r       r         r      -       r
governance.stage_run          rawd    rawd    rawd      r      -       r
intake.<feed>                 rawd    r       r         -      -       -
intake.quarantine             rawd    -       r         r      -       r
vault.address                 a       r       -         -      -       -
vault.identity                a       r       -         -      -       -
vault.identity_presence       a       r       -         -      -       -
vault.ssn                     a       r       -         -      -       -
vault.term_frequency          -       rad     -         -      -       -
registry.assignment           -       rawd    r         -      -       -
registry.candidate            -       rawdD   -         -      -       -
registry.candidate_edge       -       rawdD   -         -      -       -
registry.candidate_event      -       rawdD   -         -      -       -
registry.candidate_fact       -       rawd    -         -      -       -
registry.candidate_person     -       rawdD   -         -      -       -
registry.candidate_profile    -       rawdD   -         -      -       -
registry.candidate_review     -       rawdD   -         -      -       -
registry.decision             -       rawd    -         -      -       r
registry.edge                 -       rawdD   -         -      -       r
registry.event                -       rawd    -         r      -       -
registry.former_edge          -       rawd    -         -      -       -
registry.former_profile       -       rawd    -         -      -       -
registry.former_review        -       rawd    -         -      -       -
registry.model_promotion      -       ra      -         -      -       -
registry.other_map            -       rawdD   r         -      -       -
registry.person               -       rawd    -         -      -       -
registry.person_alias         -       r       r         -      -       r
registry.person_profile       -       rawdD   r         -      -       -
registry.promotion            -       rawd    -         -      -       -
registry.record_person        -       r       -         -      -       r
registry.review_pair          -       -       -         -      -       r
registry.review_queue         -       rawdD   -         -      -       r
registry.standing_decision    -       r       -         -      -       r
registry.undone_event         -       ra      -         -      -       -
registry.weighing             -       rad     -         -      -       -
core.person_identity          -       r       r         -      -       -
public.alembic_version        -       -       -         -      -       -
"""

# U usage, C create
SCHEMAS = """
                              intake  linkage transform report analyst steward
governance                    U       U       U         U      -       U
intake                        U       U       U         U      -       U
vault                         U       U       -         -      -       -
registry                      -       U       U         U      -       U
core                          -       U       UC        -      -       -
marts                         -       -       UC        U      U       U
public                        -       -       -         -      -       -
"""

# c connect, T temporary tables, C create schemas
DATABASE = """
                              intake  linkage transform report analyst steward
this                          cT      cT      cTC       cT     c       c
"""

FUNCTIONS = """
                              intake  linkage transform report analyst steward
vault.forget_drop             X       -       -         -      -       -
vault.unknown_ssn_tokens      X       -       -         -      -       -
vault.unknown_identities      X       -       -         -      -       -
registry.age_band             -       -       -         -      -       -
registry.must_linked_with     -       -       -         -      -       -
registry.one_apart            -       -       -         -      -       -
registry.person_as_of         -       X       X         -      -       -
registry.place_key            -       -       -         -      -       -
registry.review_decide        -       -       -         -      -       X
registry.review_household     -       -       -         -      -       -
registry.review_open          -       -       -         -      -       X
registry.review_read          -       -       -         -      -       X
registry.review_revoke        -       -       -         -      -       X
registry.review_side          -       -       -         -      -       -
"""

Matrix = dict[tuple[str, str], str]


def read(text: str) -> Matrix:
    """The table's cells by thing and role, letters sorted."""
    header, *lines = text.strip().splitlines()
    roles = header.split()
    return {
        (thing, role): "".join(sorted(letters.replace("-", "")))
        for thing, *cells in map(str.split, lines)
        for role, letters in zip(roles, cells, strict=True)
    }


@pytest.fixture(scope="module")
def catalog(module_warehouse: Warehouse) -> Iterator[psycopg.Connection]:
    with module_warehouse.connect("owner", autocommit=True) as connection:
        yield connection


def found(catalog: psycopg.Connection, query: str, letters: dict[str, str]) -> Matrix:
    """What the catalog grants, inherited and public privileges included: `query` gives things and their check."""
    matrix: Matrix = {}
    for thing, role, privilege, has in catalog.execute(query, {"roles": list(OTHERS), "privileges": list(letters)}):
        cell = matrix.setdefault((thing, role), "")
        matrix[thing, role] = "".join(sorted(cell + (letters[privilege] if has else "")))
    return matrix


def agree(is_so: Matrix, should_be: Matrix) -> None:
    """Fail with the cells that differ, one a line."""
    differing = [
        f"{role} on {thing}: is {is_so.get((thing, role))!r}, should be {should_be.get((thing, role))!r}"
        for thing, role in sorted(is_so.keys() | should_be.keys())
        if is_so.get((thing, role)) != should_be.get((thing, role))
    ]
    assert not differing, "\n".join(differing)


EVERY = "cross join unnest(%(roles)s::text[]) as role cross join unnest(%(privileges)s::text[]) as privilege"


def test_roles_may_do_with_tables_what_the_matrix_says(
    catalog: psycopg.Connection, module_warehouse: Warehouse
) -> None:
    letters = {"select": "r", "insert": "a", "update": "w", "delete": "d"}
    letters |= {"truncate": "D", "references": "x", "trigger": "t"}
    query = f"""
        select n.nspname || '.' || c.relname, role, privilege, has_table_privilege('p20w_' || role, c.oid, privilege)
        from pg_class as c
        inner join pg_namespace as n on c.relnamespace = n.oid {EVERY}
        where c.relkind in ('r', 'v', 'm', 'p', 'f') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    """
    wanted = read(TABLES)
    for feed in load_contracts(module_warehouse.settings.contracts):
        wanted |= {(f"intake.{feed}", role): wanted["intake.<feed>", role] for role in OTHERS}
    stated = {(thing, role): cell for (thing, role), cell in wanted.items() if thing != "intake.<feed>"}
    agree(found(catalog, query, letters), stated)


def test_no_privilege_is_hidden_in_a_column(catalog: psycopg.Connection) -> None:
    query = "select attrelid::regclass::text, attname from pg_attribute where attacl is not null"
    assert [row for row in catalog.execute(query) if not row[0].startswith("pg_")] == []


def test_roles_may_enter_the_schemas_the_matrix_says(catalog: psycopg.Connection) -> None:
    query = f"""
        select n.nspname, role, privilege, has_schema_privilege('p20w_' || role, n.oid, privilege)
        from pg_namespace as n {EVERY}
        where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    """
    agree(found(catalog, query, {"usage": "U", "create": "C"}), read(SCHEMAS))


def test_roles_may_do_in_the_database_what_the_matrix_says(catalog: psycopg.Connection) -> None:
    query = f"""
        select 'this', role, privilege, has_database_privilege('p20w_' || role, current_database(), privilege)
        from (select 1) as one {EVERY}
    """
    agree(found(catalog, query, {"connect": "c", "temporary": "T", "create": "C"}), read(DATABASE))


def test_functions_of_ours_may_be_called_by_whom_the_matrix_says(catalog: psycopg.Connection) -> None:
    query = f"""
        select p.pronamespace::regnamespace || '.' || p.proname, role, privilege,
            has_function_privilege('p20w_' || role, p.oid, privilege)
        from pg_proc as p {EVERY}
        where p.pronamespace::regnamespace::text !~ '^(pg_|information_schema)'
    """
    agree(found(catalog, query, {"execute": "X"}), read(FUNCTIONS))


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
    assert len(rows) >= 2
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


def test_no_login_is_a_member_of_another(catalog: psycopg.Connection) -> None:
    query = "select member::regrole::text from pg_auth_members where member::regrole::text like 'p20w%'"
    assert catalog.execute(query).fetchall() == []


def test_what_the_owner_adds_later_is_open_to_nobody_but_for_intake_tables(catalog: psycopg.Connection) -> None:
    rows = catalog.execute(
        """
        select d.defaclnamespace::regnamespace::text, acl.grantee::regrole::text, string_agg(acl.privilege_type, ' ')
        from pg_default_acl as d
        cross join lateral aclexplode(d.defaclacl) as acl
        where acl.grantee <> d.defaclrole
        group by 1, 2
        order by 1, 2
        """
    ).fetchall()
    assert {(schema, role.removeprefix("p20w_")): set(what.split()) for schema, role, what in rows} == {
        ("intake", "intake"): {"SELECT", "INSERT", "UPDATE", "DELETE"},
        ("intake", "linkage"): {"SELECT"},
        ("intake", "transform"): {"SELECT"},
    }


def test_the_matrix_names_every_role() -> None:
    assert {"owner", *OTHERS} == set(ROLES)


def test_dagster_s_login_may_not_enter_the_warehouse_nor_ours_dagster_s_database(
    catalog: psycopg.Connection, template: str
) -> None:
    rows = catalog.execute(
        """
        select datname, rolname
        from pg_database
        cross join pg_roles
        where rolname like 'p20w%%' and datname like %s and has_database_privilege(rolname, datname, 'connect')
        """,
        (f"{template}%",),
    ).fetchall()
    owners = {(template, f"p20w_{role}") for role in ROLES}
    assert set(rows) == owners | {(f"{template}_dagster", "p20w_dagster")}
