"""Intake of 2,000,000 wage lines against a bare COPY of the same lines as typed CSV.

Both in one run, on one server, into logged tables. The bare COPY has no index, keys no identity and splits nothing;
intake checks the file, makes tokens, splits, loads both halves with their keys and passes two gates.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np

from p20w.database import Warehouse, embedded
from p20w.settings import Settings
from tests.benchmarks import Figure

LINES, PEOPLE = 2_000_000, 416_000
CHUNK = 500_000
PERIOD, NEXT = "2023Q3", "2023Q4"

_CHILD = """
import json, resource, sys, time
from pathlib import Path
from expectations import runner
from p20w.database import Warehouse
from p20w.intake import near_worker, receive
from p20w.progress import listening
from p20w.settings import Settings

runner.warm_up()
near = [0.0]
start, collect = near_worker.NearTokens.start, near_worker.NearTokens.collect
def timed(method):
    def call(self, *args):
        began = time.perf_counter()
        try:
            return method(self, *args)
        finally:
            near[0] += time.perf_counter() - began
    return call
near_worker.NearTokens.start, near_worker.NearTokens.collect = timed(start), timed(collect)
settings = Settings.load()
warehouse = Warehouse.open(settings)
parts = {"judging": 0.0}
last = ["checking", time.perf_counter()]
def hear(doing, _):
    part, began = last
    parts[part] = parts.get(part, 0.0) + time.perf_counter() - began
    last[:] = [doing.split()[0], time.perf_counter()]
with listening(hear):
    outcomes = receive(warehouse, settings)
