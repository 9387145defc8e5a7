"""A few figures from the marts, with what each could not see.

Here: reading rows of `marts.*`, and what several kinds of rows have in common; fields are named as the columns. Not
here: which rows (the `meta` of a mart, `p20w.warehouse.declared`), one mart's fields, words and masking (sections). A
mart that is not published yet, or that the role `report` may not read, gives no rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import ClassVar, TypeVar

import psycopg
from psycopg.rows import class_row

from p20w.warehouse.declared import Mart


@dataclass(frozen=True)
class Row:
    """A row of a mart, and by which of its headlines it is read."""

    mart: ClassVar[str]
    headline: ClassVar[str]


Kind = TypeVar("Kind", bound=Row)


@dataclass(frozen=True)
class Outcome(Row):
    """Persons of one group, those seen at work, and the forms in which their share at work is told."""

    persons: int
    persons_employed: int | None
    persons_bridged: int | None
    share_employed_reweighted: Decimal | None
    share_employed_reweighted_low: Decimal | None
    share_employed_reweighted_high: Decimal | None
    share_employed_upper_bound: Decimal | None
    reweighting: str
    price_base_year: int
    is_mature: bool


@dataclass(frozen=True)
class PoolOutcome(Outcome):
    """What one group of a pool of high-school leavers did so many years later."""

    leaver_cohort: str
    years_since_leaving: int
    persons_enrolled: int | None
    median_annual_wages_usd: Decimal | None
    median_annual_wages_real_usd: Decimal | None
    median_annual_wages_reweighted_real_usd: Decimal | None
    persons_not_observable: int | None


@dataclass(frozen=True)
class Headlines:
    """Rows of the marts that the report reads, of cohorts only as they are pooled there."""

    rows: Sequence[Row] = ()

    def of(self, kind: type[Kind]) -> Sequence[Kind]:
        """The rows of one kind, in the order of its headline."""
        return [row for row in self.rows if type(row) is kind]  # pyright: ignore[reportReturnType]

    @property
    def are_there(self) -> bool:
        """Whether any mart has rows with outcomes."""
        return any(isinstance(row, Outcome) for row in self.rows)


def read(connection: psycopg.Connection, kinds: Iterable[type[Row]], marts: Iterable[Mart]) -> Headlines:
    """Read the rows that the report tells, on a connection of the role `report`.

    Args:
        connection: of the role `report`.
        kinds: of rows, each with the headline of a mart that has them.
        marts: as declared; a headline says which rows, and in which order.
    """
    declared = {mart.name: mart.headlines for mart in marts}
    return Headlines([row for kind in kinds for row in _rows(connection, kind, declared[kind.mart][kind.headline])])


def _rows(connection: psycopg.Connection, kind: type[Kind], which: str) -> list[Kind]:
    mart = f"marts.{kind.mart}"
    readable = connection.execute(
        "select coalesce(has_table_privilege(to_regclass(%s), 'select'), false)", (mart,)
    ).fetchone()
    if not readable or not readable[0]:
        return []
    columns = ", ".join(field.name for field in fields(kind))
    with connection.cursor(row_factory=class_row(kind)) as cursor:
        return cursor.execute(f"select {columns} from {mart} {which}".encode()).fetchall()
