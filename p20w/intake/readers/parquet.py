"""Parquet: one table of single values.

Here: from the batches of a child process to text as the contract writes it. The file itself is opened by that child
alone (`parquet_child`): a file made to break or fill a reader ends a process that holds nothing. Types of the file do
not count, the contract's do: a value becomes the text that a delimited file would have. Not here: limits (the child
keeps them).
"""

import os
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa

from p20w.contracts import DATE_FORMATS, Column
from p20w.intake.readers import parquet_child
from p20w.intake.readers.base import ReaderOfValues
from p20w.intake.readers.block import BLOCK_BYTES, CODES, Block, Values
from p20w.intake.readers.header import Header, matched
from p20w.intake.readers.text import trimmed
from p20w.intake.sources import Limits, SourceError, open_regular


class ParquetReader(ReaderOfValues):
    """Reads a Parquet file, unpacked, as it is compressed within."""

    def blocks(self) -> Iterator[Block]:
        """As `Reader.blocks`; a block is a batch of the child's."""
        for first, group_at, batch in self._batches():
            if self.header is None:
                self.header = matched(batch.schema.names, self._contract)
            yield self._block(first, group_at, batch, self.header)

    def _batches(self) -> Iterator[tuple[int, int, pa.RecordBatch]]:
        """Batches with the number of their first row and where their group of rows begins."""
        first = 1
        with _child(self._file, self._limits, self._size) as source:
            reader = pa.ipc.open_stream(source)
            while True:
                try:
                    batch, said = reader.read_next_batch_with_custom_metadata()
                except StopIteration:
                    return
                yield first, int(said["group_at"]), batch
                first += batch.num_rows

    def _block(self, first: int, group_at: int, batch: pa.RecordBatch, header: Header) -> Block:
        rows = batch.num_rows
        faults, places = np.zeros(rows, np.uint8), np.full(rows, -1, np.int16)
        columns: list[pl.Series] = []
        for place, column in enumerate(self._contract.columns):
            if column.name not in header.names:
                columns.append(pl.Series(column.name, [None], dtype=pl.String).new_from_index(0, rows))
                continue
            text = _as_text(pl.Series(pl.from_arrow(batch.column(header.names.index(column.name)))), column)
            nul = text.str.contains("\0", literal=True).fill_null(value=False).to_numpy() & (faults == 0)
            faults[nul], places[nul] = CODES["nul_byte"], place
            columns.append(text.alias(column.name))
        text = pl.DataFrame(columns).select(trimmed(pl.col(c.name), c.name) for c in self._contract.columns)
        nowhere = np.zeros(rows, np.int64)
        at = np.full(rows, group_at, np.int64)
        return Block(first, group_at, b"", nowhere, nowhere, values=Values(text, faults, places), at=at)

    def shown(self, line: int, offset: int, length: int) -> str:
        """As `Reader.shown`: the row's values by name, one a line."""
        for first, _, batch in self._batches():
            if first <= line < first + batch.num_rows:
                row = batch.slice(line - first, 1).to_pylist()[0]
                return "\n".join(f"{name}: {'' if value is None else value}" for name, value in row.items())
        raise SourceError(f"it has no row {line:,}")


def field_names(file: Path, limits: Limits) -> list[str]:
    """The names of a file's columns, for who has no contract yet; the file is read to its end.

    Raises:
        SourceError: as `ParquetReader.blocks`.
    """
    with _child(file, limits, BLOCK_BYTES) as source:
        stream = pa.ipc.open_stream(source)
        for _ in stream:
            pass
        return list(stream.schema.names)


@contextmanager
def _child(file: Path, limits: Limits, size: int) -> Generator[pa.PythonFile]:
    """A process that reads a file and writes its batches as an Arrow stream.

    Raises:
        SourceError: it is no regular file, no Parquet that is read here, or goes beyond the limits.
        OSError: the disk below the file failed.
    """
    with open_regular(file) as opened:
        command = [sys.executable, "-I", parquet_child.__file__, str(opened.fileno()), str(size)]
        command += [str(limit) for limit in (limits.file_bytes, limits.inflation, limits.line_bytes)]
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=[opened.fileno()],
            env={"ARROW_DEFAULT_MEMORY_POOL": "system"},
        )
    with process:
        ended = False
        try:
            yield pa.PythonFile(process.stdout, mode="r")
            ended = True
        except (pa.ArrowInvalid, OSError, EOFError):
            if process.stdout:
                process.stdout.close()
            if process.wait() == 0:
                raise
            ended = True
        finally:
            if not ended:
                process.kill()
        words = (process.stderr.read() if process.stderr else b"").decode("ascii", "replace")
    if process.returncode == parquet_child.REFUSED:
        raise SourceError(words.strip())
    if process.returncode == parquet_child.DISK:
        raise OSError(int(words), os.strerror(int(words)))
    if process.returncode:
        raise SourceError("it is damaged, or made so that reading it takes more memory than a file may ask for")


def _as_text(values: pl.Series, column: Column) -> pl.Series:
    """Values as the contract writes them; what the contract's type does not know is written in a way it refuses."""
    kind = values.dtype
    if kind == pl.Boolean:
        no, yes = column.truths
        return values.replace_strict({False: no, True: yes}, default=None, return_dtype=pl.String)
    if kind == pl.Date:
        return values.dt.strftime(DATE_FORMATS.get(column.physical_format or "", "%Y-%m-%d"))
    if isinstance(kind, pl.Datetime):
        days = (values.dt.date().cast(values.dtype) == values).fill_null(value=False)  # a day, as pandas writes it
        return _as_text(values.dt.date(), column).zip_with(days, values.cast(pl.String))
    if kind.is_float():
        whole = (values == values.floor()).fill_null(value=False) & (values.abs() < 2**53).fill_null(value=False)
        digits = values.set(~whole, None).cast(pl.Int64).cast(pl.String)
        return digits.zip_with(whole, values.cast(pl.String))
    return values.cast(pl.String)
