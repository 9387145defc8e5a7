"""Fixed-width files: one record a line, each field at its place.

Here: records whose length is the agreed one, their fields, and identifying fields that stay packed. Not here: cutting
lines (`cutting`).
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from p20w.contracts import Column, FeedContract, Layout
from p20w.intake.readers import appearance
from p20w.intake.readers.base import FileReader
from p20w.intake.readers.block import CODES, Block, Codes, Flags
from p20w.intake.readers.cutting import NEWLINE, keep, line_blocks, note_bytes
from p20w.intake.readers.header import expected_header
from p20w.intake.readers.text import trimmed
from p20w.intake.sources import Limits


class FixedReader(FileReader):
    """Reads a fixed-width file; it has no header."""

    def __init__(self, file: Path, contract: FeedContract, limits: Limits, size: int) -> None:
        super().__init__(file, contract, limits, size)
        self.header = expected_header(contract)

    def blocks(self) -> Iterator[Block]:
        """As `Reader.blocks`."""
        stride = (self._contract.layout.record_length or 0) + 1
        return line_blocks(self._file, self._limits, self._size, stride=stride)

    def faults(self, block: Block) -> Codes:
        """As `Reader.faults`."""
        layout = self._contract.layout
        found = np.zeros(len(block), np.uint8)
        found[(block.ends - block.starts) != layout.record_length] = CODES["line_length"]
        return note_bytes(found, block, layout.encoding)

    def text(
        self, block: Block, wanted: Flags, columns: Sequence[Column] | None = None, packed: Sequence[Column] = ()
    ) -> pl.DataFrame:
        """As `Reader.text`."""
        chosen = [c for c in (self._contract.columns if columns is None else columns) if c not in packed]
        lines = int(wanted.sum())
        if not lines:
            names = [*(column.name for column in chosen), *(["_key"] if packed else [])]
            return pl.DataFrame(schema=dict.fromkeys(names, pl.String))
        return _fixed(keep(block, wanted), lines, self._contract.layout, chosen, packed)

    def looks(self, block: Block) -> str:
        """As `Reader.looks`."""
        return appearance.of_fixed(appearance.beginning(block))


def packed_columns(contract: FeedContract) -> tuple[Column, ...]:
    """Identifying fields of a fixed layout that can stay as written until it is known who is new.

    A worker's fields come with every job and quarter; reading them once a person saves a third of the reading. Only
    text without rules of its own can wait; none when one of the fields cannot.
    """
    fields = tuple(column for column in contract.columns if column.identifies)
    waiting = contract.layout.kind == "fixed" and "{" not in (contract.id_space or "") and not contract.has_address
    plain = all(
        c.logical_type == "string" and not (c.in_intake or c.enum or c.required or c.pattern or c.max_length)
        for c in fields
    )
    return fields if waiting and plain else ()


def unpacked(keys: pl.Series, packed: Sequence[Column]) -> pl.DataFrame:
    """The packed fields of each key, trimmed, blank as null."""
    if not len(keys):
        return pl.DataFrame(schema=dict.fromkeys((column.name for column in packed), pl.String))
    data = "".join(keys.to_list()).encode()
    return _fields(data, len(keys), [(column.name, *place_in_key(column.name, packed)) for column in packed])


def place_in_key(name: str, packed: Sequence[Column]) -> tuple[int, int]:
    """Where a packed column lies in `_key`: its first character from 0, and its length."""
    lengths = {column.name: column.position[1] for column in packed if column.position}
    return sum(lengths[column.name] for column in packed[: list(lengths).index(name)]), lengths[name]


def _fixed(
    data: bytes, lines: int, layout: Layout, columns: Sequence[Column], packed: Sequence[Column]
) -> pl.DataFrame:
    placed = [(c.name, c.position[0] - 1, c.position[1]) for c in columns if c.position]
    stride = len(data) // lines
    grid = np.frombuffer(data[: lines * stride], np.uint8).reshape(lines, stride)
    if not data.isascii() or len(data) % lines or not (grid[:, -1] == NEWLINE).all():
        # one byte a character, so positions hold once it is text; offsets in the file do not
        texts = data.decode(layout.encoding).split("\n")[:lines]
        record = pl.col("record")
        read = [trimmed(record.str.slice(first, length), name) for name, first, length in placed]
        if packed:
            parts = [record.str.slice(c.position[0] - 1, c.position[1]) for c in packed if c.position]
            read.append(pl.concat_str(parts).alias("_key"))
        return pl.Series("record", texts, dtype=pl.String).to_frame().select(read)
    frame = _fields(data, lines, placed)
    if not packed:
        return frame
    place = np.concatenate([np.arange(c.position[0] - 1, sum(c.position) - 1) for c in packed if c.position])
    together = slice(place[0], place[-1] + 1) if (np.diff(place) == 1).all() else place
    return frame.with_columns(_field("_key", np.ascontiguousarray(grid[:, together])))


def _fields(data: bytes, lines: int, placed: Sequence[tuple[str, int, int]]) -> pl.DataFrame:
    """Fields (name, first byte from 0, length) of records that all have one length."""
    grid = np.frombuffer(data, np.uint8).reshape(lines, -1)
    fields = {name: np.ascontiguousarray(grid[:, first : first + length]) for name, first, length in placed}
    frame = pl.DataFrame([_field(name, values) for name, values in fields.items()])
    touched = [name for name, values in fields.items() if (values <= ord(" ")).any()]
    return frame.with_columns(trimmed(pl.col(name), name) for name in touched)


def _field(name: str, values: npt.NDArray[np.uint8]) -> pl.Series:
    """A column of text from a field's bytes, all of one length."""
    lines, length = values.shape
    offsets = np.arange(lines + 1, dtype=np.int64) * length
    array = pa.LargeStringArray.from_buffers(lines, pa.py_buffer(offsets), pa.py_buffer(values))
    return pl.Series(name, pl.from_arrow(array))
