"""What happens to machines, whichever library noticed it, is told in one sentence."""

from io import StringIO

import duckdb
import psycopg
import pytest

from p20w.database.errors import plain
from p20w.plain_errors import AGAIN, LOST, OLDER, describe, in_a_message

FULL = f"The disk is full. Make room there. {AGAIN}"


def test_a_full_disk_that_duckdb_notices_is_told_in_a_sentence() -> None:
    with duckdb.connect() as connection, pytest.raises(duckdb.Error) as raised:
        connection.execute("copy (select range from range(1000000)) to '/dev/full' (format csv)")
    assert describe(raised.value) == FULL
    wrapped = RuntimeError("a step of Splink")
    wrapped.__cause__ = raised.value
    assert describe(wrapped) == FULL


def test_a_disk_that_is_full_of_what_duckdb_puts_aside_is_told_in_a_sentence() -> None:
    seen = (
        "Out of Memory Error: failed to offload data block of size 64.0 KiB (1.7 MiB/1.7 MiB used).\n"
        "This limit was set by the 'max_temp_directory_size' setting."
    )
    assert describe(duckdb.OutOfMemoryException(seen)) == FULL


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (
            "Database Error in model fct_wage (models/core/fct_wage.sql)\n"
            '  could not extend file "base/16384/16385": No space left on device\n  HINT:  Check free disk space.',
            FULL,
        ),
        ("[Errno 122] Disk quota exceeded: '/srv/dbt-target/run/manifest.json'", FULL),
        ("Database Error\n  server closed the connection unexpectedly\n", f"{LOST} {AGAIN}"),
        ("terminating connection due to administrator command\nSSL connection has been closed", f"{LOST} {AGAIN}"),
        ('invalid input syntax for type integer: "No space left on device"', None),
        ("column `terminating connection` does not exist", None),
        ("division by zero", None),
    ],
)
def test_a_message_of_dbt_says_what_happened_to_the_machine_and_what_it_quotes_does_not(
    message: str, told: str | None
) -> None:
    assert in_a_message(message) == told


def test_a_connection_that_broke_is_told_of_whichever_class_the_driver_makes_it() -> None:
    import psycopg2

    for kind in (psycopg2.DatabaseError, psycopg2.OperationalError, psycopg2.InterfaceError):
        assert plain(kind("server closed the connection unexpectedly")) == f"{LOST} {AGAIN}"
    assert plain(psycopg2.ProgrammingError("no results to fetch")) is None


def test_what_dagster_prints_of_statements_that_its_storage_did_not_take_is_kept_out() -> None:
    from dagster_project.run import WithoutStorage

    screen = StringIO()
    stream = WithoutStorage(screen)
    for text in (
        "Exception while writing logger call to event log: [parameters: {'event': 'Quetzalbrand'}]\n",
        "Else\n",
    ):
        stream.write(text)
    assert screen.getvalue() == "Else\n"


def test_an_error_of_a_database_without_what_the_software_knows_says_how_to_bring_it_up_to_date() -> None:
    assert describe(psycopg.errors.UndefinedFunction("new")).endswith(OLDER)
    assert OLDER not in describe(psycopg.errors.UniqueViolation("new"))
