"""From a block of records to conformed lines, and to lines and fields set aside.

Here: the reading that intake and the check of an agency share, so that both say the same of every line. Not here: the
steps themselves (`readers`, `conform`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from p20w.contracts import Column, FeedContract, SetsAside
from p20w.intake.conform import conform
from p20w.intake.elsewhere import elsewhere
from p20w.intake.inspection import Inspection
from p20w.intake.readers.block import CODES, REASONS, Block, Flags
from p20w.intake.readers.fixed import packed_columns, place_in_key
from p20w.intake.readers.text import without_marks
from p20w.intake.sources import DropChanged

_SSN_ELSEWHERE = CODES["ssn_elsewhere"]


@dataclass(frozen=True)
class Lines:
    """Accepted lines of a block, what was set aside, and how many accepted ones are blank in a column.

    `accepted` has the contract's columns and `line_number`; where identifying fields were packed, `_key` holds them
    as written in their place. `quarantine` is as `intake.quarantine` takes it: lines set aside, and single fields of
    accepted lines. `marked` values are blank because a program wrote so; `like_ssns` accepted lines have a value
    written like an SSN in a column that holds none.
    """

    accepted: pl.DataFrame
    quarantine: pl.DataFrame
    blanks: dict[str, int] = field(default_factory=dict[str, int])
    marked: int = 0
    like_ssns: int = 0


def read_lines(
    block: Block, contract: FeedContract, found: Inspection, drop_id: int = 0, *, packed: bool = False
) -> Lines:
    """Read one block of a file that `inspect` has measured.

    Args:
        block: of the reader that measured the file.
        contract: of the feed.
        found: what was measured: the reader, the period's end.
        drop_id: for the quarantine rows.
        packed: whether identifying fields may stay packed (`fixed.packed_columns`).

    Raises:
        DropChanged: the block is no longer readable as measured.
    """
    reader, header = found.reader, found.header
    if reader is None or header is None or header.missing:
        raise DropChanged("the file changed while it was read")
    if ends := found.figures.get("period_ends"):
        contract = contract.until(ends, found.figures.get("period_starts"))
    reason = reader.faults(block)
    column = np.full(len(block), -1, np.int16) if block.values is None else block.values.places.copy()
    sound = reason == 0
    apart = packed_columns(contract) if packed and block.values is None and block.data.isascii() else ()
    text = reader.text(block, sound, packed=apart)
    columns = [item for item in contract.columns if item not in apart]
    written, marked = text.drop("_key", strict=False), 0
    if contract.missing and (block.values or any(mark.encode() in block.data for mark in contract.missing)):
        written, marked = without_marks(written, contract.missing)
    conformed = conform(written, columns)
    key = [text["_key"]] if apart and "_key" in text.columns else []
    _note(conformed.reason, conformed.column, contract, columns, sound, reason, column)
    like_ssns = _note_ssns(written.with_columns(*key), contract, apart, sound, reason, column)
    numbers = np.arange(block.first_line, block.first_line + len(block), dtype=np.int64)
    accepted = conformed.frame.with_columns(*key, pl.Series("line_number", numbers[sound]))
    if reason.any():
        accepted = accepted.filter(pl.Series(reason[sound] == 0))
    blanks = _blanks(accepted, contract, apart)
    lines = np.flatnonzero(reason)
    quarantine = _quarantine(block, contract, lines, column[lines], reason[lines], numbers, drop_id, "line")
    if len(conformed.fields):
        rows = np.flatnonzero(sound)[conformed.fields.row]
        fields = conformed.fields.where(reason[rows] == 0)
        rows = rows[reason[rows] == 0]
        places = np.array([contract.columns.index(item) for item in columns], np.int16)[fields.column]
        single = _quarantine(block, contract, rows, places, fields.reason, numbers, drop_id, "field")
        quarantine = pl.concat([quarantine, single])
    return Lines(accepted, quarantine, blanks, marked, like_ssns)


def with_nobodys(
    quarantine: pl.DataFrame, nobody: pl.Series, block: Block, contract: FeedContract, drop_id: int = 0
) -> pl.DataFrame:
    """The quarantine of a block with the lines that do not say whose they are, as splitting them found out.

    Args:
        quarantine: of the block, as it was read.
        nobody: numbers of those lines.
        block: the block.
        contract: of the feed.
        drop_id: of the drop.
    """
    if nobody.is_empty():
        return quarantine
    rows = nobody.to_numpy() - block.first_line
    numbers = np.arange(block.first_line, block.first_line + len(block), dtype=np.int64)
    places, reasons = np.full(len(rows), -1), np.full(len(rows), CODES["names_nobody"])
    whole = _quarantine(block, contract, rows, places, reasons, numbers, drop_id, "line")
    return pl.concat([quarantine.filter(~pl.col("line_number").is_in(nobody.implode())), whole])


def _note(
    faults: npt.NDArray[np.uint8],
    places: npt.NDArray[np.int16],
    contract: FeedContract,
    columns: Sequence[Column],
    sound: Flags,
    reason: npt.NDArray[np.uint8],
    column: npt.NDArray[np.int16],
) -> None:
    """Carry faults of sound lines over to all lines, columns counted as in the contract."""
    if not faults.any():
        return
    position = np.array([*(contract.columns.index(item) for item in columns), -1], np.int16)
    reason[sound], column[sound] = faults, position[places]


def _note_ssns(
    text: pl.DataFrame,
    contract: FeedContract,
    packed: Sequence[Column],
    sound: Flags,
    reason: npt.NDArray[np.uint8],
    column: npt.NDArray[np.int16],
) -> int:
    """Set aside the lines that repeat their SSN outside its column; how many others have a value like an SSN."""
    found = elsewhere(text, contract, packed)
    numbers = np.flatnonzero(sound)
    rows = numbers[found.rows]
    fresh = reason[rows] == 0
    reason[rows[fresh]], column[rows[fresh]] = _SSN_ELSEWHERE, found.columns[fresh]
    return int(np.count_nonzero(reason[numbers[found.like]] == 0))


def _blanks(accepted: pl.DataFrame, contract: FeedContract, packed: Sequence[Column]) -> dict[str, int]:
    """Blank values in the columns whose share of blanks the contract limits."""
    wanted = {rule.column for rule in contract.rules if rule.metric == "nullValues"} - {None}
    apart = {column.name for column in packed}
    counts: dict[str, int] = {}
    for name in wanted:
        if name not in apart:
            counts[str(name)] = accepted[str(name)].null_count()
            continue
        value = pl.col("_key").str.slice(*place_in_key(str(name), packed)).str.strip_chars()
        counts[str(name)] = int(accepted.select((value == "").sum()).item())
    return counts


def _quarantine(
    block: Block,
    contract: FeedContract,
    rows: Any,
    columns: Any,
    reasons: Any,
    numbers: Any,
    drop_id: int,
    sets_aside: SetsAside,
) -> pl.DataFrame:
    """One row a line, or a field of a line, that is set aside: where it is and why, and nothing of what it says."""
    names = [c.name for c in contract.columns]
    return pl.DataFrame(
        {
            "drop_id": pl.Series([drop_id] * len(rows), dtype=pl.Int64),
            "line_number": pl.Series(numbers[rows], dtype=pl.Int64),
            "column_name": pl.Series([names[c] if c >= 0 else None for c in columns], dtype=pl.String),
            "reason_code": pl.Series([REASONS[r] for r in reasons], dtype=pl.String),
            "sets_aside": pl.Series([sets_aside] * len(rows), dtype=pl.String),
            "byte_offset": pl.Series(block.places[rows], dtype=pl.Int64),
            "byte_length": pl.Series((block.ends - block.starts)[rows], dtype=pl.Int32),
        }
    )
