"""Cut a data file into records, block by block.

Here: where each record begins and ends; line breaks inside quotes; lines whose layout is broken. Memory stays that of
one block, whatever the file's size. Not here: opening files (`sources`), what the fields mean (`parse`, `conform`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from p20w.contracts import Layout
from p20w.intake.sources import USUAL_LIMITS, Limits, SourceError, open_source

BLOCK_BYTES = 12 * 1024 * 1024
NEWLINE, RETURN, QUOTE, NUL = 10, 13, 34, 0
LAST_ASCII = 127
Positions = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

# Why a line or field can be set aside; 0 is one without fault. Stored by name in intake.quarantine.
REASONS = (
    "",
    "nul_byte",
    "field_count",
    "line_length",
    "bad_quotes",
    "missing",
    "bad_type",
    "impossible_date",
    "bad_code",
    "bad_pattern",
    "out_of_range",
    "too_long",
    "after_period",
    "many_unreadable",
    "bad_encoding",
    "ssn_elsewhere",
    "negative",
)


class LineTooLong(SourceError):
    """A line has more bytes than the limits allow."""


@dataclass(frozen=True)
class Block:
    """Whole records of a file. `starts` and `ends` index `data`; `ends` excludes the line break."""

    first_line: int
    offset: int
    data: bytes
    starts: Positions
    ends: Positions
    terminated: bool = True

    def __len__(self) -> int:
        return len(self.starts)

    def without_first(self) -> "Block":
        """The block without its first record, which was a header."""
        return Block(self.first_line, self.offset, self.data, self.starts[1:], self.ends[1:], self.terminated)

    def last(self) -> "Block":
        """The last record alone."""
        start, end = int(self.starts[-1]), int(self.ends[-1])
        number, data = self.first_line + len(self) - 1, self.data[start:]
        ends = np.array([end - start], np.int64)
        return Block(number, self.offset + start, data, np.zeros(1, np.int64), ends, self.terminated)

    @cached_property
    def beyond_ascii(self) -> Positions:
        """Indexes of the records with a letter beyond a-z, digits and plain marks."""
        if self.data.isascii():
            return np.zeros(0, np.int64)
        places = np.flatnonzero(np.frombuffer(self.data, np.uint8) > LAST_ASCII)
        found = np.unique(np.searchsorted(self.starts, places, side="right") - 1)
        return found[found >= 0]

    def record(self, index: int) -> bytes:
        """The bytes of one record."""
        return self.data[self.starts[index] : self.ends[index]]


def blocks(
    path: Path, layout: Layout, *, multiline: bool = False, size: int = BLOCK_BYTES, limits: Limits = USUAL_LIMITS
) -> Iterator[Block]:
    """The records of a file in blocks of about `size` bytes, headers included.

    Args:
        path: the data file.
        layout: only delimited files can hold line breaks inside quotes.
        multiline: whether a line break inside quotes belongs to the field; see `needs_multiline`.
        size: bytes to read at a time.
        limits: how much the file may ask of the machine.

    Raises:
        SourceError: the file cannot be read, or goes beyond the limits.
    """
    with open_source(path, limits) as stream:
        line, offset, rest = 1, 0, b""
        stride = (layout.record_length or 0) + 1
        size = max(size - size % stride, stride)  # whole records at a time, when all have one length
        chunk = stream.read(size)
        if chunk.startswith(b"\xef\xbb\xbf"):
            chunk, offset = chunk[3:], 3
        while chunk:
            following = stream.read(size)
            data, terminated = rest + chunk, True
            if not following:
                data, terminated = _closed(data)
            breaks = _breaks(data, multiline, stride)
            if not following and data and (len(breaks) == 0 or breaks[-1] != len(data) - 1):
                breaks = np.append(breaks, len(data) - 1)  # a quote left open runs to the end of the file
            used = int(breaks[-1]) + 1 if len(breaks) else 0
            if used:
                starts = np.concatenate((np.zeros(1, np.int64), breaks[:-1] + 1))
                ends = _without_return(data, starts, breaks)
                _demand_short(ends - starts, line, limits)
                yield Block(line, offset, data[:used], starts, ends, terminated)
                line += len(starts)
            if following and len(data) - used > limits.line_bytes:
                raise _too_long(line, limits)
            chunk, offset, rest = following, offset + used, data[used:]


def _demand_short(lengths: Positions, line: int, limits: Limits) -> None:
    longest = int(lengths.argmax())
    if lengths[longest] > limits.line_bytes:
        raise _too_long(line + longest, limits)


def _too_long(line: int, limits: Limits) -> LineTooLong:
    return LineTooLong(f"line {line:,} has more than {limits.line_bytes:,} bytes (setting P20W_MAX_LINE_BYTES)")


def _closed(data: bytes) -> tuple[bytes, bool]:
    """The end of a file with exactly one line break, and whether it had one.

    Blank lines at the end are no records, and neither is the mark by which DOS and some mainframes end a file (^Z).
    """
    stripped = data.rstrip(b"\r\n\x1a")
    return (stripped + b"\n" if stripped else b""), len(stripped) < len(data)


def layout_faults(block: Block, layout: Layout, fields: int, *, multiline: bool) -> npt.NDArray[np.uint8]:
    """For each record the index in `REASONS` of what is wrong with its layout, 0 when nothing is.

    Args:
        block: records without the header.
        layout: of the feed.
        fields: how many fields a delimited record has.
        multiline: as in `blocks`.
    """
    found = np.zeros(len(block), np.uint8)
    if layout.kind == "fixed":
        found[(block.ends - block.starts) != layout.record_length] = REASONS.index("line_length")
    else:
        bytes_ = np.frombuffer(block.data, np.uint8)
        delimiters = bytes_ == ord(layout.delimiter)
        quotes = np.flatnonzero(bytes_ == QUOTE)
        if len(quotes):
            delimiters &= ~_inside(bytes_, block, multiline)
        places = np.flatnonzero(delimiters)
        counts = np.searchsorted(places, block.ends) - np.searchsorted(places, block.starts)
        found[counts != fields - 1] = REASONS.index("field_count")
        if len(quotes):
            found[_bad_quotes(bytes_, quotes, block, layout)] = REASONS.index("bad_quotes")
    if NUL in block.data:
        places = np.flatnonzero(np.frombuffer(block.data, np.uint8) == NUL)
        found[np.searchsorted(block.starts, places, side="right") - 1] = REASONS.index("nul_byte")
    return found


def needs_multiline(path: Path, layout: Layout, limits: Limits = USUAL_LIMITS) -> bool:
    """Whether some line has an odd number of quotes, and reading line breaks inside quotes as content cures that.

    A stray quote would otherwise swallow the rest of the file; then each line stands for itself and the odd ones
    are set aside.
    """
    if layout.kind == "fixed":
        return False
    odd = False
    for block in blocks(path, layout, limits=limits):
        if block.data.find(b'"') < 0:
            continue
        marks = np.cumsum(np.frombuffer(block.data, np.uint8) == QUOTE, dtype=np.int64)
        if np.any(_count(marks, block) % 2):
            odd = True
            break
    if not odd:
        return False
    faulty = REASONS.index("bad_quotes")
    try:
        for block in blocks(path, layout, multiline=True, limits=limits):
            if not len(block):
                continue
            fields = block.record(0).count(layout.delimiter.encode()) + 1
            if np.any(layout_faults(block, layout, fields, multiline=True) == faulty):
                return False
    except LineTooLong:  # a quote left open
        return False
    return True


def _breaks(data: bytes, multiline: bool, stride: int) -> Positions:
    """Positions of the line breaks that end a record; quickly found where all records have length `stride`."""
    values = np.frombuffer(data, np.uint8)
    is_break = values == NEWLINE
    if stride > 1 and len(data) % stride == 0 and int(np.count_nonzero(is_break)) == len(data) // stride:
        expected = np.arange(stride - 1, len(data), stride, dtype=np.int64)
        if is_break[expected].all():
            return expected
    newlines = np.flatnonzero(is_break)
    if not multiline:
        return newlines
    inside = np.cumsum(values == QUOTE, dtype=np.uint8) & 1
    return newlines[inside[newlines] == 0]


def _without_return(data: bytes, starts: Positions, breaks: Positions) -> Positions:
    """Ends of records, a carriage return before the line break left out."""
    if data.find(b"\r") < 0:
        return breaks
    before = np.frombuffer(data, np.uint8)[np.maximum(breaks - 1, 0)]
    return breaks - ((before == RETURN) & (breaks > starts))


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


def keep(block: Block, wanted: Flags) -> bytes:
    """The bytes of the wanted records, line breaks included, in their order."""
    if wanted.all():
        return block.data[int(block.starts[0]) :] if len(block) else b""
    stops = np.append(block.starts[1:], len(block.data))
    edges = np.flatnonzero(np.diff(np.concatenate(([False], wanted, [False])).astype(np.int8)))
    view: Any = memoryview(block.data)
    return b"".join(view[block.starts[a] : stops[b - 1]] for a, b in edges.reshape(-1, 2))
