"""Conditions under which a value contradicts the rest of its line, as a contract's `contradicts` writes them.

A condition is an SQL expression over columns of the line as they are stored, true where the value cannot be: an exit
before its entry. `{period_ends}` stands for the last day of the drop's period. Where a column it reads is blank, SQL
decides as ever: an unknown condition contradicts nothing, and a blank is no value that could. Here: checking a
condition and making it an expression. Not here: judging lines (`p20w.intake.conform`).
"""

from collections.abc import Sequence, Set
from datetime import date
from typing import TYPE_CHECKING

from p20w.contracts.errors import ContractError

if TYPE_CHECKING:
    import polars as pl

    from p20w.contracts.model import Column

PERIOD_ENDS = "{period_ends}"


def on(condition: str, period_ends: date) -> str:
    """The condition as it binds a drop whose period ends on a day."""
    return condition.replace(PERIOD_ENDS, f"date '{period_ends}'")


def expression(condition: str) -> "pl.Expr":
    """The condition over a frame of typed columns."""
    import polars as pl

    return pl.sql_expr(condition)


def check(columns: Sequence["Column"], *, packed: bool) -> None:
    """Check every condition of a contract.

    Args:
        columns: of the contract.
        packed: whether identifying fields are read apart from the others (fixed layouts); no condition reads them then.

    Raises:
        ContractError: one is no condition over columns of the line.
    """
    stated = [column for column in columns if column.contradicts]
    if not stated:
        return
    readable = {column.name for column in columns if not (packed and column.identifies)}
    for column in stated:
        condition = on(column.contradicts or "", date.min)
        if (fault := _fault(condition, readable)) is not None:
            raise ContractError(f"column {column.name}: contradicts {fault}")


def _fault(condition: str, readable: Set[str]) -> str | None:
    """What is wrong with a condition.

    It is read and not tried out: working anything out starts Polars' threads, and a process that is forked later would
    wait for them without end. Whether types fit, a test says of our own contracts.
    """
    import polars as pl
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        expression(condition)
        parsed = sqlglot.parse_one(condition, dialect="postgres").unnest()
    except (pl.exceptions.PolarsError, SqlglotError) as error:
        return f"is no SQL condition over columns of the line: {str(error)[:160]}"
    if others := sorted({column.name for column in parsed.find_all(exp.Column)} - readable):
        return f"is no SQL condition over columns of the line: {', '.join(others)}"
    if not isinstance(parsed, (exp.Predicate, exp.Connector, exp.Not)):
        return "is true or false, like exit_date < entry_date"
    return None
