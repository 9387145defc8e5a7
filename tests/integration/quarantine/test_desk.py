"""The quarantine desk, from a drop with damaged lines to the submission that supersedes it."""

import csv
import io
import json
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from p20w.cli import app
from p20w.database import Warehouse
from p20w.intake.sources import USUAL_LIMITS
from p20w.quarantine import NotQuarantined, NotReplayable, archive, export, letter, overview, read_returned, replay
from p20w.quarantine.export import NotExportable
from p20w.quarantine.letter import COLUMNS, LEAVE_OUT, LINE, README, TABLE
from p20w.settings import PROJECT, Settings
from tests.integration.intake.deliveries import CTE_HEADER, Agency, cte, participation, take_in, wage, wages
from tests.integration.intake.formats import Row, as_parquet, write_contracts
from tests.server_logs import server_log

PASSWORD = "long enough for an archive"
CTE, WAGES = "k12_cte/2023-24/1", "ui_wage/2023Q4/1"
MARK = "ZEPHYRQUILL"
DAMAGED: Mapping[str, dict[int, str]] = {
    CTE: {
        3: cte(3, courses=MARK),
        7: cte(7, start="2023-02-30"),
        11: cte(11, nontraditional="y"),  # its field alone
        12: cte(12) + ",",
        20: cte(20, lea='"9900010'),
        30: cte(30, participant="?"),
    },
    WAGES: {
        3: wage(3)[:76] + "000000O100" + wage(3)[86:],
        9: wage(9)[:-1],
        12: wage(12)[:48] + "X" + wage(12)[49:],
        20: wage(20)[:75] + "7" + wage(20)[76:],
    },
}
"""By drop and place, from 0, the lines that are not as they should be."""


def sound(scope: str) -> list[str]:
    return participation(60) if scope == CTE else wages(120)


def deliver(agency: Agency, scope: str, end: str = "\n") -> Path:
    """The drop with its damaged lines."""
    lines = sound(scope)
    for place, line in DAMAGED[scope].items():
        lines[place] = line
    head = [CTE_HEADER] if scope == CTE else []
    data = "".join(f"{line}{end}" for line in [*head, *lines]).encode()
    feed, period, _ = scope.split("/")
    return agency.deliver(feed, period, sound(scope), change=lambda _: data)


def exported(warehouse: Warehouse, scope: str, file: Path) -> dict[str, bytes]:
    export(warehouse, warehouse.settings, scope, file, PASSWORD, "the agency asked for them")
    return archive.unpack(file, PASSWORD, USUAL_LIMITS)


def corrected(
    files: Mapping[str, bytes], scope: str, left_out: Sequence[int] = (), end: str = "\n"
) -> dict[str, bytes]:
    """What a careful agency makes of the files: each line as it should be, or gone."""
    rows = list(csv.DictReader(io.StringIO(files[TABLE].decode("utf-8-sig"))))
    numbers = list(dict.fromkeys(int(row[LINE]) for row in rows))
    for row in rows:
        row[LEAVE_OUT] = "yes" if int(row[LINE]) in left_out else ""
    out = io.StringIO()
    write: csv.DictWriter[str] = csv.DictWriter(out, COLUMNS)
    write.writeheader()
    write.writerows(rows)
    name = next(name for name in files if name.startswith("lines."))
    head = [CTE_HEADER] if scope == CTE else []
    lines = [*head, *(sound(scope)[number - 1] for number in numbers if number not in left_out)]
    return {TABLE: out.getvalue().encode(), name: "".join(f"{line}{end}" for line in lines).encode()}


def sent_back(folder: Path, files: Mapping[str, bytes]) -> Path:
    path = folder / "back.zip"
    path.write_bytes(archive.pack(files, PASSWORD))
    return path


def audit(warehouse: Warehouse) -> list[tuple[str, str, dict[str, Any]]]:
    with warehouse.connect("steward") as connection:
        return connection.execute(
            "select actor, action, subject from governance.audit where action ~ 'exported|replayed' order by audit_id"
        ).fetchall()


