"""Turn records into columns of text.

Here: headers and their aliases, delimited and fixed-width fields, the file's encoding. Not here: what the text means
(`conform`), where records begin (`records`).
"""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from p20w.contracts import Column, FeedContract, Layout
from p20w.intake.records import Block, Flags, keep

_BLANKS = " \t"
_ASCII_ENCODINGS = ("ascii", "us-ascii")
_UTF8_ENCODINGS = ("utf-8", "utf8", *_ASCII_ENCODINGS)


@dataclass(frozen=True)
class Header:
    """Which contract column each field of a line holds, by position; and how the header differs from the contract."""

    names: tuple[str, ...]
    missing: tuple[str, ...] = ()
    unknown: tuple[int, ...] = ()

    @property
    def matched(self) -> int:
        """How many fields the contract knows."""
        return len(self.names) - len(self.unknown)


def read_header(record: bytes, contract: FeedContract) -> Header:
    """Match the fields of a header with the contract's headers and aliases.

    Case, spaces and underscores do not count. A field the contract does not know, or that comes twice, is unknown and
    is named by its position only: a file without header puts a person's values there.
    """
    text = record.decode(contract.layout.encoding, errors="replace")
    known = {_plain(header): c.name for c in contract.columns for header in (c.header, *c.aliases)}
    names: list[str] = []
    unknown: list[int] = []
    for position, field in enumerate(text.split(contract.layout.delimiter)):
        name = known.get(_plain(field.strip().strip('"')))
        if name is None or name in names:
            unknown.append(position)
            name = f"?{position}"
        names.append(name)
    missing = tuple(column.header for column in contract.columns if column.name not in names)
    return Header(tuple(names), missing, tuple(unknown))


def expected_header(contract: FeedContract) -> Header:
    """The columns in the contract's order: for fixed layouts and for files without header."""
    return Header(tuple(column.name for column in contract.columns))


def _plain(header: str) -> str:
    return re.sub(r"[\s_]+", "", header).casefold()


def undecodable(block: Block, layout: Layout, most: int = 20) -> list[int]:
    """Indexes of the first records that are not written in the layout's encoding."""
    if block.data.isascii():
        return []
    found: list[int] = []
    view, start = block.data, 0
    while len(found) < most:
        try:
            view[start:].decode(layout.encoding)
            return found
        except UnicodeDecodeError as error:
            place = start + error.start
            index = int(np.searchsorted(block.starts, place, side="right")) - 1
            if not found or found[-1] != index:
                found.append(index)
            stop = int(block.starts[index + 1]) if index + 1 < len(block) else len(view)
            start = max(stop, place + 1)
    return found


def text_columns(
    block: Block,
    wanted: Flags,
    contract: FeedContract,
    header: Header,
    columns: Sequence[Column] | None = None,
) -> pl.DataFrame:
    """The wanted records as text, one row a record: trimmed, blank as null.

    Args:
        block: records without header.
        wanted: those whose layout is sound.
        contract: of the feed.
        header: which field is which column.
        columns: those to read; all by default.
    """
    chosen = list(columns if columns is not None else contract.columns)
    if not wanted.any():
        return pl.DataFrame(schema={column.name: pl.String for column in chosen})
    data = keep(block, wanted)
    if contract.layout.kind == "fixed":
        frame = _fixed(data, int(wanted.sum()), contract.layout, chosen)
    else:
        frame = _delimited(data, contract.layout, header, chosen)
    if frame.height != int(wanted.sum()):
        raise RuntimeError(f"{contract.feed}: {int(wanted.sum())} records gave {frame.height} rows")
    return frame


def _as_utf8(data: bytes, layout: Layout) -> bytes:
    if layout.encoding in _UTF8_ENCODINGS or data.isascii():
        return data
    return data.decode(layout.encoding).encode()


def _delimited(data: bytes, layout: Layout, header: Header, columns: Sequence[Column]) -> pl.DataFrame:
    frame = pl.read_csv(
        io.BytesIO(_as_utf8(data, layout)),
        has_header=False,
        schema=dict.fromkeys(header.names, pl.String),
        columns=[header.names.index(column.name) for column in columns],
        separator=layout.delimiter,
        quote_char='"' if b'"' in data else None,
        raise_if_empty=False,
        infer_schema=False,
    )
    return frame.select(_trimmed(column.name) for column in columns)


def _trimmed(name: str) -> pl.Expr:
    """Text without blanks around it, and null where nothing is left."""
    text = pl.col(name).str.strip_chars(_BLANKS)
    return pl.when(text != "").then(text).alias(name)


def _fixed(data: bytes, lines: int, layout: Layout, columns: Sequence[Column]) -> pl.DataFrame:
    placed = [(column.name, column.position[0] - 1, column.position[1]) for column in columns if column.position]
    if not data.isascii():  # one byte a character: positions hold after decoding, offsets do not
        records = pl.Series("record", data.decode(layout.encoding).splitlines()[:lines], dtype=pl.String)
        fields = records.to_frame().select(
            pl.col("record").str.slice(first, length).alias(name) for name, first, length in placed
        )
        return fields.select(_trimmed(name) for name in fields.columns)
    grid = np.frombuffer(data, np.uint8).reshape(lines, -1)
    fields = {name: np.ascontiguousarray(grid[:, first : first + length]) for name, first, length in placed}
    frame = pl.DataFrame([_field(name, values) for name, values in fields.items()])
    return frame.with_columns(_trimmed(name) for name, values in fields.items() if (values <= ord(" ")).any())


def _field(name: str, values: npt.NDArray[np.uint8]) -> pl.Series:
    """A column of text from a field's bytes, all of one length."""
    lines, length = values.shape
    offsets = np.arange(lines + 1, dtype=np.int64) * length
    array = pa.LargeStringArray.from_buffers(lines, pa.py_buffer(offsets), pa.py_buffer(values))
    return pl.Series(name, pl.from_arrow(array))
