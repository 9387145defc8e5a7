"""Read from its drop, for a steward, a line that was set aside or of which a field was, and record who read it.

Here: the one place that shows content of a line. The record is committed before the file is opened. Not here: why
lines are set aside (`conform`, `readers`).
"""

import getpass
from pathlib import Path

from p20w.contracts import load_contracts
from p20w.database import Warehouse
from p20w.intake.drops import sha256_of
from p20w.intake.readers import reader_of
from p20w.intake.sources import Limits, SourceError
from p20w.settings import Settings


class NotQuarantined(LookupError):
    """There is no such line to read."""


def read_line(warehouse: Warehouse, settings: Settings, scope: str, line_number: int) -> str:
    """One line that was set aside, or of which a field was, as the agency wrote it.

    Args:
        warehouse: the warehouse; the caller acts as `steward`.
        settings: where drops and contracts are.
        scope: `<feed>/<period>/<submission>`.
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
        if _sha256(file, limits) != sha256:
            raise NotQuarantined(
                f"{scope}: the file {name} is not in the folder of drops, or is no longer the one that was loaded. "
                "Restore it from the archive of deliveries, then try again."
            )
        said = (drop_id, line_number, getpass.getuser())
        connection.execute("select governance.record_line_read(%s, %s, %s)", said)
        connection.commit()
    contract = load_contracts(settings.contracts)[feed]
    content = reader_of(file, contract, limits).shown(line_number, offset, length)
    return f"{scope} line {line_number:,} ({reason}):\n{content}"


def _sha256(file: Path, limits: Limits) -> str | None:
    try:
        return sha256_of(file, limits)
    except SourceError:
        return None
