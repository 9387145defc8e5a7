"""A figure is null unless every period it reads is held, and reads no other.

For each drop in turn the marts are built once more, in temporary tables, from the SQL that dbt compiled, as if the drop
had never come. Which columns of `held` a figure names stands in that SQL (macro `if_held`); which periods each of those
columns stands for is written here once more. A new mart is tested by being there.
"""

import json
import re
from collections.abc import Callable, Iterator
from graphlib import TopologicalSorter
from typing import Any

import psycopg
import pytest

from p20w.warehouse import dbt_runs
from tests.integration.warehouse.conftest import State
from tests.integration.warehouse.recompute import quarter_label, school_year_label

Row = dict[str, Any]
Period = tuple[str, str]
DROPS = "stg_governance__drop"
FACTS = {
    "early_childhood": "fct_early_learning_enrollment",
    "k12_enrollment": "fct_k12_enrollment",
    "k12_cte": "fct_cte_participation",
    "k12_program": "fct_k12_program_participation",
    "k12_course": "fct_k12_course",
    "ps_transcript": "fct_postsecondary_course",
    "ps_aid": "fct_postsecondary_aid",
    "k12_wbl": "fct_work_based_learning",
    "ps_enrollment": "fct_postsecondary_enrollment",
    "ps_award": "fct_postsecondary_award",
    "ui_wage": "fct_wage",
    "wioa_participant": "fct_workforce_program_report",
    "nsc_studenttracker": "fct_clearinghouse_search",
    "apprenticeship": "fct_apprenticeship_report",
    "credential_award": "fct_license_report",
    "ui_claim": "fct_ui_claim_week",
    "tanf_report": "fct_tanf_report",
    "social_services": "fct_assistance_month",
    "adult_education": "fct_adult_education",
    "other_state_wage": "fct_other_state_wage",
    "federal_wage": "fct_federal_wage",
    "k12_staff": "fct_k12_staff_assignment",
    "k12_assessment": "fct_k12_assessment",
    "child_welfare": "fct_foster_placement_report",
    "ps_noncredit": "fct_noncredit_training",
    "edfi_enrollment": "fct_k12_enrollment",
}
WITHOUT_FACT = (
    "employer", "dmv_license", "price_index", "living_wage", "labor_demand", "in_demand_occupation", "program_cost",
    "training_provider", "wbl_listing", "credential_definition", "cip_list", "soc_list", "naics_list",
)  # fmt: skip
MAY_BE_EMPTY = {"child_welfare"}  # of a few hundred people nobody may be in care in three years
READS = re.compile(r"case when (held\.\w+(?: and held\.\w+)*) then (?:(?!case when held).)*? as (\w+)", re.S)
MEASURES = ("persons", "share_", "median_", "leading_", "credential_")
# they speak of all files on file, whatever the period
ON_FILE = (
    "persons_without_bridge", "share_without_bridge", "persons_bridged", "persons_never_in_wages",
    "share_never_in_wages",
)  # fmt: skip
CORRECTED = (
    "_bridged",
    "_reweighted",
    "_bound",
    "effective_persons",
)  # bridges of any time show wages, and years together tell a ratio
# who belongs to a cohort, and how an employer is described, may be told by later files that a figure does not ask for
MAY_CHANGE = {"k12_enrollment": MEASURES, "employer": ("leading_industry", "persons_in_leading", "share_in_leading")}


def single(row: Row) -> list[Row]:
    """The rows of single cohorts behind a row; a pool's figure reads what each of its cohorts reads."""
    pooled = row.get("cohorts_pooled", 1)
    if pooled == 1:
        return [row]
    first, since = year_of(row["leaver_cohort"]), int(row["years_since_leaving"])
    return [
        {"leaver_cohort": school_year_label(year), "outcome_year": school_year_label(year + since)}
        for year in range(first, first + pooled)
    ]


def is_of_all_files(figure: str) -> bool:
    return figure in ON_FILE or any(part in figure for part in CORRECTED)


