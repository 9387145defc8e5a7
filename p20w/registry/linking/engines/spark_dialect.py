"""Splink's Spark interface, with one way of writing SQL replaced.

Splink writes Spark's SQL through a dialect of its own that extends classes of sqlglot. Where sqlglot is compiled, as
it is here (dagster-dbt asks for it), classes of Python cannot extend its own, and every statement fails with
"interpreted classes cannot inherit from compiled" (tobymao/sqlglot 7700, 7923). The dialect does one thing: numbers are
written as doubles, because Spark reads them as decimals. Here that is done on the parsed statement.
"""

import sqlglot
from splink.backends.spark import SparkAPI
from sqlglot import exp


class SparkDatabase(SparkAPI):
    """Splink's interface to a Spark session, for sqlglot in either form."""

    def _setup_for_execute_sql(self, sql: str, physical_name: str) -> str:
        return as_doubles(sql)


def as_doubles(sql: str) -> str:
    """Spark SQL whose casts of plain numbers to double are written as numbers that are doubles: `0.5D`."""
    return sqlglot.parse_one(sql, read="spark").transform(_as_double).sql(dialect="spark")


def _as_double(node: exp.Expr) -> exp.Expr:
    if not isinstance(node, (exp.Cast, exp.TryCast)) or not node.to.is_type("double"):
        return node
    number = node.this
    if not isinstance(number, exp.Literal) or number.is_string:
        return node
    return exp.Literal(this=f"{number.name}D", is_string=False)
