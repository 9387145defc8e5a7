"""Weigh pairs on Spark: on this machine for a trial, on a cluster when a state outgrows one machine.

Here: tables out of the scratch database as Parquet, Splink on Spark, edges back as Parquet, and nothing left behind.
Not here: starting Spark (`p20w.spark`), the comparisons and their values, which are those of every other engine.

The files hold names. They lie in a private folder that is removed at the end and after a failure; what a crash
left is removed at the next start. Errors are told by their class alone, because Spark quotes values in messages.
"""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import duckdb

from p20w.failpoints import reach
from p20w.private import working_folder
from p20w.registry.linking.engines.search import COLUMNS, Search, answer, predict
from p20w.settings import Settings
from p20w.spark.session import EngineFailed, cause_of, spark_session

FILE_ROWS = 250_000
"""Rows of a file, which is what one task of Spark reads."""

_SMALLEST = 2**63


def weigh(settings: Settings, con: duckdb.DuckDBPyConnection, search: Search) -> None:
    """Make table `predicted` (`search.Search`).

    Args:
        settings: which Spark, and where the private folder is.
        con: the scratch database.
        search: what is asked.

    Raises:
        EngineFailed: Spark is not installed, cannot be reached, or stopped; the message holds no data.
    """
    with working_folder(settings.spark_folder or settings.home / "spark") as folder:
        try:
            failure = _weigh(settings, search, folder, partial(_write, con))
        except EngineFailed:
            raise
        except Exception as error:
            failure = cause_of(error)
        if not failure:
            edges = ", ".join(_quoted(file) for file in sorted((folder / "edges").glob("*.parquet")))
            con.execute(answer(f"read_parquet([{edges}])", search))
    if failure:  # raised out here, so that it carries no context with values in it
        raise EngineFailed(
            f"Spark ({settings.spark_master}) could not weigh the pairs: {failure}. Nothing was written. "
            "See docs/ops/spark.md, or weigh them here with P20W_LINKAGE_BACKEND=duckdb."
        )


def _weigh(settings: Settings, search: Search, folder: Path, write: Callable[[str, Path], None]) -> str | None:
    """Have Spark write `folder/edges`; what failed, told while Java can still be asked, or None."""
    with spark_session(settings, folder) as spark:
        from p20w.registry.linking.engines.spark_dialect import SparkDatabase

        def hand_over(table: str) -> object:
            write(table, folder / table)
            return spark.read.parquet("file://" + _as_no_pattern(folder / table))

        try:
            pairs = predict(SparkDatabase(spark_session=spark, break_lineage_method="persist"), search, hand_over)
            reach("registry.on_spark")
            pairs.as_spark_dataframe().select(*COLUMNS).write.parquet(f"file://{folder}/edges")
        except Exception as error:
            return cause_of(error)
    return None


def _write(con: duckdb.DuckDBPyConnection, table: str, to: Path) -> None:
    """A table of the scratch database as Parquet; unsigned numbers, which Spark has none of, are moved down by 2^63."""
    changed = [
        f"list_transform({name}, lambda item: cast(item::hugeint - {_SMALLEST} as bigint)) as {name}"
        for name, kind, *_ in con.execute(f"describe {table}").fetchall()
        if kind == "UBIGINT[]"
    ]
    replaced = f" replace ({', '.join(changed)})" if changed else ""
    to.mkdir(mode=0o700)
    rows = con.execute(f"select count(*) from {table}").fetchall()[0][0]
    for part, start in enumerate(range(0, max(rows, 1), FILE_ROWS)):
        page = f"select *{replaced} from {table} limit {FILE_ROWS} offset {start}"
        con.execute(f"copy ({page}) to {_quoted(to / f'{part}.parquet')} (format parquet)")


def _as_no_pattern(path: Path) -> str:
    """A path as Spark reads it, which takes some characters for patterns."""
    return re.sub(r"([\[\]{}*?\\])", r"\\\1", str(path))


def _quoted(file: Path) -> str:
    return "'" + str(file).replace("'", "''") + "'"
