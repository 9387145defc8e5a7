"""Make the records a linkage model is trained on, from simulated states or from this warehouse.

    python -m p20w.registry.training records.parquet --seeds 101 102 --people 10000

Here: simulating, taking in and exporting identities in the columns the model reads. Not here: estimation
(`splink_models.train`). Seeds 1, 2 and 3 judge the registry and are never trained on.
"""

import argparse
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from psycopg import sql

from p20w.database import Warehouse
from p20w.registry.records import read_records
from p20w.registry.workshop import workshop
from p20w.settings import Settings

JUDGES = (1, 2, 3)
APART = 10_000_000
"""Between the numbers of one state's records and the next's; SSNs of two states are never the same."""


def records_of(warehouse: Warehouse, settings: Settings) -> pa.Table:
    """Identities of drops in force, as `splink_models.features` reads them. Personal data."""
    with workshop(settings) as con:
        read_records(con, warehouse)
        return con.sql("select * from identity order by record").to_arrow_table()


def simulated_records(settings: Settings, seeds: Sequence[int], people: int, first: str, last: str) -> pa.Table:
    """Records of several simulated states, stacked.

    Args:
        settings: an installation; each state gets a database of its own beside it, dropped at the end.
        seeds: of the states.
        people: in each.
        first: first quarter of deliveries.
        last: last quarter.

    Raises:
        ValueError: a seed is one that judges.
    """
    if forbidden := sorted(set(seeds) & set(JUDGES)):
        raise ValueError(f"Seeds {forbidden} judge the registry; train on others.")
    stacked: list[pa.Table] = []
    for place, seed in enumerate(seeds):
        with tempfile.TemporaryDirectory(prefix="p20w-training-") as folder:
            records = _one_state(settings, seed, people, (first, last), Path(folder))
        stacked.append(_shifted(records, place * APART))
    return pa.concat_tables(stacked)


def _one_state(settings: Settings, seed: int, people: int, quarters: tuple[str, str], folder: Path) -> pa.Table:
    from p20w.intake import receive
    from p20w.simulator import simulate

    drops, truth = folder / "drops", folder / "truth"
    simulate(people, *quarters, seed, drops, truth)
    changes = {"database": f"{settings.database}_training_{seed}", "drops": drops, "truth": truth}
    warehouse = Warehouse.open(settings.model_copy(update=changes))
    try:
        warehouse.migrate()
        receive(warehouse, warehouse.settings, delivered_from=date.min, delivered_to=date.max)
        return records_of(warehouse, warehouse.settings)
    finally:
        with warehouse.connect_administrator() as admin:
            for name in (warehouse.settings.database, warehouse.dagster_database):
                admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def _shifted(records: pa.Table, by: int) -> pa.Table:
    con = duckdb.connect()
    con.register("records", records)
    return con.sql(f"select * replace (record + {by} as record, ssn + {by} as ssn) from records").to_arrow_table()


def main() -> None:
    """Write the records of simulated states from the command line."""
    parser = argparse.ArgumentParser(description="Write training records of simulated states.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[101, 102])
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--from", dest="first", default="2014Q3")
    parser.add_argument("--to", dest="last", default="2024Q4")
    given = parser.parse_args()
    records = simulated_records(Settings.load(), given.seeds, given.people, given.first, given.last)
    pq.write_table(records, given.file)
    print(f"Wrote {records.num_rows:,} records to {given.file}")


if __name__ == "__main__":
    main()