def year_of(label: str) -> int:
    """2020 for 2019-20."""
    return int(label[:4]) + 1


def wages(year: int) -> set[Period]:
    return {("ui_wage", quarter_label(year * 4 - 2 + number)) for number in range(4)}


def terms(year: int) -> set[Period]:
    return {("ps_enrollment", period) for period in (f"{year - 1}-summer", f"{year - 1}-fall", f"{year}-spring")}


def yearly(feed: str, first: int, last: int) -> set[Period]:
    return {(feed, school_year_label(year)) for year in range(first, last + 1)}


def collections(year: int) -> set[Period]:
    label = school_year_label(year)
    following = f"{school_year_label(year + 1)}-fall"
    return {("k12_enrollment", period) for period in (f"{label}-fall", f"{label}-eoy", following)}


def around(row: Row) -> set[Period]:
    index = int(row["reference_quarter"][:4]) * 4 + int(row["reference_quarter"][5]) - 1
    quarters = [quarter_label(number) for number in (index - 1, index, index + 1)]
    return {(feed, quarter) for feed in ("ui_wage", "employer") for quarter in quarters}


MATURE_THROUGH = 2022
PERIODS: dict[str, Callable[[Row], set[Period]]] = {
    "is_cohort_held": lambda row: collections(year_of(row["leaver_cohort"])),
    "are_cte_years_held": lambda row: yearly(
        "k12_cte", year_of(row["leaver_cohort"]) - 3, year_of(row["leaver_cohort"])
    ),
    "are_wages_held": lambda row: wages(year_of(row["outcome_year"])),
    "are_prices_held": lambda row: set(),
    "are_employers_held": lambda row: {("employer", quarter) for _, quarter in wages(year_of(row["outcome_year"]))},
    "are_terms_held": lambda row: terms(year_of(row["outcome_year"])),
    "are_awards_held": lambda row: yearly("ps_award", year_of(row["leaver_cohort"]) + 1, year_of(row["outcome_year"])),
    "is_year_and_later_held": lambda row: {
        period
        for year in range(year_of(row["outcome_year"]), max(MATURE_THROUGH, year_of(row["outcome_year"])) + 1)
        for period in wages(year) | terms(year)
    },
    "is_wage_held": lambda row: {("ui_wage", row["reference_quarter"])},
    "is_full_quarter_held": around,
}


class Rebuild:
    """The marts of a built state, without one of its drops."""

    def __init__(self, state: State) -> None:
        self.state = state
        compiled = dbt_runs.compiled_folder(state.warehouse.settings)
        found = json.loads(dbt_runs.manifest(state.warehouse.settings, state.warehouse).read_text())["nodes"]
        nodes = {name: node for name, node in found.items() if node["resource_type"] == "model"}
        parents = {name: node["depends_on"]["nodes"] for name, node in nodes.items()}
        order = [name for name in TopologicalSorter(parents).static_order() if name in nodes]
        self.schemas = {nodes[name]["name"]: nodes[name]["schema"] for name in order}
        self.sql = {
            nodes[name]["name"]: (compiled / nodes[name]["original_file_path"]).read_text(encoding="utf-8")
            for name in order
        }
        self.keys = {
            node["name"]: node["constraints"][0]["columns"]
            for node in nodes.values()
            if node["schema"] == "marts_candidate"
        }
        self.models = {
            node["name"]: {parent.split(".")[-1] for parent in parents[name]} for name, node in nodes.items()
        }

    def reads(self, mart: str) -> dict[str, list[str]]:
        """The columns of `held` that each figure of a mart names."""
        found = READS.findall(self.sql[mart])
        told = {figure: re.findall(r"held\.(\w+)", named) for named, figure in found}
        return {figure: named for figure, named in told.items() if figure != "reweighting"}  # says so in words

    def without(self, drop: tuple[int, str] | None) -> dict[str, dict[tuple[object, ...], Row]]:
        """Rows by key of each mart, as if a drop (its id and feed) had never come."""
        number, feed = drop or (0, "")
        with self.state.warehouse.connect("transform") as connection:
            places = [DROPS]
            self._make(connection, DROPS, f"select * from staging.{DROPS} where drop_id <> {number}", "table")
            if fact := FACTS.get(feed):
                places.append(fact)
                self._make(connection, fact, f"select * from core.{fact} where drop_id <> {number}", "table")
            for model, parents in self._ordered():
                if model in places or model in FACTS.values() or parents.isdisjoint(places):
                    continue
                qualified = re.compile(rf'"[^"]+"\."[^"]+"\."({"|".join(places)})"')
                kind = "view" if self.schemas[model] == "staging" else "table"
                self._make(connection, model, qualified.sub(r'"\1"', self.sql[model]).rstrip(), kind)
                places.append(model)
            found = {mart: self._rows(connection, mart) for mart in self.keys}
            connection.rollback()
        return found

    def _ordered(self) -> Iterator[tuple[str, set[str]]]:
        for model in self.sql:
            if not model.startswith("qc_"):
                yield model, self.models[model]

    def _make(self, connection: psycopg.Connection, name: str, query: str, kind: str) -> None:
        connection.execute(f'create temporary {kind} "{name}" as {query}'.encode())

    def _rows(self, connection: psycopg.Connection, mart: str) -> dict[tuple[object, ...], Row]:
        found = connection.execute(f'select to_jsonb(t) from "{mart}" as t'.encode()).fetchall()
        return {tuple(row[key] for key in self.keys[mart]): row for (row,) in found}


