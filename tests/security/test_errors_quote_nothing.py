"""What goes wrong is told without values: on the screen, in Dagster's storage, in its logs."""

import logging

import dagster as dg
import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from dagster_project.doorway import doorway
from dagster_project.resources import OpenWarehouse
from p20w.database import Warehouse
from p20w.plain_errors import StageError, describe, plain_errors

CANARY = "Zyxwvutine"


def fail() -> None:
    int(CANARY)


def test_a_librarys_error_is_told_by_its_class_and_places_only() -> None:
    with pytest.raises(ValueError, match=CANARY) as raised:
        fail()
    told = describe(raised.value)
    assert CANARY not in told
    assert "ValueError" in told
    assert "test_errors_quote_nothing.py" in told


def test_our_own_errors_are_told_in_their_own_words() -> None:
    assert describe(StageError("Stopped at a step.")) == "Stopped at a step."


def test_what_replaces_an_error_does_not_chain_it() -> None:
    with pytest.raises(StageError) as raised, plain_errors("testing"):
        int(CANARY)
    assert raised.value.__suppress_context__
    assert CANARY not in str(raised.value)


def test_no_value_reaches_dagsters_storage_or_logs(
    warehouse: Warehouse, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    @dg.asset
    def failing(warehouse: OpenWarehouse) -> None:
        with doorway(warehouse, "testing"):
            fail()

    with dg.DagsterInstance.ephemeral() as instance, caplog.at_level(logging.DEBUG):
        result = dg.materialize([failing], instance=instance, resources={"warehouse": warehouse}, raise_on_error=False)
        stored = "".join(repr(entry) for entry in instance.all_logs(result.run_id))
    printed = capfd.readouterr()
    assert not result.success
    assert "ValueError" in stored
    for text in (stored, caplog.text, printed.out, printed.err):
        assert CANARY not in text


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
def test_a_database_that_is_gone_is_told_in_a_sentence_whoever_wraps_the_error(driver: str) -> None:
    engine = create_engine(f"postgresql+{driver}://{CANARY}:{CANARY}@127.0.0.1:1/{CANARY}")
    with pytest.raises(OperationalError) as raised:
        engine.connect()
    told = describe(raised.value)
    assert told.startswith("The database was stopped, or the connection to it was lost.")
    assert len(told.splitlines()) == 1
    assert CANARY not in told
