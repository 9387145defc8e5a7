"""Cut text into lines, block by block.

Here: where each line begins and ends, line breaks inside quotes, and bytes that are no text. Memory stays that of one
block, whatever the file's size. Not here: opening files (`sources`), what a line holds (`delimited`, `fixed`,
`json_lines`).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from p20w.intake.readers.block import BLOCK_BYTES, CODES, Block, Codes, Flags, Positions
from p20w.intake.readers.encoding import misencoded
from p20w.intake.sources import USUAL_LIMITS, Limits, SourceError, open_source

NEWLINE, RETURN, QUOTE, NUL = 10, 13, 34, 0
_CHUNK = 1 << 18


class LineTooLong(SourceError):
    """A line has more bytes than the limits allow."""


def chunks(path: Path, limits: Limits, size: int) -> Iterator[bytes]:
    """A file of text that has no lines, piece by piece.

    Args:
        path: the data file.
        limits: how much the file may ask of the machine.
        size: bytes to read at a time, at most.

    Raises:
        SourceError: the file cannot be read, goes beyond the limits, or is in UTF-16.
    """
    with open_source(path, limits) as stream:
        while chunk := stream.read(min(_CHUNK, size)):
            if b"\0" in chunk:
                raise SourceError("it has NUL bytes, as text in UTF-16 does; send UTF-8")
            yield chunk


def line_blocks(
    path: Path,
    limits: Limits = USUAL_LIMITS,
    size: int = BLOCK_BYTES,
    *,
    multiline: bool = False,
    stride: int = 1,
) -> Iterator[Block]:
    """The lines of a file in blocks of about `size` bytes, headers included.

    Args:
        path: the data file.
        limits: how much the file may ask of the machine.
        size: bytes to read at a time.
        multiline: whether a line break inside quotes belongs to the field; see `delimited.needs_multiline`.
        stride: bytes of a line with its break, where all should have as many.

    Raises:
        SourceError: the file cannot be read, or goes beyond the limits.
    """
    with open_source(path, limits) as stream:
        line, offset, rest = 1, 0, b""
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


def keep(block: Block, wanted: Flags) -> bytes:
    """The bytes of the wanted records, line breaks included, in their order."""
    if wanted.all():
        return block.data[int(block.starts[0]) :] if len(block) else b""
    stops = np.append(block.starts[1:], len(block.data))
    edges = np.flatnonzero(np.diff(np.concatenate(([False], wanted, [False])).astype(np.int8)))
    view: Any = memoryview(block.data)
    return b"".join(view[block.starts[a] : stops[b - 1]] for a, b in edges.reshape(-1, 2))


def note_bytes(found: Codes, block: Block, encoding: str) -> Codes:
    """The faults of lines, with those added that hold a NUL or are not written in the encoding."""
    if NUL in block.data:
        places = np.flatnonzero(np.frombuffer(block.data, np.uint8) == NUL)
        found[np.searchsorted(block.starts, places, side="right") - 1] = CODES["nul_byte"]
    odd = misencoded(block, encoding)
    found[odd[found[odd] == 0]] = CODES["bad_encoding"]
    return found
