"""Delimited files: a header, then one record a line, fields between delimiters and sometimes in quotes.

Here: header lines, the number of fields, quotes, and line breaks inside them. Not here: cutting lines (`cutting`),
matching names (`header`).
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from p20w.contracts import Column, FeedContract, Layout
from p20w.intake.readers import appearance
from p20w.intake.readers.base import FileReader
from p20w.intake.readers.block import CODES, Block, Codes, Flags, Positions
from p20w.intake.readers.cutting import (
    NEWLINE,
    QUOTE,
    RETURN,
    LineTooLong,
    keep,
    line_blocks,
    note_bytes,
)
from p20w.intake.readers.encoding import ASCII, UTF8
from p20w.intake.readers.header import Header, expected_header, read_header
from p20w.intake.readers.text import trimmed
from p20w.intake.sources import USUAL_LIMITS, Limits


class DelimitedReader(FileReader):
    """Reads a delimited file, with or without header line."""

    def __init__(self, file: Path, contract: FeedContract, limits: Limits, size: int) -> None:
        super().__init__(file, contract, limits, size)
        self._multiline: bool | None = None
        self.header = None if contract.layout.header else expected_header(contract)

    def blocks(self) -> Iterator[Block]:
        """As `Reader.blocks`."""
        if self._multiline is None:
            self._multiline = needs_multiline(self._file, self._contract.layout, self._limits)
        cut = line_blocks(self._file, self._limits, self._size, multiline=self._multiline)
        if not self._contract.layout.header:
            yield from cut
            return
        header: bytes | None = None
        for block in cut:
            first_line = max(block.first_line - 1, 1)
            if header is None:
                header = block.record(0)
                self.header = self._read_header(header, block)
                block = block.without_first()
            yield replace(block, first_line=first_line, repeats=_repeats(block, header))

    def _read_header(self, record: bytes, block: Block) -> Header:
        header = read_header(record, self._contract)
        return header if header.fits(self._contract) else replace(header, looks=self.looks(block))

    def faults(self, block: Block) -> Codes:
        """As `Reader.faults`."""
        layout = self._contract.layout
        fields = len(self.header.names) if self.header else len(self._contract.columns)
        found = field_faults(block, layout, fields, multiline=bool(self._multiline))
        return note_bytes(found, block, layout.encoding)

    def text(
        self, block: Block, wanted: Flags, columns: Sequence[Column] | None = None, packed: Sequence[Column] = ()
    ) -> pl.DataFrame:
        """As `Reader.text`; nothing is packed."""
        chosen = self._contract.columns if columns is None else columns
        lines = int(wanted.sum())
        if not lines or self.header is None:
            return pl.DataFrame(schema=dict.fromkeys((column.name for column in chosen), pl.String))
        frame = _delimited(keep(block, wanted), self._contract.layout, self.header, chosen)
        if frame.height != lines:
            raise RuntimeError(f"{self._contract.feed}: {lines} records gave {frame.height} rows")
        return frame

    def looks(self, block: Block) -> str:
        """As `Reader.looks`."""
        return appearance.of_delimited(appearance.beginning(block), self._contract)


def _repeats(block: Block, header: bytes) -> int:
    """How many records say the header again."""
    if not len(block):
        return 0
    same_length = np.flatnonzero(block.ends - block.starts == len(header))
    return sum(block.record(int(index)) == header for index in same_length)


def field_faults(block: Block, layout: Layout, fields: int, *, multiline: bool) -> Codes:
    """For records without header the index in `REASONS` of what is wrong with their fields, 0 when nothing is.

    Args:
        block: records without the header.
        layout: of the feed.
        fields: how many fields a record has.
        multiline: whether a line break inside quotes belongs to the field; see `needs_multiline`.
    """
    found = np.zeros(len(block), np.uint8)
    bytes_ = np.frombuffer(block.data, np.uint8)
    delimiters = bytes_ == ord(layout.delimiter)
    quotes = np.flatnonzero(bytes_ == QUOTE)
    if len(quotes):
        delimiters &= ~_inside(bytes_, block, multiline)
    places = np.flatnonzero(delimiters)
    counts = np.searchsorted(places, block.ends) - np.searchsorted(places, block.starts)
    found[counts != fields - 1] = CODES["field_count"]
    if len(quotes):
        found[_bad_quotes(bytes_, quotes, block, layout)] = CODES["bad_quotes"]
    return found


def needs_multiline(path: Path, layout: Layout, limits: Limits = USUAL_LIMITS) -> bool:
    """Whether some line has an odd number of quotes, and reading line breaks inside quotes as content cures that.

    A stray quote would otherwise swallow the rest of the file; then each line stands for itself and the odd ones
    are set aside.
    """
    odd = False
    for block in line_blocks(path, limits):
        if block.data.find(b'"') < 0:
            continue
        marks = np.cumsum(np.frombuffer(block.data, np.uint8) == QUOTE, dtype=np.int64)
        if np.any(_count(marks, block) % 2):
            odd = True
            break
    if not odd:
        return False
    faulty = CODES["bad_quotes"]
    try:
        for block in line_blocks(path, limits, multiline=True):
            if not len(block):
                continue
            fields = block.record(0).count(layout.delimiter.encode()) + 1
            if np.any(field_faults(block, layout, fields, multiline=True) == faulty):
                return False
    except LineTooLong:  # a quote left open
        return False
    return True


def _inside(data: npt.NDArray[np.uint8], block: Block, multiline: bool) -> Flags:
    """Which bytes lie inside quotes; without `multiline`, quotes are counted from each line's start."""
    marks = np.cumsum(data == QUOTE, dtype=np.int64)
    if multiline:
        return (marks & 1) == 1
    before = np.where(block.starts > 0, marks[block.starts - 1], 0)
    lengths = np.diff(np.append(block.starts, len(data)))
    offset = int(block.starts[0])
    inside = np.zeros(len(data), np.bool_)
    inside[offset:] = ((marks[offset:] - np.repeat(before, lengths)) & 1) == 1
    return inside


