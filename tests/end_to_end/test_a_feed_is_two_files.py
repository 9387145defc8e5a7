"""A contract and a staging model bring a new feed: from its file to the page of the report, without a line of Python.

The two files are in `tests/fixtures`; what is generated from contracts is generated here, in a copy of the dbt project.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from p20w.contracts import load_contracts
from p20w.database import Role, Warehouse
from p20w.settings import PROJECT
from p20w.warehouse import dbt_runs, staging

FIXTURES = PROJECT / "tests" / "fixtures"
pytestmark = pytest.mark.long
FEED, MODEL = "library_reading", "stg_libraries__library_reading"
HEADER = "CHILD_ID;FIRST;LAST;BORN;YEAR;PROGRAM;HOURS"
SURNAMES = ["Quist", "Orlow", "Marsh", "Inman", "Tarn", "Vexley", "Brandt"]
SURNAMES += ["Osei", "Lindqvist", "Parr", "Underhill", "Yates", "Zoric", "Ibarra"]
CHILDREN = [
    f"EC{n:05};Ana;{surname};2018-{n % 12 + 1:02}-{n + 1:02};2022;{'ST' if n % 2 else 'RC'};{n}.5"
    for n, surname in enumerate(SURNAMES, 1)
]
FIRST = [*CHILDREN[:12], CHILDREN[12].replace("ST;13.5", "ST;many"), CHILDREN[13].replace(";RC;", ";XX;")]
"""Of fourteen lines one has a value that cannot be read, and one a code that is none."""


@dataclass
class Installation:
    """A warehouse whose contracts and dbt project have one feed more."""

    warehouse: Warehouse

    def run(self, *command: str) -> str:
        """Run a command of the installation in a process of its own; what it printed."""
        values = self.warehouse.settings.model_dump()
        environment = {f"P20W_{name.upper()}": str(value) for name, value in values.items() if value is not None}
        ended = subprocess.run(
            [sys.executable, *command], env=os.environ | environment, cwd=PROJECT, capture_output=True, text=True
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def refresh(self, label: str) -> str:
        """Refresh up to a quarter, as the operator does; the report's page."""
        self.run("-m", "p20w.cli", "refresh", "--label", label)
        return (self.warehouse.settings.reports / label / "index.html").read_text(encoding="utf-8")

    def deliver(self, submission: int, delivered_on: str, lines: list[str]) -> None:
        """Put a file of the feed and its manifest into the folder."""
        folder = self.warehouse.settings.drops / FEED / "2021-22" / str(submission)
        folder.mkdir(parents=True)
        content = "\n".join([HEADER, *lines, ""]).encode()
        (folder / "children.csv").write_bytes(content)
        manifest = {
            **{"feed": FEED, "period": "2021-22", "submission": submission, "delivered_on": delivered_on},
            **{"file": "children.csv", "sha256": hashlib.sha256(content).hexdigest(), "record_count": len(lines)},
            **{"control_totals": {}, "contact_role": "Data steward", "agreement_id": "LIB-2021-001"},
            "contract_version": "1.0.0",
        }
        (folder / "manifest.json").write_text(json.dumps(manifest))

    def rows(self, role: Role, query: str) -> list[tuple[object, ...]]:
        """What a role is answered."""
        with self.warehouse.connect(role) as connection:
            return connection.execute(query.encode()).fetchall()


@pytest.fixture(scope="module")
def installation(
    make_warehouse: Callable[..., Warehouse], tiny_state: Path, tmp_path_factory: pytest.TempPathFactory
) -> Installation:
    """The two files put in their places, generated text written, and a warehouse of our feeds upgraded by it."""
    folder = tmp_path_factory.mktemp("one_feed_more")
    for room in ("contracts", "dbt"):
        shutil.copytree(PROJECT / room, folder / room)
    shutil.copy(FIXTURES / f"{FEED}.yaml", folder / "contracts")
    shutil.copy(FIXTURES / f"{MODEL}.sql", folder / "dbt" / "models" / "staging")
    written = staging.write(load_contracts(folder / "contracts"), folder / "dbt")
    assert [path.name for path in written] == ["intake.yml", f"{MODEL}.yml"]
    for feed in ("k12_enrollment", "ui_wage"):
        shutil.copytree(tiny_state / feed, folder / "drops" / feed)
    places = {name: folder / name for name in ("contracts", "dbt", "drops")}
    made = Installation(make_warehouse(**places, reference=folder / "dbt" / "seeds"))
    made.deliver(1, "2022-08-20", FIRST)
    made.deliver(2, "2022-11-02", CHILDREN)
    return made


