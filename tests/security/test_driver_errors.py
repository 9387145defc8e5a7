"""A driver's error names the class, the code and the place, never a value; however it is printed or kept."""

import copy
import pickle
import traceback
from collections.abc import Callable

import psycopg
import pyarrow as pa
import pytest

from p20w.database import DatabaseError, Warehouse
from p20w.database.bulk import copy_arrow, read_arrow
from p20w.database.errors import redacted

CANARY = "Xylobrontes"
ID = "00000000-0000-4000-8000-00000000000"


def load_a_bad_table(connection: psycopg.Connection) -> None:
    rows = pa.table({"identity_id": pa.array([b"0" * 16]), "feed": pa.array([CANARY]), "birthdate": pa.array([CANARY])})
    copy_arrow(connection, "vault.identity", rows)


def fail_at_commit(connection: psycopg.Connection) -> None:
    connection.execute("create temporary table late (name text unique deferrable initially deferred) on commit drop")
    connection.execute("insert into late values (%s), (%s)", (CANARY, CANARY))
    connection.commit()


def fail_at_the_end_of_a_block(connection: psycopg.Connection) -> None:
    with connection.transaction():
        connection.execute("create temporary table late (name text unique deferrable initially deferred)")
        connection.execute("insert into late values (%s), (%s)", (CANARY, CANARY))


def read_with_a_server_cursor(connection: psycopg.Connection) -> None:
    with connection.cursor("slow") as cursor:
        cursor.execute("select (%s || n)::text::date from generate_series(1, 3) as n", (CANARY,))
        list(cursor)


def copy_a_line(connection: psycopg.Connection) -> None:
    with connection.cursor().copy("copy vault.identity (identity_id, feed, birthdate) from stdin") as copying:
        copying.write_row((ID + "1", "x", CANARY))


ATTEMPTS: dict[str, Callable[[psycopg.Connection], object]] = {
    "execute": lambda c: c.execute("select %s::text::date", (CANARY,)),
    "cursor": lambda c: c.cursor().execute("select %s::text::integer", (CANARY,)),
    "executemany": lambda c: c.cursor().executemany("select %s::text::date", [(CANARY,)]),
    "stream": lambda c: list(c.cursor().stream("select %s::text::date", (CANARY,))),
    "not null": lambda c: c.execute("insert into vault.address (street) values (%s)", (CANARY,)),
    "copy": copy_a_line,
    "binary copy": load_a_bad_table,
    "commit": fail_at_commit,
    "transaction block": fail_at_the_end_of_a_block,
    "server cursor": read_with_a_server_cursor,
    "a value that cannot be sent": lambda c: c.execute("select %s", (f"{CANARY}\0",)),
}


@pytest.fixture(params=ATTEMPTS)
def error(request: pytest.FixtureRequest, module_warehouse: Warehouse) -> psycopg.Error:
    with module_warehouse.connect("intake") as connection:
        try:
            ATTEMPTS[request.param](connection)
        except psycopg.Error as caught:
            connection.rollback()
            return caught
    pytest.fail("nothing was raised")


def test_no_value_is_left_in_an_error_however_it_is_told(error: psycopg.Error) -> None:
    told = [
        str(error),
        repr(error),
        "".join(traceback.format_exception(error)),
        "".join(map(repr, vars(error).values())),
        repr([getattr(error.diag, name) for name in dir(error.diag) if not name.startswith("_")]),
        repr(pickle.dumps(error)),
        str(copy.copy(error)),
        str(redacted(error, "trying")),
    ]
    assert not [text for text in told if CANARY in text]
    assert error.pgresult is None
    assert error.__context__ is None


def test_an_error_still_says_what_was_broken_and_where(module_warehouse: Warehouse) -> None:
    insert = "insert into vault.identity (identity_id, feed) values (%s, %s)"
    with module_warehouse.connect("intake") as connection:
        connection.execute(insert, (ID + "2", CANARY))
        with pytest.raises(psycopg.errors.UniqueViolation) as caught:
            connection.execute(insert, (ID + "2", CANARY))
    assert caught.value.diag.constraint_name == "identity_pkey"
    assert str(caught.value) == "UniqueViolation (SQLSTATE 23505) at table identity, constraint identity_pkey"
    assert "trying: UniqueViolation (SQLSTATE 23505) at table identity" in str(redacted(caught.value, "trying"))


def test_an_error_about_names_keeps_them(module_warehouse: Warehouse) -> None:
    with module_warehouse.connect("intake") as connection, pytest.raises(psycopg.errors.UndefinedTable) as caught:
        connection.execute("select * from intake.no_such_feed")
    assert 'relation "intake.no_such_feed" does not exist' in str(caught.value)


def test_bulk_reading_tells_no_value_either(module_warehouse: Warehouse) -> None:
    with pytest.raises(DatabaseError) as caught:
        read_arrow(module_warehouse.libpq("intake"), f"select '{CANARY}'::date")
    assert "22007" in str(caught.value)
    assert CANARY not in "".join(traceback.format_exception(caught.value))
