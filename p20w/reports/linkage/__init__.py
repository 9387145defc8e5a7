"""The linkage page of the board's report: how well records of one person are found, in plain words.

Here: reading the figures, sections, plots, the page. Not here: how the figures come about (`p20w.registry.evaluation`,
`p20w.warehouse.ranges`), what is good enough (`expectations/registry`).

Counts of people are held back as on the report (`p20w.reports.masking`). Shares of pairs of records say how good the
linkage is and nothing about anybody: they are shown to a tenth of a percent wherever enough people stand behind
them, without the number of pairs missed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from p20w.database import Warehouse
    from p20w.reports.state import State


def linkage_page(warehouse: Warehouse, state: State) -> str:
    """The linkage page, read as the role `report`."""
    from p20w.reports.linkage.page import render
    from p20w.reports.linkage.record import read
    from p20w.warehouse.declared import marts, names

    with warehouse.connect("report") as connection:
        connection.execute("set transaction isolation level repeatable read read only")
        record = read(connection, state.mask, names(marts(warehouse.settings.dbt)))
    return render(record, state.ledger.refresh, state.contracts)
