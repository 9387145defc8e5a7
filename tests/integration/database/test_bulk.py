"""What goes into Postgres by binary COPY comes back the same by ADBC."""

import time
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import psycopg
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from p20w.database import DatabaseError, Warehouse
from p20w.database.bulk import copy_arrow, read_arrow, reader

# Arrow type, Postgres type, what may be in it, how it is read back
KINDS: dict[str, tuple[pa.DataType, str, st.SearchStrategy[Any], str]] = {
    "a_bigint": (pa.int64(), "bigint", st.integers(-(2**63), 2**63 - 1), "a_bigint"),
    "a_integer": (pa.int32(), "integer", st.integers(-(2**31), 2**31 - 1), "a_integer"),
    "a_smallint": (pa.int16(), "smallint", st.integers(-(2**15), 2**15 - 1), "a_smallint"),
    "a_text": (pa.string(), "text", st.text(st.characters(exclude_characters="\0", codec="utf-8")), "a_text"),
    "a_date": (pa.date32(), "date", st.dates(date(1850, 1, 1), date(9999, 12, 31)), "a_date"),
    "a_boolean": (pa.bool_(), "boolean", st.booleans(), "a_boolean"),
    "a_double": (pa.float64(), "double precision", st.floats(allow_nan=False), "a_double"),
    "a_bytea": (pa.binary(), "bytea", st.binary(max_size=40), "a_bytea"),
    "a_uuid": (pa.binary(), "uuid", st.binary(min_size=16, max_size=16), "uuid_send(a_uuid)"),
    "a_instant": (
        pa.timestamp("us", tz="UTC"),
        "timestamptz",
        st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC)),
        "a_instant",
    ),
}
SCHEMA = pa.schema([(name, kind[0]) for name, kind in KINDS.items()])
TABLE = ", ".join(f"{name} {kind[1]}" for name, kind in KINDS.items())
BACK = ", ".join(f"{kind[3]} as {name}" for name, kind in KINDS.items())
rows = st.lists(st.fixed_dictionaries({name: st.none() | kind[2] for name, kind in KINDS.items()}), max_size=12)


@pytest.fixture(scope="module")
def loader(module_warehouse: Warehouse) -> psycopg.Connection:
    with module_warehouse.connect("transform", autocommit=True) as connection:
        connection.execute(f"create table staging.everything ({TABLE}, line serial)")
        yield connection


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=rows)
def test_every_type_and_its_nulls_come_back(
    module_warehouse: Warehouse, loader: psycopg.Connection, lines: list[dict[str, Any]]
) -> None:
    loader.execute("truncate staging.everything")
    sent = pa.Table.from_pylist(lines, schema=SCHEMA)
    assert copy_arrow(loader, "staging.everything", sent) == len(lines)
    query = f"select {BACK} from staging.everything order by line"
    assert read_arrow(module_warehouse.libpq("transform"), query).cast(SCHEMA).to_pylist() == lines


def test_many_batches_arrive_whole_and_in_order(module_warehouse: Warehouse, loader: psycopg.Connection) -> None:
    loader.execute("create table staging.many (n bigint)")
    whole = pa.chunked_array([pa.array(range(start, start + 70_001), pa.int64()) for start in (0, 70_001)])
    assert copy_arrow(loader, "staging.many", pa.table({"n": whole})) == 140_002
    assert loader.execute("select count(distinct n), min(n), max(n) from staging.many").fetchone() == (
        140_002,
        0,
        140_001,
    )


def test_a_decimal_is_exact(module_warehouse: Warehouse, loader: psycopg.Connection) -> None:
    loader.execute("create table staging.money (amount numeric(12, 2), line serial)")
    amounts = [Decimal("0.01"), None, Decimal("-9999999999.99"), Decimal("120.00")]
    copy_arrow(loader, "staging.money", pa.table({"amount": pa.array(amounts, pa.decimal128(12, 2))}))
    assert [row[0] for row in loader.execute("select amount from staging.money order by line")] == amounts


def test_a_chosen_subset_of_columns_is_loaded(loader: psycopg.Connection) -> None:
    loader.execute("create table staging.some (a bigint, b bigint default 9)")
    copy_arrow(loader, "staging.some", pa.table({"b": [1], "a": [2]}), columns=["a"])
    assert loader.execute("select a, b from staging.some").fetchall() == [(2, 9)]


def test_a_copy_commits_with_the_caller_or_not_at_all(module_warehouse: Warehouse) -> None:
    with module_warehouse.connect("transform") as connection:
        connection.execute("create table if not exists staging.undone (n bigint)")
        connection.commit()
        copy_arrow(connection, "staging.undone", pa.table({"n": pa.array([1, 2], pa.int64())}))
        connection.rollback()
        assert connection.execute("select count(*) from staging.undone").fetchone() == (0,)


def test_reading_from_a_database_that_is_not_there_tells_no_password(module_warehouse: Warehouse) -> None:
    uri = module_warehouse.libpq("report").replace(module_warehouse.settings.database, "nowhere")
    with pytest.raises(DatabaseError) as caught:
        read_arrow(uri, "select 1")
    assert module_warehouse.password("report") not in str(caught.value)


def test_one_connection_reads_on_after_a_query_that_fails_and_sees_what_was_committed(
    module_warehouse: Warehouse, loader: psycopg.Connection
) -> None:
    loader.execute("create table staging.growing (n bigint)")
    with reader(module_warehouse.libpq("transform")) as read:
        assert read("select n from staging.growing").num_rows == 0
        with pytest.raises(DatabaseError) as caught:
            read("select 'Xylobrontes'::date")
        assert "22007" in str(caught.value)
        assert caught.value.__context__ is None
        loader.execute("insert into staging.growing values (1)")
        assert read("select n from staging.growing").num_rows == 1


def test_a_connection_that_waits_long_between_two_queries_is_not_ended_by_the_server(
    module_warehouse: Warehouse,
) -> None:
    uri = module_warehouse.libpq("transform")
    impatient = f"{uri}{'&' if '?' in uri else '?'}options=-c%20idle_session_timeout%3D100"
    with reader(impatient) as read:
        time.sleep(0.4)
        assert read("select 1 as n").to_pydict() == {"n": [1]}