def _count(marks: Positions, block: Block) -> Positions:
    before = np.where(block.starts > 0, marks[block.starts - 1], 0)
    return marks[np.maximum(block.ends - 1, 0)] - before


def _bad_quotes(data: npt.NDArray[np.uint8], quotes: Positions, block: Block, layout: Layout) -> npt.NDArray[np.int64]:
    """Records with an odd number of quotes, or with a quote that neither opens nor closes nor doubles."""
    line = np.searchsorted(block.starts, quotes, side="right") - 1
    quotes, line = quotes[line >= 0], line[line >= 0]
    first = np.searchsorted(quotes, block.starts)
    rank = np.arange(len(quotes)) - first[line]
    count = np.bincount(line, minlength=len(block))
    opens = rank % 2 == 0
    edge = {ord(layout.delimiter), NEWLINE, RETURN}
    before = np.where(quotes > block.starts[line], data[np.maximum(quotes - 1, 0)], NEWLINE)
    after = np.where(quotes < block.ends[line] - 1, data[np.minimum(quotes + 1, len(data) - 1)], NEWLINE)
    neighbor = np.where(opens, before, after)
    fine = np.isin(neighbor, [*edge, QUOTE])
    return np.unique(np.concatenate((line[~fine], np.flatnonzero(count % 2))))


def _as_utf8(data: bytes, layout: Layout) -> bytes:
    if layout.encoding in (*UTF8, *ASCII) or data.isascii():
        return data
    return data.decode(layout.encoding).encode()


def _delimited(data: bytes, layout: Layout, header: Header, columns: Sequence[Column]) -> pl.DataFrame:
    present = [column.name for column in columns if column.name in header.names]
    frame = pl.read_csv(
        io.BytesIO(_as_utf8(data, layout)),
        has_header=False,
        schema=dict.fromkeys(header.names, pl.String),
        columns=[header.names.index(name) for name in present],
        separator=layout.delimiter,
        quote_char='"' if b'"' in data else None,
        raise_if_empty=False,
        infer_schema=False,
    )
    return frame.select(
        trimmed(pl.col(column.name), column.name)
        if column.name in present
        else pl.lit(None, pl.String).alias(column.name)
        for column in columns
    )
