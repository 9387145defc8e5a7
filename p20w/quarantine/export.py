"""Pack the lines of a drop that were set aside into an encrypted archive for the agency, and record who did.

Here: the order of things: what can be refused, then the record, committed, then the lines, then the archive whole or
not at all. Not here: words (`letter`), encryption (`archive`), one line on the screen (`line`).
"""

import getpass
from dataclasses import dataclass
from pathlib import Path

from p20w.contracts import FeedContract, load_contracts
from p20w.database import Warehouse
from p20w.intake.readers import Reader, kind_of, reader_of
from p20w.intake.sources import Limits, open_source
from p20w.private import replace_whole
from p20w.quarantine import archive, letter
from p20w.quarantine.record import NotQuarantined, QuarantinedDrop, quarantined_drop
from p20w.quarantine.splice import cut
from p20w.settings import Settings

BY_LINE = ("delimited", "fixed", "json_lines")
"""Kinds of layout whose records are lines, which can be taken out of a file and put back."""


class NotExportable(ValueError):
    """The archive cannot be made as asked; nothing was read and nothing is on record."""


@dataclass(frozen=True)
class Exported:
    """An archive that was written: where, and how many lines are in it."""

    file: Path
    lines: int


def export(warehouse: Warehouse, settings: Settings, scope: str, target: Path, password: str, because: str) -> Exported:
    """Write the archive of an active drop's quarantined lines.

    Args:
        warehouse: the warehouse; the caller acts as `steward`.
        settings: where drops and contracts are.
        scope: `<feed>/<period>/<submission>`.
        target: the archive; it must not be there yet. Its mode is 0600.
        password: `archive.WEAKEST` characters or more.
        because: why, in words that name nobody; it is on record.

    Raises:
        NotQuarantined: no such active drop, or none of its lines is set aside, or its file is another by now.
        NotExportable: its records are no lines, there is no reason, or the target cannot be written.
        ArchiveError: the password is too short.
    """
    limits = Limits.of(settings)
    archive.demand_strong(password)
    _demand_writable(target)
    if not because.strip():
        raise NotExportable("Say why the lines leave: --reason, in words that name nobody.")
    with warehouse.connect("steward") as connection:
        drop = quarantined_drop(connection, settings, scope)
        contract = load_contracts(settings.contracts)[drop.feed]
        demand_lines(drop, contract, limits)
        said = (drop.drop_id, because.strip(), getpass.getuser())
        connection.execute("select governance.record_lines_export(%s, %s, %s)", said)
        connection.commit()
    files = {
        letter.README: letter.readme(drop, contract),
        letter.LINES + letter.suffix(drop.file.name): _lines(drop, reader_of(drop.file, contract, limits), limits),
        letter.TABLE: letter.table(drop, contract),
    }
    replace_whole(target, archive.pack(files, password))
    return Exported(target, len(drop.places))


def demand_lines(drop: QuarantinedDrop, contract: FeedContract, limits: Limits) -> None:
    """Make sure that the drop's records are lines.

    Raises:
        NotQuarantined: they are rows of Parquet, elements of XML, or lines that totals in the file count.
    """
    kind = kind_of(drop.file, contract, limits)
    if kind not in BY_LINE:
        raise NotQuarantined(
            f"{drop.scope}: records of this format ({kind}) cannot be corrected line by line. Forward "
            f"what p20w drops show {drop.scope} says of them, and ask for the whole file, corrected in the agency's "
            "own system, as the next submission."
        )


def _demand_writable(target: Path) -> None:
    if target.exists() or target.is_symlink():
        raise NotExportable(f"{target} is there already. Name a file that is not.")
    if not target.parent.is_dir():
        raise NotExportable(f"There is no folder {target.parent}.")


def _lines(drop: QuarantinedDrop, reader: Reader, limits: Limits) -> bytes:
    """The drop's header, if it has one, and the lines that were set aside, each as the agency wrote it."""
    first = next(int(block.places[0]) for block in reader.blocks() if len(block))
    with open_source(drop.file, limits) as stream:
        head = stream.read(first)
    with open_source(drop.file, limits) as stream:
        lines = list(cut(stream, drop.places.values()))
    end = b"\r\n" if head.endswith(b"\r\n") else b"\n"
    return head + b"".join(line + end for line in lines)
