"""What readers of several formats have in common.

Here: a file with its contract and limits, records found again by their bytes, blocks that come with values. Not here:
what a reader promises (`block`), a format (one module each).
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from p20w.contracts import Column, FeedContract
from p20w.intake.readers.block import Block, Codes, Flags
from p20w.intake.readers.header import Header
from p20w.intake.sources import Limits, open_source

_SKIP_BYTES = 1 << 20


class FileReader:
    """A file, and records of it that are so many bytes at one place."""

    header: Header | None

    def __init__(self, file: Path, contract: FeedContract, limits: Limits, size: int) -> None:
        self._file, self._contract, self._limits, self._size = file, contract, limits, size
        self.header = None

    def shown(self, line: int, offset: int, length: int) -> str:
        """As `Reader.shown`."""
        with open_source(self._file, self._limits) as stream:
            skipped = 0
            while skipped < offset:
                skipped += len(stream.read(min(_SKIP_BYTES, offset - skipped)))
            return stream.read(length).decode(self._contract.layout.encoding, errors="replace")


class ReaderOfValues(FileReader):
    """What is alike in `Reader` for formats whose blocks come with values."""

    def faults(self, block: Block) -> Codes:
        """As `Reader.faults`."""
        return np.zeros(len(block), np.uint8) if block.values is None else block.values.faults.copy()

    def text(
        self, block: Block, wanted: Flags, columns: Sequence[Column] | None = None, packed: Sequence[Column] = ()
    ) -> pl.DataFrame:
        """As `Reader.text`; nothing is packed."""
        if block.values is None:
            raise TypeError("a block without values")
        text = block.values.text
        text = text if columns is None else text.select([column.name for column in columns])
        return text if wanted.all() else text.filter(pl.Series(wanted))

    def looks(self, block: Block) -> str:
        """As `Reader.looks`: nothing, where the form was checked while values were read."""
        return ""
