"""Intake of 2,000,000 wage lines against a bare COPY of the same lines as typed CSV.

Both in one run, on one server, into logged tables. The bare COPY fills one table of the same columns, once with the
primary key that `intake.ui_wage` has and once without any; it keys no identity and splits nothing. Intake checks the
file, makes tokens, splits and loads both halves. Near tokens, made once for each new SSN, and the gates, which cost
the same for one drop as for hundreds, are told apart.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np

from p20w.database import Warehouse
from p20w.intake.drops import sha256_of
from p20w.intake.near_worker import NearTokens
from p20w.settings import Settings
from tests.benchmarks import Figure
from tests.own_state import installation

LINES, PEOPLE = 2_000_000, 416_000
CHUNK = 500_000
TYPES = {
    **dict.fromkeys(("drop_id", "line_number"), "bigint"),
    **dict.fromkeys(("ssn", "first_name", "middle_name", "last_or_surname", "state_fips"), "text"),
    **dict.fromkeys(("ui_account_number", "reporting_unit_number", "federal_ein"), "text"),
    **dict.fromkeys(("year", "quarter_number"), "integer"),
    "wages_usd": "bigint",
    **dict.fromkeys(("hours_worked", "weeks_worked"), "integer"),
}
PERIOD, NEXT = "2023Q3", "2023Q4"


def run() -> list[Figure]:
    """Measure; needs about 2 GB of disk for a few minutes."""
    with installation("bench") as settings:
        warehouse = Warehouse.open(settings)
        warehouse.migrate()
        people = _people(np.random.default_rng(7))
        csv = settings.home / "typed.csv"
        _write(settings.drops, PERIOD, people, np.random.default_rng(1), csv)
        bare = {key: sorted(_bare_copy(warehouse, csv, key) for _ in range(3))[1] for key in (False, True)}
        first = _take_in(settings, "without-near")
        _write(settings.drops, NEXT, people, np.random.default_rng(2), None)
        following = _take_in(settings, "with-near")
        other = settings.model_copy(update={"database": "bench_near"})
        Warehouse.open(other).migrate()
        shutil.rmtree(settings.drops / "ui_wage" / NEXT)
        with_near = _take_in(other, "with-near")
    return [
        Figure("bare COPY, no key, median of 3", bare[False], "s"),
        Figure("bare COPY, with the key of intake.ui_wage, median of 3", bare[True], "s"),
        Figure("check, token, split, load: first quarter, near tokens apart", first["work"], "s"),
        Figure("check, token, split, load: next quarter", following["work"], "s"),
        Figure("first quarter / bare COPY with key", first["work"] / bare[True], "x", 3.0),
        Figure("next quarter / bare COPY with key", following["work"] / bare[True], "x", 3.0),
        Figure("first quarter / bare COPY without key", first["work"] / bare[False], "x"),
        Figure("next quarter / bare COPY without key", following["work"] / bare[False], "x"),
        Figure("near tokens, for each million new SSNs", _near(people["ssn"]) * 1e6 / PEOPLE, "s"),
        Figure("first quarter with near tokens", with_near["work"], "s"),
        Figure("drop and intake gate, one drop", following["gates"], "s"),
        Figure("peak memory of intake", max(r["peak"] for r in (first, following, with_near)), "MiB", 2048.0),
    ]


def _near(ssns: np.ndarray) -> float:
    """Seconds for near tokens of all SSNs in two workers."""
    near = NearTokens(b"k" * 32, workers=2)
    began = time.perf_counter()
    near.start([b"%09d" % ssn for ssn in ssns.tolist()])
    near.collect()
    return time.perf_counter() - began


def _take_in(settings: Settings, mode: str) -> dict[str, float]:
    environment = os.environ | {
        "P20W_HOME": str(settings.home),
        "P20W_DROPS": str(settings.drops),
        "P20W_DATABASE": settings.database,
    }
    command = [sys.executable, "-m", "tests.benchmarks._take_in", mode]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, cwd=settings.project)
    figures = json.loads(done.stdout.splitlines()[-1])
    if figures["accepted"] != LINES or figures["statuses"] != ["accepted"]:
        raise RuntimeError(f"intake did not accept every line: {figures}")
    return figures


def _bare_copy(warehouse: Warehouse, csv: Path, key: bool) -> float:
    with warehouse.connect("owner") as connection:
        connection.execute("drop table if exists public.bare")
        columns = ", ".join(f"{name} {kind}" for name, kind in TYPES.items())
        primary = ", primary key (drop_id, line_number)" if key else ""
        connection.execute(f"create table public.bare ({columns}{primary})")
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
        for begin in range(0, LINES, CHUNK):
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
            for line, row in enumerate(zip(*(column.tolist() for column in columns), strict=True), start=begin + 1):
                person, acc, un, tax, wage, hour, week = row
                ssn, name = people["ssn"][person], people["first"][person].decode()
                middle, last = chr(people["middle"][person]), people["last"][person].decode()
                out.write(
                    f"{ssn:09d}{name:<15}{middle}{last:<20}99{acc:010d}{un:05d}{tax:09d}"
                    f"{period[:4]}{period[5]}{wage:010d}{hour:04d}{week:02d}\n".encode()
                )
                if typed:
                    typed.write(
                        f"1,{line},{ssn:09d},{name},{middle},{last},99,{acc:010d},{un:05d},{tax:09d},"
                        f"{period[:4]},{period[5]},{wage},{hour},{week}\n"
                    )
    if typed:
        typed.close()
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
