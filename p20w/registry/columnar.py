"""Tables of the workshop as bytes that Postgres can hold, and back.

Here: Parquet in rows of a column of bytes. Not here: which tables are kept so (`prepared`, `settled`).
"""

import io
from collections.abc import Iterator

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

MOST_IN_ROW = 2_000_000
"""Lines of one row: up to a hundred bytes each, and the server takes a gigabyte at most."""


def packed(con: duckdb.DuckDBPyConnection, query: str, schema: pa.Schema) -> Iterator[bytes]:
    """The result of a query as Parquet, in as many parts as are needed; one of no lines where there are none."""
    rows = con.sql(query).to_arrow_table().cast(schema)
    for start in range(0, max(rows.num_rows, 1), MOST_IN_ROW):
        file = io.BytesIO()
        pq.write_table(rows.slice(start, MOST_IN_ROW), file, compression="lz4", row_group_size=122_880)
        yield file.getvalue()


def with_halves(rows: pa.Table) -> pa.Table:
    """Rows with `high` and `low`, the two numbers that `identity_id` consists of: much faster to join by."""
    numbers = [_numbers(chunk.cast(pa.binary(16))) for chunk in rows.column("identity_id").chunks]
    both = np.concatenate([np.empty((0, 2), np.int64), *numbers])
    return rows.append_column("high", pa.array(both[:, 0])).append_column("low", pa.array(both[:, 1]))


def _numbers(ids: pa.FixedSizeBinaryArray) -> NDArray[np.int64]:
    buffer = ids.buffers()[1]
    if not len(ids) or buffer is None:
        return np.empty((0, 2), np.int64)
    return np.frombuffer(buffer, ">i8", 2 * len(ids), 16 * ids.offset).astype(np.int64).reshape(-1, 2)


def unpacked(rows: pa.Table) -> list[pa.Table]:
    """Tables of what `packed` gave, one for each row of column `content`."""
    return [pq.read_table(pa.BufferReader(row.as_buffer())) for row in rows.column("content")]