@pytest.fixture(scope="module")
def pages(installation: Installation) -> dict[str, str]:
    """The report after the first delivery, and after the corrected one."""
    return {label: installation.refresh(label) for label in ("2022Q3", "2022Q4")}


def test_its_lines_are_taken_in_and_the_correction_replaces_them(
    installation: Installation, pages: dict[str, str]
) -> None:
    assert set(pages) == {"2022Q3", "2022Q4"}
    drops = installation.rows(
        "intake",
        "select drop_id, status, lines_accepted, lines_quarantined from governance.drop "
        "where feed = 'library_reading' order by drop_id",
    )
    assert drops == [(2022082090001, "superseded", 13, 1), (2022110290001, "accepted", 14, 0)]
    gates = installation.rows(
        "gate",
        "select gate, bool_and(passed) from governance.gate_run where scope like 'library_reading/%' group by gate",
    )
    assert sorted(gates) == [("drop", True), ("intake", True)]


def test_every_child_has_a_person(installation: Installation, pages: dict[str, str]) -> None:
    assert pages
    found = installation.rows(
        "linkage",
        """
        select count(*), count(distinct assignment.person_id)
        from vault.identity
        inner join registry.assignment using (identity_id)
        where feed = 'library_reading' and valid_to_refresh is null
        """,
    )
    assert found == [(14, 14)]


def test_staging_has_the_lines_in_force_and_the_years_of_their_period(
    installation: Installation, pages: dict[str, str]
) -> None:
    assert pages
    rows = installation.rows(
        "transform",
        f"select line_number, reading_program, program_year, hours_weekly::float from staging.{MODEL} "
        "order by line_number",
    )
    assert rows == [
        (number, "StoryTime" if number % 2 else "ReadingClub", 2021, number + 0.5) for number in range(1, 15)
    ]


def test_it_counts_for_the_school_year_that_its_period_is(installation: Installation, pages: dict[str, str]) -> None:
    assert pages
    held = installation.rows(
        "transform", "select school_year from core.dim_school_year where feeds_held like '%library_reading%'"
    )
    assert held == [(2022,)]


def test_the_inventory_and_the_calendar_of_feeds_know_it(installation: Installation, pages: dict[str, str]) -> None:
    assert pages
    assert installation.rows(
        "report",
        "select short_name, sector, intake_order, steward from governance.feed where feed = 'library_reading'",
    ) == [("Library reading", "context", 90, "Library data steward")]
    assert installation.rows(
        "report",
        "select school_year, program_year, starts_on::text, ends_on::text, due_on::text from governance.feed_period "
        "where feed = 'library_reading' and period = '2024-25'",
    ) == [(2025, 2024, "2024-07-01", "2025-06-30", "2025-08-29")]
    assert "Library reading" in installation.run("-m", "p20w.cli", "contract", "list")


def test_the_report_names_it_where_files_arrived(pages: dict[str, str]) -> None:
    for page in pages.values():
        assert "Library reading" in page
        assert "library_reading" not in page.replace("library_reading/", "")


def test_dagster_has_its_drops_its_lines_and_its_staging_model(
    installation: Installation, pages: dict[str, str]
) -> None:
    assert pages
    script = """
from dagster_project.definitions import defs
print("\\n".join(sorted(key.to_user_string() for key in defs.resolve_all_asset_keys())))
"""
    keys = installation.run("-c", script).split()
    assert {f"drops/{FEED}", f"intake/{FEED}"} <= set(keys)
    assert [key for key in keys if MODEL in key]


def test_its_generated_yml_passes_the_tests_of_sql(installation: Installation, pages: dict[str, str]) -> None:
    assert pages
    settings = installation.warehouse.settings
    described = yaml.safe_load((settings.dbt / "models" / "staging" / f"{MODEL}.yml").read_text())["models"][0]
    assert all(column["description"] for column in described["columns"])
    assert dbt_runs.check(installation.warehouse, settings, MODEL) == 2
