"""Hold a database to the description of logins: grant what it says, take the rest away, tell where they differ.

Here: what the server's catalog grants, and the statements that bring it in line. Not here: the description
(`described`), logins and their settings (`roles`).
"""

import hashlib
from collections import defaultdict
from typing import LiteralString, cast

import psycopg
from psycopg import sql

from p20w.database.described import FILE, Right, logins, rights_of
from p20w.database.errors import DatabaseError

Differences = tuple[set[Right], set[Right]]
"""Rights that are missing, and rights too many."""


class AccessDrift(DatabaseError):
    """The server allows something else than the description says."""


def differences(connection: psycopg.Connection) -> Differences:
    """Where the catalog, as this connection sees it, differs from the description."""
    wanted, granted = _wanted(connection), _granted(connection)
    return wanted - granted, granted - wanted


def settle(connection: psycopg.Connection) -> None:
    """Bring the rights to everything the session's own login owns in line, in the caller's transaction."""
    me, database = connection.execute("select session_user::text, current_database()::text").fetchall()[0]
    owned: set[tuple[str, str]] = {(kind, name) for kind, name in connection.execute(_OWNED).fetchall()}
    wanted, granted = _wanted(connection), _granted(connection)
    given: defaultdict[tuple[str, str, str], set[Right]] = defaultdict(set)
    for right in wanted:
        given[(*right.whole, right.login)].add(right)
    for kind, thing, login in sorted({(*right.whole, right.login) for right in wanted ^ granted}):
        rights = sorted(given[kind, thing, login])
        if kind == "default" and thing.startswith(f"{me}."):
            _settle_default(connection, thing.partition(".")[2], login, is_wanted=bool(rights))
        elif (kind, thing) in owned:
            _settle_one(connection, kind, database if kind == "database" else thing, login, rights)


def _settle_one(connection: psycopg.Connection, kind: str, thing: str, login: str, rights: list[Right]) -> None:
    """Take everything on one thing from one login, and give it what is described."""
    on = sql.SQL(_WORDS[kind]).format(sql.SQL(".").join(map(sql.Identifier, thing.split("."))))
    to = sql.SQL("public") if login == "PUBLIC" else sql.Identifier(login)
    connection.execute(sql.SQL("revoke all on {} from {} cascade").format(on, to))
    for right in rights:
        what = sql.SQL(cast("LiteralString", right.privilege.lower()))
        if right.kind == "column":
            what = sql.SQL("{} ({})").format(what, sql.Identifier(right.thing.rpartition(".")[2]))
        connection.execute(sql.SQL("grant {} on {} to {}").format(what, on, to))


def _settle_default(connection: psycopg.Connection, schema: str, login: str, *, is_wanted: bool) -> None:
    """The same for things the session's login has yet to make in one schema, or in any (no name)."""
    to = sql.SQL("public") if login == "PUBLIC" else sql.Identifier(login)
    where = sql.SQL("in schema {}").format(sql.Identifier(schema)) if schema else sql.SQL("")
    kinds: tuple[LiteralString, ...] = ("tables", "sequences", "functions", "types")
    for kind in kinds if schema else (*kinds, "schemas"):
        words = sql.SQL("alter default privileges {} revoke all on {} from {}")
        connection.execute(words.format(where, sql.SQL(kind), to))
    if is_wanted:
        connection.execute(sql.SQL("alter default privileges {} grant select on tables to {}").format(where, to))


def demand_described(connection: psycopg.Connection) -> None:
    """Demand that the server allows what the description says, no more and no less.

    Raises:
        AccessDrift: it does not; the message names the first differences and what to do.
    """
    missing, extra = differences(connection)
    recorded = [login.role for login in logins() if login.is_recorded]
    odd = {Right(*row) for row in connection.execute(_MORE_THAN_A_LOGIN, (recorded,)).fetchall()}
    if not (missing or extra or odd):
        return
    lines = [*(f"+ {right}" for right in sorted(extra | odd)), *(f"- {right}" for right in sorted(missing))]
    more = [f"and {len(lines) - 20} more"] if len(lines) > 20 else []
    raise AccessDrift(
        "\n".join(
            [
                "The server allows something else than p20w/database/roles.yaml says (+ too much, - too little):",
                *lines[:20],
                *more,
                "Find out who changed it and why. Then put it right: p20w db access --restore",
            ]
        )
    )


def version(connection: psycopg.Connection) -> str:
    """What the rights of a database follow from: the description, the newest revision, the columns of feeds."""
    digest = hashlib.sha256(FILE.read_bytes())
    digest.update(repr(connection.execute(_STANDS_ON).fetchall()).encode())
    return digest.hexdigest()[:32]


def settled_version(connection: psycopg.Connection) -> str | None:
    """The version that rights were last brought in line with."""
    row = connection.execute("select version from governance.access order by access_id desc limit 1").fetchone()
    return row[0] if row else None


