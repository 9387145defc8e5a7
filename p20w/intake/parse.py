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
from p20w.intake.encoding import ASCII, UTF8
from p20w.intake.records import NEWLINE, Block, Flags, keep

_BLANKS = " \t"


@dataclass(frozen=True)
class Header:
    """Which contract column each field of a line holds, by position; and how the header differs from the contract.

    `respelled` fields are known only when case, spaces and underscores do not count.
    """

    names: tuple[str, ...]
    missing: tuple[str, ...] = ()
    unknown: tuple[int, ...] = ()
    respelled: int = 0

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
    agreed = {header: c.name for c in contract.columns for header in (c.header, *c.aliases)}
    known = {_plain(header): name for header, name in agreed.items()}
    fields = [field.strip().strip('"') for field in text.split(contract.layout.delimiter)]
    names: list[str] = []
    unknown: list[int] = []
    for position, field in enumerate(fields):
        name = known.get(_plain(field))
        if name is None or name in names:
            unknown.append(position)
            name = f"?{position}"
        names.append(name)
    missing = tuple(column.header for column in contract.columns if column.name not in names)
    respelled = sum(field not in agreed and _plain(field) in known for field in fields)
    return Header(tuple(names), missing, tuple(unknown), respelled)


def expected_header(contract: FeedContract) -> Header:
    """The columns in the contract's order: for fixed layouts and for files without header."""
    return Header(tuple(column.name for column in contract.columns))


def _plain(header: str) -> str:
    return re.sub(r"[\s_]+", "", header).casefold()


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


def text_columns(
    block: Block,
    wanted: Flags,
    contract: FeedContract,
    header: Header,
    columns: Sequence[Column] | None = None,
    packed: Sequence[Column] = (),
) -> pl.DataFrame:
    """The wanted records as text, one row a record: trimmed, blank as null.

    Args:
        block: records without header.
        wanted: those whose layout is sound.
        contract: of the feed.
        header: which field is which column.
        columns: those to read; all by default.
        packed: those to leave as written, joined in column `_key`.
    """
    chosen = [c for c in (columns if columns is not None else contract.columns) if c not in packed]
    names = [column.name for column in chosen]
    lines = int(wanted.sum())
    if not lines:
        return pl.DataFrame(schema=dict.fromkeys([*names, "_key"] if packed else names, pl.String))
    data = keep(block, wanted)
    if contract.layout.kind == "fixed":
        frame = _fixed(data, lines, contract.layout, chosen, packed)
    else:
        frame = _delimited(data, contract.layout, header, chosen)
    if frame.height != lines:
        raise RuntimeError(f"{contract.feed}: {lines} records gave {frame.height} rows")
    return frame


def without_marks(text: pl.DataFrame, marks: Sequence[str]) -> tuple[pl.DataFrame, int]:
    """The text with null where a mark stands for a missing value (`FeedContract.missing`), and how often it did."""
    marked = pl.all().is_in(list(marks))
    count = int(text.select(marked.sum()).sum_horizontal().sum()) if text.height else 0
    return (text.select(pl.when(~marked).then(pl.all())), count) if count else (text, 0)


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


def _as_utf8(data: bytes, layout: Layout) -> bytes:
    if layout.encoding in (*UTF8, *ASCII) or data.isascii():
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
    return frame.select(_trimmed(pl.col(column.name), column.name) for column in columns)


def _trimmed(field: pl.Expr, name: str) -> pl.Expr:
    """Text without blanks around it, and null where nothing is left."""
    text = field.str.strip_chars(_BLANKS)
    return pl.when(text != "").then(text).alias(name)


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
        read = [_trimmed(record.str.slice(first, length), name) for name, first, length in placed]
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
    return frame.with_columns(_trimmed(pl.col(name), name) for name in touched)


def _field(name: str, values: npt.NDArray[np.uint8]) -> pl.Series:
    """A column of text from a field's bytes, all of one length."""
    lines, length = values.shape
    offsets = np.arange(lines + 1, dtype=np.int64) * length
    array = pa.LargeStringArray.from_buffers(lines, pa.py_buffer(offsets), pa.py_buffer(values))
    return pl.Series(name, pl.from_arrow(array))