@pytest.fixture(scope="module")
def rebuild(long_published: State) -> Rebuild:
    return Rebuild(long_published)


def needs(
    reads: dict[str, list[str]], rows: dict[tuple[object, ...], Row]
) -> dict[tuple[object, ...], dict[str, set[Period]]]:
    """For each row the periods that each figure reads."""
    found: dict[tuple[object, ...], dict[str, set[Period]]] = {}
    for key, row in rows.items():
        behind = single(row)
        of_column = {
            name: set[Period]().union(*map(PERIODS[name], behind)) for named in reads.values() for name in named
        }
        found[key] = {
            figure: set[Period]().union(*(of_column[name] for name in named)) for figure, named in reads.items()
        }
    return found


def test_every_measure_of_every_mart_says_what_it_reads(rebuild: Rebuild) -> None:
    whole = rebuild.without(None)
    for mart, rows in whole.items():
        columns = next(iter(rows.values()))
        measures = {name for name in columns if name.startswith(MEASURES) and name not in ON_FILE}
        of_term = {"persons"} if "academic_term" in columns else set[str]()  # without the term there is no row
        assert measures - of_term - set(rebuild.reads(mart)) == set(), mart


def test_a_figure_is_null_without_any_period_it_reads_and_else_the_same(rebuild: Rebuild) -> None:
    drops = rebuild.state.rows(
        """
        select drop_id, feed, period from governance.drop
        where status = 'accepted' and period between '2019' and '2021'
        order by drop_id
        """
    )
    whole = rebuild.without(None)
    needed = {mart: needs(rebuild.reads(mart), rows) for mart, rows in whole.items()}
    for number, feed, period in drops:
        less = rebuild.without((int(str(number)), str(feed)))
        may_change = MAY_CHANGE.get(str(feed), ("-",))
        for mart, rows in whole.items():
            for key, row in rows.items():
                now = less[mart].get(key, {})
                for figure, periods in needed[mart][key].items():
                    if (feed, period) in periods:
                        assert now.get(figure) is None, f"{mart}.{figure} of {key} without {feed} {period}"
                    elif now and not is_of_all_files(figure) and not figure.startswith(may_change):
                        assert now[figure] == row[figure], f"{mart}.{figure} of {key} without {feed} {period}"
    assert {str(feed) for _, feed, _ in drops} | MAY_BE_EMPTY == {*FACTS, *WITHOUT_FACT}
