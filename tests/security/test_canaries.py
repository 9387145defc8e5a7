"""Nothing of a person leaves the vault: unmistakable people go through a whole refresh, then everything is searched.

They stand in lines that are accepted, set aside and refused. Searched are every column of every table of every
database on the server, catalogs and Dagster's storage included; the server's log; every file the refresh made, in
its home, in reports and in temporary folders, also those that were gone when it ended; and all it printed.
"""

import gzip
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import psycopg
import pytest
from psycopg import sql
from typer.testing import CliRunner

from p20w.database import Warehouse
from p20w.settings import PROJECT
from p20w.simulator import simulate
from tests.security.canaries import ACCEPTED, CAST, IMPOSSIBLE_DATES, REFUSALS, UNREADABLE, plant
from tests.server_logs import server_log

MARKS = sorted({*IMPOSSIBLE_DATES, *(mark for person in CAST.values() for mark in person.marks())})
VAULT = "vault"


def seen_in(text: str) -> list[str]:
    """The marks in a text, however its letters are written, plain or as the digits of bytes."""
    folded = text.casefold()
    return [mark for mark in MARKS if mark.casefold() in folded or mark.encode().hex() in folded]


# --------------------------------------------------------------------- the run


@dataclass
class Run:
    """A refresh that is over, and what it left."""

    warehouse: Warehouse
    folder: Path
    printed: str
    kept: Path
    """Every file that was ever in a temporary folder or in home, as it was last."""


@contextmanager
def keeping(folders: list[Path], kept: Path) -> Iterator[None]:
    """Keep each file that appears in the folders by a second name, so that removing it does not hide it."""
    done = threading.Event()

    def look() -> None:
        known: set[tuple[int, str]] = set()
        while True:
            is_last = done.is_set()
            for folder in folders:
                for path in folder.rglob("*"):
                    try:
                        mark = (path.stat().st_ino, path.name)
                        if mark not in known and path.is_file():
                            known.add(mark)
                            (kept / f"{len(known)}-{path.name}").hardlink_to(path)
                    except OSError:  # gone already, or not a file
                        continue
            if is_last:
                return
            done.wait(0.03)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


@pytest.fixture(scope="module")
def run(make_warehouse: Callable[..., Warehouse], tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("canaries")
    simulate(120, "2020Q4", "2021Q1", 11, folder / "drops", folder / "truth")
    plant(folder / "drops")
    names = ("home", "reports", "tmp", "cwd", "kept")
    home, reports, temporary, cwd, kept = (folder / name for name in names)
    for made in (home, temporary, cwd, kept):
        made.mkdir(mode=0o700)
    warehouse = make_warehouse(home=home, reports=reports, drops=folder / "drops")
    with keeping([temporary, home, cwd], kept):
        done = subprocess.run(
            [str(Path(sys.executable).parent / "p20w"), "refresh"],
            cwd=cwd,
            env=environment(warehouse, temporary),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            text=True,
        )
    assert done.returncode == 0, done.stderr
    return Run(warehouse, folder, done.stdout + done.stderr, kept)


def environment(warehouse: Warehouse, temporary: Path) -> dict[str, str]:
    settings = warehouse.settings
    names = ("home", "drops", "truth", "reports", "secrets", "server_folder", "database", "settle_minutes")
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(temporary),
        "TMPDIR": str(temporary),
        "P20W_DEBUG": "1",
        **{f"P20W_{name.upper()}": str(getattr(settings, name)) for name in names},
    }


# --------------------------------------------------- the canaries did go through


