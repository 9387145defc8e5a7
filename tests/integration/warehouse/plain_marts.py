"""All marts of a state once more, beside what a warehouse says.

Here: what `recompute` needs, read from the drops in force and the seeds; which cells differ. Not here: the definitions
(`recompute`, `selection`).
"""

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from p20w.database import Warehouse
from p20w.settings import Settings
from tests.integration.warehouse import recompute
from tests.integration.warehouse.plain_intake import Drop
from tests.integration.warehouse.recompute import Held, Row, Standing

KEYS = {
    "high_school_leaver_outcomes": (
        "leaver_cohort", "leaver_type", "exit_type", "dimension", "dimension_value", "years_since_leaving",
    ),
    "cte_program_outcomes": ("leaver_cohort", "cte_group", "career_cluster", "years_since_leaving"),
    "employment_while_enrolled": (
        "institution_level", "institution_ipeds_unit_id", "academic_year", "academic_term", "student_level",
    ),
}  # fmt: skip
"""Of each mart, the columns that name a row."""


@dataclass(frozen=True)
class PlainMarts:
    """Rows by mart, and what the corrected figures of leavers stand on."""

    rows: dict[str, list[Row]]
    stands: Standing

    @classmethod
    def of(cls, delivered: Iterable[Drop], settings: Settings, label: str) -> "PlainMarts":
        """The marts as of a refresh's label, from the drops delivered up to it and the truth beside them."""
        drops = recompute.in_force(list(delivered))
        periods: dict[str, set[str]] = defaultdict(set)
        for drop in drops:
            periods[drop.feed].add(drop.period)
        prices = {int(row["year"]): Decimal(row["cpi_u"]) for row in _seed(settings, "ref_price_index")}
        places = {
            row["postal_code"]: (row["county_fips"], row["locale_code"]) for row in _seed(settings, "ref_postal_code")
        }
        levels = {
            row["institution_ipeds_unit_id"]: row["institution_level"] for row in _seed(settings, "ref_institution")
        }
        titles = {row["naics_code"]: row["naics_title"] for row in _seed(settings, "ref_naics")}
        sectors = recompute.industries(drops, settings.contracts)
        industry = {account: titles[sector] for account, sector in sectors.items() if sector in titles}
        held = Held(periods, label, prices)
        lives = recompute.lives_of(drops, settings.contracts)
        succession = recompute.successions(drops, settings.contracts)
        stands = recompute.standing(lives, held, places)
        rows = {
            "high_school_leaver_outcomes": recompute.high_school_leaver_outcomes(
                lives, held, places, stands, succession
            ),
            "cte_program_outcomes": recompute.cte_program_outcomes(lives, held, stands, succession, industry),
            "employment_while_enrolled": recompute.employment_while_enrolled(lives, held, levels, succession),
        }
        return cls(rows, stands)

    def by_key(self, mart: str) -> dict[tuple[object, ...], Row]:
        """The rows of a mart by what names them."""
        return {tuple(row[name] for name in KEYS[mart]): row for row in self.rows[mart]}


def differences(plain: PlainMarts, warehouse: Warehouse) -> list[tuple[object, ...]]:
    """Every cell in which a mart says something else: mart, row, column, what it says, what it should say."""
    found: list[tuple[object, ...]] = []
    for mart in plain.rows:
        expected = plain.by_key(mart)
        told = told_by(warehouse, mart)
        found += [(mart, key, "is missing") for key in expected.keys() - told.keys()]
        found += [(mart, key, "should not be there") for key in told.keys() - expected.keys()]
        found += [
            (mart, key, column, told[key][column], value)
            for key in expected.keys() & told.keys()
            for column, value in expected[key].items()
            if _comparable(told[key][column]) != _comparable(value)
        ]
    return found


def told_by(warehouse: Warehouse, mart: str) -> dict[tuple[object, ...], Row]:
    """The rows of a published mart by their keys."""
    with warehouse.connect("analyst") as analyst:
        cursor = analyst.execute(f"select * from marts.{mart}".encode())
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {tuple(row[name] for name in KEYS[mart]): row for row in rows}


def _comparable(value: Any) -> object:
    is_number = isinstance(value, Decimal | float | int) and not isinstance(value, bool)
    return round(float(value), 4) if is_number else value


def _seed(settings: Settings, name: str) -> list[Row]:
    with (settings.reference / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))
