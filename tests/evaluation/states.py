"""A simulated state taken through intake and registry, in a place of its own that is gone afterwards.

Here: simulate, take in, link, promote: what judging linkage needs, without core, marts and report. The last quarter
comes as a second refresh, so that ids have something to survive.
"""

from __future__ import annotations

import shutil
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from p20w.database import Warehouse, embedded
from p20w.intake import receive
from p20w.pipeline import calendar, refreshes
from p20w.progress import tell
from p20w.registry import assigning
from p20w.registry.persons import promotion
from p20w.settings import Settings
from p20w.simulator import simulate
from p20w.simulator.feeds import FEEDS
from p20w.simulator.feeds.plugin import SimulatedFeed
from tests.evaluation import elsewhere
from tests.own_state import installation

PROFILES = Path(__file__).parents[2] / "p20w" / "simulator" / "profiles"


@dataclass(frozen=True)
class Made:
    """One state to make up: how many people, which quarters of deliveries, which seed and error profile.

    `profile` is one of the simulator's or one of `tests.evaluation.elsewhere`; `feeds` are those that deliver.
    """

    people: int
    first: str
    last: str
    seed: int
    profile: str = "default"
    feeds: Sequence[SimulatedFeed] = FEEDS

    @property
    def name(self) -> str:
        """What the state is called in tables."""
        return f"seed {self.seed}" if self.profile == "default" else f"{self.profile}, seed {self.seed}"


@contextmanager
def server() -> Generator[Settings]:
    """An embedded server for the block, and settings that point at it."""
    with installation("states") as settings:
        embedded.start(settings)
        yield settings


@contextmanager
def linked(made: Made, base: Settings, number: int) -> Generator[Warehouse]:
    """A warehouse that has taken in the state and knows who is who; dropped after the block."""
    with written(made, base, number) as warehouse, warehouse.writer("evaluate"):
        for cutoff in (_cutoff_before(made.last), None):
            _refresh(made, warehouse, cutoff)
        yield warehouse


@contextmanager
def taken_in(made: Made, base: Settings, number: int) -> Generator[Warehouse]:
    """A warehouse that has taken in the state and has not asked who is who; dropped after the block."""
    with written(made, base, number) as warehouse, warehouse.writer("evaluate"):
        receive(warehouse, warehouse.settings)
        yield warehouse


@contextmanager
def written(made: Made, base: Settings, number: int) -> Generator[Warehouse]:
    """An empty warehouse beside the state's drops and truth; dropped after the block."""
    folder = base.home.parent / f"state_{number}"
    settings = base.model_copy(
        update={
            "database": f"state_{number}",
            "home": folder / "home",
            "secrets": base.secrets,
            "server_folder": embedded.locate(base).data.parent,
            "drops": folder / "drops",
            "truth": folder / "truth",
            "reports": folder / "reports",
        }
    )
    settings.private_folder()
    tell(f"{made.name}: making up {made.people:,} people")
    write(made, settings.drops, settings.truth)
    warehouse = Warehouse.open(settings)
    try:
        warehouse.migrate()
        yield warehouse
    finally:
        with warehouse.connect_administrator() as admin:
            admin.execute(f'drop database if exists "{settings.database}" with (force)'.encode())
        shutil.rmtree(folder, ignore_errors=True)


def write(made: Made, drops: Path, truth: Path) -> None:
    """The state's drops and truth into empty folders."""
    if made.profile in elsewhere.NAMES:
        elsewhere.write_state(made.profile, made.seed, made.people, made.first, made.last, drops, truth, made.feeds)
        return
    profile = PROFILES / f"{made.profile}.yaml"
    simulate(made.people, made.first, made.last, made.seed, drops, truth, profile, feeds=made.feeds)


def _refresh(made: Made, warehouse: Warehouse, cutoff: date | None) -> None:
    tell(f"{made.name}: taking in what was delivered")
    receive(warehouse, warehouse.settings, delivered_to=cutoff)
    refresh = refreshes.open_refresh(warehouse)
    if refresh is None:
        raise RuntimeError("Nothing was taken in.")
    tell(f"{made.name}: working out who is who")
    assigning.assign(warehouse, warehouse.settings, refresh.refresh_id)
    promotion.promote(warehouse, refresh.refresh_id)
    with warehouse.connect("owner") as connection:  # without core and marts, which judge what is not built here
        connection.execute(
            "update governance.refresh set status = 'published' where refresh_id = %s", (refresh.refresh_id,)
        )


def _cutoff_before(label: str) -> date:
    """The last day of the quarter before."""
    return calendar.cutoff(calendar.labels("2000Q1", label)[-2])