def test_each_fate_befell_the_cast(run: Run) -> None:
    with run.warehouse.connect("report") as connection:
        rows = connection.execute("select feed, status, reason_code, lines_quarantined from governance.drop").fetchall()
        fields = connection.execute(
            """
            select drop.feed, count(distinct aside.column_name)
            from intake.quarantine as aside
            inner join governance.drop using (drop_id)
            where aside.sets_aside = 'field'
            group by drop.feed
            """
        ).fetchall()
    accepted = {feed for feed, status, _, set_aside in rows if status == "accepted" and (set_aside or 0) >= 4}
    refused = [reason for _, status, reason, _ in rows if status == "rejected"]
    told = {feed: places for feed, places in fields if feed in UNREADABLE}  # other feeds have slips of their own
    assert told == {feed: len(places) for feed, places in UNREADABLE.items()}
    assert accepted == {"k12_enrollment", "ps_enrollment", "dmv_license", "ui_wage"}
    assert len(refused) == len(REFUSALS)
    assert len(set(refused)) > 5


def test_the_vault_holds_whom_it_should_and_nobody_else(run: Run) -> None:
    with run.warehouse.connect("linkage") as linkage:
        found = linkage.execute("select identity::text from vault.identity").fetchall()
        places = linkage.execute("select address::text from vault.address").fetchall()
    people = [text for (text,) in found if seen_in(text)]
    assert {mark for text in people for mark in seen_in(text)} >= {ACCEPTED.last_or_surname, ACCEPTED.born}
    assert all(set(seen_in(text)) <= set(ACCEPTED.marks()) for (text,) in found + places)
    assert not any(person.ssn in text for person in CAST.values() for (text,) in found + places)


# -------------------------------------------------------------------- searching


def rows_with_marks(connection: psycopg.Connection) -> Iterator[str]:
    """Tables outside the vault, with a row that holds a mark."""
    tables = connection.execute(
        """
        select n.nspname, c.relname
        from pg_class as c
        inner join pg_namespace as n on c.relnamespace = n.oid
        where c.relkind in ('r', 'm', 'v', 't', 'p')
            and n.nspname not in (%s, 'information_schema')
            and not (n.nspname = 'pg_catalog' and c.relkind = 'v' and c.relname <> 'pg_stat_activity')
            and c.relname <> 'pg_statistic'
            and n.nspname !~ '^pg_toast'
        """,
        (VAULT,),
    ).fetchall()
    pattern = "|".join([*MARKS, *(mark.encode().hex() for mark in MARKS)])
    for schema, table in tables:
        query = sql.SQL("select whole::text from {} as whole where whole::text ~* %s limit 1")
        for (row,) in connection.execute(query.format(sql.Identifier(schema, table)), (pattern,)):
            yield f"{schema}.{table}: {seen_in(row)}"


def test_no_canary_is_in_any_table_outside_the_vault(run: Run) -> None:
    found: list[str] = []
    for database in (run.warehouse.settings.database, run.warehouse.dagster_database, "postgres"):
        with run.warehouse.connect_administrator(database) as admin:
            found += [f"{database}: {place}" for place in rows_with_marks(admin)]
    assert found == []


def test_no_canary_is_in_the_statistics_of_any_table_outside_the_vault(run: Run) -> None:
    with run.warehouse.connect_administrator(run.warehouse.settings.database) as admin:
        admin.execute("analyze")
        rows = admin.execute(
            """
            select s.starelid::regclass::text, s.stavalues1::text, s.stavalues2::text, s.stavalues3::text
            from pg_statistic as s
            inner join pg_class as c on s.starelid = c.oid
            where c.relnamespace::regnamespace::text <> %s
            """,
            (VAULT,),
        ).fetchall()
    assert len(rows) > 100
    assert [row[0] for row in rows if seen_in(str(row))] == []


def test_dagster_s_storage_was_searched(run: Run) -> None:
    with psycopg.connect(run.warehouse.dagster_url()) as dagster:
        assert (dagster.execute("select count(*) from event_logs").fetchone() or (0,))[0] > 50
        assert (dagster.execute("select count(*) from runs").fetchone() or (0,))[0] == 2


def test_no_canary_is_in_the_server_s_log(run: Run) -> None:
    log = server_log(run.warehouse.settings)
    assert run.warehouse.settings.database in log
    assert seen_in(log) == []


def test_no_canary_was_printed(run: Run) -> None:
    assert "quarantined" in run.printed
    assert seen_in(run.printed) == []


