"""The bytes of a drop, as its feed's contract lays them out.

Here: headers, delimiters, positions, encodings. Not here: which records there are, or what is wrong with
them.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from p20w.contracts import FeedContract
from p20w.contracts.record_types import RecordTypes
from p20w.simulator.feeds.graph import as_graph
from p20w.simulator.feeds.interchange import as_interchange
from p20w.simulator.feeds.plugin import Columns
from p20w.simulator.randomness import Ints

CHUNK_LINES = 250_000
_ENDINGS = {"json_ld": "jsonld", "xml": "xml"}
PART = "part"
"""Column beside the contract's, where lines hold several records: which of its line a record is, from 0."""


def written(columns: Columns, contract: FeedContract) -> Iterator[bytes]:
    """The file in chunks, in the contract's layout.

    Raises:
        ValueError: the simulator writes no file of this layout, or its columns are not the contract's.
    """
    if isinstance(columns, pl.DataFrame) and contract.layout.kind == "delimited":
        return _delimited(columns, contract)
    if not isinstance(columns, pl.DataFrame) and contract.layout.kind == "fixed":
        return _fixed(columns, contract)
    if isinstance(columns, pl.DataFrame) and contract.layout.types is not None:
        return iter([_record_types(columns, contract, contract.layout.types)])
    if isinstance(columns, pl.DataFrame) and contract.layout.kind == "json_ld":
        return iter([as_graph(columns, contract)])
    if isinstance(columns, pl.DataFrame) and contract.layout.kind == "xml":
        return as_interchange(columns, contract)
    raise ValueError(f"{contract.feed}: what is simulated does not fit a {contract.layout.kind} layout")


def extension(contract: FeedContract) -> str:
    """How the names of such files end."""
    if contract.layout.kind in _ENDINGS:
        return _ENDINGS[contract.layout.kind]
    return "csv" if contract.layout.kind == "delimited" and contract.layout.delimiter == "," else "txt"


def _delimited(frame: pl.DataFrame, contract: FeedContract) -> Iterator[bytes]:
    """LF line ends, quotes only where needed, dates as ISO; without a header, columns in the contract's order."""
    headers = [column.header for column in contract.columns]
    if set(frame.columns) != set(headers):
        raise ValueError(f"{contract.feed}: what is simulated has not the contract's headers")
    if not contract.layout.header:
        frame = frame.select(headers)
    for start in range(0, max(len(frame), 1), CHUNK_LINES):
        part = frame.slice(start, CHUNK_LINES)
        text = part.write_csv(separator=contract.layout.delimiter, include_header=start == 0 and contract.layout.header)
        yield text.encode(contract.layout.encoding, errors="replace")


def _fixed(columns: Mapping[str, npt.NDArray[Any]], contract: FeedContract) -> Iterator[bytes]:
    """Text left-justified, numbers right-justified and zero-filled."""
    length = contract.layout.record_length or 0
    total = len(next(iter(columns.values())))
    for start in range(0, total, CHUNK_LINES):
        part = slice(start, min(start + CHUNK_LINES, total))
        record = np.full((part.stop - start, length + 1), ord(" "), dtype=np.uint8)
        record[:, length] = ord("\n")
        for column in contract.columns:
            first, width = column.position or (0, 0)
            values = columns[column.name][part]
            cells = _left_justified(values, width) if values.dtype.kind == "S" else _digits(values, width)
            record[:, first - 1 : first - 1 + width] = cells
        yield record.tobytes()


def _record_types(frame: pl.DataFrame, contract: FeedContract, types: RecordTypes) -> bytes:
    """Header, a line a record and trailer; a record with `PART` above zero goes behind the one before it, on its line.

    Numbers are zero-filled, lines end after their last character where the contract lets them, and SSNs have letters
    for digits where the header says so.
    """
    header = bytearray(types.header.word.encode().ljust(types.header.length))
    _fill(header, frame.row(0, named=True), types.header.word, 0, contract)
    if (letters := types.letters) and header[letters.at - 1 :].startswith(letters.mark.encode()):
        spelled = pl.col(pl.String).str.replace_many(list("1234567890"), list(letters.digits))
        ssns = [
            column.name for column in contract.columns if column.identifies == "ssn" and column.name in frame.columns
        ]
        frame = frame.with_columns(frame.select(ssns).select(spelled))
    lines: list[bytearray] = []
    for row in frame.iter_rows(named=True):
        kind = row[types.column]
        if not row[PART]:
            lines.append(bytearray(kind.encode().ljust(types.records[kind][1])))
        _fill(lines[-1], row, kind, row[PART], contract)
    first, length = types.count
    trailer = f"{types.trailer.word.ljust(first - 1)}{len(lines):0{length}d}".ljust(types.trailer.length)
    width = len(next(iter(types.records)))
    cut = (line.rstrip().ljust(types.records[line[:width].decode()][0]) for line in lines)
    return b"".join(bytes(line) + b"\n" for line in (header, *cut, trailer.encode()))


def _fill(line: bytearray, row: Mapping[str, Any], kind: str, part: int, contract: FeedContract) -> None:
    """Write a record's values to their places in its line."""
    for column in contract.columns:
        places, value = column.places.get(kind, ()), row.get(column.name)
        if not places or value is None:
            continue
        first, length = places[part] if part < len(places) else places[0]
        text = str(value).zfill(length) if column.logical_type == "integer" else str(value).ljust(length)
        if len(text) > length:
            raise ValueError(f"{contract.feed}: {column.name} has more than {length} characters")
        line[first - 1 : first - 1 + length] = text.encode(contract.layout.encoding)


def _digits(values: Ints, width: int) -> npt.NDArray[np.uint8]:
    """Zero-filled decimal digits of nonnegative numbers, one row of ASCII bytes each."""
    out = np.empty((len(values), width), dtype=np.uint8)
    rest = values.astype(np.int64)
    for place in range(width - 1, -1, -1):
        rest, digit = np.divmod(rest, 10)
        out[:, place] = digit + 48
    return out


def _left_justified(values: npt.NDArray[np.bytes_], width: int) -> npt.NDArray[np.uint8]:
    """Text cut or blank-filled to `width`, one row of ASCII bytes each."""
    cells = np.ascontiguousarray(values.astype(f"S{width}")).view(np.uint8).reshape(len(values), width).copy()
    cells[cells == 0] = 32
    return cells
