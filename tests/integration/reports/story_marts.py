"""Marts of the story: small groups, figures not held or too early, and words as wide as those of a large state.

Here: the columns that the report reads, and no others. Not here: files, gates and links (`story`).
"""

from collections.abc import Iterable, Mapping
from typing import Any

import psycopg
from psycopg import sql

Row = dict[str, Any]

SMALL = 7
"""A count of people that must not be found on the page."""
PEOPLE = {"completer": 21_120, "non_completer": 330, "unknown": 120}
WORK = {"completer": 11_400, "non_completer": 186, "unknown": 36}
STUDY = {"completer": 9_900, "non_completer": SMALL, "unknown": 0}
WAGES = {"completer": 14_230, "non_completer": 11_090, "unknown": 9_870}
GROUPS = {"concentrator": (780, 510), "participant": (570, 330), "no_cte": (20_220, 10_782)}
FIELDS = ("Health science", "Information technology", "Manufacturing", "Finance", "Education and training")


def tell_marts(connection: psycopg.Connection) -> None:
    """Make the three marts anew, as the login that owns what is published."""
    connection.execute(TABLES)
    _insert(connection, "high_school_leaver_outcomes", [*_leavers(), *_cohorts()])
    _insert(connection, "cte_program_outcomes", _clusters())
    _insert(connection, "employment_while_enrolled", _terms())


