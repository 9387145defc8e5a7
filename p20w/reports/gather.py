"""Gather everything one report is written from, in one read-only transaction."""

from dataclasses import replace

from p20w.contracts import load_contracts
from p20w.database import Warehouse
from p20w.governance import access_log
from p20w.intake.exposure import exposure
from p20w.reports import headlines, ledger
from p20w.reports.deliveries import deliveries
from p20w.reports.sections.figures import KINDS
from p20w.reports.state import State
from p20w.settings import Settings
from p20w.warehouse.declared import marts


def gather(warehouse: Warehouse, settings: Settings) -> State:
    """Read the record, the contracts and the headline figures as the role `report`."""
    contracts = load_contracts(settings.contracts)
    with warehouse.connect("report") as connection:
        connection.execute("set transaction isolation level repeatable read read only")
        record = ledger.read(connection)
        figures = headlines.read(connection, KINDS, marts(settings.dbt))
        access = _access(record) or access_log.head(connection)
    state = State(record, contracts, (), figures, len(exposure(settings.drops).files), access)
    return replace(state, deliveries=deliveries(contracts, record.drops, state.cutoff))


def _access(record: ledger.Ledger) -> access_log.Head | None:
    """The head of the access log as it was when the last refresh ended; None while it has not."""
    if record.refresh is None:
        return None
    noted = record.figures.get((record.refresh.refresh_id, "report"), {}).get("access_log")
    return access_log.Head.read(noted) if noted else None
