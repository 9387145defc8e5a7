"""Run the statements that lie in `.sql` files beside the steps they belong to.

Here: reading a file, filling in what it names in braces, and running it. Not here: what the statements say; each file
opens with the grain of what it makes (columns: `scratch_tables.yaml`).
"""

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

ROOM = Path(__file__).parent


def run(con: duckdb.DuckDBPyConnection, name: str, **parts: object) -> duckdb.DuckDBPyConnection:
    """Run `<name>.sql` of this room, such as `linking/compared`; the rest as of `execute`."""
    return execute(con, (ROOM / f"{name}.sql").read_text(encoding="utf-8"), **parts)


def execute(con: duckdb.DuckDBPyConnection, statements: str, **parts: object) -> duckdb.DuckDBPyConnection:
    """Run statements with what the caller gives by name: tables to read from, and SQL or numbers for `{name}`.

    Args:
        con: the scratch database.
        statements: SQL.
        parts: an Arrow table is there under its name while statements run that select nothing; all else is filled in.

    Returns:
        `con`, to fetch what the last statement selects.
    """
    tables = {name: value for name, value in parts.items() if isinstance(value, pa.Table)}
    for name in parts.keys() - tables.keys():
        statements = statements.replace("{" + name + "}", str(parts[name]))
    for name, table in tables.items():
        con.register(name, table)
    con.execute(statements)
    for name in tables:
        con.unregister(name)
    return con


def arrays(found: duckdb.DuckDBPyConnection, kind: type = np.int64) -> list[NDArray[Any]]:
    """What was selected, column by column, as numbers of one kind."""
    return [np.asarray(column, kind) for column in found.fetchnumpy().values()]


def figures(con: duckdb.DuckDBPyConnection, name: str, **parts: object) -> dict[str, float]:
    """The one row that `<name>.sql` selects, by column; what is null is left out."""
    found = run(con, name, **parts)
    names = [column[0] for column in found.description or ()]
    return {key: float(value) for key, value in zip(names, found.fetchall()[0], strict=True) if value is not None}
