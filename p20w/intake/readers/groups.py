"""Files in which lines of records stand in groups, each between the line that begins it and the line with its totals.

Here: which files are so, and records with values of their own line and of the line that begins their group. Not here:
the order of lines and their totals (`group_walk`), cutting lines (`cutting`), the terms of such a layout
(`p20w.contracts.groups`).
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from p20w.contracts import FeedContract
from p20w.contracts.groups import Field
from p20w.intake.readers.base import ReaderOfValues
from p20w.intake.readers.block import CODES, Block, Values
from p20w.intake.readers.cutting import line_blocks, note_bytes
from p20w.intake.readers.group_walk import GroupWalk
from p20w.intake.readers.header import expected_header
from p20w.intake.readers.text import texts_of, trimmed
from p20w.intake.sources import Limits, SourceError, open_source

_MARK = b"\xef\xbb\xbf"
_CENTS = 100


def has_groups(file: Path, contract: FeedContract, limits: Limits) -> bool:
    """Whether a file has the contract's other layout, by its first letter; one that cannot be opened has the usual."""
    groups = contract.groups
    if groups is None:
        return False
    try:
        with open_source(file, limits) as stream:
            beginning = stream.read(len(_MARK) + 1)
    except (SourceError, OSError):
        return False
    return beginning.removeprefix(_MARK).startswith(groups.opens.encode())


class GroupsReader(ReaderOfValues):
    """Reads such a file; each block has the records of its lines, with the columns of the contract."""

    def __init__(self, file: Path, contract: FeedContract, limits: Limits, size: int) -> None:
        super().__init__(file, contract, limits, size)
        if contract.groups is None:
            raise TypeError("a contract without a layout of groups")
        self._groups = contract.groups
        self.header = expected_header(contract)

    def blocks(self) -> Iterator[Block]:
        """As `Reader.blocks`."""
        records, walk, begins = 0, GroupWalk(self._groups), ""
        for lines in line_blocks(self._file, self._limits, self._size):
            texts = texts_of(lines, self._groups.encoding)
            walk.read(texts)
            kinds = texts.str.slice(0, 1)
            of_group = pl.select(pl.when(kinds == self._groups.begins).then(texts)).to_series()
            of_group = of_group.fill_null(strategy="forward").fill_null(begins)
            begins = of_group[-1]
            frame = pl.DataFrame({self._groups.record: texts, self._groups.begins: of_group})
            block = self._records(lines, frame, (kinds == self._groups.record).to_numpy(), records + 1)
            records += len(block)
            yield block
        walk.demand_end()

    def _records(self, lines: Block, frame: pl.DataFrame, mine: np.ndarray, first: int) -> Block:
        """The records among the lines of a block, numbered from `first`."""
        faults = note_bytes(np.zeros(len(lines), np.uint8), lines, self._groups.encoding)[mine]
        frame = frame.filter(pl.Series(mine))
        length = frame[self._groups.record].str.len_chars()
        sound = length.is_between(self._groups.shortest, self._groups.longest).to_numpy()
        faults = np.where((faults == 0) & ~sound, CODES["line_length"], faults).astype(np.uint8)
        text = frame.select(_value(c.name, self._groups.columns.get(c.name)) for c in self._contract.columns)
        values = Values(text, faults, np.full(len(faults), -1, np.int16))
        starts, ends = lines.starts[mine], lines.ends[mine]
        return Block(first, lines.offset, b"", starts, ends, lines.terminated, values, at=lines.offset + starts)


def _value(name: str, said: Field | None) -> pl.Expr:
    """A column as the contract's usual layout would write it; blank where such a file does not say it."""
    if said is None or said.spot is None:
        return pl.lit(said.always if said else None, pl.String).alias(name)
    first, length = said.spot.place
    text = trimmed(pl.col(said.spot.record).str.slice(first - 1, length), name)
    if said.zeros_are_blank:
        text = pl.when(~text.str.contains("^0+$")).then(text)
    if said.zero_fill:
        text = text.str.zfill(said.zero_fill)
    if said.codes:
        text = text.replace(dict(said.codes))
    if said.is_cents:
        dollars = (text.cast(pl.Int64, strict=False) + _CENTS // 2) // _CENTS
        text = pl.when(text.str.contains("^[0-9]+$")).then(dollars.cast(pl.String)).otherwise(text)
    return text.alias(name)
