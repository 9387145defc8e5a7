"""Whether a quarter costs what the quarter brings: refresh after refresh of one state as its history grows.

Every quarter of eighteen is refreshed by `p20w refresh` in a process of its own and drawn as a bar, stage by stage. The
sixth and the eighteenth end in the same season, so they bring the same kinds of files. The last is also held against
everything before it, taken in at once in a second warehouse over the same drops. Needs twenty minutes.
"""

import shutil
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from p20w.database import Warehouse, embedded
from p20w.pipeline import calendar, stages
from p20w.settings import Settings
from p20w.simulator import simulate
from tests.benchmarks import Figure
from tests.benchmarks.refresh import environment, refresh

PEOPLE, SEED = 20_000, 1
QUARTERS = calendar.labels("2020Q3", "2024Q4")
EARLY, LATE = 6, 18
"""Which quarters are compared, counted from 1."""


def run() -> list[Figure]:
    """Measure, and draw what each quarter took."""
    home = Path(tempfile.mkdtemp(prefix="p20w-bench-"))
    places = {name: str(home / name) for name in ("drops", "truth", "reports")}
    simulate(PEOPLE, QUARTERS[0], QUARTERS[-1], SEED, home / "drops", home / "truth")
    try:
        grown = environment(home / "grown", places)
        quarters = [refresh(grown, "--label", label) for label in QUARTERS]
        parts = _stages(grown)
        whole = refresh(environment(home / "whole", places), "--label", QUARTERS[-2])
    finally:
        for name in ("grown", "whole"):
            embedded.destroy(Settings(home=home / name))
        shutil.rmtree(home, ignore_errors=True)
    _draw(quarters, parts)
    early, late = parts[EARLY - 1], parts[LATE - 1]
    last = quarters[LATE - 1]
    return [
        Figure(f"quarter {LATE}", last, "s"),
        Figure(f"quarter {LATE} against all before it at once", last / whole, "x", bar=0.30),
        Figure(f"quarter {LATE} against quarter {EARLY}", last / quarters[EARLY - 1], "x", bar=1.3),
        Figure("of it lines taken in", late["lines"] / early["lines"], "x"),
        *(Figure(f"of it {stage}", late[stage] / early[stage], "x") for stage in stages.STAGES),
    ]


def _stages(of: dict[str, str]) -> list[dict[str, float]]:
    """Seconds of every stage and lines taken in, refresh by refresh."""
    with Warehouse.open(Settings(home=Path(of["P20W_HOME"]))).connect("owner") as connection:
        refreshes = connection.execute("select refresh_id from governance.refresh order by refresh_id").fetchall()
        found = [stages.summary(connection, refresh_id) for (refresh_id,) in refreshes]
    return [
        {**{name: part["seconds"] for name, part in one.items()}, "lines": one["intake"]["lines_accepted"]}
        for one in found
    ]


def _draw(quarters: list[float], parts: list[dict[str, float]]) -> None:
    """One line a quarter: a bar of its seconds, and how they divide."""
    table = Table("quarter", "lines", "seconds", "", *stages.STAGES, title="Refresh by refresh")
    longest = max(quarters)
    for label, seconds, part in zip(QUARTERS, quarters, parts, strict=True):
        bar = "█" * round(24 * seconds / longest)
        split = [f"{part[stage]:.1f}" for stage in stages.STAGES]
        table.add_row(label, f"{part['lines']:,.0f}", f"{seconds:.1f}", bar, *split)
    Console(width=160).print(table)
