"""Spark finds what DuckDB finds, tells nobody, and leaves nothing."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import psutil
import pyarrow as pa
import pytest

import splink_models
from p20w.database import Warehouse
from p20w.database.bulk import read_arrow
from p20w.intake import receive
from p20w.pipeline import refreshes
from p20w.private import working_folder
from p20w.registry import assigning
from p20w.registry.linking.engines import Search, engine_of, on_spark
from p20w.registry.linking.levels import GAMMAS
from p20w.registry.persons.candidate import QUERIES
from p20w.settings import Settings
from p20w.spark.session import EngineFailed, spark_session
from splink_models.comparisons import COMPARISONS
from tests import spark
from tests.integration.registry.lookalikes import make_lookalikes

MODEL = splink_models.load()
PEOPLE = 900
RARE: dict[str, set[int]] = {}
pytestmark = pytest.mark.long  # Java starts several times


@pytest.fixture(scope="module", autouse=True)
def _java() -> Iterator[None]:
    with spark.one_java():
        yield


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(home=tmp_path_factory.mktemp("home"), linkage_backend="spark", spark_options=spark.QUICK)


@pytest.fixture(scope="module")
def town(settings: Settings) -> duckdb.DuckDBPyConnection:
    """Lookalikes, weighed by both engines: tables `in_duckdb` and `in_spark`."""
    con = duckdb.connect()
    make_lookalikes(con, PEOPLE)
    for backend in ("duckdb", "spark"):
        engine = engine_of(settings.model_copy(update={"linkage_backend": backend}))
        engine(con, Search(MODEL, PEOPLE))
        con.execute(f"alter table predicted rename to in_{backend}")
    return con


def only(con: duckdb.DuckDBPyConnection, query: str) -> Any:
    return con.execute(query).fetchall()[0][0]


def differences(con: duckdb.DuckDBPyConnection, one: str, other: str) -> list[Any]:
    """Pairs that one engine has alone, or that the engines weigh apart by more than a millionth of a bit."""
    return con.execute(
        f"""
        select record_l, record_r, one.stranger_weight, other.stranger_weight
        from {one} as one
        full join {other} as other using (record_l, record_r)
        where coalesce(abs(one.stranger_weight - other.stranger_weight) > 1e-6, true)
            or coalesce(({", ".join(f"one.{name}" for name in GAMMAS)})
            <> ({", ".join(f"other.{name}" for name in GAMMAS)}), true)
        order by record_l, record_r
        """
    ).fetchall()


def test_both_engines_give_every_pair_the_same_weight(town: duckdb.DuckDBPyConnection) -> None:
    exceptions = differences(town, "in_duckdb", "in_spark")
    assert exceptions == [], f"{len(exceptions)} pairs differ"
    assert only(town, "select count(*) from in_spark") > 4_000


def test_weights_vary_and_every_level_of_every_comparison_occurs(town: duckdb.DuckDBPyConnection) -> None:
    assert only(town, "select count(distinct stranger_weight) from in_spark") > 1000
    for comparison in COMPARISONS:
        found = town.execute(f"select distinct gamma_{comparison.name} from in_spark").fetchall()
        said = {comparison.gamma(level.key) for level in comparison.levels}
        assert said - {row[0] for row in found} <= RARE.get(comparison.name, set()), comparison.name


def test_a_state_has_the_same_persons_and_edges_under_both(
    warehouse: Warehouse, settings: Settings, small_state: tuple[Path, Path]
) -> None:
    receive(warehouse, warehouse.settings.model_copy(update={"drops": small_state[0]}))
    refresh = refreshes.open_refresh(warehouse)
    assert refresh is not None
    found: list[dict[str, pa.Table]] = []
    for backend in ("duckdb", "spark"):
        changes = {"linkage_backend": backend, "spark_options": spark.QUICK}
        assigning.assign(warehouse, warehouse.settings.model_copy(update=changes), refresh.refresh_id)
        found.append({table: candidate(warehouse, table) for table in QUERIES})
    for table in QUERIES:
        exceptions = [
            pair for pair in zip(found[0][table].to_pylist(), found[1][table].to_pylist(), strict=True)
            if pair[0] != pair[1]
        ]  # fmt: skip
        assert exceptions == [], f"{table}: {len(exceptions)} rows differ"
    assert found[1]["registry.candidate"].num_rows > 1000
    assert found[1]["registry.candidate_edge"].num_rows > 50
    assert list((warehouse.settings.home / "spark").iterdir()) == []


def candidate(warehouse: Warehouse, table: str) -> pa.Table:
    """A table of the candidate, in an order of its own."""
    rows = read_arrow(warehouse.libpq("linkage"), f"select * from {table} as t order by t::text")
    times = [name for name in rows.column_names if pa.types.is_timestamp(rows.schema.field(name).type)]
    return rows.drop_columns(times)


def test_nothing_is_left_of_the_work(town: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    assert only(town, "select count(*) from in_spark")
    assert list((settings.home / "spark").iterdir()) == []


def test_a_failure_tells_no_name_and_leaves_no_file(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    con = duckdb.connect()
    make_lookalikes(con, 5)

    def stumble(api: Any, search: Search, table: Callable[[str], Any]) -> Any:
        table("compared").createOrReplaceTempView("compared")
        return api.spark.sql("select cast(concat('ZERUBBABEL', last) as int) from compared").collect()

    monkeypatch.setattr(on_spark, "predict", stumble)
    with pytest.raises(EngineFailed) as failure:
        engine_of(settings)(con, Search(MODEL, 10))
    error = failure.value
    assert "NumberFormatException" in str(error)
    assert "ZERUBBABEL" not in str(error)
    assert (error.__cause__, error.__context__) == (None, None)
    assert list((settings.home / "spark").iterdir()) == []
    assert con.execute("select * from duckdb_tables() where table_name = 'predicted'").fetchall() == []


def test_spark_listens_on_loopback_only(settings: Settings, tmp_path: Path) -> None:
    with spark_session(settings, tmp_path) as session:
        java = psutil.Process(session.sparkContext._gateway.proc.pid)
        listening = [entry.laddr for entry in java.net_connections() if entry.status == psutil.CONN_LISTEN]
        assert session.sparkContext.uiWebUrl is None
    assert listening
    assert {address.ip.removeprefix("::ffff:") for address in listening} == {"127.0.0.1"}


KILLED = """
import sys
import duckdb
import splink_models
from p20w.registry.linking.engines import Search, engine_of
from p20w.settings import Settings
from tests.integration.registry.lookalikes import make_lookalikes

