"""A warehouse whose intake and registry are filled from the truth, and refreshes of it."""

import itertools
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from p20w.database import Role, Warehouse
from p20w.pipeline import calendar
from p20w.registry.persons.promotion import fingerprint_of_standing
from p20w.warehouse import BuildOutcome, build_core, build_marts, publish_marts
from tests.integration.warehouse.plain_intake import Drop, drops_of, take_in


@dataclass
class State:
    """A warehouse and the drops that could come into it."""

    warehouse: Warehouse
    drops: list[Drop]
    taken: list[Drop] = field(default_factory=list)
    refresh_id: int = 0

    def take_in(self, label: str, feeds: set[str] | None = None) -> int:
        """Accept what was delivered by the end of quarter `label`, open a refresh and pass its registry gate."""
        cutoff = calendar.cutoff(label).isoformat()
        arrived = [drop for drop in self.drops if drop.delivered_on <= cutoff and drop not in self.taken]
        new = [drop for drop in arrived if feeds is None or drop.feed in feeds]
        self.refresh_id += 1
        take_in(self.warehouse, new, label, cutoff, self.refresh_id)
        self.taken += new
        self.pass_registry_gate()
        return self.refresh_id

    def pass_registry_gate(self) -> None:
        """Record that the assignment that lies there now has passed."""
        with self.warehouse.connect("owner") as connection:
            connection.execute(
                """
                insert into governance.gate_run
                    (gate, scope, input_fingerprint, suite_version, passed, refresh_id, finished_at)
                values ('registry', %s, %s, 'test', true, %s, now())
                """,
                (
                    f"refresh/{self.refresh_id}",
                    fingerprint_of_standing(connection),
                    self.refresh_id,
                ),
            )

    def build(self) -> tuple[BuildOutcome, BuildOutcome]:
        """Build core and marts for the refresh at hand; both gates must pass."""
        core = build_core(self.warehouse, self.warehouse.settings, self.refresh_id)
        core.gate_run.demand_pass()
        marts = build_marts(self.warehouse, self.warehouse.settings, self.refresh_id)
        marts.gate_run.demand_pass()
        return core, marts

    def refresh(self, label: str, feeds: set[str] | None = None) -> None:
        """Take in, build and publish."""
        self.take_in(label, feeds)
        self.build()
        publish_marts(self.warehouse, self.refresh_id)

    def killed_at(self, failpoint: str, call: str) -> int:
        """Run a call of p20w.warehouse in a process that dies at `failpoint`; its exit status."""
        settings = self.warehouse.settings
        environment = os.environ | {
            "P20W_FAILPOINT": failpoint,
            "P20W_HOME": str(settings.home),
            "P20W_SECRETS": str(settings.secrets),
            "P20W_SERVER_FOLDER": str(settings.server_folder),
            "P20W_DATABASE": settings.database,
        }
        code = f"""
from p20w.database import Role, Warehouse
from p20w.settings import Settings
from p20w.warehouse import *
settings = Settings.load()
warehouse = Warehouse.open(settings)
{call.format(refresh_id=self.refresh_id)}
"""
        return subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode

    def rows(self, query: str, role: Role = "transform") -> list[tuple[object, ...]]:
        """What a role sees."""
        with self.warehouse.connect(role) as connection:
            return connection.execute(query.encode()).fetchall()


@pytest.fixture(scope="module")
def make_state(make_warehouse: Callable[..., Warehouse], small_state: tuple[Path, Path]) -> Callable[[], State]:
    """A function that makes an empty warehouse beside the drops of the small state."""

    numbers = itertools.count(1)

    def make() -> State:
        drops, truth = small_state
        warehouse = make_warehouse(drops=drops, truth=truth, database=f"built_{next(numbers)}")
        return State(warehouse, list(drops_of(drops, truth)))

    return make


@pytest.fixture(scope="session")
def long_state(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Drops and truth of fewer people over more years: whole cohorts with four years of CTE before and two after."""
    from p20w.simulator import simulate

    folder = tmp_path_factory.mktemp("long_state")
    simulate(400, "2015Q1", "2022Q4", 7, folder / "drops", folder / "truth")
    return folder / "drops", folder / "truth"


@pytest.fixture(scope="session")
def long_published(make_warehouse: Callable[..., Warehouse], long_state: tuple[Path, Path]) -> State:
    """The long state, published at 2022Q4. Several modules read it: leave marts and core as they are."""
    drops, truth = long_state
    made = State(make_warehouse(drops=drops, truth=truth, database="long"), list(drops_of(drops, truth)))
    made.refresh("2022Q4")
    return made
