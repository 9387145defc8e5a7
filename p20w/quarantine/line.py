"""Read from its drop, for a steward, one line that was set aside or of which a field was, and record who read it.

Here: content of a single line, on the screen. The record is committed before the file is opened. Not here: all lines of
a drop, for its agency (`export`).
"""

import getpass

from p20w.contracts import load_contracts
from p20w.database import Warehouse
from p20w.intake.readers import reader_of
from p20w.intake.sources import Limits
from p20w.quarantine.record import NotQuarantined, demand_unchanged
from p20w.settings import Settings


def read_line(warehouse: Warehouse, settings: Settings, scope: str, line_number: int) -> str:
    """One line that was set aside, or of which a field was, as the agency wrote it.

    Args:
        warehouse: the warehouse; the caller acts as `steward`.
        settings: where drops and contracts are.
        scope: `<feed>/<period>/<submission>`, active or no longer.
        line_number: data lines count from 1, the header left out.

    Raises:
        NotQuarantined: no such drop or line, the drop's file is gone, or it is no longer the file that was loaded.
    """
    with warehouse.connect("steward") as connection:
        row = connection.execute(
            """
            select
                delivery.feed, delivery.file_name, delivery.file_sha256,
                string_agg(
                    line.reason_code || coalesce(', column ' || line.column_name, ''), '; ' order by line.column_name
                ),
                line.byte_offset, line.byte_length, delivery.drop_id
            from intake.quarantine as line
            inner join governance.drop as delivery on line.drop_id = delivery.drop_id
            where delivery.feed || '/' || delivery.period || '/' || delivery.submission = %s and line.line_number = %s
            group by delivery.drop_id, line.byte_offset, line.byte_length
            """,
            (scope, line_number),
        ).fetchone()
        if row is None:
            raise NotQuarantined(
                f"{scope} has no quarantined line {line_number:,}. See which lines it has: p20w drops show {scope}"
            )
        feed, name, sha256, reason, offset, length, drop_id = row
        file = settings.drops / scope / name
        limits = Limits.of(settings)
        demand_unchanged(file, sha256, scope, limits)
        said = (drop_id, line_number, getpass.getuser())
        connection.execute("select governance.record_line_read(%s, %s, %s)", said)
        connection.commit()
    contract = load_contracts(settings.contracts)[feed]
    content = reader_of(file, contract, limits).shown(line_number, offset, length)
    return f"{scope} line {line_number:,} ({reason}):\n{content}"
