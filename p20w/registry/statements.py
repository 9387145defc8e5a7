"""Run the statements that lie in `.sql` files beside the steps they belong to.

Here: reading a file, filling in what it names in braces, and running it. Not here: what the statements say; each file
opens with the grain of what it makes (columns: `scratch_tables.yaml`).
"""

from pathlib import Path

import duckdb

ROOM = Path(__file__).parent


def run(con: duckdb.DuckDBPyConnection, name: str, **parts: object) -> duckdb.DuckDBPyConnection:
    """Run `<name>.sql` of this room with `{part}` replaced by what the caller gives.

    Args:
        con: the scratch database.
        name: folder and file, as `linking/compared`.
        parts: SQL or numbers by the name that stands for them in the file.

    Returns:
        `con`, to fetch what the last statement selects.
    """
    text = (ROOM / f"{name}.sql").read_text(encoding="utf-8")
    for part, value in parts.items():
        text = text.replace("{" + part + "}", str(value))
    return con.execute(text)


def figures(con: duckdb.DuckDBPyConnection, name: str, **parts: object) -> dict[str, float]:
    """The one row that `<name>.sql` selects, by column; what is null is left out."""
    found = run(con, name, **parts)
    names = [column[0] for column in found.description or ()]
    return {key: float(value) for key, value in zip(names, found.fetchall()[0], strict=True) if value is not None}