def among_drops(warehouse: Warehouse) -> list[str]:
    drops = warehouse.settings.drops
    return sorted(str(path.relative_to(drops)) for path in drops.rglob("*") if path.is_file())


def quarantined(warehouse: Warehouse) -> list[tuple[str, int, int, int]]:
    with warehouse.connect("report") as connection:
        found = overview(connection)
    return [(drop.scope, drop.lines, drop.lines_lacking_fields, drop.to_correct) for drop in found.drops]


@pytest.mark.parametrize(("scope", "end"), [(CTE, "\r\n"), (WAGES, "\n")])
def test_damaged_lines_go_to_the_agency_and_come_back_as_the_submission_that_supersedes(
    warehouse: Warehouse, agency: Agency, tmp_path: Path, scope: str, end: str
) -> None:
    original = deliver(agency, scope, end)
    take_in(warehouse)
    places = DAMAGED[scope]
    fields = 1 if scope == CTE else 0
    assert quarantined(warehouse) == [(scope, len(places) - fields, fields, len(places))]

    target = tmp_path / "out.zip"
    files = exported(warehouse, scope, target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert list(files) == [README, "lines.txt", TABLE]
    head = [CTE_HEADER] if scope == CTE else []
    assert files["lines.txt"].decode() == "".join(f"{line}{end}" for line in [*head, *places.values()])

    left_out = [31] if scope == CTE else []
    back = sent_back(tmp_path, corrected(files, scope, left_out))
    done = replay(warehouse, warehouse.settings, scope, read_returned(back, PASSWORD, USUAL_LIMITS))
    assert (done.corrected, done.left_out, done.receipt.ok) == (len(places) - len(left_out), len(left_out), True)
    composed = (done.folder / f"{scope.replace('/', '_')[:-1]}2.txt").read_bytes()
    lines = [line for place, line in enumerate(sound(scope), start=1) if place not in left_out]
    assert composed.decode() == "".join(f"{line}{end}" for line in [*head, *lines])
    assert stat.S_IMODE(done.folder.stat().st_mode) == 0o700

    (outcome,) = take_in(warehouse)
    assert (outcome.scope, outcome.status) == (scope[:-1] + "2", "accepted"), outcome.reason
    assert (outcome.lines_accepted, outcome.lines_quarantined) == (len(lines), 0)
    assert quarantined(warehouse) == []
    with warehouse.connect("report") as connection:
        assert connection.execute("select submission, status from governance.drop order by 1").fetchall() == [
            (1, "superseded"),
            (2, "accepted"),
        ]
    assert [(actor, action, subject["drop"]) for actor, action, subject in audit(warehouse)] == [
        ("p20w_steward", "quarantined lines exported", scope),
        ("p20w_steward", "corrected lines replayed", scope),
    ]
    with pytest.raises(NotQuarantined, match="not an active drop"):
        replay(warehouse, warehouse.settings, scope, read_returned(back, PASSWORD, USUAL_LIMITS))
    assert original.exists()


def test_the_manifest_follows_the_earlier_one_with_new_counts_and_totals(
    warehouse: Warehouse, agency: Agency, tmp_path: Path
) -> None:
    deliver(agency, WAGES)
    take_in(warehouse)
    files = corrected(exported(warehouse, WAGES, tmp_path / "out.zip"), WAGES, left_out=[10])
    (tmp_path / "back").mkdir()
    for name, content in files.items():
        (tmp_path / "back" / name).write_bytes(content)
    done = replay(warehouse, warehouse.settings, WAGES, read_returned(tmp_path / "back", None, USUAL_LIMITS))
    before = json.loads((done.folder.parent / "1" / "manifest.json").read_text())
    after = json.loads((done.folder / "manifest.json").read_text())
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"submission", "delivered_on", "file", "sha256", "record_count", "control_totals"}
    assert (after["file"], after["record_count"]) == ("ui_wage_2023Q4_2.txt", 119)
    assert after["control_totals"] == {"wages_usd": before["control_totals"]["wages_usd"] - 1_009}


