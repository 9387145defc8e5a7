"""The scratch database at the end of a refresh holds the tables that are declared, as they are declared."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import duckdb
import pytest
import yaml

from p20w.database import Warehouse
from p20w.database.bulk import reader
from p20w.registry.assigning import make_candidate
from p20w.registry.models import versions
from p20w.registry.scratch import scratch_database
from p20w.registry.statements import ROOM
from tests.integration.registry.small_vault import Who, crowd, fill, link, open_keys
from tests.integration.registry.test_two_schools import HERE_ALL_YEAR, THERE_ALL_YEAR, enroll
from tests.integration.registry.test_who_is_who import EVERYONE, FATHER, LENDER

TABLES: dict[str, dict[str, Any]] = yaml.safe_load((ROOM / "scratch_tables.yaml").read_text(encoding="utf-8"))
LINES = [replace(line, who=replace(line.who, middle="QUILL")) for line in (HERE_ALL_YEAR, THERE_ALL_YEAR)]
WORKING = [replace(who, employer="E1", source_id=None, street=None) for who in EVERYONE if who.feed == "ui_wage"]


@pytest.fixture(scope="module")
def scratch(make_warehouse: Callable[..., Warehouse]) -> Iterator[duckdb.DuckDBPyConnection]:
    """After a second refresh, with verdicts, constraints and events."""
    warehouse = make_warehouse()
    key = open_keys(warehouse).id
    fill(warehouse, [*EVERYONE, *WORKING, *(line.who for line in LINES), *crowd()])
    enroll(warehouse, LINES)
    link(warehouse)
    fill(warehouse, [Who("k12_enrollment", "ODA", "PELL", "2007-07-07", source_id="N1", drops=(6,))])
    with warehouse.connect("owner") as connection:
        left, right = sorted((FATHER.identity_id, LENDER.identity_id))
        connection.execute(
            "insert into registry.decision (identity_left, identity_right, verdict) values (%s, %s, 'must_link')",
            (left.hex(), right.hex()),
        )
    model = versions.active(warehouse, warehouse.settings)
    with scratch_database(warehouse.settings) as con, reader(warehouse.libpq("linkage")) as read:
        make_candidate(con, read, warehouse.settings, model, key)
        yield con


def test_every_table_that_there_is_is_declared(scratch: duckdb.DuckDBPyConnection) -> None:
    there = scratch.execute("select table_name from duckdb_tables() where not temporary").fetchall()
    assert sorted(name for (name,) in there) == sorted(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_the_columns_and_the_key_that_are_declared(scratch: duckdb.DuckDBPyConnection, name: str) -> None:
    table = TABLES[name]
    columns = {column: said.partition(";")[0].upper() for column, said in table["columns"].items()}
    assert {row[0]: row[1] for row in scratch.execute(f"describe {name}").fetchall()} == columns
    missing = " or ".join(f"{column} is null" for column in table["key"])
    rows, keys, blank = scratch.execute(
        f"select count(*), count(distinct ({', '.join(table['key'])})), count(*) filter (where {missing}) from {name}"
    ).fetchall()[0]
    assert rows == keys > 0
    assert blank == 0


@pytest.mark.parametrize("name", TABLES)
def test_a_table_says_which_step_makes_it(name: str) -> None:
    made_by = TABLES[name]["made_by"].partition(",")[0]
    assert any((folder / made_by).is_file() for folder in (ROOM, ROOM.parents[1]))
