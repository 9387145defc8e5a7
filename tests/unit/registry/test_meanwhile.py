"""Two steps at once on one workshop: both are done after the block, and an error of either is told."""

import threading

import duckdb
import pytest

from p20w.registry.meanwhile import meanwhile


def test_both_sides_run_at_the_same_time_and_their_tables_are_there_after_the_block() -> None:
    together = threading.Barrier(2, timeout=10)

    def aside(con: duckdb.DuckDBPyConnection) -> None:
        together.wait()
        con.execute("create table aside as select 1 as n")

    with duckdb.connect() as con:
        with meanwhile(con, aside):
            together.wait()
            con.execute("create table ahead as select 2 as n")
        assert con.execute("select n from aside union all select n from ahead order by 1").fetchall() == [(1,), (2,)]


def test_what_was_made_before_the_block_is_seen_and_temporary_tables_are_not() -> None:
    seen: list[list[tuple[str]]] = []
    with duckdb.connect() as con:
        con.execute("create table lasting (n integer); create temp table passing (n integer)")
        with meanwhile(con, lambda other: seen.append(other.execute("show tables").fetchall())):
            pass
    assert seen == [[("lasting",)]]


def test_an_error_on_the_side_is_raised_after_the_block() -> None:
    reached: list[bool] = []

    def block(con: duckdb.DuckDBPyConnection) -> None:
        with meanwhile(con, lambda other: other.execute("select * from nowhere")):
            reached.append(True)

    with duckdb.connect() as con, pytest.raises(duckdb.CatalogException):
        block(con)
    assert reached


def test_an_error_in_the_block_is_raised_when_the_side_has_ended() -> None:
    go, ended = threading.Event(), threading.Event()

    def aside(_: duckdb.DuckDBPyConnection) -> None:
        go.wait(10)
        ended.set()

    def block(con: duckdb.DuckDBPyConnection) -> None:
        with meanwhile(con, aside):
            go.set()
            raise ValueError("in the block")

    with duckdb.connect() as con, pytest.raises(ValueError, match="in the block"):
        block(con)
    assert ended.is_set()
