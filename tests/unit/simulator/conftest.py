"""One small delivered state and one larger living one for all tests of this room."""

from collections import deque
from pathlib import Path

import pytest

from p20w.simulator import simulate
from p20w.simulator.calendar import quarter_from_label
from p20w.simulator.profile import load_profile
from p20w.simulator.run import live, warm_up_start
from p20w.simulator.world import World

FIRST, LAST, SEED, PEOPLE = "2018Q3", "2020Q4", 11, 2500


@pytest.fixture(scope="session")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `drops` and `truth` of 2,500 people and ten quarters of deliveries."""
    folder = tmp_path_factory.mktemp("state")
    simulate(PEOPLE, FIRST, LAST, SEED, folder / "drops", folder / "truth")
    return folder


@pytest.fixture(scope="session")
def world() -> World:
    """20,000 people after five years, at the end of 2019Q2, when a school year has just closed."""
    opening = quarter_from_label("2015Q3")
    quarters = live(20_000, 3, load_profile(), warm_up_start(opening), quarter_from_label("2019Q2"))
    (_, latest) = deque(quarters, maxlen=1).pop()
    return latest