con = duckdb.connect()
make_lookalikes(con, 30)
engine_of(Settings.model_validate_json(sys.argv[1]))(con, Search(splink_models.load(), 60))
"""


def test_what_a_killed_run_left_is_private_and_gone_at_the_next_start(tmp_path: Path, settings: Settings) -> None:
    home, elsewhere, cwd = (tmp_path / name for name in ("home", "elsewhere", "cwd"))
    for folder in (home, elsewhere, cwd):
        folder.mkdir()
    own = settings.model_copy(update={"home": home})
    path = os.pathsep.join(filter(None, (str(own.project), os.environ.get("PYTHONPATH"))))
    run = subprocess.run(
        [sys.executable, "-c", KILLED, own.model_dump_json()],
        env={**os.environ, "P20W_FAILPOINT": "registry.on_spark", "TMPDIR": str(elsewhere), "PYTHONPATH": path},
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == -9, run.stderr
    wait_for_java(str(home))
    assert [*elsewhere.iterdir(), *cwd.iterdir()] == []
    assert not any(name in run.stdout + run.stderr for name in ("SMITH", "GARCIA", "FITZGERALD"))
    (left,) = (home / "spark").iterdir()
    assert (home / "spark").stat().st_mode & 0o077 == 0
    assert (left / "compared").exists()
    with working_folder(home / "spark") as folder:
        assert list((home / "spark").iterdir()) == [folder]


def wait_for_java(mark: str) -> None:
    """Until no process names `mark`: Spark's Java ends when its owner has died."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        commands = [" ".join(process.info["cmdline"] or ()) for process in psutil.process_iter(["cmdline"])]
        if not any(mark in command and "java" in command for command in commands):
            return
        time.sleep(0.1)
    pytest.fail("Java outlives the process it worked for.")


def test_settings_of_both_dialects_carry_the_same_trained_values() -> None:
    chances: dict[str, str] = {}
    for dialect in ("duckdb", "spark"):
        settings = MODEL.settings(1000).create_settings_dict(dialect)
        chances[dialect] = json.dumps(
            [
                [(level.get("m_probability"), level.get("u_probability")) for level in comparison["comparison_levels"]]
                for comparison in settings["comparisons"]
            ]
        )
    assert chances["duckdb"] == chances["spark"]
