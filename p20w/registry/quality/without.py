"""Who would be with whom on less evidence: the scored pairs of a refresh, clustered once more without a part of it.

Here: a place for tables beside those of the refresh, and clustering in it. Not here: what is left out,
what is concluded (`masked`, `lift`). Nothing is compared anew.
"""

import re
from collections.abc import Generator
from contextlib import contextmanager

import duckdb

from p20w.registry.clustering.resolution import resolve
from p20w.registry.linking.weighing import Weighing
from p20w.registry.statements import run
from splink_models import blocking
from splink_models.comparisons import Comparison


@contextmanager
def beside(con: duckdb.DuckDBPyConnection, schema: str) -> Generator[duckdb.DuckDBPyConnection]:
    """A connection that sees its own tables before those of the refresh; they are gone at the end."""
    con.execute(f"create schema {schema}")
    own = con.cursor()
    own.execute(f"set search_path = '{schema},main'")
    try:
        yield own
    finally:
        own.close()
        con.execute(f"drop schema {schema} cascade")


def decide_without(
    con: duckdb.DuckDBPyConnection,
    evidence: str,
    kept: str,
    columns: str = "*",
    bits: str = "match_weight",
    is_found: str = "true",
) -> None:
    """Make table `without_<evidence>` (record, cluster), from pairs as `without.sql` lays them out by these parts."""
    with beside(con, "less") as own:
        run(own, "quality/without", kept=kept, columns=columns, bits=bits, is_found=is_found)
        resolve(own)
        con.execute(f"create table without_{evidence} as select record, cluster from less.cluster")


def found_without(*columns: str) -> str:
    """SQL for whether a blocking rule that reads none of these columns finds a pair of records `l` and `r`."""
    conditions: list[str] = []
    rules = [rule.get_blocking_rule("duckdb") for rule in blocking.rules() if not isinstance(rule, dict)]
    for rule in rules:
        condition = rule.blocking_rule_sql
        for several in getattr(rule, "array_columns_to_explode", []):
            condition = condition.replace(f"l.{several} = r.{several}", f"list_has_any(l.{several}, r.{several})")
        if not any(re.search(rf"\bl\.{column}\b", condition) for column in columns):
            conditions.append(f"({condition})")
    return " or ".join(conditions)


def bits_without(item: Comparison, weighing: Weighing) -> str:
    """SQL for what a pair of `scored` would weigh, had this comparison not been made."""
    model, records = weighing.model, weighing.records
    stranger = f"stranger_weight - ({model.stranger_bits(item, records)})"
    household = f"household_weight - ({model.household_bits(item, records)})"
    return f"round(-log2(power(2, -({stranger})) + power(2, -({household}))), 6)"
