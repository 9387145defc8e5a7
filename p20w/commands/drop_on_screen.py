"""One drop on the screen: what became of it, what the gates found, what is quarantined and how it is wanted.

Here: reading it from the record, and how it is shown. Not here: the list of drops (`drops`), quarantined lines
themselves (`p20w.quarantine`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
from rich.table import Table

from p20w.commands.console import console
from p20w.contracts import FeedContract, form
from p20w.intake.receipt import SHOWS_FORM
from p20w.intake.usual import beside


@dataclass(frozen=True)
class Found:
    """What is on record of a drop."""

    name: str
    status: str
    delivered_on: Any
    lines: tuple[int | None, int | None, int | None]
    """All, accepted, quarantined."""
    reason: str | None
    failures: list[tuple[Any, ...]]
    set_aside: list[tuple[Any, ...]]
    compared: dict[str, tuple[float, float]]


def read(connection: psycopg.Connection, drop: str) -> Found | None:
    """The drop of this name, if there is one; what was taken in comes before what was refused under the same name."""
    row = connection.execute(
        """
        select drop_id, status, delivered_on, lines_total, lines_accepted, lines_quarantined, reason
        from governance.drop
        where format('%%s/%%s/%%s', feed, period, submission) = %s
        order by status = 'rejected', drop_id desc
        limit 1
        """,
        (drop,),
    ).fetchone()
    if row is None:
        return None
    drop_id, status, delivered_on, *lines, reason = row
    failures = connection.execute(_FAILURES, (drop,)).fetchall()
    set_aside = connection.execute(_SET_ASIDE, (drop_id,)).fetchall()
    compared = beside(connection, drop_id)
    return Found(drop, status, delivered_on, (lines[0], lines[1], lines[2]), reason, failures, set_aside, compared)


def show(found: Found, contract: FeedContract | None) -> None:
    """Print it; forms are told where the feed still has a contract."""
    console.print(f"{found.name}: {found.status}, delivered {found.delivered_on}")
    if found.reason:
        console.print(found.reason, style="red", markup=False)
    _show_lines(found)
    for gate, passed, severity, what, observed, resolve in found.failures:
        verdict = "passed" if passed else "closed"
        told = f" {severity}: {what} Observed: {observed}. {resolve}" if what else ""
        console.print(f"{gate} gate {verdict}.{told}", markup=False)
    for kind, title in (("line", "Quarantined"), ("field", "Values missing because they could not be read")):
        if rows := [rest for sets_aside, *rest in found.set_aside if sets_aside == kind]:
            console.print(_set_aside(rows, title, contract))
    if found.set_aside:
        console.print(f"Read one (audited): p20w drops show {found.name} --line N")
    if found.set_aside and found.status == "accepted":
        console.print(f"Send them to the agency (audited): p20w quarantine export {found.name} --to FILE --reason WHY")


def _show_lines(found: Found) -> None:
    total, accepted, quarantined = found.lines
    if total is not None:
        console.print(f"{total:,} lines: {accepted or 0:,} accepted, {quarantined or 0:,} quarantined")
        if unread := sum(count for sets_aside, *_, count, _ in found.set_aside if sets_aside == "field"):
            console.print(f"{unread:,} {'value' if unread == 1 else 'values'} of accepted lines could not be read")
    for name, (figure, usual) in found.compared.items():
        what = "lines accepted" if name == "lines" else f"{name}, mean"
        console.print(f"{what}: {figure:,.0f}, usually {usual:,.0f}")


def _set_aside(rows: list[list[Any]], title: str, contract: FeedContract | None) -> Table:
    table = Table("reason", "column", "lines", "first line", "wanted", title=title, title_justify="left")
    for code, column, lines, first in rows:
        table.add_row(code, column or "the whole line", f"{lines:,}", f"{first:,}", wanted(code, column, contract))
    return table


def wanted(code: str, column: str | None, contract: FeedContract | None) -> str:
    """The form that the contract wants of a value, where the reason is that it has not got it."""
    known = next((item for item in contract.columns if item.name == column), None) if contract else None
    return form(known) if known and code in SHOWS_FORM else ""


_FAILURES = """
with latest as (
    select distinct on (gate) gate_run_id, gate, passed
    from governance.gate_run
    where scope = %s and finished_at is not null
    order by gate, gate_run_id desc
)

select latest.gate, latest.passed, result.severity, result.what, result.observed, result.resolve
from latest
left join governance.gate_result as result on latest.gate_run_id = result.gate_run_id and not result.passed
order by latest.gate, result.result_number
"""

_SET_ASIDE = """
select sets_aside, reason_code, column_name, count(*), min(line_number)
from intake.quarantine
where drop_id = %s
group by sets_aside, reason_code, column_name
order by count(*) desc, reason_code, column_name
"""
