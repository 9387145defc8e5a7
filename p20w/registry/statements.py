"""Run the statements that lie in `.sql` files beside the steps they belong to.

Here: reading a file, filling in what it names in braces, and running it. Not here: what the statements say; each file
opens with the grain and the columns of what it makes.
"""

from pathlib import Path

import duckdb

ROOM = Path(__file__).parent


def run(con: duckdb.DuckDBPyConnection, name: str, **parts: str) -> None:
    """Run `<name>.sql` of this room with `{part}` replaced by SQL that the caller made.

    Args:
        con: the scratch database.
        name: folder and file, as `linking/compared`.
        parts: SQL by the name that stands for it in the file.
    """
    text = (ROOM / f"{name}.sql").read_text(encoding="utf-8")
    for part, sql in parts.items():
        text = text.replace("{" + part + "}", sql)
    con.execute(text)