def _leavers() -> Iterable[Row]:
    for first in (2013, 2016, 2019):
        for years in range(1, 6):
            last = first + 2 + years
            if last > 2022:
                continue
            when = {"leaver_cohort": f"{_year(first)} to {_year(first + 2)}", "years_since_leaving": years,
                    "cohorts_pooled": 3, "exit_type": "all", "is_mature": last <= 2021}  # fmt: skip
            for kind, people in PEOPLE.items():
                work = WORK[kind] if (first, years) != (2013, 1) else None
                yield when | _outcome(people, work) | {
                    "leaver_type": kind, "dimension": "all", "dimension_value": "all", "persons_enrolled": STUDY[kind],
                    "persons_not_observable": people // 9,
                    **_wages("annual", None if work is None else WAGES[kind] * (1 + years // 2)),
                }  # fmt: skip
            if years == 1:
                yield when | _outcome(360, 120) | {
                    "leaver_type": "completer", "dimension": "race_ethnicity",
                    "dimension_value": "AmericanIndianOrAlaskaNative", "persons_bridged": 180,
                }  # fmt: skip


def _cohorts() -> Iterable[Row]:
    for year in range(2013, 2022):
        yield {"leaver_cohort": _year(year), "years_since_leaving": 1, "cohorts_pooled": 1,
               "mature_from": f"{year + 2}Q4", "reweighting": "", "is_mature": year < 2021}  # fmt: skip


def _clusters() -> Iterable[Row]:
    groups = [(group, "all", "All clusters", *counts) for group, counts in GROUPS.items()]
    groups += [("concentrator", f"{number:02d}", title, 36 + 93 * number, 30 + 66 * number)
               for number, title in enumerate(FIELDS, 1)]  # fmt: skip
    for group, code, title, people, work in [*groups, ("concentrator", "09", "Human services", SMALL, 4)]:
        yield _outcome(people, work) | _wages("annual", 15_000 + 32 * min(work, 999)) | {
            "leaver_cohort": "2016-17 to 2018-19", "years_since_leaving": 2, "cohorts_pooled": 3, "is_mature": True,
            "cte_group": group, "career_cluster": code, "career_cluster_title": title, "persons_enrolled": work // 3,
            "persons_not_observable": people // 4,
        }  # fmt: skip


def _terms() -> Iterable[Row]:
    for year in range(2017, 2023):
        for term in ("Fall", "Spring"):
            for level, people in (("2-year", 820), ("4-year", 11_300)):
                yield _outcome(people, people * 2 // 3 + 9 * (year - 2016)) | _wages("quarterly", 3_410) | {
                    "institution_level": level, "institution_ipeds_unit_id": "all", "student_level": "Undergraduate",
                    "academic_year": _year(year), "academic_term": term, "is_mature": year < 2022,
                    "reference_quarter": f"{year}Q4" if term == "Fall" else f"{year + 1}Q1", "is_wage_held": True,
                    "median_hours_weekly": 19.5, "persons_never_in_wages": 140,
                }  # fmt: skip


def _outcome(people: int, work: int | None) -> Row:
    """Work in its forms: a tenth cannot be found; too few to correct below 150 people."""
    bridged = people * 9 // 10
    row = {
        "persons": people, "persons_employed": work, "persons_bridged": bridged, "price_base_year": 2024,
        "share_employed_upper_bound": None if work is None else min(1.0, (work + people - bridged) / people),
    }  # fmt: skip
    if work is None or people < 150:
        return row | {"reweighting": "not on file" if work is None else "too few can be seen"}
    share = min(1.0, 1.05 * work / people)
    return row | {
        "reweighting": "reweighted", "share_employed_reweighted": share,
        "share_employed_reweighted_low": share - 0.03, "share_employed_reweighted_high": min(1.0, share + 0.03),
    }  # fmt: skip


def _wages(period: str, paid: int | None) -> Row:
    amounts = {"usd": paid, "real_usd": paid and paid * 1.2, "reweighted_real_usd": paid and paid * 1.2 + 100}
    return {f"median_{period}_wages_{form}": amount for form, amount in amounts.items()}


def _year(first: int) -> str:
    return f"{first}-{(first + 1) % 100}"


def _insert(connection: psycopg.Connection, mart: str, rows: Iterable[Mapping[str, Any]]) -> None:
    with connection.cursor() as cursor:
        for row in rows:
            names, values = map(sql.Identifier, row), map(sql.Literal, row.values())
            parts = (sql.SQL(", ").join(names), sql.SQL(", ").join(values))
            cursor.execute(sql.SQL("insert into {} ({}) values ({})").format(sql.Identifier("marts", mart), *parts))


TABLES = """
create table if not exists marts.high_school_leaver_outcomes (
    leaver_cohort text, leaver_type text, exit_type text, dimension text, dimension_value text,
    years_since_leaving integer, cohorts_pooled integer, persons integer, persons_employed integer,
    persons_enrolled integer, persons_not_observable integer, persons_bridged integer,
    share_employed_reweighted numeric, share_employed_reweighted_low numeric, share_employed_reweighted_high numeric,
    share_employed_upper_bound numeric, reweighting text, median_annual_wages_usd numeric,
    median_annual_wages_real_usd numeric, median_annual_wages_reweighted_real_usd numeric, price_base_year integer,
    mature_from text, is_mature boolean
);
create table if not exists marts.cte_program_outcomes (
    leaver_cohort text, cte_group text, career_cluster text, career_cluster_title text, years_since_leaving integer,
    cohorts_pooled integer, persons integer, persons_employed integer, persons_enrolled integer,
    persons_not_observable integer, persons_bridged integer, share_employed_reweighted numeric,
    share_employed_reweighted_low numeric, share_employed_reweighted_high numeric, share_employed_upper_bound numeric,
    reweighting text, median_annual_wages_usd numeric, median_annual_wages_real_usd numeric,
    median_annual_wages_reweighted_real_usd numeric, price_base_year integer, is_mature boolean
);
create table if not exists marts.employment_while_enrolled (
    institution_level text, institution_ipeds_unit_id text, academic_year text, academic_term text,
    student_level text, reference_quarter text, persons integer, persons_employed integer,
    median_quarterly_wages_usd numeric, median_quarterly_wages_real_usd numeric,
    median_quarterly_wages_reweighted_real_usd numeric, price_base_year integer, median_hours_weekly numeric,
    persons_never_in_wages integer, is_wage_held boolean, is_mature boolean, persons_bridged integer,
    share_employed_reweighted numeric, share_employed_reweighted_low numeric, share_employed_reweighted_high numeric,
    share_employed_upper_bound numeric, reweighting text
);
truncate marts.high_school_leaver_outcomes, marts.cte_program_outcomes, marts.employment_while_enrolled;
grant select on all tables in schema marts to p20w_report;
"""
