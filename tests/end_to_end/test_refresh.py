"""One refresh after the other, as a newcomer and an operator run them."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from p20w.contracts import load_contracts
from p20w.database import Warehouse
from p20w.governance import access_log


@pytest.fixture(scope="module")
def growing(
    make_alike: Callable[[Path], Warehouse],
    refresh: Callable[..., object],
    tiny_state: Path,
) -> Warehouse:
    """A warehouse that was refreshed up to 2022Q3, with the drops of 2022Q4 lying there already."""
    warehouse = make_alike(tiny_state)
    ended = refresh(warehouse, label="2022Q3")
    assert ended.code == 0, ended.said
    assert ended.said["label"] == "2022Q3"
    return warehouse


def refreshes(warehouse: Warehouse) -> list[tuple[object, ...]]:
    with warehouse.connect("report") as connection:
        return connection.execute(
            "select refresh_id, label, status from governance.refresh order by refresh_id"
        ).fetchall()


def test_a_refresh_ends_with_marts_an_analyst_can_query_and_a_report(growing: Warehouse) -> None:
    with growing.connect("analyst") as connection:
        rows = connection.execute("select count(*) from marts.high_school_leaver_outcomes").fetchone()
    assert rows is not None
    assert rows[0] > 0
    assert (growing.settings.reports / "2022Q3" / "index.html").exists()


def test_the_label_keeps_later_deliveries_waiting(growing: Warehouse) -> None:
    with growing.connect("report") as connection:
        late = connection.execute("select count(*) from governance.drop where delivered_on > '2022-09-30'").fetchone()
    assert late == (0,)


def test_the_same_refresh_again_changes_nothing(
    growing: Warehouse, refresh: Callable[..., object], contents: Callable[[Warehouse], dict[str, str]]
) -> None:
    before = contents(growing)
    ended = refresh(growing, label="2022Q3")
    assert ended.code == 0
    assert ended.said["opened"] is False
    assert contents(growing) == before
    assert refreshes(growing) == [(1, "2022Q3", "published")]


def test_a_report_that_was_lost_with_its_run_is_written_when_nothing_is_new(
    growing: Warehouse, refresh: Callable[..., object]
) -> None:
    report = growing.settings.reports / "2022Q3" / "index.html"
    report.unlink()
    with growing.connect("owner") as connection:
        connection.execute("delete from governance.stage_run where stage = 'report'")
    ended = refresh(growing, label="2022Q3")
    assert ended.said["opened"] is False
    assert report.exists()


def test_without_wages_that_are_due_what_has_come_is_taken_in_and_nothing_is_published(
    growing: Warehouse, refresh: Callable[..., object], tmp_path: Path
) -> None:
    newest = growing.settings.drops / "ui_wage" / "2022Q3"
    shutil.move(newest, tmp_path)
    ended = refresh(growing)
    shutil.move(tmp_path / newest.name, newest)
    assert ended.code != 0
    assert "ui_wage 2022Q3, due on 2022-11-29" in str(ended.said)
    assert refreshes(growing) == [(1, "2022Q3", "published")]
    with growing.connect("report") as connection:
        ((taken_in,),) = connection.execute(
            "select count(*) from governance.drop where delivered_on > '2022-09-30' and status = 'accepted'"
        ).fetchall()
    assert taken_in


def test_one_more_quarter_is_a_second_refresh_and_the_first_vintage_stays(
    growing: Warehouse, refresh: Callable[..., object]
) -> None:
    ended = refresh(growing)
    assert ended.code == 0, ended.said
    assert refreshes(growing) == [(1, "2022Q3", "published"), (2, "2022Q4", "published")]
    with growing.connect("analyst") as connection:
        for schema in ("marts_r1", "marts_r2", "marts"):
            assert connection.execute(f"select count(*) from {schema}.cte_program_outcomes".encode()).fetchone()
    with growing.connect("report") as connection:
        figures = connection.execute(
            "select figures ->> 'drops' from governance.stage_run where refresh_id = 2 and stage = 'intake'"
        ).fetchone()
        arrived = connection.execute(
            "select count(*)::text from governance.drop where delivered_on > '2022-09-30'"
        ).fetchone()
    assert figures == arrived


def test_who_read_which_mart_is_on_record_and_the_report_of_the_next_refresh_proves_it(growing: Warehouse) -> None:
    read = {(use.login, use.thing) for use in access_log.uses(growing)}
    assert ("p20w_analyst", "marts.high_school_leaver_outcomes") in read
    page = (growing.settings.reports / "2022Q4" / "index.html").read_text()
    noted = re.findall(r"with its head (\d+:[0-9a-f]{64})", page)
    assert access_log.verify(growing, access_log.Head.read(noted[0])).broken is None


def test_with_two_feeds_a_refresh_succeeds_and_says_what_it_could_not_see(
    make_alike: Callable[[Path], Warehouse],
    refresh: Callable[..., object],
    tiny_state: Path,
    tmp_path: Path,
) -> None:
    for feed in ("k12_enrollment", "ui_wage"):
        shutil.copytree(tiny_state / feed, tmp_path / "drops" / feed)
    warehouse = make_alike(tmp_path / "drops")
    ended = refresh(warehouse)
    assert ended.code == 0, ended.said
    with warehouse.connect("analyst") as connection:
        held = connection.execute(
            "select distinct feeds_held, persons_enrolled, persons_credential from marts.high_school_leaver_outcomes"
        ).fetchall()
    assert held
    assert {row[0] for row in held} == {"k12_enrollment, ui_wage"}
    assert {row[1:] for row in held} == {(None, None)}
    page = Path(ended.said["report"]).read_text(encoding="utf-8")
    for feed in ("ps_enrollment", "ps_award", "dmv_license", "employer"):
        assert load_contracts(warehouse.settings.contracts)[feed].short_name in page
