"""What is set aside stays readable with hundreds of drops."""

from datetime import date, timedelta

from rich.console import Console
from rich.table import Table

from p20w.commands.quarantine_tables import LISTED, drops, reasons
from p20w.contracts import load_contracts
from p20w.quarantine.overview import DropCounts, ReasonCounts
from p20w.settings import PROJECT

CONTRACTS = load_contracts(PROJECT / "contracts")
MANY = [
    DropCounts(
        "ui_wage", f"{2000 + n // 4}Q{1 + n % 4}", 1, date(2024, 10, 1) - timedelta(n), 400_000, 1_200, 30, 1_225
    )
    for n in range(300)
]


def printed(table: Table, width: int = 80) -> str:
    console = Console(width=width)
    with console.capture() as said:
        console.print(table)
    return said.get()


def test_the_newest_drops_come_first_and_the_rest_is_counted() -> None:
    table, left = drops(MANY, CONTRACTS)
    said = printed(table)
    assert (table.row_count, left) == (LISTED, 280)
    assert said.index(MANY[0].scope) < said.index(MANY[1].scope)
    assert "1,225" in said
    assert drops(MANY, CONTRACTS, every=True)[1] == 0


def test_lines_of_a_feed_without_a_contract_are_counted_and_cannot_be_exported() -> None:
    table, _ = drops([DropCounts("gone", "2024Q3", 1, date(2024, 10, 1), 500, 7, 0, 7)], CONTRACTS)
    cells = [cell.strip() for cell in printed(table).splitlines()[-2].split("│")]
    assert cells[1:-1] == ["gone/2024Q3/1", "2024-10-01", "500", "7", "0", "0"]


def test_a_reason_names_its_column_or_the_whole_line() -> None:
    counts = [
        ReasonCounts("ui_wage", "wages_usd", "bad_type", "line", 9_000, 12, "ui_wage/2024Q3/1"),
        ReasonCounts("ui_wage", None, "line_length", "line", 3, 1, "ui_wage/2024Q2/2"),
    ]
    said = printed(reasons(counts)[0], 120)
    for words in ("wages_usd", "bad_type", "9,000", "2024Q3/1", "the whole line", "2024Q2/2"):
        assert words in said
