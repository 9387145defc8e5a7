"""What every reader gives: blocks of records, with why some cannot be used, where they lie, and what they say.

Here: `Reader`, the interface of all formats; `Block`; the reasons for which lines and fields are set aside. Not here: a
format (one module each), cutting text into lines (`cutting`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

from p20w.contracts import Column
from p20w.intake.readers.header import Header

BLOCK_BYTES = 12 * 1024 * 1024
LAST_ASCII = 127
Positions = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.uint8]

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
    "bad_record",
    "unknown_field",
    "repeated_field",
    "not_scalar",
    "contradiction",
    "names_nobody",
)
CODES = {reason: number for number, reason in enumerate(REASONS)}


@dataclass(frozen=True)
class Values:
    """Values of a block's records, of a format in which form and value are read at once.

    `text` has one column a column of the contract, trimmed, blank as null; `faults` and `places` say of each record
    what is wrong with its form (index in `REASONS`, 0 for nothing) and at which column of the contract (-1 for none).
    """

    text: pl.DataFrame
    faults: Codes
    places: npt.NDArray[np.int16]


@dataclass(frozen=True)
class Block:
    """Whole records of a file, headers left out.

    `starts` and `ends` index `data`; `ends` excludes the line break. `offset` is where `data` begins in the unpacked
    file, unless `at` says of each record where it does. `repeats` counts records that say the header again, `joined`
    those that share their line with the record before.
    """

    first_line: int
    offset: int
    data: bytes
    starts: Positions
    ends: Positions
    terminated: bool = True
    values: Values | None = None
    at: Positions | None = None
    repeats: int = 0
    joined: int = 0

    @classmethod
    def of_records(cls, first_line: int, records: Sequence[bytes], at: Sequence[int], values: Values) -> "Block":
        """A block of records that were cut out one by one, with where each begins in the unpacked file."""
        ends = np.cumsum([len(record) for record in records], dtype=np.int64)
        starts = np.concatenate((np.zeros(1, np.int64), ends[:-1]))
        return cls(first_line, 0, b"".join(records), starts, ends, values=values, at=np.array(at, np.int64))

    def __len__(self) -> int:
        return len(self.starts)

    def without_first(self) -> "Block":
        """The block without its first record, which was a header."""
        return replace(self, starts=self.starts[1:], ends=self.ends[1:])

    def last(self) -> "Block":
        """The last record alone."""
        start, end = int(self.starts[-1]), int(self.ends[-1])
        values = self.values
        return replace(
            self,
            first_line=self.first_line + len(self) - 1,
            offset=self.offset + start,
            data=self.data[start:],
            starts=np.zeros(1, np.int64),
            ends=np.array([end - start], np.int64),
            values=values and Values(values.text.tail(1), values.faults[-1:], values.places[-1:]),
            at=None if self.at is None else self.at[-1:],
        )

    @property
    def places(self) -> Positions:
        """Where each record begins in the unpacked file."""
        return self.offset + self.starts if self.at is None else self.at

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


class Reader(Protocol):
    """Reads one file in one format, and promises what follows.

    - Each record of the file is in exactly one block, in the order of the file; data records are numbered from 1, and
      this number is a record's address everywhere. A file that cannot be read as records is refused as a whole.
    - A record comes with a fault, or with a text (or null) for each column of the contract; nothing is guessed, and no
      value is changed but for blanks around it.
    - `places` of a block and the lengths of its records say where a record lies in the unpacked file; Parquet has no
      bytes of a row, so there it is where the group of rows begins, and the length is 0.
    - Memory is that of a block, whatever the file's size, and the file asks for no more than the limits allow.
    - No message, error or count holds anything of what a record says.
    - The reader can be used again: a second pass gives the same blocks, or `SourceError`.
    """

    @property
    def header(self) -> Header | None:
        """Which columns the file has; known once the first block has come."""
        ...

    def blocks(self) -> Iterator[Block]:
        """The records of the file.

        Raises:
            SourceError: the file cannot be read, or goes beyond the limits.
        """
        ...

    def faults(self, block: Block) -> Codes:
        """For each record the index in `REASONS` of what is wrong with its form or encoding, 0 when nothing is."""
        ...

    def text(
        self, block: Block, wanted: Flags, columns: Sequence[Column] | None = None, packed: Sequence[Column] = ()
    ) -> pl.DataFrame:
        """The wanted records as text, one row a record: trimmed, blank as null.

        Args:
            block: of this reader.
            wanted: records without fault.
            columns: those to read; all by default.
            packed: those to leave as written, joined in column `_key` (fixed layouts, `fixed.packed_columns`).
        """
        ...

    def looks(self, block: Block) -> str:
        """What records look like that are not as the contract has them: a sentence, or nothing."""
        ...

    def shown(self, line: int, offset: int, length: int) -> str:
        """One record as the agency wrote it, for a steward: its number and where it lies, as in `intake.quarantine`."""
        ...
