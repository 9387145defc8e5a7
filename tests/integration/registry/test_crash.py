"""A registry stage that dies at a boundary or inside its transaction, and the run after it."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from p20w.database import Warehouse
from tests.integration.registry.small_vault import Who, crowd, everything, link, open_refresh

PEOPLE = [
    Who("k12_enrollment", "ANABELLE", "WHITLOCK", "2004-03-09", "J", sex="Female", source_id="1", drops=(1, 2, 3)),
    Who(
        "dmv_license",
        "ANABELLE",
        "WHITLOCK",
        "2004-03-09",
        "JUNE",
        sex="Female",
        ssn="412345678",
        source_id="A1",
        verified=True,
        drops=(6, 7),
    ),
    *crowd(60),
]
pytestmark = pytest.mark.long
PLACES = ("registry.before_candidate", "registry.candidate_written", "registry.promoting", "registry.promoted")

# One process imports the engines and forks a child for each place, because importing takes seconds.
CRASHING = """
import json, os, sys
import expectations.runner
from p20w.registry import assigning
from p20w.registry.persons import promotion
from p20w.database import Warehouse
from p20w.settings import Settings

expectations.runner.warm_up()
for place, settings in json.loads(sys.stdin.read()):
    child = os.fork()
    if child == 0:
        os.environ["P20W_FAILPOINT"] = place
        warehouse = Warehouse.open(Settings.model_validate_json(settings))
        assigning.assign(warehouse, warehouse.settings, 1)
        promotion.promote(warehouse, 1)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


def test_a_crash_at_any_boundary_is_healed_by_the_next_run(make_town: Callable[..., Warehouse], tmp_path: Path) -> None:
    undisturbed = make_town(PEOPLE)
    link(undisturbed)
    crashed = [make_town(PEOPLE) for _ in PLACES]
    for warehouse in crashed:
        open_refresh(warehouse, 1)
    work = [(place, warehouse.settings.model_dump_json()) for place, warehouse in zip(PLACES, crashed, strict=True)]
    program = tmp_path / "crashing.py"
    program.write_text(CRASHING)
    run = subprocess.run([sys.executable, program], input=json.dumps(work), capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["-9"] * len(PLACES)
    for warehouse in crashed:
        link(warehouse)
        assert everything(warehouse) == everything(undisturbed)