def test_who_exports_is_on_record_before_a_line_is_read(
    warehouse: Warehouse, agency: Agency, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(agency, CTE)
    take_in(warehouse)

    def readme(*_: object) -> bytes:
        raise NotExportable("the disk broke")

    monkeypatch.setattr(letter, "readme", readme)
    with pytest.raises(NotExportable, match="the disk broke"):
        exported(warehouse, CTE, tmp_path / "out.zip")
    ((actor, action, subject),) = audit(warehouse)
    assert (actor, action, subject["drop"], subject["lines"]) == ("p20w_steward", "quarantined lines exported", CTE, 6)
    assert subject["reason"] == "the agency asked for them"
    assert subject["person"]
    assert not list(tmp_path.glob("*.zip*")), "written whole or not at all"


def test_a_refused_export_reads_and_records_nothing(warehouse: Warehouse, agency: Agency, tmp_path: Path) -> None:
    file = deliver(agency, CTE)
    agency.deliver("ui_wage", "2023Q4", wages())
    take_in(warehouse)
    settings, target = warehouse.settings, tmp_path / "out.zip"
    for scope, said in (("k12_cte/2023-24/2", "not an active drop"), (WAGES, "no quarantined line")):
        with pytest.raises(NotQuarantined, match=said):
            export(warehouse, settings, scope, target, PASSWORD, "because")
    with pytest.raises(archive.ArchiveError, match="20 characters"):
        export(warehouse, settings, CTE, target, "short", "because")
    with pytest.raises(NotExportable, match="Say why"):
        export(warehouse, settings, CTE, target, PASSWORD, "  ")
    with pytest.raises(NotExportable, match="no folder"):
        export(warehouse, settings, CTE, tmp_path / "gone" / "out.zip", PASSWORD, "because")
    target.write_text("somebody's")
    with pytest.raises(NotExportable, match="there already"):
        export(warehouse, settings, CTE, target, PASSWORD, "because")
    file.write_bytes(file.read_bytes() + b"\n")
    with pytest.raises(NotQuarantined, match="no longer the one that was loaded"):
        export(warehouse, settings, CTE, tmp_path / "other.zip", PASSWORD, "because")
    assert audit(warehouse) == []
    assert target.read_text() == "somebody's"


def test_the_database_records_no_export_of_a_drop_without_such_lines(warehouse: Warehouse, agency: Agency) -> None:
    agency.deliver("ui_wage", "2023Q4", wages())
    (outcome,) = take_in(warehouse)
    for call in ("record_lines_export(%s, 'why', 'who')", "record_lines_replay(%s, 1, 0, 1, 'who')"):
        with warehouse.connect("steward") as connection, pytest.raises(psycopg.Error, match="there is no active drop"):
            connection.execute(f"select governance.{call}".encode(), (outcome.drop_id,))
    assert audit(warehouse) == []


def test_a_replay_that_is_refused_leaves_the_drops_as_they_were(
    warehouse: Warehouse, agency: Agency, tmp_path: Path
) -> None:
    file = deliver(agency, CTE)
    take_in(warehouse)
    files = corrected(exported(warehouse, CTE, tmp_path / "out.zip"), CTE)
    back = read_returned(sent_back(tmp_path, files), PASSWORD, USUAL_LIMITS)
    other = read_returned(
        sent_back(tmp_path, {**files, "lines.txt": files["lines.txt"].replace(b",2024,", b",2023,")}),
        *(PASSWORD, USUAL_LIMITS),
    )
    before = among_drops(warehouse)

    def refused(said: str, returned: Any = back) -> None:
        with pytest.raises((NotReplayable, NotQuarantined), match=said):
            replay(warehouse, warehouse.settings, CTE, returned)
        assert len(audit(warehouse)) == 1, "the export"
        assert not (file.parent.parent / ".replay").exists()

    refused("belong to another period", other)
    assert among_drops(warehouse) == before
    agency.deliver("k12_cte", "2023-24", participation(61), 2)
    refused("submission 2 of this period is there already")
    (file.parent.parent / "2" / "manifest.json").unlink()
    refused("submission 2 of this period is there already")  # its manifest is still to come
    for path in (file.parent.parent / "2").iterdir():
        path.unlink()
    (file.parent.parent / "2").rmdir()
    content = file.read_bytes()
    file.write_bytes(content + b"\n")
    refused("no longer the one that was loaded")
    file.write_bytes(content)
    assert among_drops(warehouse) == before
    replay(warehouse, warehouse.settings, CTE, back)
    with pytest.raises(NotReplayable, match="submission 2 of this period is there already"):
        replay(warehouse, warehouse.settings, CTE, back)


def test_a_submission_that_was_refused_takes_its_number_and_stands_in_nobodys_way(
    warehouse: Warehouse, agency: Agency, tmp_path: Path
) -> None:
    deliver(agency, CTE)
    agency.deliver("k12_cte", "2023-24", participation(61), 2, record_count=99)
    assert [outcome.status for outcome in take_in(warehouse)] == ["accepted", "rejected"]
    back = sent_back(tmp_path, corrected(exported(warehouse, CTE, tmp_path / "out.zip"), CTE))
    done = replay(warehouse, warehouse.settings, CTE, read_returned(back, PASSWORD, USUAL_LIMITS))
    assert done.scope == "k12_cte/2023-24/3"
    assert [outcome.status for outcome in take_in(warehouse)] == ["accepted"]


def test_a_replay_that_dies_leaves_no_drop_and_the_next_one_heals_it(
    warehouse: Warehouse, agency: Agency, tmp_path: Path
) -> None:
    deliver(agency, CTE)
    take_in(warehouse)
    back = sent_back(tmp_path, corrected(exported(warehouse, CTE, tmp_path / "out.zip"), CTE))
    (tmp_path / "password").write_text(PASSWORD)
    before = among_drops(warehouse)
    program = (
        "import sys\nfrom pathlib import Path\n"
        "from p20w.settings import Settings\nfrom p20w.database import Warehouse\n"
        "from p20w.quarantine import read_returned, replay; from p20w.intake.sources import USUAL_LIMITS\n"
        "settings = Settings.model_validate_json(sys.argv[1])\n"
        f"back = read_returned(Path({str(back)!r}), {PASSWORD!r}, USUAL_LIMITS)\n"
        f"replay(Warehouse.open(settings), settings, {CTE!r}, back)\n"
    )
    died = subprocess.run(
        [sys.executable, "-c", program, warehouse.settings.model_dump_json()],
        env={"P20W_FAILPOINT": "quarantine.before_put", "PYTHONPATH": str(PROJECT)},
        check=False,
    )
    assert died.returncode == -signal.SIGKILL
    assert [path for path in among_drops(warehouse) if "/.replay/" not in path] == before
    assert take_in(warehouse) == []
    replay(warehouse, warehouse.settings, CTE, read_returned(back, PASSWORD, USUAL_LIMITS))
    assert [outcome.scope for outcome in take_in(warehouse)] == ["k12_cte/2023-24/2"]
    assert not any("/.replay/" in path for path in among_drops(warehouse))


def test_records_that_are_no_lines_are_told_what_to_do_instead(
    make_warehouse: Callable[..., Warehouse], tmp_path: Path
) -> None:
    contracts = write_contracts(PROJECT / "contracts", tmp_path / "contracts", "parquet", ["k12_cte"])
    other = make_warehouse(contracts=contracts)
    lines = [cte(number, courses="two" if number == 7 else "2") for number in range(60)]
    rows: list[Row] = [dict(zip(CTE_HEADER.split(","), line.split(","), strict=True)) for line in lines]
    Agency(other.settings.drops).deliver("k12_cte", "2023-24", as_parquet(rows), record_count=60)
    take_in(other)
    with pytest.raises(NotQuarantined, match="ask for the whole file"):
        export(other, other.settings, CTE, tmp_path / "out.zip", PASSWORD, "because")
    assert audit(other) == []


# ------------------------------------------------------------------- the commands


def test_commands_do_all_of_it_and_nothing_of_a_line_is_printed_logged_or_on_record(
    warehouse: Warehouse, agency: Agency, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(agency, CTE)
    deliver(agency, WAGES)
    take_in(warehouse)
    monkeypatch.setattr(Settings, "load", lambda: warehouse.settings)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("p20w.commands.console.console.width", 140)
    said = ""

    def run(*words: str, code: int = 0, stdin: str | None = None) -> str:
        nonlocal said
        result = CliRunner().invoke(app, ["quarantine", *words], input=stdin)
        assert result.exit_code == code, result.output
        said += result.output + repr(result.exception)
        return result.output

    everything = run("list")
    for words in (
        CTE,
        WAGES,
        "is_nontraditional_gender",
        "impossible_date",
        "the whole line",
    ):
        assert words in everything
    assert CTE not in run("list", "ui_wage")
    assert "No active drop of ui_wage/2023Q3 has" in run("list", "ui_wage/2023Q3")
    out, password = str(tmp_path / "out.zip"), str(tmp_path / "password")
    told = run("export", CTE, "--to", out, "--reason", "monthly", "--password-file", password)
    assert "6 lines in" in told
    assert (tmp_path / "password").read_text().strip() not in said
    assert "there already" in run("export", CTE, "--to", out, "--reason", "again", "--password-file", password, code=1)
    asked = run("export", WAGES, "--to", str(tmp_path / "two.zip"), "--reason", "monthly", stdin=PASSWORD + "\n")
    assert "4 lines in" in asked
    secret = (tmp_path / "password").read_text().strip()
    files = corrected(archive.unpack(tmp_path / "out.zip", secret, USUAL_LIMITS), CTE, left_out=[31])
    spoiled = files["lines.txt"].replace(b"2023-08-28", b"2023-02-31", 1)
    (tmp_path / "back.zip").write_bytes(archive.pack({**files, "lines.txt": spoiled}, secret))
    back = str(tmp_path / "back.zip")
    assert "password is wrong" in run("replay", CTE, back, code=1, stdin="another password\n")
    assert "of another drop" in run("replay", WAGES, back, "--password-file", password, code=1)
    told = run("replay", CTE, back, "--password-file", password)
    assert "k12_cte/2023-24/2: 5 corrected, 1 left out. 59 lines, 58 of them sound." in told
    assert "p20w drops check" in told
    assert [outcome.status for outcome in take_in(warehouse)] == ["accepted"]

    marks = (MARK, "000000O100", "1000000007", "2023-02-30", secret, PASSWORD)
    assert [mark for mark in marks if mark in said] == []
    log = server_log(warehouse.settings)
    assert [mark for mark in marks if mark in log] == []
    with warehouse.connect_administrator(warehouse.settings.database) as admin:
        tables = admin.execute(
            "select format('governance.%I', tablename) from pg_tables where schemaname = 'governance'"
        )
        kept = [
            str(admin.execute(f"select t::text from {name} as t".encode()).fetchall()) for (name,) in tables.fetchall()
        ]
    assert [mark for mark in marks for rows in kept if mark in rows] == []
    left = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "password"]
    assert {path.name for path in left} >= {"out.zip", "two.zip", "back.zip"}
    assert [path.name for path in left for mark in marks if mark.encode() in path.read_bytes()] == []
