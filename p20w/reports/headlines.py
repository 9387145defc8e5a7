"""A few figures from the marts, with what each could not see.

Here: which rows of `marts.*` are read; fields are named as the columns. Not here: their words and masking (sections).
A mart that is not published yet, or that the role `report` may not read, gives no rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import TypeVar

import psycopg
from psycopg.rows import class_row

Row = TypeVar("Row", bound="Outcome | Bridged | Cohort")


@dataclass(frozen=True)
class Outcome:
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
class LeaverOutcome(PoolOutcome):
    """Those who left in one way."""

    leaver_type: str


@dataclass(frozen=True)
class ClusterOutcome(PoolOutcome):
    """Those who took career and technical education alike, in one career cluster or in all."""

    cte_group: str
    career_cluster: str
    career_cluster_title: str


@dataclass(frozen=True)
class TermEmployment(Outcome):
    """How many students of one kind of institution worked during a term."""

    institution_level: str
    academic_year: str
    academic_term: str
    reference_quarter: str
    median_quarterly_wages_usd: Decimal | None
    median_quarterly_wages_real_usd: Decimal | None
    median_quarterly_wages_reweighted_real_usd: Decimal | None
    median_hours_weekly: Decimal | None
    persons_never_in_wages: int
    is_wage_held: bool


@dataclass(frozen=True)
class Bridged:
    """How many of one group of high-school leavers have a record through which their wages could be found."""

    leaver_cohort: str
    leaver_type: str
    dimension: str
    dimension_value: str
    persons: int
    persons_bridged: int


@dataclass(frozen=True)
class Cohort:
    """One school year of leaving whose first year since has begun; no page tells a figure of it alone."""

    leaver_cohort: str
    mature_from: str


@dataclass(frozen=True)
class Headlines:
    """Figures of the three first marts, of cohorts only as they are pooled there."""

    leavers: Sequence[LeaverOutcome] = ()
    clusters: Sequence[ClusterOutcome] = ()
    terms: Sequence[TermEmployment] = ()
    bridged: Sequence[Bridged] = ()
    cohorts: Sequence[Cohort] = ()

    @property
    def are_there(self) -> bool:
        """Whether any mart has rows."""
        return bool(self.leavers or self.clusters or self.terms)


def read(connection: psycopg.Connection) -> Headlines:
    """Read the headline rows of the published marts on a connection of the role `report`."""
    return Headlines(
        _rows(connection, "marts.high_school_leaver_outcomes", LeaverOutcome, LEAVERS),
        _rows(connection, "marts.cte_program_outcomes", ClusterOutcome, CLUSTERS),
        _rows(connection, "marts.employment_while_enrolled", TermEmployment, TERMS),
        _rows(connection, "marts.high_school_leaver_outcomes", Bridged, BRIDGED),
        _rows(connection, "marts.high_school_leaver_outcomes", Cohort, COHORTS),
    )


def _rows(connection: psycopg.Connection, mart: str, kind: type[Row], which: str) -> tuple[Row, ...]:
    readable = connection.execute(
        "select coalesce(has_table_privilege(to_regclass(%s), 'select'), false)", (mart,)
    ).fetchone()
    if not readable or not readable[0]:
        return ()
    columns = ", ".join(field.name for field in fields(kind))
    with connection.cursor(row_factory=class_row(kind)) as cursor:
        return tuple(cursor.execute(f"select {columns} from {mart} {which}".encode()).fetchall())


LEAVERS = """
where cohorts_pooled > 1 and persons is not null and dimension = 'all' and exit_type = 'all'
    and leaver_type in ('completer', 'non_completer', 'unknown')
order by leaver_cohort, years_since_leaving, leaver_type
"""

CLUSTERS = """
where cohorts_pooled > 1 and persons is not null and (cte_group = 'concentrator' or career_cluster = 'all')
order by leaver_cohort, years_since_leaving, cte_group, career_cluster
"""

TERMS = """
where institution_ipeds_unit_id = 'all' and institution_level <> 'all' and student_level = 'Undergraduate'
order by reference_quarter, institution_level
"""

BRIDGED = """
where cohorts_pooled > 1 and exit_type = 'all' and years_since_leaving = 1 and is_mature and persons_bridged is not null
order by dimension, dimension_value, leaver_cohort, leaver_type
"""

COHORTS = """
where cohorts_pooled = 1 and years_since_leaving = 1
group by leaver_cohort, mature_from
order by leaver_cohort
"""
