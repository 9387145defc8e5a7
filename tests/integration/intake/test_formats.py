"""JSON lines, Parquet and XML from delivery to the tables, beside the same file as the agency sends it today."""

from collections.abc import Callable
from pathlib import Path

import pytest

from p20w.contracts import load_contracts
from p20w.database import Warehouse
from p20w.intake import check_file
from p20w.quarantine import read_line
from p20w.settings import PROJECT
from tests.integration.intake.deliveries import CTE_HEADER, Agency, cte, take_in
from tests.integration.intake.formats import WRITES, Row, write_contracts
from tests.unit.intake.test_formats import JSON_LINES, PARQUET, SECRET, XML
from tests.unit.intake.test_json_ld import GRAPHS

LINES = [cte(number) for number in range(60)]
FAULTS = {7: {"courses": "two"}, 9: {"start": "2023-02-30"}, 11: {"nontraditional": "y"}}
SPOILED = [cte(number, **FAULTS.get(number, {})) for number in range(60)]
HOSTILE: dict[str, list[Callable[[], bytes]]] = {
    "json_lines": [lambda: b"{" * 50_000, *(lambda data=data: data for data, _, _ in JSON_LINES.values())],
    "json_ld": [lambda data=data: data for data, _ in GRAPHS.values()],
    "parquet": [make for make, _ in PARQUET.values()],
    "xml": [lambda data=data: data for data, _ in XML.values()],
}


def rows(lines: list[str]) -> list[Row]:
    names = CTE_HEADER.split(",")
    return [dict(zip(names, (value or None for value in line.split(",")), strict=True)) for line in lines]


@pytest.fixture(params=WRITES)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def other(make_warehouse: Callable[..., Warehouse], tmp_path: Path, kind: str) -> Warehouse:
    """A warehouse whose agency delivers participation in another format."""
    return make_warehouse(contracts=write_contracts(PROJECT / "contracts", tmp_path / "contracts", kind, ["k12_cte"]))


def deliver(warehouse: Warehouse, data: bytes, submission: int, count: int = 60) -> Path:
    agency = Agency(warehouse.settings.drops)
    return agency.deliver("k12_cte", "2023-24", data, submission, record_count=count).parent


def test_hostile_sound_and_spoiled_deliveries_end_as_those_of_a_delimited_file(other: Warehouse, kind: str) -> None:
    settings = other.settings
    hostile = [deliver(other, make(), number, 80) for number, make in enumerate(HOSTILE[kind], start=1)]
    last = len(hostile) + 1
    sound = [deliver(other, WRITES[kind](rows(some)), last + n) for n, some in enumerate((LINES, SPOILED))]
    folders = [*hostile, *sound]
    receipts = [check_file(folder, settings) for folder in folders]
    outcomes = take_in(other)
    assert len(outcomes) == len(folders)
    assert [outcome.status for outcome in outcomes[-2:]] == ["superseded", "accepted"], outcomes[-1].reason
    for receipt, outcome in zip(receipts, outcomes, strict=True):
        assert bool(receipt.refusals) == (outcome.status == "rejected"), (outcome.reason, receipt.lines())
        assert outcome.reason_code != "unforeseen"
        assert receipt.lines_total == outcome.lines_total
        assert SECRET not in f"{outcome.reason} {receipt.lines()}"
        if outcome.status != "rejected":
            assert receipt.lines_sound == outcome.lines_accepted
    spoiled = outcomes[-1]
    assert (spoiled.lines_accepted, spoiled.lines_quarantined) == (58, 2)
    with other.connect("owner") as owner:
        aside = owner.execute(
            """
            select line_number, reason_code, sets_aside
            from intake.quarantine where drop_id = %s order by 1
            """,
            (spoiled.drop_id,),
        ).fetchall()
        stored = owner.execute(
            "select to_jsonb(t) - 'drop_id' - 'identity_id' from intake.k12_cte as t where drop_id = %s "
            "and line_number = 12",
            (spoiled.drop_id,),
        ).fetchall()
    assert aside == [(8, "bad_type", "line"), (10, "impossible_date", "line"), (12, "bad_code", "field")]
    assert stored[0][0]["cip_code"] == "52.1803"
    for line, value in ((8, "two"), (10, "2023-02-30")):
        shown = read_line(other, settings, spoiled.scope, line)
        assert value in shown
        assert f"{1_000_000_000 + line - 1}" in shown
        assert f"{1_000_000_000 + line}" not in shown


def test_every_kind_of_layout_has_contracts_that_load(kind: str, tmp_path: Path) -> None:
    folder = write_contracts(PROJECT / "contracts", tmp_path / "c", kind, ["k12_cte"])
    assert load_contracts(folder)["k12_cte"].layout.kind == kind
