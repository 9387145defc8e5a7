"""The default state (10,000 people, 42 quarters): a refresh from nothing, one with nothing new, one more quarter.

Each is `p20w refresh` in a process of its own, as `make refresh` starts it. What a quarter spends outside its stages
(imports, opening, orchestration) or in gates is overhead; the rest is the work that the quarter is for.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from p20w.database import Warehouse, embedded
from p20w.settings import Settings
from tests.benchmarks import Figure

LAST_BUT_ONE = "2024Q3"

_WORK = """
select extract(epoch from sum(upper(spell.spell) - lower(spell.spell)))::float8
from (
    select unnest(
        (select range_agg(tstzrange(started_at, finished_at)) from governance.stage_run where refresh_id = %(refresh)s)
        - (select coalesce(range_agg(tstzrange(started_at, finished_at)), '{}') from governance.gate_run)
    ) as spell
) as spell
"""


def run() -> list[Figure]:
    """Measure; needs three to five minutes."""
    home = Path(tempfile.mkdtemp(prefix="p20w-bench-"))
    places = {name: str(home / name) for name in ("drops", "truth", "reports")}
    try:
        whole = environment(home / "whole", places)
        first = refresh(whole, "--simulate-if-empty")
        again = refresh(whole)
        grown = environment(home / "grown", places)
        refresh(grown, "--label", LAST_BUT_ONE)
        quarter = refresh(grown)
        overhead = quarter - _work(grown)
    finally:
        for name in ("whole", "grown"):
            embedded.destroy(Settings(home=home / name))
        shutil.rmtree(home, ignore_errors=True)
    return [
        Figure("default state, from nothing to report", first, "s", 300.0),
        Figure("again, with nothing new", again, "s", 30.0),
        Figure("one more quarter", quarter, "s", 60.0),
        Figure("of it imports, orchestration and gates", 100 * overhead / quarter, "%", 50.0),
    ]


def environment(home: Path, places: dict[str, str]) -> dict[str, str]:
    """Variables of a process whose installation is `home`, with these places."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("P20W_")},
        "P20W_HOME": str(home),
        **{f"P20W_{name.upper()}": place for name, place in places.items()},
    }


def refresh(environment: dict[str, str], *options: str) -> float:
    """Seconds of one `p20w refresh` in a process of its own.

    Raises:
        RuntimeError: it failed.
    """
    began = time.perf_counter()
    command = [str(Path(sys.executable).with_name("p20w")), "refresh", *options]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"p20w refresh ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return time.perf_counter() - began


def _work(environment: dict[str, str]) -> float:
    """Seconds that the last refresh spent in its stages and not in their gates."""
    with Warehouse.open(Settings(home=Path(environment["P20W_HOME"]))).connect("owner") as connection:
        row = connection.execute("select max(refresh_id) from governance.refresh").fetchone()
        assert row is not None, "there is a refresh"
        work = connection.execute(_WORK.encode(), {"refresh": row[0]}).fetchone()
    if work is None or work[0] is None:
        raise RuntimeError("the last refresh recorded no stage")
    return float(work[0])
