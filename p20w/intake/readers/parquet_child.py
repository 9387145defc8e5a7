"""Runs as a process of its own: reads one Parquet file and writes its rows to standard output as an Arrow stream.

Here: the one place that decodes Parquet, under a limit of memory; it imports nothing of the project. It is started by
`parquet` with the number of an open file and the limits, and ends with 0, or with one of the codes below and a sentence
that holds nothing of the file. Not here: what the values mean.
"""

import os
import resource
import sys
from typing import Any

import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq

REFUSED, DISK = 3, 4
"""How it ends: refused, with the reason; the disk failed, with the number of the error."""
MEMORY = 2 << 30
"""Bytes of memory for one file beyond those of an idle process."""
FREE_BYTES = 32 << 20
MOST_COLUMNS = 2_000
BATCH_ROWS = 50_000
ROW_BYTES = 100
"""Bytes of a row, about: batches of `size` bytes have so many rows, up to `BATCH_ROWS`."""

pc: Any = pyarrow.compute  # its functions are made at run time


class Refused(Exception):
    """The file is refused; the message says why."""


def main(arguments: list[str]) -> int:
    """Read the file; the code to end with."""
    handle, size, file_bytes, inflation, line_bytes = map(int, arguments)
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    limit = _used() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    rows = max(1, min(BATCH_ROWS, size // ROW_BYTES))
    with os.fdopen(handle, "rb") as file:
        packed = os.fstat(file.fileno()).st_size
        if packed > file_bytes:
            raise Refused(f"it has more than {file_bytes:,} bytes (setting P20W_MAX_FILE_BYTES)")
        if file.read(4) != b"PAR1":
            raise Refused("it is no Parquet file; send Parquet as it is, without packing it once more")
        try:
            table = pq.ParquetFile(file, thrift_string_size_limit=1 << 24, thrift_container_size_limit=1 << 20)
            _write(table, rows, (file_bytes, max(FREE_BYTES, packed * inflation), line_bytes))
        except (pa.ArrowException, ValueError, OverflowError, OSError) as error:
            if isinstance(error, MemoryError) or getattr(error, "errno", None):
                raise
            raise Refused("it is damaged or cut short, or no Parquet file that is read here") from None
        sys.stdout.buffer.flush()
    return 0


def _used() -> int:
    """Bytes of address space in use."""
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
        return int(file.read().split()[0]) * resource.getpagesize()


def _write(table: pq.ParquetFile, rows: int, limits: tuple[int, int, int]) -> None:
    """Write all row groups, each value as it is, text checked to be UTF-8."""
    schema = _plain_schema(table.schema_arrow)
    given, written = 0, 0
    with pa.ipc.new_stream(sys.stdout.buffer, schema) as out:
        for group in range(table.metadata.num_row_groups):
            said = table.metadata.row_group(group)
            column = said.column(0) if said.num_columns else None
            places = [column.dictionary_page_offset, column.data_page_offset] if column else []
            at = min((place for place in places if place), default=0)
            here = 0
            for batch in table.iter_batches(batch_size=rows, row_groups=[group], use_threads=False):
                plain = pa.RecordBatch.from_arrays(
                    [_plain(values, kind) for values, kind in zip(batch.columns, schema.types, strict=True)],
                    schema=schema,
                )
                given += _demand_limits(plain, written + here, given, limits)
                out.write_batch(plain, custom_metadata={"group_at": str(at)})
                here += batch.num_rows
            written += here
            if here != said.num_rows:
                raise Refused("its footer says another number of rows than it holds")
    if written != table.metadata.num_rows:
        raise Refused("its footer says another number of rows than it holds")


def _plain_schema(schema: pa.Schema) -> pa.Schema:
    """The columns with single values alone, text and bytes as text.

    Raises:
        Refused: a column holds lists, structures or the like, or there are too many.
    """
    if len(schema) > MOST_COLUMNS:
        raise Refused(f"it has more than {MOST_COLUMNS:,} columns")
    fields = []
    for place, field in enumerate(schema, start=1):
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        if pa.types.is_nested(kind) or pa.types.is_fixed_size_binary(kind):
            raise Refused(f"its column at position {place} holds no single values")
        is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
        is_text |= pa.types.is_binary(kind) or pa.types.is_large_binary(kind)
        fields.append(pa.field(field.name, pa.large_string() if is_text else kind))
    return pa.schema(fields)


def _plain(values: Any, kind: Any) -> Any:
    """A column in its plain type."""
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if values.type != kind:
        values = values.cast(kind)
    if pa.types.is_large_string(kind):
        values.validate(full=True)
    return values


def _demand_limits(batch: pa.RecordBatch, before: int, given: int, limits: tuple[int, int, int]) -> int:
    """Bytes of a batch as a delimited file would have them, when these and those before are no more than allowed."""
    file_bytes, most_given, line_bytes = limits
    lengths = None
    for values in batch.columns:
        if pa.types.is_large_string(values.type):
            length = pc.fill_null(pc.binary_length(values), 0)
            lengths = length if lengths is None else pc.add(lengths, length)
    total = batch.num_rows * batch.num_columns
    if lengths is not None and batch.num_rows:
        total += pc.sum(lengths).as_py()
        if pc.max(lengths).as_py() > line_bytes:
            place = before + pc.index(pc.greater(lengths, line_bytes), True).as_py() + 1
            raise Refused(f"row {place:,} has more than {line_bytes:,} bytes (setting P20W_MAX_LINE_BYTES)")
    if given + total > file_bytes:
        raise Refused(f"it holds more than {file_bytes:,} bytes (setting P20W_MAX_FILE_BYTES)")
    if given + total > most_given:
        raise Refused("it holds many times more than the bytes of its file (setting P20W_MAX_INFLATION)")
    return total


if __name__ == "__main__":
    try:
        code = main(sys.argv[1:])
    except Refused as error:
        print(error, file=sys.stderr)
        code = REFUSED
    except MemoryError:
        code = 1
    except BrokenPipeError:
        code = 1
    except OSError as error:
        print(error.errno, file=sys.stderr)
        code = DISK
    sys.stderr.flush()
    os._exit(code)