seconds = sum(parts.values())
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({
    "seconds": seconds, "gates": parts["judging"], "near": near[0], "peak": peak,
    "accepted": sum(o.lines_accepted or 0 for o in outcomes), "statuses": [o.status for o in outcomes],
}))
"""


def run() -> list[Figure]:
    """Measure; needs about 1 GB of disk for a few minutes."""
    home = Path(tempfile.mkdtemp(prefix="p20w-bench-"))
    settings = Settings(home=home / "home", drops=home / "drops", database="bench")
    settings.private_folder()
    try:
        warehouse = Warehouse.open(settings)
        warehouse.migrate()
        people = _people(np.random.default_rng(7))
        csv = home / "typed.csv"
        _write(settings.drops, PERIOD, people, np.random.default_rng(1), csv)
        bare = [_bare_copy(warehouse, csv) for _ in range(3)]
        first = _take_in(settings)
        _write(settings.drops, NEXT, people, np.random.default_rng(2), None)
        second = _take_in(settings)
    finally:
        embedded.destroy(settings)
        shutil.rmtree(home, ignore_errors=True)
    floor = sorted(bare)[1]
    work = [run["seconds"] - run["gates"] for run in (first, second)]
    return [
        Figure("bare COPY of 2,000,000 typed wage lines, median of 3", floor, "s"),
        Figure("check, token, split and load the same lines: first quarter", work[0], "s"),
        Figure("  of which near tokens, waited for", first["near"], "s"),
        Figure("  near tokens per million new SSNs", first["near"] / PEOPLE * 1e6, "s"),
        Figure("check, token, split and load: next quarter", work[1], "s"),
        Figure("drop and intake gate of one drop", second["gates"], "s"),
        Figure("first quarter without near tokens / bare COPY", (work[0] - first["near"]) / floor, "x", 3.0),
        Figure("next quarter / bare COPY", work[1] / floor, "x", 3.0),
        Figure("peak memory of intake", max(first["peak"], second["peak"]), "MiB", 2048.0),
    ]


def _take_in(settings: Settings) -> dict[str, float]:
    environment = os.environ | {
        "P20W_HOME": str(settings.home),
        "P20W_DROPS": str(settings.drops),
        "P20W_DATABASE": settings.database,
    }
    command = [sys.executable, "-c", _CHILD]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, cwd=settings.project)
    figures = json.loads(done.stdout.splitlines()[-1])
    if figures["accepted"] != LINES or figures["statuses"] != ["accepted"]:
        raise RuntimeError(f"intake did not accept every line: {figures}")
    return figures


def _bare_copy(warehouse: Warehouse, csv: Path) -> float:
    with warehouse.connect("owner") as connection:
        connection.execute("drop table if exists public.bare")
        connection.execute(
            "create table public.bare (ssn text, first_name text, middle_name text, last_or_surname text,"
            " state_fips text, ui_account_number text, reporting_unit_number text, federal_ein text,"
            " year integer, quarter_number integer, wages_usd bigint, hours_worked integer, weeks_worked integer)"
        )
        connection.commit()
        began = time.perf_counter()
        with (
            csv.open("rb") as file,
            connection.cursor() as cursor,
            cursor.copy("copy public.bare from stdin with (format csv)") as copy,
        ):
            while block := file.read(1 << 20):
                copy.write(block)
        connection.commit()
        seconds = time.perf_counter() - began
        connection.execute("drop table public.bare")
    return seconds


def _people(rng: np.random.Generator) -> dict[str, np.ndarray]:
    area = rng.choice(np.r_[1:666, 667:900], PEOPLE)
    serial = rng.permutation(np.arange(PEOPLE)) + 10_001
    first = np.array([f"FIRST{chr(65 + i % 26)}{chr(65 + i // 26)}" for i in range(600)], "S15")
    last = np.array(
        [f"LAST{chr(65 + i % 26)}{chr(65 + i // 26 % 26)}{chr(65 + i // 676)}" for i in range(16_000)], "S20"
    )
    return {
        "ssn": (area * 1_000_000 + (serial // 9_999 % 98 + 1) * 10_000 + serial % 9_999 + 1).astype(np.int64),
        "first": first[rng.integers(0, len(first), PEOPLE)],
        "last": last[rng.integers(0, len(last), PEOPLE)],
        "middle": rng.integers(65, 91, PEOPLE).astype(np.uint8),
    }


def _write(drops: Path, period: str, people: dict[str, np.ndarray], rng: np.random.Generator, csv: Path | None) -> None:
    folder = drops / "ui_wage" / period / "1"
    folder.mkdir(parents=True)
    file = folder / f"ui_wage_{period}_1.txt"
    total = 0
    typed = csv.open("w") if csv else None
    with file.open("wb") as out:
        for _ in range(0, LINES, CHUNK):
            who = rng.integers(0, PEOPLE, CHUNK)
            account, unit, ein = (
                rng.integers(1, 60_000, CHUNK),
                rng.integers(0, 9, CHUNK),
                rng.integers(1, 10**8, CHUNK),
            )
            wages, hours, weeks = (
                rng.integers(50, 60_000, CHUNK),
                rng.integers(1, 600, CHUNK),
                rng.integers(1, 14, CHUNK),
            )
            total += int(wages.sum())
            columns = (who, account, unit, ein, wages, hours, weeks)
            for row in zip(*(column.tolist() for column in columns), strict=True):
                person, acc, un, tax, wage, hour, week = row
                ssn, name = people["ssn"][person], people["first"][person].decode()
                middle, last = chr(people["middle"][person]), people["last"][person].decode()
                out.write(
                    f"{ssn:09d}{name:<15}{middle}{last:<20}99{acc:010d}{un:05d}{tax:09d}"
                    f"{period[:4]}{period[5]}{wage:010d}{hour:04d}{week:02d}\n".encode()
                )
                if typed:
                    typed.write(
                        f"{ssn:09d},{name},{middle},{last},99,{acc:010d},{un:05d},{tax:09d},"
                        f"{period[:4]},{period[5]},{wage},{hour},{week}\n"
                    )
    if typed:
        typed.close()
    from p20w.intake.drops import sha256_of

    manifest = {
        "feed": "ui_wage",
        "period": period,
        "submission": 1,
        "delivered_on": date(2024, 1, 1).isoformat(),
        "file": file.name,
        "sha256": sha256_of(file),
        "record_count": LINES,
        "control_totals": {"wages_usd": total},
        "contact_role": "DOL data steward",
        "agreement_id": "DOL-2014-003",
        "contract_version": "1.0.0",
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
