"""Refreshes from the outside: each in a process of its own, over a small simulated state."""

import itertools
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from p20w.database import Warehouse
from p20w.private import private_folder
from p20w.settings import PROJECT

# Moments and serial numbers differ from run to run, and so does how a candidate compares with what stood when it
# was worked out (candidate_fact); everything else must not.
CONTENTS = """
select
    columns.table_schema || '.' || columns.table_name,
    string_agg(quote_ident(columns.column_name), ', ' order by columns.ordinal_position)
from information_schema.columns as columns
inner join information_schema.tables as tables using (table_schema, table_name)
where tables.table_type = 'BASE TABLE'
    and (columns.table_schema in ('intake', 'vault', 'registry', 'core') or columns.table_schema like 'marts%%')
    and columns.data_type <> 'timestamp with time zone'
    and columns.is_identity = 'NO'
    and columns.column_name not in ('build_id', 'weighing_id')
    and columns.table_name <> 'candidate_fact'
group by columns.table_schema, columns.table_name
"""


@dataclass(frozen=True)
class Ended:
    """How a refresh ended: exit code (-9 when killed) and what it said."""

    code: int
    said: dict[str, Any]


Refresh = Callable[..., Ended]


@pytest.fixture(scope="session")
def refresh() -> Iterator[Refresh]:
    """A function that refreshes a warehouse, or runs one stage of it, in a process of its own."""
    script = Path(__file__).parent / "forks.py"
    with subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT
    ) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None

        def run(
            warehouse: Warehouse, *, label: str | None = None, stage: str | None = None, failpoint: str = ""
        ) -> Ended:
            values = warehouse.settings.model_dump()
            environment = {f"P20W_{name.upper()}": str(value) for name, value in values.items() if value is not None}
            environment["P20W_FAILPOINT"] = failpoint
            assert parent.stdin is not None
            assert parent.stdout is not None
            parent.stdin.write(json.dumps({"environment": environment, "label": label, "stage": stage}) + "\n")
            parent.stdin.flush()
            said = json.loads(parent.stdout.readline())
            return Ended(said.pop("code"), said)

        yield run
        parent.stdin.close()
        parent.wait(timeout=30)


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same keys for every warehouse of these tests, so that what they hold can be compared."""
    return private_folder(tmp_path_factory.mktemp("shared") / "keys")


@pytest.fixture(scope="module")
def make_alike(make_warehouse: Callable[..., Warehouse], keys: Path) -> Callable[[Path], Warehouse]:
    """A function that makes a warehouse over a folder of drops, in the place of an earlier module's."""
    numbers = itertools.count(1)
    return lambda drops: make_warehouse(drops=drops, keys=keys, database=f"refreshed_{next(numbers)}")


@pytest.fixture(scope="session")
def tiny_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Drops of 250 simulated people, 2021Q3 to 2022Q4, one of them cut short on its way. Copy before changing."""
    from p20w.simulator import simulate
    from tests.few_feeds import FEW_FEEDS

    folder = tmp_path_factory.mktemp("tiny_state")
    simulate(250, "2021Q3", "2022Q4", 7, folder / "drops", folder / "truth", feeds=FEW_FEEDS)
    broken = next((folder / "drops" / "employer").glob("*/1/*.csv"))
    broken.write_bytes(broken.read_bytes()[:-40])
    return folder / "drops"


def checksums(warehouse: Warehouse) -> dict[str, str]:
    """Count and hash of what every table of intake, vault, registry, core and marts says."""
    with warehouse.connect_administrator(warehouse.settings.database) as connection:
        tables = connection.execute(CONTENTS.encode()).fetchall()
        found = {}
        for table, columns in tables:
            row = connection.execute(
                f"""
                select count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)
                from (select {columns} from {table}) as t
                """.encode()
            ).fetchone()
            found[table] = str(row)
    return found


@pytest.fixture(scope="session")
def contents() -> Callable[[Warehouse], dict[str, str]]:
    """The function `checksums`."""
    return checksums