def makers() -> tuple[str, ...]:
    """Names of the logins beside the owner that own things others may read."""
    return (*(login.name for login in logins() if login.makes), "publisher")


def _wanted(connection: psycopg.Connection) -> set[Right]:
    things = connection.execute(_THINGS).fetchall()
    return rights_of(
        {name: columns for kind, name, _, columns in things if kind == "table"},
        {name for kind, name, _, _ in things if kind == "function"},
        {name for kind, name, _, _ in things if kind == "schema"},
        {name: owner for _, name, owner, _ in things},
    )


def _granted(connection: psycopg.Connection) -> set[Right]:
    return {Right(*row) for row in connection.execute(_GRANTED).fetchall()}


_WORDS: dict[str, LiteralString] = {
    "table": "table {}",
    "function": "routine {}",
    "schema": "schema {}",
    "database": "database {}",
}

OURS = "nspname !~ '^pg_' and nspname <> 'information_schema'"
"""SQL: a schema that is not Postgres' own."""

_THINGS = f"""
select 'table' as kind, nspname || '.' || relname as name, relowner::regrole::text as owner, array(
    select attname::text from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped
) as columns
from pg_class as c inner join pg_namespace as n on c.relnamespace = n.oid
where relkind in ('r', 'v', 'm', 'p', 'f') and {OURS}
union all
select 'function', nspname || '.' || proname, proowner::regrole::text, '{{}}'
from pg_proc inner join pg_namespace as n on pronamespace = n.oid
where {OURS}
union all
select 'schema', nspname, nspowner::regrole::text, '{{}}' from pg_namespace where {OURS}
union all
select 'database', 'this', datdba::regrole::text, '{{}}' from pg_database where datname = current_database()
"""

_OWNED = f"""
select kind, name from ({_THINGS}) as thing where owner = session_user
union all
select 'table', nspname || '.' || relname
from pg_class inner join pg_namespace on relnamespace = pg_namespace.oid
where relkind = 'S' and relowner::regrole::text = session_user and {OURS}
"""

# `*` marks a right that may be passed on; sequences need none, so any is too much
_GRANTED = f"""
select
    kind,
    thing,
    case grantee when 0 then 'PUBLIC' else grantee::regrole::text end,
    privilege_type || case when is_grantable then '*' else '' end
from (
    select 'table' as kind, nspname || '.' || relname as thing, relowner as owner,
        coalesce(relacl, acldefault(case relkind when 'S' then 's' else 'r' end::"char", relowner)) as acl
    from pg_class inner join pg_namespace on relnamespace = pg_namespace.oid
    where relkind in ('r', 'v', 'm', 'p', 'f', 'S') and {OURS}
    union all
    select 'column', nspname || '.' || relname || '.' || attname, relowner, attacl
    from pg_attribute
    inner join pg_class on attrelid = pg_class.oid
    inner join pg_namespace on relnamespace = pg_namespace.oid
    where attacl is not null and not attisdropped and {OURS}
    union all
    select 'function', nspname || '.' || proname, proowner, coalesce(proacl, acldefault('f', proowner))
    from pg_proc inner join pg_namespace on pronamespace = pg_namespace.oid
    where {OURS}
    union all
    select 'schema', nspname, nspowner, coalesce(nspacl, acldefault('n', nspowner)) from pg_namespace where {OURS}
    union all
    select 'database', 'this', datdba, coalesce(datacl, acldefault('d', datdba))
    from pg_database where datname = current_database()
    union all
    select 'default', defaclrole::regrole || '.' || coalesce(nspname, ''), defaclrole, defaclacl
    from pg_default_acl left join pg_namespace on defaclnamespace = pg_namespace.oid
    where exists (  -- anybody may say this; it stops nothing where it is about nothing
        select from pg_namespace as place
        where place.nspname !~ '^pg_' and has_schema_privilege(defaclrole, place.oid, 'create')
    )
) as held
cross join lateral aclexplode(acl)
where grantee <> owner
"""

_MORE_THAN_A_LOGIN = """
select 'login', rolname::text, rolname::text, 'SUPERUSER, CREATEROLE, CREATEDB, REPLICATION OR BYPASSRLS'
from pg_roles
where rolname like 'p20w\\_%%' and (rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls)
union all
select 'role', roleid::regrole::text, member::regrole::text, 'MEMBER'
from pg_auth_members
where member::regrole::text like 'p20w\\_%%'
union all
select 'parameter', parname, case grantee when 0 then 'PUBLIC' else grantee::regrole::text end, privilege_type
from pg_parameter_acl
cross join lateral aclexplode(paracl)
where grantee = 0 or grantee::regrole::text = any(%s)
"""

_STANDS_ON = """
select governance.revision(), ''
union all
select attrelid::regclass::text, attname::text
from pg_attribute
inner join pg_class on attrelid = pg_class.oid
where relnamespace = 'intake'::regnamespace and relkind = 'r' and attnum > 0 and not attisdropped
order by 1, 2
"""