def files_with_marks(folder: Path) -> list[str]:
    found: list[str] = []
    for path in (path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        if content[:2] == b"\x1f\x8b":
            content = gzip.decompress(content)
        if content[:4] == b"PAR1":
            content = repr(pl.read_parquet(content).rows()).encode()
        if marks := {*seen_in(content.decode("latin-1")), *seen_in(content.decode("utf-16-le", "ignore"))}:
            found.append(f"{path.relative_to(folder)}: {sorted(marks)}")
    return found


@pytest.mark.parametrize("name", ["home", "reports", "tmp", "cwd"])
def test_no_canary_is_in_a_file_that_the_refresh_left(run: Run, name: str) -> None:
    assert files_with_marks(run.folder / name) == []


def test_no_canary_was_ever_in_a_temporary_file(run: Run) -> None:
    assert len(list(run.kept.iterdir())) > 20
    assert files_with_marks(run.kept) == []


def test_no_canary_is_in_a_file_of_the_project_that_is_younger_than_the_run(run: Run) -> None:
    began = (run.folder / "tmp").stat().st_ctime - 60
    places = [PROJECT / name for name in ("dbt", "contracts", "expectations", "splink_models", "p20w", "logs", ".p20w")]
    young = [path for place in places for path in place.rglob("*") if path.is_file() and path.stat().st_mtime > began]
    assert [path for path in young if seen_in(path.read_bytes().decode("latin-1"))] == []


def test_checking_and_showing_drops_prints_no_canary(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from p20w.cli import app

    for name, value in environment(run.warehouse, run.folder / "tmp").items():
        monkeypatch.setenv(name, value)
    said: list[str] = []
    for manifest in sorted((run.folder / "drops").glob("*/*/*/manifest.json")):
        feed, period, submission = manifest.parent.parts[-3:]
        shown = CliRunner().invoke(app, ["drops", "show", f"{feed}/{period}/{submission}"])
        checked = CliRunner().invoke(app, ["drops", "check", str(manifest.parent)])
        said += [shown.output, repr(shown.exception), checked.output, repr(checked.exception)]
    for words in (["drops", "status", "--all"], ["quarantine", "list", "--all"]):
        said.append(CliRunner().invoke(app, words).output)
    assert "p20w quarantine export" in said[-1]
    assert any("refused" in text for text in said)
    assert [mark for text in said for mark in seen_in(text)] == []


# ------------------------------------------------------- the search finds what is there


def test_the_search_finds_a_canary_wherever_one_is_put(run: Run, tmp_path: Path) -> None:
    (tmp_path / "plain").write_text(f"so {ACCEPTED.first_name.upper()} was here")
    (tmp_path / "packed.gz").write_bytes(gzip.compress(ACCEPTED.date("mm/dd/yyyy").encode()))
    (tmp_path / "wide").write_bytes(ACCEPTED.last_or_surname.encode("utf-16-le"))
    rows = pl.DataFrame({"n": [1, 2], "street": [b"x", ACCEPTED.street.encode()]})
    rows.write_parquet(tmp_path / "columns", compression="zstd")
    assert len(files_with_marks(tmp_path)) == 4
    with run.warehouse.connect_administrator(run.warehouse.settings.database) as admin, admin.transaction():
        admin.execute("create table marts.planted as select 1 as n, %s::date as day", (ACCEPTED.born,))
        admin.execute("create table intake.planted as select %s::bytea as token", (ACCEPTED.ssn.encode(),))
        found = [place.split(":")[0] for place in rows_with_marks(admin)]
        raise psycopg.Rollback
    assert sorted(found) == ["intake.planted", "marts.planted"]


def test_the_watch_sees_a_file_that_is_gone_soon(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    (tmp_path / "kept").mkdir()
    with keeping([tmp_path / "tmp"], tmp_path / "kept"):
        secret = tmp_path / "tmp" / "secret"
        secret.write_text(ACCEPTED.ssn)
        threading.Event().wait(0.1)
        secret.unlink()
    assert len(files_with_marks(tmp_path / "kept")) == 1
